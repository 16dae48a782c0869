# The batches before the model: what joins, streams, preparing, crashes, closing.
from __future__ import annotations

import threading
import time
from contextlib import closing
from dataclasses import replace

import pytest

from models.base import Ask
from models.batching import MAX_READY, Batcher
from models.errors import ModelError
from tests.fixtures_batching import first_update, last_update, occupy, start_long_answer
from tests.fixtures_models import ScriptedModel
from tests.waiting import wait_until


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


def prepare_slowly(ask: Ask) -> Ask:
    """Takes a while; a question called "bad" has no readable picture."""
    time.sleep(0.01)
    if ask.question == "bad":
        raise OSError("truncated")
    return ask


@pytest.fixture
def helpers(scripted_model: ScriptedModel, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The threads that prepared a question on the processor, one after another."""
    names: list[str] = []

    def prepare(ask: Ask) -> Ask:
        names.append(threading.current_thread().name)
        return prepare_slowly(ask)

    monkeypatch.setattr(scripted_model, "serves_on_cpu", True)
    monkeypatch.setattr(scripted_model, "prepare", prepare)
    return names


def test_who_serves_on_the_processor_helps_to_prepare(
    batcher: Batcher, scripted_model: ScriptedModel, ask: Ask, helpers: list[str]
) -> None:
    long = start_long_answer(batcher, scripted_model, ask, word_s=0.001)
    for _ in range(4):
        for ticket in [batcher.submit(ask, player_id=f"player {n}") for n in range(6)]:
            assert last_update(ticket).text == "There is a red car."
    long.cancel()

    assert {"preparer", "batcher"} == set(helpers)


def test_slow_preparing_does_not_hold_up_running_answers(
    batcher: Batcher,
    scripted_model: ScriptedModel,
    ask: Ask,
    helpers: list[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("models.batching.HELP_AT_MOST_S", 0.005)
    long = start_long_answer(batcher, scripted_model, ask, word_s=0.001)
    for _ in range(4):
        for ticket in [batcher.submit(ask, player_id=f"player {n}") for n in range(6)]:
            assert last_update(ticket).is_done
    long.cancel()

    assert helpers.count("batcher") <= 1 and len(helpers) == 25


def test_unreadable_picture_fails_alone_whoever_prepares_it(
    batcher: Batcher, scripted_model: ScriptedModel, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scripted_model, "serves_on_cpu", True)
    monkeypatch.setattr(scripted_model, "prepare", prepare_slowly)
    long = start_long_answer(batcher, scripted_model, ask)
    asks = [replace(ask, question="bad" if n % 2 else "good") for n in range(6)]
    tickets = [batcher.submit(one, player_id=f"player {n}") for n, one in enumerate(asks)]
    for number, ticket in enumerate(tickets):
        if number % 2:
            with pytest.raises(ModelError, match="isn't counted"):
                last_update(ticket)
        else:
            assert last_update(ticket).is_done

    assert not first_update(long).is_done
    long.cancel()


def test_few_questions_are_prepared_ahead(
    scripted_model: ScriptedModel, gate: threading.Event, ask: Ask
) -> None:
    # Each holds its prompt in memory, and sixty-four of a large model's would fill a machine.
    with closing(Batcher(scripted_model)) as batcher:
        occupy(batcher, ask)
        tickets = [batcher.submit(ask, player_id=f"player {n}") for n in range(3 * MAX_READY)]
        wait_until(lambda: sum(ticket.is_prepared for ticket in tickets) == MAX_READY)
        time.sleep(0.05)
        ready = [ticket.is_prepared for ticket in tickets]
        gate.set()

        assert ready == [True] * MAX_READY + [False] * 2 * MAX_READY
        assert all(last_update(ticket).is_done for ticket in tickets)
