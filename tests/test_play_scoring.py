# Verdicts become posteriors, posteriors select questions, and nothing of it shows to players.
from __future__ import annotations

import json
import sqlite3
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import pytest
from sqlite_utils import Database

from db import Store
from db.schema import migrations
from gap_core.errors import GapError
from gap_core.play import OpenTurn
from gap_core.play.posteriors import latest_population
from gap_core.scoring.counts import SAMPLES, PlayerCounts
from gap_core.scoring.joint import JointEstimator
from gap_core.scoring.posterior import ESTIMATORS, posterior_of
from models.prompts import WRONG
from tests.fixtures_play import START, Table


def posteriors(table: Table) -> list[sqlite3.Row]:
    with table.store() as store:
        return store.connection.rows("SELECT * FROM posteriors ORDER BY id")


def is_tainted(table: Table, turn: OpenTurn) -> bool:
    with table.store() as store:
        context = store.turns.context(turn.turn_id)
        assert context is not None
        return context.round.tainted


def test_each_verdict_on_a_tainted_picture_adds_one_posterior(table: Table) -> None:
    player_id = table.started()
    for _ in range(10):
        before = len(posteriors(table))
        turn = table.ask(player_id)
        table.mark(player_id, turn, "wrong")
        assert len(posteriors(table)) - before == is_tainted(table, turn)


def test_counts_grow_over_sessions_and_match_what_was_said(table: Table) -> None:
    player_id = table.join()
    for _ in range(2):
        table.play_session(player_id, catches_traps=True)
    last = posteriors(table)[-1]
    assert last["told_marked_wrong"] + last["honest_marked_correct"] == 10
    assert last["told_marked_correct"] == last["honest_marked_wrong"] == 0


def test_wrong_catcher_has_a_low_posterior_and_good_one_a_high(table: Table) -> None:
    table.rules = replace(table.rules, wrong_rate=1.0)
    table.play_session(table.join("good"), catches_traps=True)
    good = posteriors(table)[-1]
    table.rules = replace(table.rules, wrong_rate=0.0)
    table.play_session(table.join("bad"), catches_traps=False)
    bad = posteriors(table)[-1]
    assert (good["paper"], bad["paper"]) == (1.0, 0.0)
    assert good["smoothed_low"] < good["smoothed"] < 1.0
    assert bad["smoothed"] < 0.5 < good["smoothed"]


def play_marking_all_wrong(table: Table, nickname: str, *, sessions: int) -> str:
    player_id = table.join(nickname)
    for _ in range(sessions):
        table.game.start_session(player_id)
        for _ in range(10):
            table.mark(player_id, table.ask(player_id), "wrong")
    return player_id


def test_questions_of_a_good_player_are_selected_and_of_a_poor_one_not(table: Table) -> None:
    table.rules = replace(table.rules, wrong_rate=1.0)
    good = play_marking_all_wrong(table, "good", sessions=2)
    table.rules = replace(table.rules, wrong_rate=0.0)
    play_marking_all_wrong(table, "poor", sessions=2)
    selected = table.game.selected_questions(estimator="paper")
    assert {question.player_id for question in selected} == {good}
    assert len(selected) == 10
    assert all(question.posterior.mean == 1.0 for question in selected)


def test_one_session_is_enough_for_paper_and_not_for_smoothed(table: Table) -> None:
    table.rules = replace(table.rules, wrong_rate=1.0)
    play_marking_all_wrong(table, "lucky", sessions=1)
    assert len(table.game.selected_questions(estimator="paper")) == 5
    assert table.game.selected_questions(estimator="paper", by="lower_bound") == []
    assert table.game.selected_questions(estimator="smoothed", by="lower_bound") == []
    assert posteriors(table)[-1]["smoothed"] < 1.0


def test_player_without_a_tainted_verdict_selects_nothing(table: Table) -> None:
    player_id = table.started()
    turn = table.ask(player_id)
    while is_tainted(table, turn):
        table.clock.advance(200)
        table.game.view(player_id)
        turn = table.ask(player_id)
    table.mark(player_id, turn, "wrong")
    assert [table.game.selected_questions(estimator=name) for name in ESTIMATORS] == [[]] * 4


def play_carefully(table: Table, nickname: str, *, errors_on_untainted: int) -> str:
    """Three sessions that find every error and mark nothing else; so many untainted errors each."""
    player_id = table.join(nickname)
    for _ in range(3):
        table.game.start_session(player_id)
        left = errors_on_untainted
        for _ in range(10):
            turn = table.ask(player_id)
            finds = turn.system == WRONG
            if not is_tainted(table, turn) and left:
                finds, left = True, left - 1
            table.mark(player_id, turn, "wrong" if finds else "correct")
            if not finds:
                table.clock.advance(200)
                table.game.view(player_id)
    return player_id


def test_joint_is_the_default_and_selects_careful_players_not_the_careless(table: Table) -> None:
    careful = {play_carefully(table, f"careful {n}", errors_on_untainted=3) for n in range(4)}
    for number in range(2):
        play_marking_all_wrong(table, f"careless {number}", sessions=3)
    selected = table.game.selected_questions()
    assert {question.estimator for question in selected} == {"joint"}
    assert {question.player_id for question in selected} == careful
    assert all(question.posterior.mean > 0.8 for question in selected)


def test_population_is_fitted_again_only_when_enough_is_new(table: Table) -> None:
    assert not table.game.refit_population()
    player_id = table.join()
    table.play_session(player_id, catches_traps=True)
    assert table.game.refit_population()
    assert not table.game.refit_population()
    table.play_session(player_id, catches_traps=True)
    assert table.game.refit_population()


def test_verdicts_are_scored_with_the_population_as_last_fitted(table: Table) -> None:
    table.play_session(table.join("first"), catches_traps=True)
    flat = posteriors(table)[0]
    table.game.refit_population()
    table.play_session(table.join("second"), catches_traps=True)
    with table.store() as store:
        population = latest_population(store, errors=table.rules.model_errors)
    last = posteriors(table)[-1]
    counts = PlayerCounts(*(last[name] for name in SAMPLES))
    assert 0 <= flat["joint_low"] <= flat["joint"] <= flat["joint_high"] <= 1
    found = posterior_of(JointEstimator(population), counts)
    assert found is not None and last["joint"] == pytest.approx(found.mean)


def test_posteriors_from_before_the_joint_estimator_are_kept(tmp_path: Path) -> None:
    earlier = Database(tmp_path / "gap.db")
    migrations.apply(earlier, stop_before="m007_joint_posteriors")
    earlier.execute("PRAGMA foreign_keys=OFF")
    earlier.execute("INSERT INTO posteriors VALUES (1, 'p', 'v', 3, 0, 1, 2, .75, .7, .5, .9, 't')")
    earlier.conn.commit()
    earlier.close()
    with Store.open(tmp_path / "gap.db") as store:
        (row,) = store.connection.rows("SELECT * FROM posteriors")
    assert (row["smoothed"], row["joint"], row["untainted_marked_wrong"]) == (0.7, None, None)


def test_populations_of_an_older_file_are_packed_and_lose_nothing(tmp_path: Path) -> None:
    older = Database(tmp_path / "gap.db")
    migrations.apply(older, stop_before="m027_packed_populations")
    weights = np.random.default_rng(1).dirichlet(np.ones(625))
    for number in (3, 7):
        older.execute(
            """INSERT INTO populations (id, verdicts, error_rate, error_rate_sd, honest_wrong,
                told_right, weights_json, smoothed_a, smoothed_b, fitted_utc)
            VALUES (?, 90, 0.2, 0.01, 0.04, 0.03, ?, 1.5, NULL, '2025-03-12T10:00:00+00:00')""",
            [number, json.dumps([*weights])],
        )
    older.conn.commit()
    older.close()
    with Store.open(tmp_path / "gap.db") as store:
        rows = store.connection.rows("SELECT * FROM populations ORDER BY id")
        latest = store.scores.latest_population()

    assert [row["id"] for row in rows] == [3, 7]
    assert len(rows[0]["weights"]) == 2500
    assert latest.weights == pytest.approx(weights, rel=1e-6)
    assert (latest.verdicts, latest.error_rate, latest.error_rate_sd) == (90, 0.2, 0.01)
    assert (latest.honest_wrong, latest.told_right) == (0.04, 0.03)
    assert (latest.smoothed_a, latest.smoothed_b) == (1.5, None)
    assert latest.fitted_utc == START


@pytest.mark.parametrize(
    "table_name", ["verdicts", "posteriors", "consents", "populations", "player_models"]
)
@pytest.mark.parametrize("statement", ["DELETE FROM {}", "UPDATE {} SET rowid = rowid"])
def test_records_of_judgement_only_grow(table: Table, table_name: str, statement: str) -> None:
    table.play_session(table.join(), catches_traps=True)
    table.game.refit_population()
    table.game.refit_player_model()
    with table.store() as store, pytest.raises(sqlite3.IntegrityError, match="append only"):
        store.connection.rows(statement.format(table_name))


def test_views_reprs_and_refusals_are_the_same_for_all_pictures(table: Table) -> None:
    player_id = table.started()
    shapes: set[str] = set()
    for _ in range(10):
        turn = table.ask(player_id)
        assert WRONG not in repr(turn)
        with table.store() as store:
            context = store.turns.context(turn.turn_id)
        assert "taint" not in repr(context) and "told" not in repr(context)
        table.mark(player_id, turn, "correct")
        with pytest.raises(GapError) as refusal:
            table.mark(player_id, turn, "wrong")
        seen = asdict(table.game.view(player_id).session.round)
        shapes.add(f"{refusal.value} {json.dumps(blanked(seen))}")
        table.mark(player_id, table.ask(player_id, "And?"), "wrong")
    assert len(shapes) == 1


def blanked(seen: dict) -> dict:
    """The view without the ids, which are random, but with their lengths."""
    turns = [turn | {"turn_id": len(turn["turn_id"])} for turn in seen["turns"]]
    return seen | {"token": len(seen["token"]), "turns": turns}


def test_order_of_rows_gives_no_picture_away(table: Table) -> None:
    # The traps are picked first; stored in that order, a row number would tell them.
    firsts = set()
    for number in range(12):
        player_id = table.started(f"player {number}")
        with table.store() as store:
            rows = store.connection.rows(
                """SELECT rounds.tainted AS tainted FROM rounds
                JOIN sessions ON sessions.id = rounds.session_id
                WHERE sessions.player_id = :id ORDER BY rounds.rowid LIMIT 5""",
                {"id": player_id},
            )
        firsts.add(tuple(row["tainted"] for row in rows))
    assert len(firsts) > 1
