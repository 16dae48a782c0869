# The queue before the model: batches, places, fairness, cancel, crashes, back-pressure.
from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Iterator

import pytest

from models.base import Ask
from models.batching import Batcher
from models.errors import ModelError
from models.tickets import Ticket, Update
from tests.fixtures_models import ScriptedModel


@pytest.fixture
def gate(scripted_model: ScriptedModel) -> Iterator[threading.Event]:
    """Closed: the model takes a batch and then waits until the test opens the gate."""
    scripted_model.gate = threading.Event()
    yield scripted_model.gate
    scripted_model.gate.set()


@pytest.fixture
def batcher(scripted_model: ScriptedModel) -> Iterator[Batcher]:
    made = Batcher(scripted_model, max_batch=4, max_waiting=6, max_wait_s=20)
    yield made
    if scripted_model.gate is not None:
        scripted_model.gate.set()
    made.close()


def last_update(ticket: Ticket) -> Update:
    return list(ticket.updates())[-1]


def first_update(ticket: Ticket) -> Update:
    """Reads the state without leaving the iterator, which would cancel the ticket."""
    return ticket._update


def wait_until(is_true: object) -> None:
    deadline = time.monotonic() + 5
    while not is_true():
        if time.monotonic() > deadline:
            pytest.fail("it never happened")
        time.sleep(0.002)


def occupy(batcher: Batcher, ask: Ask) -> Ticket:
    """A first ticket that runs, so that later ones wait behind the closed gate."""
    ticket = batcher.submit(ask, player_id="first")
    wait_until(lambda: first_update(ticket).place is None)
    return ticket


def start_long_answer(
    batcher: Batcher, model: ScriptedModel, ask: Ask, *, word_s: float = 0.01
) -> Ticket:
    """Anna's ticket of an answer that goes on and on; its first words are there."""
    model.enqueue("word " * 1000)
    model.word_s = word_s
    ticket = batcher.submit(ask, player_id="anna")
    wait_until(lambda: first_update(ticket).text)
    return ticket


def test_answer_streams_and_ends_with_the_reply(
    batcher: Batcher, scripted_model: ScriptedModel, ask: Ask
) -> None:
    scripted_model.word_s = 0.02
    updates = list(batcher.submit(ask, player_id="anna").updates())
    texts = [update.text for update in updates]

    assert texts[-1] == "There is a red car."
    assert "There is" in texts
    assert [update.is_done for update in updates] == [False] * (len(updates) - 1) + [True]
    assert updates[-1].reply.tokens == 5


def test_what_waits_joins_together_up_to_the_limit(
    batcher: Batcher, scripted_model: ScriptedModel, gate: threading.Event, ask: Ask
) -> None:
    tickets = [occupy(batcher, ask)]
    tickets += [batcher.submit(ask, player_id=f"player {n}") for n in range(6)]
    wait_until(lambda: all(ticket.is_prepared for ticket in tickets))
    gate.set()
    for ticket in tickets:
        last_update(ticket)

    assert scripted_model.batches[:2] == [1, 3]
    assert scripted_model.most_running == 4
    assert len(scripted_model.calls) == 7


def test_newcomer_does_not_wait_for_a_long_answer(
    batcher: Batcher, scripted_model: ScriptedModel, ask: Ask
) -> None:
    long = start_long_answer(batcher, scripted_model, ask)

    assert last_update(batcher.submit(ask, player_id="ben")).text == "There is a red car."
    assert not first_update(long).is_done
    long.cancel()


def test_questions_are_prepared_while_others_are_answered(
    batcher: Batcher, scripted_model: ScriptedModel, gate: threading.Event, ask: Ask
) -> None:
    occupy(batcher, ask)
    waiting = batcher.submit(ask, player_id="anna")
    wait_until(lambda: waiting.is_prepared)

    assert first_update(waiting).place == 1
    assert scripted_model.batches == []


def test_replies_reach_their_own_tickets(
    batcher: Batcher, scripted_model: ScriptedModel, gate: threading.Event, ask: Ask
) -> None:
    for word in ("zero", "one", "two", "three"):
        scripted_model.enqueue(word)
    tickets = [occupy(batcher, ask)]
    tickets += [batcher.submit(ask, player_id=f"player {n}") for n in range(3)]
    gate.set()

    assert [last_update(ticket).text for ticket in tickets] == ["zero", "one", "two", "three"]


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
    with pytest.raises(ModelError, match="6 questions are waiting"):
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


def test_crashed_batch_fails_its_tickets_and_the_worker_goes_on(
    batcher: Batcher, scripted_model: ScriptedModel, ask: Ask
) -> None:
    scripted_model.enqueue(RuntimeError("out of memory"))
    with pytest.raises(ModelError, match="isn't counted: ask again") as caught:
        last_update(batcher.submit(ask, player_id="anna"))

    assert str(caught.value.__cause__) == "out of memory"
    assert last_update(batcher.submit(ask, player_id="anna")).text == "There is a red car."


def test_picture_is_remembered_for_its_player_only(
    batcher: Batcher, scripted_model: ScriptedModel, ask: Ask
) -> None:
    for player_id in ("anna", "ben"):
        last_update(batcher.submit(ask, player_id=player_id))

    assert [call.scope for call in scripted_model.calls] == ["anna", "ben"]


def test_unreadable_picture_is_told_and_leaves_no_slot_taken(
    batcher: Batcher, scripted_model: ScriptedModel, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unreadable(_ask: Ask) -> Ask:
        raise OSError("truncated")

    with monkeypatch.context() as patch:
        patch.setattr(scripted_model, "prepare", unreadable)
        with pytest.raises(ModelError, match="isn't counted"):
            last_update(batcher.submit(ask, player_id="anna"))

    assert last_update(batcher.submit(ask, player_id="anna")).is_done


def test_model_that_leaves_questions_unanswered_is_told(
    batcher: Batcher, scripted_model: ScriptedModel, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(scripted_model, "serve", lambda take: [take(0)])
        with pytest.raises(ModelError, match="isn't counted"):
            last_update(batcher.submit(ask, player_id="anna"))

    assert last_update(batcher.submit(ask, player_id="anna")).is_done


def fail_before_taking(_take: object) -> None:
    raise RuntimeError("no memory left")


@pytest.mark.parametrize("serve", [fail_before_taking, lambda take: None])
def test_model_that_takes_nothing_fails_each_question_once(
    batcher: Batcher,
    scripted_model: ScriptedModel,
    ask: Ask,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    serve: object,
) -> None:
    # It was handed the same question again and again, with a traceback in the log each time.
    with monkeypatch.context() as patch:
        patch.setattr(scripted_model, "serve", serve)
        for player_id in ("anna", "ben"):
            with pytest.raises(ModelError, match="isn't counted"):
                last_update(batcher.submit(ask, player_id=player_id))
        time.sleep(0.05)

    assert [r.getMessage() for r in caplog.records] == [
        "1 questions failed while being answered"
    ] * 2
    assert last_update(batcher.submit(ask, player_id="anna")).is_done


def test_waiting_too_long_fails_and_frees_the_player(
    scripted_model: ScriptedModel, gate: threading.Event, ask: Ask
) -> None:
    with Batcher(scripted_model, max_wait_s=0.1) as batcher:
        occupy(batcher, ask)
        with pytest.raises(ModelError, match="too busy"):
            last_update(batcher.submit(ask, player_id="anna"))
        assert "anna" not in batcher._in_flight
        gate.set()


def test_answer_that_takes_too_long_is_given_up_and_stopped(
    scripted_model: ScriptedModel, ask: Ask
) -> None:
    with Batcher(scripted_model, max_answer_s=0.2) as batcher:
        ticket = start_long_answer(batcher, scripted_model, ask)
        with pytest.raises(ModelError, match="took longer than 0 s and was given up"):
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

    with Batcher(scripted_model, max_batch=1) as batcher:
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
    with Batcher(scripted_model, max_batch=2, max_waiting=8) as batcher:
        for number in range(200):
            try:
                taken.append(batcher.submit(ask, player_id=f"player {number}"))
            except ModelError:
                refused += 1
        replies = [last_update(ticket).reply for ticket in taken]

    assert refused >= 150 and len(taken) + refused == 200
    assert max(reply.first_word_s for reply in replies if reply) < 5


def test_closing_fails_what_waits_and_refuses_the_next(
    batcher: Batcher, gate: threading.Event, ask: Ask
) -> None:
    occupy(batcher, ask)
    ticket = batcher.submit(ask, player_id="anna")
    threading.Timer(0.05, gate.set).start()
    batcher.close()

    with pytest.raises(ModelError, match="shutting down"):
        last_update(ticket)
    with pytest.raises(ModelError, match="shut down"):
        batcher.submit(ask, player_id="ben")


def test_times_count_from_submission(batcher: Batcher, gate: threading.Event, ask: Ask) -> None:
    occupy(batcher, ask)
    ticket = batcher.submit(ask, player_id="anna")
    time.sleep(0.15)
    gate.set()
    reply = last_update(ticket).reply

    assert 0.15 <= reply.first_word_s < 2
    assert 0.15 <= reply.latency_s < 2


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

    with Batcher(scripted_model, max_batch=8) as batcher:
        threads = [threading.Thread(target=play, args=(f"player {n}",)) for n in range(40)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(timeout=30)

    assert done == ["There is a red car."] * 200
    assert 1 < scripted_model.most_running <= 8
