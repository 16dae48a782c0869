# The replica plays by the game's rules, and the proof measures what it says.
from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from gap_core.scoring.interval import Estimates
from gap_core.scoring.rates import ModelErrors
from gap_core.simulation.populations import POPULATIONS, Kind, sample_crowd
from gap_core.simulation.replica import Played, World, play_sessions
from gap_core.simulation.scoring_figures import (
    Truth,
    calibration_error,
    measure_estimators,
    missed_goals,
)
from scripts.validate_scoring import main

ROUNDS = 2000


def play(hit: float, false_alarm: float, world: World, *, is_bot: bool = False) -> Played:
    """One player with these rates in so many sessions of five and five pictures."""
    rng = np.random.default_rng(1)
    kind = Kind("one", 1.0, lambda _, n: (np.full(n, hit), np.full(n, false_alarm)), is_bot=is_bot)
    return play_sessions(sample_crowd((kind,), players=ROUNDS, rng=rng), world, sessions=1, rng=rng)


def test_who_always_says_wrong_asks_once_a_picture() -> None:
    counts = play(1.0, 1.0, World(0.5)).counts
    assert (counts[:, :4].sum(axis=1) == 5).all() and (counts[:, 4] == 5).all()
    assert counts[:, [1, 3, 5]].sum() == 0


def test_traps_are_told_wrong_half_of_the_time_and_nothing_else_is() -> None:
    game = play(1.0, 0.0, World(0.2))
    told = game.counts[:, :2].sum() / game.counts[:, :4].sum()
    assert told == pytest.approx(0.5, abs=0.01)
    assert (game.counts[:, 1] == 0).all() and (game.counts[:, 2] == 0).all()
    assert (game.truly_wrong == game.counts[:, 4]).all()


def test_correct_may_be_followed_by_another_question_but_not_for_bots() -> None:
    person, bot = play(0.0, 0.0, World(0.5)), play(0.0, 0.0, World(0.5), is_bot=True)
    # 1 + 1/2 + 1/4 + 1/8 questions a picture, five pictures of each kind.
    assert person.counts.sum(axis=1).mean() == pytest.approx(18.75, abs=0.2)
    assert (bot.counts.sum(axis=1) == 10).all()


def test_model_that_does_not_do_as_told_blurs_the_traps() -> None:
    counts = play(1.0, 0.0, World(0.2, ModelErrors(0.1, 0.3))).counts.sum(axis=0)
    assert counts[0] / (counts[0] + counts[1]) == pytest.approx(0.7, abs=0.02)
    assert counts[2] / (counts[2] + counts[3]) == pytest.approx(0.1, abs=0.02)


def test_share_of_truly_wrong_marks_is_the_players_precision() -> None:
    game = play(0.8, 0.2, World(0.25))
    expected = 0.8 * 0.25 / (0.8 * 0.25 + 0.2 * 0.75)
    assert game.truly_wrong.sum() / game.counts[:, 4].sum() == pytest.approx(expected, abs=0.02)


def test_precision_on_traps_after_a_session_is_as_u_shaped_as_in_the_paper() -> None:
    rng = np.random.default_rng(1)
    crowd = sample_crowd(POPULATIONS["u_shape"], players=10_000, rng=rng)
    counts = play_sessions(crowd, World(0.5), sessions=1, rng=rng).counts
    marked = counts[:, 0] + counts[:, 2]
    share = (counts[:, 0] / np.maximum(marked, 1))[marked > 0]
    assert (share >= 0.9).mean() == pytest.approx(0.35, abs=0.02)
    assert (share <= 0.1).mean() == pytest.approx(0.26, abs=0.02)


def test_only_learners_play_otherwise_on_untainted_pictures() -> None:
    crowd = sample_crowd(POPULATIONS["learners"], players=500, rng=np.random.default_rng(1))
    differs = crowd.tainted.hit != crowd.untainted.hit
    assert (differs == crowd.is_learner).all() and 60 < differs.sum() < 140
    assert set(crowd.kinds[differs]) == {"hasty learner", "random learner"}


def truth() -> Truth:
    """Three players with four marked questions each, and one with none."""
    return Truth(
        marks=np.array([4, 4, 4, 0]),
        wrong=np.array([4, 3, 1, 0]),
        precision=np.array([0.95, 0.75, 0.2, 0.5]),
        is_bot=np.array([False, False, True, True]),
    )


def estimates(*means: float) -> Estimates:
    mean = np.array(means)
    return Estimates(mean, np.nan_to_num(mean) - 0.1, np.nan_to_num(mean, nan=0.5) + 0.1)


def test_figures_of_a_table_worked_by_hand() -> None:
    paper = estimates(0.9, np.nan, 0.9, np.nan)
    found, joint = measure_estimators(
        {"paper": paper, "joint": estimates(0.9, 0.85, 0.1, 0.9)}, truth(), theta=0.8
    )
    assert (found.precision.mean, found.recall.mean, found.unscored) == (5 / 8, 5 / 8, 1)
    assert (found.coverage.hits, found.coverage.n, found.bots_out.mean) == (1, 2, 0.0)
    assert (joint.precision.mean, joint.recall.mean) == (7 / 8, 7 / 8)
    assert joint.recall_at_paper == 1.0  # all twelve questions: precision 8 / 12
    assert joint.bots_out[:2] == (1, 1)
    # Bins: 0.9 with 4 of 4, 0.85 with 3 of 4, 0.1 with 1 of 4.
    assert joint.ece.mean == pytest.approx((4 * 0.1 + 4 * 0.1 + 4 * 0.15) / 12)


def test_missed_goals_are_named() -> None:
    paper, joint = measure_estimators(
        {"paper": estimates(0.9, 0.1, 0.1, 0.1), "joint": estimates(0.1, 0.9, 0.9, 0.1)},
        truth(),
        theta=0.8,
    )
    words = " ".join(missed_goals(joint, paper, theta=0.8))
    assert all(goal in words for goal in ("ECE", "precision 0.5", "recall 0.000", "coverage"))


def test_calibration_error_of_nothing_is_zero() -> None:
    nothing = np.zeros(0)
    assert calibration_error(nothing, nothing, nothing).mean == 0


def test_small_run_prints_every_estimator_and_ends_in_json(tmp_path: Path) -> None:
    chart = tmp_path / "precision.svg"
    options = ["--players", "300", "--error-rate", "0.5", "--sessions", "1", "--model-error", "0"]
    result = CliRunner().invoke(
        main,
        [*options, "--population", "learners", "--population", "bots", "--chart", str(chart)],
    )
    assert result.exit_code == 0, result.output
    record = json.loads(result.stdout.splitlines()[-1])
    learners, bots = record["scenarios"]
    names = ["paper", "smoothed", "shift_corrected", "joint", "joint, learners out"]
    assert [of["estimator"] for of in learners["estimators"]] == names
    assert [of["estimator"] for of in bots["estimators"]] == names
    assert bots["estimators"][0]["bots_out"][1] > 50
    assert "Goals of joint missed:" in result.output
    assert all(f"       1 {name}" in result.output for name in names[:4])
    assert "selected questions that are true gaps" in chart.read_text()


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--population", "saints"], "No population 'saints'"),
        (["--players", "0"], "starts at 1"),
        (["--error-rate", "1.5"], "lie in"),
        (["--model-error", "0.6"], "below|between"),
        (["--chart", "precision.gif"], "Choose a .svg or .png"),
    ],
)
def test_scenario_that_makes_no_sense_is_refused(options: list[str], words: str) -> None:
    result = CliRunner().invoke(main, options)
    assert result.exit_code == 1
    assert any(word in result.output for word in words.split("|"))
