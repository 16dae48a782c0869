# The board's events as plain functions: no browser, no server, no Gradio.
from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import AsyncGenerator, Iterator
from contextlib import closing
from dataclasses import replace
from typing import Any

import pytest

from apps.game.handlers import ASLEEP, GIVEN_UP, WAKING, GameHandlers
from apps.game.pacing import AnswerPace
from gap_core.play import Rules
from gap_core.play.secrecy import REPEATED
from models.batching import Batcher
from models.errors import ModelError
from models.prompts import WRONG
from tests.fixtures_models import ScriptedModel
from tests.fixtures_play import LABEL, Table

QUICK = AnswerPace(first_s=0.02, grid_s=0.01, tick_s=0.01, verdict_s=0.01)


@pytest.fixture
def handlers(table: Table, scripted_model: ScriptedModel) -> Iterator[GameHandlers]:
    with closing(Batcher(scripted_model)) as batcher:
        yield GameHandlers(table.restarted(), batcher, pace=QUICK)


def asked(handlers: GameHandlers, player_id: str, question: Any = "What?") -> list[dict[str, Any]]:
    """All boards of one question."""

    async def collect() -> list[dict[str, Any]]:
        token = handlers.look(player_id)["round"]["token"]
        return [b async for b in handlers.ask(player_id, round_token=token, question=question)]

    return asyncio.run(collect())


def test_a_new_player_sees_the_lobby(handlers: GameHandlers, table: Table) -> None:
    board = handlers.look(table.join())

    assert (board["screen"], board["round"], board["end"]) == ("lobby", None, None)


def test_beginning_shows_the_first_picture(handlers: GameHandlers, table: Table) -> None:
    board = handlers.begin(table.join())

    assert (board["screen"], board["place"], board["total"]) == ("round", 1, 10)


def asleep(handlers: GameHandlers) -> GameHandlers:
    handlers.game.wake(replace(LABEL, quantization=""), Rules())
    return handlers


def test_who_begins_before_the_model_is_loaded_is_told_until_it_is(
    handlers: GameHandlers, table: Table
) -> None:
    player_id = table.join()
    asleep(handlers)

    async def wait() -> list[dict[str, Any]]:
        boards = []
        async for board in handlers.waking(player_id):
            boards.append(board)
            handlers.game.wake(LABEL, Rules())
        return boards

    (board,) = asyncio.run(wait())
    assert (board["screen"], board["notice"]) == ("lobby", WAKING)
    assert board["live"] is not None  # so that Start can't be pressed again
    assert asyncio.run(wait()) == []


def test_no_picture_is_opened_before_the_model_is_loaded(
    handlers: GameHandlers, table: Table
) -> None:
    # A restarted server's page came back first, and the next picture's time ran meanwhile.
    player_id = table.started()
    table.clock.advance(table.rules.round_s + table.rules.grace_s + 1)
    asleep(handlers)
    board = handlers.look(player_id)

    assert (board["screen"], board["notice"]) == ("lobby", ASLEEP)
    table.clock.advance(9)
    handlers.game.wake(LABEL, Rules())
    board = handlers.begin(player_id)
    assert (board["place"], board["round"]["left"]) == (2, table.rules.round_s)


def test_before_the_model_is_loaded_nothing_is_asked_or_marked(
    handlers: GameHandlers, table: Table
) -> None:
    player_id = table.started()
    turn = table.open_turn(player_id)
    table.finish(turn.turn_id)
    asleep(handlers)

    refused = [
        handlers.judge(player_id, turn_id=turn.turn_id, verdict="wrong"),
        *asked(handlers, player_id),
    ]

    assert [(board["screen"], board["notice"]) for board in refused] == [("unchanged", ASLEEP)] * 2
    (shown,) = table.shown(player_id).turns
    assert shown.verdict is None
    handlers.game.wake(LABEL, Rules())
    judged = handlers.judge(player_id, turn_id=turn.turn_id, verdict="correct")
    assert judged["round"]["asked"][0]["verdict"] == "correct"


def test_beginning_twice_goes_on_with_the_same_round(handlers: GameHandlers, table: Table) -> None:
    player_id = table.join()

    first, second = handlers.begin(player_id), handlers.begin(player_id)

    assert first["round"]["token"] == second["round"]["token"]


def test_an_answer_grows_and_ends_stored(handlers: GameHandlers, table: Table) -> None:
    boards = asked(handlers, table.started())

    texts = [board["live"]["text"] for board in boards[:-1]]
    assert texts == ["", "There is", "There is a red"]
    assert boards[-1]["round"]["asked"][0]["answer"] == "There is a red car."


def test_correct_keeps_the_picture(handlers: GameHandlers, table: Table) -> None:
    player_id = table.started()
    board = asked(handlers, player_id)[-1]
    turn = board["round"]["asked"][0]["turn"]

    after = handlers.judge(player_id, turn_id=turn, verdict="correct")

    assert after["round"]["token"] == board["round"]["token"]


def test_wrong_brings_the_next_picture(handlers: GameHandlers, table: Table) -> None:
    player_id = table.started()
    board = asked(handlers, player_id)[-1]
    turn = board["round"]["asked"][0]["turn"]

    after = handlers.judge(player_id, turn_id=turn, verdict="wrong")

    assert (after["place"], after["round"]["asked"]) == (2, [])


def test_a_refused_question_is_told_on_the_board(handlers: GameHandlers, table: Table) -> None:
    board = asked(handlers, table.started(), "  ")[-1]

    assert board["notice"].startswith("The question is empty.")
    assert board["round"]["asked"] == []


def test_a_model_that_fails_costs_no_question(
    handlers: GameHandlers, table: Table, scripted_model: ScriptedModel
) -> None:
    scripted_model.enqueue(ModelError("The model is out of memory. Ask again."))

    board = asked(handlers, table.started())[-1]

    assert board["notice"] == "The model is out of memory. Ask again."
    assert board["round"]["questions_left"] == Rules().questions_per_round


def test_a_question_can_be_asked_after_a_crash(
    handlers: GameHandlers, table: Table, scripted_model: ScriptedModel
) -> None:
    player_id = table.started()
    scripted_model.enqueue(RuntimeError("bad kernel"))
    asked(handlers, player_id)

    board = asked(handlers, player_id)[-1]

    assert board["round"]["asked"][0]["answer"] == "There is a red car."


def test_a_repeated_instruction_fails_alike_on_all_pictures(
    handlers: GameHandlers, table: Table, scripted_model: ScriptedModel
) -> None:
    scripted_model.word_s = 0.02
    player_id = table.started()
    endings: set[tuple[str, str, int]] = set()
    for _ in range(table.rules.images_per_session):
        scripted_model.enqueue(WRONG)
        boards = asked(handlers, player_id)
        texts = "".join(board["live"]["text"] for board in boards[:-1])
        endings.add((texts, boards[-1]["notice"], boards[-1]["round"]["questions_left"]))
        table.clock.advance(122)

    assert endings == {("", REPEATED, Rules().questions_per_round)}


async def until_first_words(handlers: GameHandlers, player_id: str) -> AsyncGenerator[Any, None]:
    """A question whose answer has begun to show."""
    token = handlers.look(player_id)["round"]["token"]
    boards = handlers.ask(player_id, round_token=token, question="What?")
    async for board in boards:
        if board["live"]["text"]:
            break
    return boards


async def hang_up(handlers: GameHandlers, player_id: str) -> None:
    """Go away once an answer has begun to show."""
    await (await until_first_words(handlers, player_id)).aclose()


@pytest.fixture
def talkative(scripted_model: ScriptedModel) -> ScriptedModel:
    """A model that talks for ten seconds."""
    scripted_model.word_s = 0.05
    scripted_model.enqueue("word " * 200)
    return scripted_model


@pytest.mark.usefixtures("talkative")
def test_hanging_up_stops_the_model_and_frees_the_player(
    handlers: GameHandlers, table: Table
) -> None:
    player_id = table.started()
    asyncio.run(hang_up(handlers, player_id))

    assert handlers.look(player_id)["round"]["waiting"] is False
    assert handlers.look(player_id)["round"]["asked"] == []


@pytest.mark.usefixtures("talkative")
def test_who_comes_back_is_told_that_the_question_was_given_up(
    handlers: GameHandlers, table: Table
) -> None:
    player_id = table.started()
    asyncio.run(hang_up(handlers, player_id))

    assert handlers.look(player_id)["notice"] == GIVEN_UP
    assert asked(handlers, player_id)[-1]["notice"] == ""


@pytest.mark.usefixtures("talkative")
def test_hanging_up_waits_for_no_database(handlers: GameHandlers, table: Table) -> None:
    # Giving up the question was written on the event loop: a held lock stopped all players.
    player_id = table.started()

    async def hang_up() -> float:
        boards = await until_first_words(handlers, player_id)
        with table.store() as writer, writer.transaction():
            began = time.monotonic()
            await boards.aclose()
            return time.monotonic() - began

    assert asyncio.run(hang_up()) < 5
    assert handlers.look(player_id)["round"]["waiting"] is False


def test_a_question_cancelled_while_it_is_stored_is_given_up(
    handlers: GameHandlers, table: Table, scripted_model: ScriptedModel
) -> None:
    # Its thread stored it all the same, and the player waited two minutes for nobody.
    player_id = table.started()

    async def cancel() -> None:
        token = handlers.look(player_id)["round"]["token"]
        boards = handlers.ask(player_id, round_token=token, question="What?")
        with table.store() as writer, writer.transaction():
            asking = asyncio.ensure_future(anext(boards))
            await asyncio.sleep(0.2)
            asking.cancel()
            await asyncio.wait([asking])
        wait_for = time.monotonic() + 10
        while handlers.look(player_id)["notice"] != GIVEN_UP and time.monotonic() < wait_for:
            await asyncio.sleep(0.02)

    asyncio.run(cancel())

    assert handlers.look(player_id)["round"]["waiting"] is False
    assert handlers.look(player_id)["notice"] == GIVEN_UP
    assert scripted_model.calls == []


def test_a_waiting_player_is_told_how_many_are_before(
    handlers: GameHandlers, table: Table, scripted_model: ScriptedModel
) -> None:
    scripted_model.gate = threading.Event()
    players = [table.started(name) for name in ("Ada", "Bob", "Cleo")]
    ahead: list[int] = []

    async def ask_all() -> None:
        async def one(player_id: str, *, is_last: bool) -> None:
            token = handlers.look(player_id)["round"]["token"]
            async for board in handlers.ask(player_id, round_token=token, question="What?"):
                if is_last and board["live"]:
                    ahead.append(board["live"]["ahead"])

        running = [asyncio.create_task(one(players[0], is_last=False))]
        await asyncio.sleep(0.3)  # the first is with the model, the next wait behind it
        running.append(asyncio.create_task(one(players[1], is_last=False)))
        await asyncio.sleep(0.3)
        running.append(asyncio.create_task(one(players[2], is_last=True)))
        await asyncio.sleep(0.3)
        assert scripted_model.gate is not None
        scripted_model.gate.set()
        await asyncio.gather(*running)

    asyncio.run(ask_all())

    assert ahead[0] == 0 and max(ahead) == 1


def test_the_end_shows_totals_and_the_best(handlers: GameHandlers, table: Table) -> None:
    player_id = table.join()
    table.play_session(player_id, catches_traps=True)

    board = handlers.look(player_id)

    assert board["screen"] == "end"
    assert board["end"]["points"] == 20 * board["end"]["traps_caught"]
    assert board["end"]["top"][0]["is_me"] is True


def test_no_board_before_the_end_knows_of_traps(handlers: GameHandlers, table: Table) -> None:
    player_id = table.started()
    boards = asked(handlers, player_id)

    words = repr(boards).lower()
    assert not any(word in words for word in ("taint", "trap", "told", "honest", "image_id"))


@pytest.mark.parametrize("field", ["first_s", "grid_s", "tick_s", "verdict_s", "beat_s"])
def test_a_grid_without_lines_is_refused(field: str) -> None:
    with pytest.raises(ValueError, match="not above 0"):
        AnswerPace(**{field: 0.0})
