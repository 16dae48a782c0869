# Metrics and health on loopback; logs that hold neither secrets nor what anybody typed.
from __future__ import annotations

import json
import logging
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from prometheus_client import CollectorRegistry
from prometheus_client.parser import text_string_to_metric_families
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from apps.game.metrics import RequestMeter, build_watch, serving_watch
from apps.game.opening import secrets_of
from gap_core.care.logs import log_to
from gap_core.care.model_worker import ModelWorker
from gap_core.errors import GapError
from gap_core.settings import Settings
from tests.fixtures_game import AGREED, GameServer
from tests.fixtures_models import ScriptedModel
from tests.fixtures_play import Table


@pytest.fixture
def worker() -> Iterator[ModelWorker]:
    with ModelWorker(ScriptedModel) as running:
        yield running


@pytest.fixture
def log(tmp_path: Path) -> Iterator[Path]:
    file = tmp_path / "logs" / "gap.jsonl"
    root, before = logging.getLogger(), list(logging.getLogger().handlers)
    log_to(file, secrets=["gap26 at the stand", ""])
    yield file
    for handler in set(root.handlers) - set(before):
        root.removeHandler(handler)
        handler.close()


def lines(file: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in file.read_text().splitlines()]


def scraped(table: Table, worker: ModelWorker) -> dict[str, float]:
    """Every sample without labels, read as Prometheus reads it."""
    watch = build_watch(table.db_path, worker, CollectorRegistry())
    text = TestClient(watch, base_url="http://localhost").get("/metrics/").text
    families = text_string_to_metric_families(text)
    return {sample.name: sample.value for one in families for sample in one.samples}


def test_metrics_count_what_was_played(table: Table, worker: ModelWorker) -> None:
    player_id = table.join()
    table.play_session(player_id, catches_traps=True)
    table.game.start_session(player_id)
    table.open_turn(player_id)
    found = scraped(table, worker)

    assert {
        name: found[name] for name in found if name.startswith("gap_") and "bytes" not in name
    } == {
        "gap_players_total": 1,
        "gap_sessions_total": 2,
        "gap_questions_total": 11,
        "gap_verdicts_total": 10,
        "gap_open_sessions": 1,
        "gap_waiting_questions": 1,
        "gap_model_answering": 1,
        "gap_model_restarts_total": 0,
        "gap_database_up": 1,
    }
    assert found["gap_database_bytes"] > 0 and found["gap_disk_free_bytes"] > 0


def test_requests_are_counted_by_kind_without_tokens(log: Path) -> None:
    def answer(_request: object) -> PlainTextResponse:
        return PlainTextResponse("ok")

    registry = CollectorRegistry()
    routes = [Route("/picture/{token}", answer), Route("/", answer)]
    metered = TestClient(RequestMeter(registry).around(Starlette(routes=routes)))
    metered.get("/picture/secret-token?who=me")
    metered.get("/")
    metered.request("BREW", "/made/up/path")

    def count(route: str, method: str, status: str) -> float | None:
        labels = {"route": route, "method": method, "status": status}
        return registry.get_sample_value("gap_requests_total", labels)

    assert count("picture", "GET", "200") == count("home", "GET", "200") == 1
    assert count("other", "other", "404") == 1
    told = [line for line in lines(log) if line["logger"] == "gap.requests"]
    assert [line["route"] for line in told] == ["picture", "home", "other"]
    assert "secret-token" not in log.read_text() and "made" not in log.read_text()


def test_health_says_what_is_wrong(
    table: Table, worker: ModelWorker, monkeypatch: pytest.MonkeyPatch
) -> None:
    watch = build_watch(table.db_path, worker, CollectorRegistry())
    client = TestClient(watch, base_url="http://127.0.0.1")
    assert (client.get("/health").status_code, client.get("/health").json()["model"]) == (
        200,
        "fine",
    )
    monkeypatch.setattr(worker, "_batcher", None)
    assert client.get("/health").status_code == 503
    assert "restarted" in client.get("/health").json()["model"]
    monkeypatch.undo()
    for file in table.db_path.parent.glob("gap.db*"):
        file.unlink()
    table.db_path.mkdir()
    assert client.get("/health").json()["database"] == "can't be read"


def test_watch_answers_only_to_this_machines_names(table: Table, worker: ModelWorker) -> None:
    watch = build_watch(table.db_path, worker, CollectorRegistry())

    assert TestClient(watch, base_url="http://evil.example").get("/health").status_code == 400


def test_watch_is_served_and_stopped(table: Table, worker: ModelWorker) -> None:
    watch = build_watch(table.db_path, worker, CollectorRegistry())
    with socket.create_server(("127.0.0.1", 0)) as listener:
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        with serving_watch(watch, listener):
            assert httpx.get(f"{url}/health", timeout=20).status_code == 200
        assert "metrics" not in [thread.name for thread in threading.enumerate()]


def test_logs_hold_no_secret(log: Path) -> None:
    logger = logging.getLogger("apps.game.somewhere")
    logger.error("Code 'gap26 at the stand' came with gap_player=abc.def.ghi; /picture/tok-en_1")
    logger.error(
        "Bearer abc123 and 5768337691:AAH5YkoiEuPk8-FZa32hStHTqXiLPtAEhx8, sk-aaaaaaaaaaaa"
    )
    text = log.read_text()

    for secret in ("gap26", "abc.def", "tok-en_1", "abc123", "AAH5", "sk-aaaa"):
        assert secret not in text
    assert lines(log)[0]["level"] == "ERROR" and "[hidden]" in text


def test_traceback_holds_places_and_no_words(log: Path) -> None:
    def ask(question: str) -> None:
        raise ValueError(f"can't read {question}")

    try:
        ask("my private question")
    except ValueError:
        logging.getLogger("models.batching").exception("1 questions failed while being answered")
    (line,) = lines(log)

    assert line["error"]["kind"] == "ValueError"  # type: ignore[index]
    assert line["error"]["at"][-1].endswith(" ask")  # type: ignore[index]
    assert "private" not in log.read_text()


def test_log_that_can_not_be_written_is_told(tmp_path: Path) -> None:
    with pytest.raises(GapError, match="--log-file"):
        log_to(tmp_path, secrets=[])


def test_every_secret_of_the_settings_is_hidden(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GAP_SERVER_KEY", "server key")
    settings = Settings(event_code="event", studio_key="studio", telegram_token="bot")

    assert {"event", "studio", "bot", "server key"} <= set(secrets_of(settings))


def test_cookie_behind_a_proxy_with_tls_is_for_https_alone(game_server: GameServer) -> None:
    form, https = {"nickname": "Ada", "consent": AGREED}, {"x-forwarded-proto": "https"}
    behind = httpx.post(f"{game_server.url}/join", data=form, headers=https)
    plain = httpx.post(f"{game_server.url}/join", data=form | {"nickname": "Ben"})

    assert "Secure" in behind.headers["set-cookie"]
    assert "Secure" not in plain.headers["set-cookie"]
