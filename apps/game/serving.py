"""The opened game, served: pages, the watch beside them, the kiosk. Called by the script."""

import contextlib
import socket
from typing import Protocol

from prometheus_client import CollectorRegistry

from apps.game.app import build_app
from apps.game.handlers import GameHandlers
from apps.game.metrics import RequestMeter, build_watch, serving_watch
from apps.game.stand import kiosk_browser
from apps.game.telegram import TelegramDoor
from apps.listening import (
    address_here,
    address_on_network,
    bound_socket,
    serve_until_stopped,
)
from gap_core.care.model_worker import ModelWorker
from gap_core.play import Game
from gap_core.play.adapter_following import AdapterFollower
from gap_core.settings import Settings


class Say(Protocol):
    """Tells the host one line."""

    def __call__(self, line: str, /, *, bold: bool = False) -> object:
        """In bold what they must not miss."""
        ...


def serve(
    game: Game,
    worker: ModelWorker,
    settings: Settings,
    *,
    secret: bytes,
    listener: socket.socket,
    say: Say,
    follower: AdapterFollower | None = None,
) -> None:
    """Serve until Ctrl+C; prints the address when the first request would be answered."""
    host, port = listener.getsockname()[:2]

    def tell() -> None:
        say(f"The game is open: {address_here(host, port)}", bold=True)
        if phones:
            say(f"Others on the network open {phones}")
        if settings.metrics_port is not None:
            say(f"Metrics: http://127.0.0.1:{settings.metrics_port}/metrics and /health")
        if not game.is_awake:
            say("The model is still waking up: sessions begin in a few seconds.")
        say("Stop it with Ctrl+C.")

    handlers = GameHandlers(game, worker)
    door = TelegramDoor(settings.telegram_token, secret=secret) if settings.telegram_token else None
    phones = settings.public_url or address_on_network(host, port)
    app = build_app(
        handlers,
        secret=secret,
        on_ready=tell,
        follower=follower,
        telegram=door,
        address=phones,
    )
    registry = CollectorRegistry()
    with contextlib.ExitStack() as beside:
        if settings.metrics_port is not None:
            place = bound_socket("127.0.0.1", settings.metrics_port, flag="--metrics-port")
            watch = build_watch(settings.db, worker, registry)
            beside.enter_context(serving_watch(watch, beside.enter_context(place)))
        if settings.kiosk:
            url = f"http://127.0.0.1:{port}/kiosk"

            def tell_end(code: int) -> None:
                say(
                    f"The kiosk's browser ended by itself (status {code}): is there a screen, and "
                    f"are you not root? The game goes on; open this full screen: {url}"
                )

            if not beside.enter_context(kiosk_browser(url, on_early_end=tell_end)):
                say(f"No Chromium is here. Open this full screen: {url}")
        served = RequestMeter(registry).around(app)
        serve_until_stopped(served, listener, opening=worker.opened)
