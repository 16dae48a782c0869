# What a facilitator sees of a playtest, and does to it.
from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import timedelta

import pytest

from db.playtest_records import PlayerPlay
from db.records import VerdictCounts
from gap_core.errors import GapError
from gap_core.play.facilitating import end_session, suspected_bots, trap_accuracy, turns_csv
from tests.fixtures_play import START, Table

NOBODY = VerdictCounts(0, 0, 0, 0, 0, 0)
PERSON = PlayerPlay(
    player_id="p", nickname="Ada", is_hidden=False, team="", sessions=1,
    counts=VerdictCounts(3, 1, 0, 2, 4, 5), posterior=0.9, posterior_low=0.8, posterior_high=0.95,
    questions=15, different=14, deciding_s=(2.0,) * 15,
)  # fmt: skip


def test_a_session_being_played_is_seen_with_its_place(table: Table) -> None:
    player = table.started("Ada")
    table.mark(player, table.ask(player), "wrong")
    table.clock.advance(20)
    table.open_turn(player)
    with table.store() as store:
        (seen,) = store.playtest.open_sessions()

    assert (seen.nickname, seen.place, seen.pictures, seen.questions) == ("Ada", 2, 10, 1)
    assert seen.is_waiting and seen.last_utc == START + timedelta(seconds=20)


def test_a_session_just_begun_counts_from_its_start(table: Table) -> None:
    table.started("Ada")
    with table.store() as store:
        (seen,) = store.playtest.open_sessions()

    assert (seen.place, seen.questions, seen.is_waiting) == (1, 0, False)


def test_totals_count_from_the_moment_asked_for(table: Table) -> None:
    early = table.started("Early")
    table.mark(early, table.ask(early), "wrong")
    table.clock.advance(3600)
    late = table.started("Late")
    table.mark(late, table.ask(late), "correct")
    table.open_turn(late)
    since = START + timedelta(seconds=1800)
    with table.store() as store:
        turns = store.playtest.turn_totals(since=since)
        sessions = store.playtest.session_totals(since=since)

    assert (turns.answered, turns.marked_wrong, turns.marked_correct) == (1, 0, 1)
    assert (turns.waiting, turns.failed, turns.first_word_s) == (1, 0, (0.1,))
    assert (sessions.players, sessions.sessions, sessions.finished) == (1, 1, 0)


def test_an_empty_game_has_empty_totals(table: Table) -> None:
    with table.store() as store:
        turns = store.playtest.turn_totals(since=START)
        assert store.playtest.open_sessions() == [] and store.playtest.players(since=START) == []

    assert (turns.answered, turns.marked_wrong, turns.waiting) == (0, 0, 0)


def test_players_are_seen_with_verdicts_and_pace(table: Table) -> None:
    player = table.started("Ada")
    for question in ("What is this?", "what is this?", "Which colour?"):
        turn = table.ask(player, question)
        table.clock.advance(2)
        table.mark(player, turn, "correct")
    with table.store() as store:
        (seen,) = store.playtest.players(since=START)

    assert seen.nickname == "Ada" and (seen.questions, seen.different) == (3, 2)
    assert seen.deciding_s == (2.0, 2.0, 2.0) and sum(vars(seen.counts).values()) == 3


def test_ending_a_session_closes_it_now_with_its_points(table: Table) -> None:
    player = table.started("Ada")
    waiting = table.open_turn(player)
    with table.store() as store:
        (seen,) = store.playtest.open_sessions()
        end_session(store, seen.session_id, rules=table.rules, now=table.clock())
        ended = store.sessions.get(seen.session_id)
        context = store.turns.context(waiting.turn_id)

    assert ended is not None and ended.finish_reason == "closed" and ended.points == 0
    assert ended.finished_utc == START
    assert context is not None and context.turn.failure is not None


def test_a_session_can_be_ended_once(table: Table) -> None:
    table.started("Ada")
    with table.store() as store:
        (seen,) = store.playtest.open_sessions()
        end_session(store, seen.session_id, rules=table.rules, now=table.clock())
        with pytest.raises(GapError, match="has ended already"):
            end_session(store, seen.session_id, rules=table.rules, now=table.clock())


def test_after_its_end_the_player_can_begin_anew(table: Table) -> None:
    player = table.started("Ada")
    with table.store() as store:
        (seen,) = store.playtest.open_sessions()
        end_session(store, seen.session_id, rules=table.rules, now=table.clock())

    assert table.game.view(player).session.finished is not None  # type: ignore[union-attr]
    table.game.start_session(player)
    assert table.shown(player).turns == ()


def test_a_person_is_no_suspect() -> None:
    assert suspected_bots([PERSON]) == []


@pytest.mark.parametrize(
    ("changes", "sign"),
    [
        ({"deciding_s": (0.1,) * 8}, "decides within 0.1 s"),
        ({"counts": VerdictCounts(4, 0, 4, 0, 9, 0)}, "marked all 17 answers Wrong"),
        ({"counts": VerdictCounts(0, 4, 0, 4, 0, 0)}, "marked all 8 answers Correct"),
        ({"questions": 20, "different": 2}, "asked 20 questions, 2 different"),
    ],
)
def test_what_programs_do_is_noticed(changes: dict[str, object], sign: str) -> None:
    (bot,) = suspected_bots([replace(PERSON, **changes)])  # type: ignore[arg-type]
    assert len(bot.reasons) == 1 and bot.reasons[0].startswith(sign)


@pytest.mark.parametrize(
    "changes",
    [
        {"deciding_s": (0.1,) * 7},
        {"counts": VerdictCounts(7, 0, 0, 0, 0, 0)},
        {"questions": 7, "different": 1},
    ],
)
def test_too_little_play_is_no_sign(changes: dict[str, object]) -> None:
    assert suspected_bots([replace(PERSON, **changes)]) == []  # type: ignore[arg-type]


def test_accuracy_counts_verdicts_on_traps_only() -> None:
    assert trap_accuracy([PERSON, replace(PERSON, counts=NOBODY)]) == [5 / 6]


def test_the_export_holds_every_question_as_text(table: Table) -> None:
    player = table.started("=cmd()")
    table.mark(player, table.ask(player, "-2+3, or not?"), "wrong")
    with table.store() as store:
        lines = list(
            csv.DictReader(io.StringIO(turns_csv(store.playtest.played_turns(since=START))))
        )

    assert len(lines) == 1
    assert (lines[0]["nickname"], lines[0]["question"]) == ("'=cmd()", "'-2+3, or not?")
    assert (lines[0]["answer"], lines[0]["verdict"]) == ("A cat.", "wrong")
