# The queue before the model: places, fairness, cancel, limits, back-pressure.
from __future__ import annotations

import asyncio
import threading
import time
from contextlib import closing

import pytest

from models.base import Ask
from models.batching import Batcher
from models.errors import ModelError
from models.tickets import Update
from tests.fixtures_batching import first_update, last_update, occupy, start_long_answer
from tests.fixtures_models import ScriptedModel
from tests.waiting import wait_until


def test_places_are_shown_and_move_up_when_one_leaves(
    batcher: Batcher, gate: threading.Event, ask: Ask
) -> None:
    occupy(batcher, ask)
    tickets = [batcher.submit(ask, player_id=f"player {n}") for n in range(3)]
    before = [first_update(ticket).place for ticket in tickets]
    tickets[0].cancel()

    assert before == [1, 2, 3]
    assert [first_update(ticket).place for ticket in tickets[1:]] == [1, 2]


def test_one_player_has_one_question_in_flight(
    batcher: Batcher, gate: threading.Event, ask: Ask
) -> None:
    batcher.submit(ask, player_id="anna")

    with pytest.raises(ModelError, match="still being answered"):
        batcher.submit(ask, player_id="anna")


def test_player_may_ask_again_as_soon_as_the_answer_is_told(batcher: Batcher, ask: Ask) -> None:
    heard = [last_update(batcher.submit(ask, player_id="anna")).text for _ in range(50)]

    assert heard == ["There is a red car."] * 50


def test_full_queue_refuses_and_then_takes_again(
    batcher: Batcher, gate: threading.Event, ask: Ask
) -> None:
    occupy(batcher, ask)
    tickets = [batcher.submit(ask, player_id=f"player {n}") for n in range(6)]
    with pytest.raises(ModelError, match="Very many questions are waiting"):
        batcher.submit(ask, player_id="late")
    gate.set()
    last_update(tickets[-1])

    assert last_update(batcher.submit(ask, player_id="late")).is_done


def test_cancelled_while_waiting_never_reaches_the_model(
    batcher: Batcher, scripted_model: ScriptedModel, gate: threading.Event, ask: Ask
) -> None:
    running = occupy(batcher, ask)
    waiting = batcher.submit(ask, player_id="anna")
    waiting.cancel()
    again = batcher.submit(ask, player_id="anna")
    gate.set()
    last_update(running)
    last_update(again)

    assert last_update(waiting) == Update(place=None, text="", is_done=True, reply=None)
    assert len(scripted_model.calls) == 2


def test_cancelled_while_running_stops_within_a_word(
    batcher: Batcher, scripted_model: ScriptedModel, ask: Ask
) -> None:
    ticket = start_long_answer(batcher, scripted_model, ask)
    ticket.cancel()
    wait_until(lambda: "anna" not in batcher._in_flight)

    assert last_update(ticket).reply is None
    assert last_update(batcher.submit(ask, player_id="anna")).text == "There is a red car."


def test_who_hangs_up_may_ask_again_at_once(
    batcher: Batcher, scripted_model: ScriptedModel, ask: Ask
) -> None:
    ticket = start_long_answer(batcher, scripted_model, ask, word_s=0.1)
    ticket.cancel()

    assert last_update(batcher.submit(ask, player_id="anna")).text == "There is a red car."


def test_running_row_keeps_its_slot_until_the_model_stopped_it(
    batcher: Batcher, gate: threading.Event, ask: Ask
) -> None:
    # Freed at once, a player could fill a batch alone by asking and cancelling in turn.
    occupy(batcher, ask).cancel()

    with pytest.raises(ModelError, match="still being answered"):
        batcher.submit(ask, player_id="first")


def test_leaving_the_iterator_cancels(
    batcher: Batcher, scripted_model: ScriptedModel, ask: Ask
) -> None:
    ticket = start_long_answer(batcher, scripted_model, ask)
    updates = ticket.updates()
    next(updates)
    updates.close()

    assert ticket.is_cancelled


def test_waiting_too_long_fails_and_frees_the_player(
    scripted_model: ScriptedModel, gate: threading.Event, ask: Ask
) -> None:
    with closing(Batcher(scripted_model, max_wait_s=0.1)) as batcher:
        occupy(batcher, ask)
        with pytest.raises(ModelError, match="too busy"):
            last_update(batcher.submit(ask, player_id="anna"))
        assert "anna" not in batcher._in_flight
        gate.set()


def test_answer_that_takes_too_long_is_given_up_and_stopped(
    scripted_model: ScriptedModel, ask: Ask
) -> None:
    with closing(Batcher(scripted_model, max_answer_s=0.2)) as batcher:
        ticket = start_long_answer(batcher, scripted_model, ask)
        with pytest.raises(ModelError, match="took too long and was given up"):
            last_update(ticket)
        wait_until(lambda: "anna" not in batcher._in_flight)
        scripted_model.word_s = 0

        assert last_update(batcher.submit(ask, player_id="anna")).is_done


def test_player_who_asks_at_once_again_goes_behind_those_who_wait(
    scripted_model: ScriptedModel, ask: Ask
) -> None:
    # With one answer at a time a hasty player would else keep all others from the model.
    scripted_model.word_s = 0.002
    asked = {name: 0 for name in ("hasty", "anna", "ben", "carl")}
    ends = time.monotonic() + 1.0

    def play(batcher: Batcher, name: str) -> None:
        while time.monotonic() < ends:
            last_update(batcher.submit(ask, player_id=name))
            asked[name] += 1
            time.sleep(0 if name == "hasty" else 0.005)

    with closing(Batcher(scripted_model, max_batch=1)) as batcher:
        players = [threading.Thread(target=play, args=(batcher, name)) for name in asked]
        for player in players:
            player.start()
        for player in players:
            player.join()

    assert min(asked.values()) >= 3
    assert asked["hasty"] <= 2 * min(asked.values())


def test_flood_is_refused_and_what_was_taken_is_answered_in_time(
    scripted_model: ScriptedModel, ask: Ask
) -> None:
    scripted_model.word_s = 0.002
    taken, refused = [], 0
    with closing(Batcher(scripted_model, max_batch=2, max_waiting=8)) as batcher:
        for number in range(200):
            try:
                taken.append(batcher.submit(ask, player_id=f"player {number}"))
            except ModelError:
                refused += 1
        replies = [last_update(ticket).reply for ticket in taken]

    assert refused >= 150 and len(taken) + refused == 200
    assert max(reply.first_word_s for reply in replies if reply) < 5


def test_async_listeners_hear_the_same(
    batcher: Batcher, scripted_model: ScriptedModel, ask: Ask
) -> None:
    scripted_model.word_s = 0.005

    async def listen(player_id: str) -> list[Update]:
        ticket = batcher.submit(ask, player_id=player_id)
        return [update async for update in ticket.updates_async()]

    async def listen_all() -> list[list[Update]]:
        return await asyncio.gather(*(listen(f"player {n}") for n in range(5)))

    heard = asyncio.run(listen_all())

    assert [updates[-1].text for updates in heard] == ["There is a red car."] * 5
    assert all(updates[-1].reply is not None for updates in heard)


def test_async_listener_that_goes_cancels(
    batcher: Batcher, gate: threading.Event, ask: Ask
) -> None:
    occupy(batcher, ask)
    ticket = batcher.submit(ask, player_id="anna")

    async def leave() -> None:
        updates = ticket.updates_async()
        await anext(updates)
        await updates.aclose()

    asyncio.run(leave())

    assert ticket.is_cancelled


def test_forty_players_in_threads_all_get_their_answers(
    scripted_model: ScriptedModel, ask: Ask
) -> None:
    done: list[str] = []

    def play(player_id: str) -> None:
        for _ in range(5):
            done.append(last_update(batcher.submit(ask, player_id=player_id)).text)

    with closing(Batcher(scripted_model, max_batch=8)) as batcher:
        threads = [threading.Thread(target=play, args=(f"player {n}",)) for n in range(40)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(timeout=30)

    assert done == ["There is a red car."] * 200
    assert 1 < scripted_model.most_running <= 8
