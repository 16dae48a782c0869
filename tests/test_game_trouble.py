# What goes wrong beneath a running game is told clearly, and nothing that was stored is lost.
from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from itsdangerous import TimestampSigner

import db.connection
from apps.game.handlers import NOT_SHOWN, NOT_STORED, UNREADABLE, GameHandlers
from apps.game.identity import COOKIE_AGE_S, Identity
from apps.game.templating import TROUBLE
from db import Store, StoreError
from db.pool import StorePool
from gap_core.play import Game
from models.batching import Batcher
from tests.fixtures_game import AGREED, GameServer
from tests.fixtures_models import ScriptedModel
from tests.fixtures_play import SECRET, START, Table
from tests.test_game_handlers import QUICK


@pytest.fixture
def handlers(table: Table, scripted_model: ScriptedModel) -> Iterator[GameHandlers]:
    with closing(Batcher(scripted_model)) as batcher:
        yield GameHandlers(table.restarted(), batcher, pace=QUICK)


@contextmanager
def opened_each_time(pool: StorePool) -> Iterator[Store]:
    """What is set up at opening holds for every step, and for none after it."""
    with Store.open(pool._path) as store:
        yield store


@contextmanager
def full_disk(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """No database may grow: SQLite itself says that the disk is full."""
    set_up = db.connection._set_up

    def without_room(conn: sqlite3.Connection, schema: Any) -> Any:
        opened = set_up(conn, schema)
        conn.execute("PRAGMA max_page_count=1")  # the least that it takes is what is there
        return opened

    with monkeypatch.context() as patch:
        patch.setattr(db.connection, "_set_up", without_room)
        patch.setattr(StorePool, "lend", opened_each_time)
        yield


@contextmanager
def locked(table: Table, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Another program keeps the database to itself."""
    with monkeypatch.context() as patch, table.store() as holder, holder.transaction():
        patch.setattr(db.connection, "BUSY_TIMEOUT_S", 0.05)
        patch.setattr(StorePool, "lend", opened_each_time)
        yield


async def ask(handlers: GameHandlers, player_id: str, question: str, token: str) -> dict[str, Any]:
    boards = handlers.ask(player_id, round_token=token, question=question)
    return [board async for board in boards][-1]


def asked(handlers: GameHandlers, player_id: str, token: str, question: str = "?a") -> Any:
    return asyncio.run(ask(handlers, player_id, question, token))


def count(table: Table, name: str) -> int:
    with table.store() as store:
        return int(store.connection.rows(f"SELECT count(*) AS n FROM {name}")[0]["n"])


def test_question_that_can_not_be_stored_is_told_and_can_be_asked_again(
    handlers: GameHandlers, table: Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    player_id = table.started()
    token = table.token(player_id)
    with locked(table, monkeypatch):
        told = asked(handlers, player_id, token)
    assert (told["screen"], told["notice"]) == ("unchanged", NOT_STORED)

    assert asked(handlers, player_id, token)["round"]["asked"][-1]["answer"] is not None


def test_verdict_that_can_not_be_stored_is_told_and_can_be_given_again(
    handlers: GameHandlers, table: Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    player_id = table.started()
    board = asked(handlers, player_id, table.token(player_id))
    turn = board["round"]["asked"][-1]["turn"]
    with locked(table, monkeypatch):
        told = handlers.judge(player_id, turn_id=turn, verdict="wrong")
    assert (told["notice"], count(table, "verdicts")) == (NOT_STORED, 0)

    assert handlers.judge(player_id, turn_id=turn, verdict="wrong")["place"] == 2
    assert count(table, "verdicts") == 1


def can_not_look(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    def refuse(*_arguments: Any, **_options: Any) -> Any:
        raise StoreError("the disk is gone")

    monkeypatch.setattr(Game, name, refuse)


def test_an_answer_that_is_stored_is_not_told_to_be_lost(
    handlers: GameHandlers, table: Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Only the look at the board that follows can fail then.
    player_id = table.started()
    token, finish = table.token(player_id), Game.finish_turn

    def finish_and_lose_sight(game: Game, *arguments: Any, **options: Any) -> None:
        finish(game, *arguments, **options)
        can_not_look(monkeypatch, "view")

    monkeypatch.setattr(Game, "finish_turn", finish_and_lose_sight)
    told = asked(handlers, player_id, token)

    assert (told["screen"], told["notice"]) == ("unchanged", NOT_SHOWN)
    assert count(table, "turns WHERE answer IS NOT NULL") == 1


def test_a_verdict_that_ends_a_session_is_told_to_be_stored_without_its_leaderboard(
    handlers: GameHandlers, table: Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    player_id = table.started()
    for _ in range(table.rules.images_per_session - 1):
        table.mark(player_id, table.ask(player_id), "wrong")
    last = table.ask(player_id)
    can_not_look(monkeypatch, "leaderboard")
    told = handlers.judge(player_id, turn_id=last.turn_id, verdict="wrong")

    assert (told["screen"], told["notice"]) == ("unchanged", NOT_SHOWN)
    assert count(table, "sessions WHERE finished_utc IS NOT NULL") == 1


def test_no_verdict_is_lost_when_the_disk_fills_up(
    handlers: GameHandlers, table: Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    player_id = table.started()
    accepted = 0
    with full_disk(monkeypatch):
        for number in range(200):
            board = handlers.look(player_id)
            if board["screen"] == "end":
                board = handlers.begin(player_id)
            if board["screen"] == "unchanged":
                break
            board = asked(handlers, player_id, board["round"]["token"], "x" * 300 + str(number))
            if board["screen"] == "unchanged":
                break
            turn = board["round"]["asked"][-1]["turn"]
            board = handlers.judge(player_id, turn_id=turn, verdict="wrong")
            if board["screen"] == "unchanged":
                break
            accepted += 1
    assert board["notice"] == NOT_STORED
    assert count(table, "verdicts") == accepted > 0
    with table.store() as store:
        said = store.connection.rows("PRAGMA integrity_check")[0][0]
    assert said == "ok"
    table.clock.advance(table.rules.answer_timeout_s + 1)
    assert handlers.begin(player_id)["notice"] == ""


def test_looking_at_a_locked_game_tells_and_recovers(
    handlers: GameHandlers, table: Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    player_id = table.started()
    with locked(table, monkeypatch):
        assert handlers.look(player_id)["notice"] == NOT_STORED
        assert handlers.begin(player_id)["notice"] == NOT_STORED
    assert handlers.look(player_id)["screen"] == "round"


def test_pages_of_a_locked_game_say_so(
    game_server: GameServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    visitor = game_server.player()
    with locked(game_server.table, monkeypatch):
        refused = visitor.http.post("/join", data={"nickname": "Ben", "consent": AGREED})
    assert (refused.status_code, TROUBLE[503][1] in refused.text.replace("&#39;", "'")) == (
        503,
        True,
    )
    assert "Traceback" not in refused.text and "database" not in refused.text
    assert visitor.board("begin")["screen"] == "round"


def test_picture_that_vanished_or_broke_is_told_and_the_game_goes_on(
    handlers: GameHandlers, table: Table
) -> None:
    player_id = table.started()
    picture = table.game.picture_path(player_id, round_token=table.token(player_id))
    picture.write_bytes(picture.read_bytes()[:20])
    broken = asked(handlers, player_id, table.token(player_id))
    picture.unlink()
    missing = asked(handlers, player_id, table.token(player_id))

    assert broken["notice"] == UNREADABLE
    assert missing["notice"].startswith("The picture is missing on the server.")
    assert missing["round"]["questions_left"] == table.rules.questions_per_round
    table.clock.advance(table.rules.round_s + table.rules.grace_s + 1)
    assert handlers.look(player_id)["place"] == 2


def test_broken_picture_is_no_server_error(game_server: GameServer) -> None:
    player = game_server.player()
    board = player.board("begin")
    for file in (game_server.table.data_dir / "images").iterdir():
        file.write_bytes(b"\x89PNG not really")

    assert player.picture(board).status_code == 404


@pytest.mark.parametrize(
    ("age", "is_known"),
    [
        (timedelta(hours=-3), True),  # signed before the clock was set back
        (timedelta(days=13), True),
        (timedelta(seconds=COOKIE_AGE_S + 60), False),
        (timedelta(days=-3), False),
    ],
)
def test_clock_that_jumps_back_keeps_players_in_their_game(
    monkeypatch: pytest.MonkeyPatch, age: timedelta, is_known: bool
) -> None:
    identity, then = Identity(SECRET), datetime.now(UTC) - age
    monkeypatch.setattr(TimestampSigner, "get_timestamp", lambda _self: int(then.timestamp()))

    assert identity.read(identity.sign("ada")) == ("ada" if is_known else None)


def test_week_holds_all_points_though_the_clock_jumps_back(table: Table) -> None:
    player_id = table.join()
    first = table.play_session(player_id, catches_traps=True).session.finished.points
    table.clock.now = START - timedelta(hours=5)  # the same week, before it all
    second = table.play_session(player_id, catches_traps=True).session.finished.points

    (line,) = table.game.leaderboard()
    assert (line.points, line.sessions) == (first + second, 2)
