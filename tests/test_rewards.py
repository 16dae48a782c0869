# XP, levels, streaks, badges: paid only to those whose marks show that they look.
from __future__ import annotations

import random
from datetime import date, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from db.reward_store import FreshMarks
from gap_core.play import GameView
from gap_core.rewards import paid_play
from gap_core.rewards.paid_play import evidence, is_paid
from gap_core.rewards.progress import level_begins, level_of, streak_of
from gap_core.simulation import reward_farm
from gap_core.simulation.dealt_scenes import deal_scenes
from gap_core.simulation.reward_farm import ever_paid, play_farm
from gap_core.simulation.tempers import TEMPERS, Mix, Temper
from models.prompts import WRONG
from scripts.set_bounties import main as set_bounties
from tests.fixtures_play import Table, fill_deck

TODAY = date(2026, 1, 10)


def marks(marked: int, matched: int, *, accounts: int = 1, is_doubted: bool = False) -> FreshMarks:
    return FreshMarks(marked, matched, accounts, is_doubted)


def test_evidence_of_marks_by_hand() -> None:
    # All n match: twice the integral of p^n from a half to one, over a half to the power n.
    assert evidence(1, 1) == pytest.approx(2 * (1 - 1 / 4) / 2 * 2)
    assert evidence(3, 3) == pytest.approx(2 * (1 - 1 / 16) / 4 * 8)
    assert evidence(0, 0) == pytest.approx(1)
    assert evidence(20, 10) < 1


@given(st.integers(0, 60), st.data())
def test_evidence_grows_with_matches(marked: int, data: st.DataObject) -> None:
    matched = data.draw(st.integers(0, max(0, marked - 1)))
    if marked:
        assert evidence(marked, matched + 1) > evidence(marked, matched) >= 0


@given(st.integers(0, 40), st.integers(0, 40))
def test_one_more_blind_mark_adds_nothing_on_average(matched: int, missed: int) -> None:
    n = matched + missed
    after = (evidence(n + 1, matched + 1) + evidence(n + 1, matched)) / 2
    assert after == pytest.approx(evidence(n, matched), rel=1e-6)


def test_the_larger_the_crowd_the_more_is_asked_of_each() -> None:
    assert is_paid(marks(10, 10)) and not is_paid(marks(10, 10, accounts=100))
    assert is_paid(marks(14, 14, accounts=100)) and not is_paid(marks(14, 14, is_doubted=True))
    assert not is_paid(marks(0, 0))


def test_a_lucky_farm_is_hardly_ever_paid() -> None:
    assert ever_paid(farm=20_000, marks=100, seed=3).hits <= 1  # 0.05 expected at most


def test_paid_are_the_honest_and_no_bot(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # Strict, and with somebody who sees everything, so that chance decides nothing here.
    monkeypatch.setattr(paid_play, "FALSE_PAYMENTS", 1e-4)
    monkeypatch.setitem(TEMPERS, "sees all", Temper("sees all", skill=1.0, care=1.0, fatigue=0.0))
    monkeypatch.setitem(reward_farm.LOOKING, "honest", Mix({"sees all": 1.0}, sessions={}))
    scenes = deal_scenes(tmp_path, tainted=60, untainted=60)
    kinds = {"honest": 1, "coin": 1, "always wrong": 1, "one voice": 2}
    results = play_farm(tmp_path, scenes=scenes, accounts=kinds, sessions=6, questions=4, seed=5)
    found = {result.kind: result for result in results}

    assert {kind: one.paid[-1].hits for kind, one in found.items()} == kinds | {
        "coin": 0,
        "always wrong": 0,
        "one voice": 0,
    }
    assert found["always wrong"].mean_points > 0  # points alone would reward it
    # What the second of two voices asks of a trap, the first has asked before.
    assert found["one voice"].fresh.hits < found["one voice"].fresh.n
    assert found["coin"].fresh.hits == found["coin"].fresh.n > 0


@pytest.mark.parametrize(("xp", "level"), [(0, 1), (99, 1), (100, 2), (299, 2), (300, 3), (600, 4)])
def test_levels_begin_where_they_say(xp: int, level: int) -> None:
    assert level_of(xp) == level


@given(st.integers(1, 500))
def test_every_level_is_reached_at_its_beginning(level: int) -> None:
    assert (level_of(level_begins(level)), level_of(level_begins(level + 1) - 1)) == (level, level)


@pytest.mark.parametrize(
    ("ago", "streak"),
    [([], 0), ([0], 1), ([1], 1), ([2], 0), ([0, 1, 2], 3), ([1, 2, 4], 2), ([-1, 0, 1], 2)],
)
def test_streak_counts_days_in_a_row(ago: list[int], streak: int) -> None:
    days = [TODAY - timedelta(days=days) for days in ago]

    assert streak_of(days, today=TODAY) == streak


def play(table: Table, player_id: str, *, words: str = "") -> GameView:
    """A session that marks every answer rightly, each question new; one a picture."""
    table.game.start_session(player_id)
    for number in range(table.rules.images_per_session):
        turn = table.ask(player_id, f"{words} {random.random()} {number}")
        view = table.mark(player_id, turn, "wrong" if turn.system == WRONG else "correct")
        if turn.system != WRONG:
            table.clock.advance(130)
            view = table.game.view(player_id)
    return view


def test_xp_waits_until_marks_show_that_somebody_looks(table: Table) -> None:
    player_id = table.join()
    first = play(table, player_id)
    assert first.progress is not None
    assert (first.progress.is_paid, first.progress.level) == (False, 1)
    assert first.progress.session_xp == first.session.finished.points + 10 * 2
    last = play(table, player_id)

    assert last.progress.is_paid
    assert "care" in last.progress.badges
    points = first.session.finished.points + last.session.finished.points
    assert last.progress.xp == points + 2 * 10 * 2


def test_progress_is_not_told_within_a_session(table: Table) -> None:
    player_id = table.started()

    assert table.game.view(player_id).progress is None


def test_badges_come_with_the_session_that_earned_them(table: Table) -> None:
    player_id = table.join()
    told = [play(table, player_id).progress.new_badges for _ in range(3)]

    assert told == [(), ("care",), ()]


def test_same_question_again_counts_once(table: Table) -> None:
    player_id = table.started()
    for _ in range(3):
        table.mark(player_id, table.ask(player_id, "What is this?"), "correct")
    table.clock.advance(6 * 3600 + 1)

    assert table.game.view(player_id).progress.session_xp == 2


def test_bounties_double_xp_and_never_points(table: Table) -> None:
    result = CliRunner().invoke(set_bounties, ["counting", "--db", str(table.db_path)])
    assert result.exit_code == 0, result.output
    player_id = table.join()
    view = play(table, player_id, words="How many dogs are there in square")

    assert view.progress.bounties == ("Counting",)
    assert (view.progress.bounty_xp, view.progress.session_xp) == (
        20,
        view.session.finished.points + 40,
    )
    assert view.session.finished.points == 20 * view.session.finished.traps_caught


def test_ten_rare_questions_make_an_explorer(table: Table) -> None:
    CliRunner().invoke(set_bounties, ["Counting", "--db", str(table.db_path)])
    player_id = table.join()
    for _ in range(2):
        view = play(table, player_id, words="How many dogs are there in square")

    assert set(view.progress.badges) == {"care", "rare"}


def test_unknown_category_is_refused_with_all_names(table: Table) -> None:
    result = CliRunner().invoke(set_bounties, ["Cats", "--db", str(table.db_path)])

    assert result.exit_code == 1 and "Choose from: Object Recognition, " in result.output
    assert "--none" in CliRunner().invoke(set_bounties, []).output


def test_question_that_somebody_asked_before_says_nothing(table: Table) -> None:
    ada, ben = table.started("Ada"), table.started("Ben")
    for player_id in (ada, ben):
        for _ in range(10):
            table.mark(player_id, table.ask(player_id, "What is this?"), "wrong")
    with table.store() as store:
        first, second = (store.rewards.fresh_marks(one) for one in (ada, ben))
        traps = {
            player: {r.image_id for r in table.rounds(player) if r.tainted} for player in (ada, ben)
        }

    assert first.marked == 5
    assert second.marked == len(traps[ben] - traps[ada])


def test_earlier_play_counts_after_the_update(tmp_path: Path) -> None:
    # A database from before rewards gets the counts that triggers keep from then on.

    from sqlite_utils import Database

    from db.schema import migrations

    fill_deck(tmp_path / "gap.db", tmp_path, tainted=12, untainted=14)
    table = Table(tmp_path / "gap.db", tmp_path)
    play(table, table.join())
    with table.store() as store:
        kept = store.connection.rows("SELECT * FROM fresh_marks")
        for name in ("fresh_marks", "known_wordings"):
            store.connection.rows(f"DROP TABLE {name}")
        store.connection.rows("DROP TRIGGER verdicts_count_where_fresh")
        store.connection.rows("DELETE FROM _sqlite_migrations WHERE name = 'm090_fresh_marks'")
    migrations.apply(Database(tmp_path / "gap.db"))
    with table.store() as store:
        again = store.connection.rows("SELECT * FROM fresh_marks")

    assert [tuple(row) for row in again] == [tuple(row) for row in kept] != []
