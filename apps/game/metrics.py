"""Health and metrics for whoever runs the game, on loopback only. Called by the script.

They stand on a port of their own, so that no reverse proxy can open them by mistake.
"""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from shutil import disk_usage

import uvicorn
from prometheus_client import CollectorRegistry, Counter, Histogram, make_asgi_app
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from starlette.applications import Starlette
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Mount, Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from db import Store, StoreError
from db.usage_store import UsageCounts
from gap_core.care.logs import request_log
from gap_core.care.model_worker import ModelWorker

ROUTES = (
    "attract",
    "highlight",
    "kiosk",
    "join",
    "leave",
    "week",
    "wall",
    "picture",
    "play",
    "static",
    "telegram",
    "words",
    "healthz",
    "here",
)
METHODS = ("GET", "HEAD", "POST")
BUCKETS_S = (0.005, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 90)


class RequestMeter:
    """Counts and times requests by what they ask for; no address, name or token is kept."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._requests = Counter(
            "gap_requests", "HTTP requests.", ["route", "method", "status"], registry=registry
        )
        self._seconds = Histogram(
            "gap_request_seconds",
            "Time until the response began.",
            ["route"],
            buckets=BUCKETS_S,
            registry=registry,
        )

    def around(self, app: ASGIApp) -> ASGIApp:
        """The application, metered."""

        async def metered(scope: Scope, receive: Receive, send: Send) -> None:
            if scope["type"] != "http":
                await app(scope, receive, send)
                return
            began, status = time.monotonic(), [500]

            async def noted(message: Message) -> None:
                if message["type"] == "http.response.start":
                    status[0] = message["status"]
                    self._note(scope, status[0], time.monotonic() - began)
                await send(message)

            try:
                await app(scope, receive, noted)
            except Exception:
                self._note(scope, 500, time.monotonic() - began)
                raise

        return metered

    def _note(self, scope: Scope, status: int, seconds: float) -> None:
        first = scope["path"].split("/")[1]
        route = first if first in ROUTES else "home" if not first else "other"
        method = scope["method"] if scope["method"] in METHODS else "other"
        self._requests.labels(route, method, str(status)).inc()
        self._seconds.labels(route).observe(seconds)
        request_log(route=route, method=method, status=status, seconds=seconds)


class GameCollector(Collector):
    """What the database and the model say, read at each scrape."""

    def __init__(self, db_path: Path, worker: ModelWorker) -> None:
        self._db_path = db_path
        self._worker = worker

    def collect(self) -> Iterator[Metric]:
        """Every figure; those of the database are left out while it can't be read."""
        yield GaugeMetricFamily(
            "gap_model_answering",
            "1 unless the model hangs or is being loaded.",
            value=self._worker.is_answering,
        )
        yield CounterMetricFamily(
            "gap_model_restarts", "Restarts of a model that hung.", value=self._worker.restarts
        )
        free = disk_usage(self._db_path.parent).free
        yield GaugeMetricFamily("gap_disk_free_bytes", "On the database's disk.", value=free)
        counts = read_counts(self._db_path)
        yield GaugeMetricFamily("gap_database_up", "1 if it can be read.", value=counts is not None)
        if counts is not None:
            yield from _counted(counts, self._db_path)


def _counted(counts: UsageCounts, db_path: Path) -> Iterator[Metric]:
    yield CounterMetricFamily("gap_players", "Players that ever joined.", value=counts.players)
    yield CounterMetricFamily("gap_sessions", "Sessions ever begun.", value=counts.sessions)
    yield CounterMetricFamily("gap_questions", "Questions ever asked.", value=counts.questions)
    yield CounterMetricFamily("gap_verdicts", "Answers ever marked.", value=counts.verdicts)
    yield GaugeMetricFamily("gap_open_sessions", "Unfinished ones.", value=counts.open_sessions)
    yield GaugeMetricFamily("gap_waiting_questions", "Without answer.", value=counts.waiting)
    size = db_path.stat().st_size
    yield GaugeMetricFamily("gap_database_bytes", "Of the file, without its log.", value=size)


def read_counts(db_path: Path) -> UsageCounts | None:
    """What was played; None while the database can't be read."""
    try:
        with Store.open(db_path) as store:
            return store.usage.counts()
    except StoreError:
        return None


def build_watch(db_path: Path, worker: ModelWorker, registry: CollectorRegistry) -> ASGIApp:
    """/metrics in Prometheus' text format, and /health: 200, or 503 with what is wrong."""
    registry.register(GameCollector(db_path, worker))

    def health(_request: Request) -> JSONResponse:
        parts = {
            "database": "fine" if read_counts(db_path) is not None else "can't be read",
            "model": _told(worker),
        }
        is_fine = set(parts.values()) == {"fine"}
        return JSONResponse(parts, status_code=200 if is_fine else 503)

    app = Starlette(routes=[Route("/health", health), Mount("/metrics", make_asgi_app(registry))])
    # A page in this machine's browser could ask under a name of its own.
    return TrustedHostMiddleware(app, allowed_hosts=["127.0.0.1", "localhost", "[::1]"])


def _told(worker: ModelWorker) -> str:
    if not worker.opened.done():
        return "is being loaded"
    return "fine" if worker.is_answering else "hangs and is being restarted"


@contextmanager
def serving_watch(app: ASGIApp, listener: socket.socket) -> Iterator[None]:
    """Serve in a thread of its own while the block lasts."""
    config = uvicorn.Config(app, log_level="warning", access_log=False, lifespan="off")
    server = uvicorn.Server(config)
    thread = threading.Thread(
        target=server.run, kwargs={"sockets": [listener]}, name="metrics", daemon=True
    )
    thread.start()
    try:
        yield
    finally:
        server.should_exit = True
        thread.join(timeout=5)
