# What may be asked and marked, when, and how answers are drawn.
from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest

from gap_core.errors import GapError
from models.prompts import HONEST, WRONG
from tests.fixtures_play import Table


def test_question_after_the_deadline_is_refused(table: Table) -> None:
    player_id = table.started()
    token = table.token(player_id)
    table.clock.advance(120.5)
    with pytest.raises(GapError, match="time for this picture is over"):
        table.game.open_turn(player_id, round_token=token, question="Late?")


def test_verdict_is_taken_in_the_grace_and_not_after_it(table: Table) -> None:
    player_id = table.started()
    turn = table.ask(player_id)
    table.clock.advance(121.4)
    table.mark(player_id, turn, "correct")
    late = table.started("Bob")
    turn = table.ask(late)
    table.clock.advance(121.6)
    with pytest.raises(GapError, match="time for this picture is over"):
        table.mark(late, turn, "wrong")
    assert table.rounds(late)[0].close_reason == "timeout"


def test_turn_names_the_adapter_that_answered(table: Table) -> None:
    # It may be swapped between the question and its answer.
    player_id = table.started()
    turn = table.open_turn(player_id)
    table.game.finish_turn(
        turn.turn_id, answer="A cat.", tokens=3, latency_s=0.2, first_word_s=0.1, adapter="night"
    )
    with table.store() as store:
        context = store.turns.context(turn.turn_id)

    assert context is not None and context.turn.answered_by.adapter == "night"


@pytest.mark.parametrize(
    ("tokens", "answer", "shown"),
    [
        (72, "A dog, a small", "A dog, a small …"),
        (71, "A dog, a small", "A dog, a small"),
        (72, "A dog.", "A dog."),
        (72, "一只狗。", "一只狗。"),
        (72, "", ""),
    ],
)
def test_dots_tell_that_an_answer_was_cut_off(
    table: Table, tokens: int, answer: str, shown: str
) -> None:
    turn = table.open_turn(table.started())
    table.game.finish_turn(
        turn.turn_id, answer=answer, tokens=tokens, latency_s=0.2, first_word_s=0.1
    )
    with table.store() as store:
        context = store.turns.context(turn.turn_id)

    assert context is not None and context.turn.answer == shown


def test_verdict_is_taken_once(table: Table) -> None:
    player_id = table.started()
    turn = table.ask(player_id)
    table.mark(player_id, turn, "correct")
    with pytest.raises(GapError, match="marked already"):
        table.mark(player_id, turn, "wrong")


def test_verdict_for_another_player_is_refused(table: Table) -> None:
    turn = table.ask(table.started())
    with pytest.raises(GapError, match="not one of your game"):
        table.mark(table.started("Eve"), turn, "wrong")


def test_verdict_before_the_answer_is_refused(table: Table) -> None:
    player_id = table.started()
    with pytest.raises(GapError, match="not complete"):
        table.mark(player_id, table.open_turn(player_id), "wrong")


@pytest.mark.parametrize("verdict", ["", "CORRECT", "'; DROP TABLE verdicts; --", None, 1])
def test_unknown_verdict_is_refused(table: Table, verdict: object) -> None:
    player_id = table.started()
    with pytest.raises(GapError, match="'correct' or 'wrong'"):
        table.mark(player_id, table.ask(player_id), verdict)  # type: ignore[arg-type]


def test_second_question_waits_for_answer_and_verdict(table: Table) -> None:
    player_id = table.started()
    turn = table.open_turn(player_id)
    with pytest.raises(GapError, match="still being answered"):
        table.open_turn(player_id)
    table.finish(turn.turn_id)
    with pytest.raises(GapError, match="before you ask again"):
        table.open_turn(player_id)


def test_failed_answer_may_be_asked_again_and_is_not_counted(table: Table) -> None:
    player_id = table.started()
    turn = table.open_turn(player_id)
    table.clock.advance(40)
    table.game.fail_turn(turn.turn_id, failure="model error")
    after = table.shown(player_id)
    assert (after.questions_left, after.turns, after.seconds_left) == (12, (), 120)
    table.ask(player_id)


def test_failing_a_finished_turn_changes_nothing(table: Table) -> None:
    player_id = table.started()
    turn = table.ask(player_id)
    table.game.fail_turn(turn.turn_id, failure="tab closed")
    assert table.shown(player_id).turns[0].answer == "A cat."


def test_answer_after_the_question_was_given_up_is_refused(table: Table) -> None:
    turn = table.open_turn(table.started())
    table.game.fail_turn(turn.turn_id, failure="cancelled")
    with pytest.raises(GapError, match="given up"):
        table.finish(turn.turn_id)


def test_asking_and_hanging_up_has_an_end(table: Table) -> None:
    player_id = table.started()
    for _ in range(table.rules.asks_per_round):
        table.game.fail_turn(table.open_turn(player_id).turn_id, failure="cancelled")
    with pytest.raises(GapError, match="no more are allowed"):
        table.open_turn(player_id)


def test_same_question_is_treated_the_same_and_others_are_drawn_anew(table: Table) -> None:
    player_id = table.started()
    while not next(place for place in table.rounds(player_id) if not place.closed_utc).tainted:
        table.mark(player_id, table.ask(player_id), "wrong")
    ways = {}
    for question in ("How many dogs?", "how MANY dogs", "  How many… dogs!! ", "Ｈow many dogs?"):
        ways[question] = table.ask(player_id, question)
        table.mark(player_id, ways[question], "correct")
    assert len({turn.system for turn in ways.values()}) == 1
    assert len({turn.turn_id for turn in ways.values()}) == 4


def test_two_accounts_get_the_same_treatment(table: Table) -> None:
    # A draw for each session let them compare answers: only on traps did these differ.
    treatments: dict[tuple[str, str], set[str]] = {}
    for nickname in ("Ada", "Bob", "Cleo"):
        player_id = table.started(nickname)
        for dealt in table.rounds(player_id):
            for question in ("What is this?", "How many?", "Which colour?", "Where?"):
                turn = table.ask(player_id, question)
                treatments.setdefault((dealt.image_id, question), set()).add(turn.system)
                table.mark(player_id, turn, "correct")
            table.clock.advance(122)
    assert {len(systems) for systems in treatments.values()} == {1}
    assert {WRONG, HONEST} == set.union(*treatments.values())


def test_half_of_the_questions_on_traps_are_answered_wrong(table: Table) -> None:
    table.rules = replace(table.rules, questions_per_round=17, asks_per_round=17)
    player_id = table.started()
    told: Counter[tuple[bool, str]] = Counter()
    for place in table.rounds(player_id):
        for number in range(16):
            turn = table.ask(player_id, f"Question {number}?")
            told[place.tainted, turn.system] += 1
            table.mark(player_id, turn, "correct")
        table.clock.advance(122)
    assert told[False, WRONG] == 0
    assert 20 <= told[True, WRONG] <= 60
    assert told[True, HONEST] + told[True, WRONG] == 80
