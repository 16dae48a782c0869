# Cross-validation, ROC, calibration and difficulty of unseen images, against tables and truth.
from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import norm

from gap_core.errors import GapError
from gap_core.scoring.image_clusters import unseen_difficulty
from gap_core.scoring.player_model import Scores
from gap_core.scoring.player_model_check import cross_validate
from gap_core.scoring.prediction_check import (
    mean_log_likelihood,
    measure_calibration,
    measure_roc,
)
from gap_core.simulation.simulated_turns import SimulatedTurns, draw_turns


@pytest.fixture(scope="module")
def drawn() -> SimulatedTurns:
    return draw_turns(20_000, players=500, images=200, seed=2)


def features_of(difficulty: np.ndarray, *, noise: float, seed: int) -> np.ndarray:
    """Eight features, three of them moved by difficulty."""
    rng = np.random.default_rng(seed)
    features = rng.normal(0, 1, (len(difficulty), 8))
    features[:, :3] = noise * features[:, :3] + 10 * (difficulty[:, None] - 0.5)
    return features


def test_auc_of_a_table_worked_by_hand() -> None:
    # Of the six pairs of a yes and a no, 0.9 beats both, 0.4 beats one, 0.2 ties with one.
    chance = np.array([0.9, 0.4, 0.2, 0.6, 0.2])
    happened = np.array([True, True, True, False, False])

    roc = measure_roc(chance, happened, cluster=np.arange(5))
    assert roc.auc.mean == pytest.approx((2 + 1 + 0.5) / 6)
    assert (roc.false_alarms[0], roc.hits[0]) == (0, 0)
    assert (roc.false_alarms[-1], roc.hits[-1]) == (1, 1)
    assert roc.hits.tolist() == pytest.approx([0, 1 / 3, 1 / 3, 2 / 3, 1])


def test_auc_interval_covers_the_truth_with_players_who_are_unlike() -> None:
    # Each player's ten chances share a shift, so turns alone would make the interval too narrow.
    covered, true = [], norm.cdf(1 / np.sqrt(2 * 2))
    for seed in range(300):
        rng = np.random.default_rng(seed)
        player, happened = np.repeat(np.arange(60), 10), rng.random(600) < 0.5
        score = happened + rng.normal(0, 1, 60)[player] + rng.normal(0, 1, 600)
        auc = measure_roc(score, happened, cluster=player).auc
        covered.append(auc.low <= true <= auc.high)

    assert 0.91 <= np.mean(covered) <= 0.98


def test_roc_of_outcomes_that_are_all_alike_is_refused() -> None:
    with pytest.raises(GapError, match="same"):
        measure_roc(np.array([0.1, 0.2]), np.array([1, 1]), cluster=np.array([0, 1]))


def test_calibration_error_of_a_table_worked_by_hand() -> None:
    chance = np.array([0.1, 0.1, 0.1, 0.1, 0.7, 0.7, 0.7, 0.7])
    happened = np.array([0, 0, 0, 1, 1, 1, 1, 0])

    calibration = measure_calibration(chance, happened, bins=2)
    assert calibration.ece == pytest.approx((0.15 + 0.05) / 2)
    assert [one.observed.hits for one in calibration.bins] == [1, 3]


def test_fewer_turns_than_bins_have_a_bin_each() -> None:
    assert len(measure_calibration(np.array([0.2, 0.8]), np.array([0, 1])).bins) == 2


def test_certainty_that_proves_wrong_has_a_finite_cost() -> None:
    assert mean_log_likelihood(np.array([0.0, 1.0]), np.array([1, 1])) == pytest.approx(-13.8, 0.01)


@pytest.mark.parametrize(("by", "least_auc"), [("turn", 0.75), ("player", 0.65), ("image", 0.7)])
def test_left_out_turns_are_predicted_and_calibrated(
    drawn: SimulatedTurns, by: str, least_auc: float
) -> None:
    checked = cross_validate(drawn.turns, by=by, folds=4, seed=1)

    assert checked.log_likelihood > checked.base_log_likelihood + 0.02
    assert least_auc < checked.roc.auc.low < checked.roc.auc.mean < checked.roc.auc.high
    assert checked.calibration.ece < 0.02


def test_features_that_tell_difficulty_help_with_new_images(drawn: SimulatedTurns) -> None:
    features = features_of(drawn.difficulty, noise=0.5, seed=3)
    told = cross_validate(drawn.turns, by="image", seed=1, features=features)

    untold = cross_validate(drawn.turns, by="image", seed=1)
    assert told.log_likelihood > untold.log_likelihood + 0.01
    assert told.calibration.ece < 0.02


def test_features_that_tell_nothing_do_no_harm(drawn: SimulatedTurns) -> None:
    features = np.random.default_rng(4).normal(0, 1, (200, 8))
    told = cross_validate(drawn.turns, by="image", seed=1, features=features)

    untold = cross_validate(drawn.turns, by="image", seed=1)
    assert told.log_likelihood > untold.log_likelihood - 0.002


def test_more_parts_than_players_are_refused(drawn: SimulatedTurns) -> None:
    with pytest.raises(GapError, match="500 players can't be split into 501"):
        cross_validate(drawn.turns, by="player", folds=501, seed=1)


def test_features_are_refused_where_no_image_is_new(drawn: SimulatedTurns) -> None:
    with pytest.raises(ValueError, match="new player"):
        cross_validate(drawn.turns, by="player", seed=1, features=np.zeros((200, 2)))


def test_intervals_of_unseen_difficulty_hold_the_truth() -> None:
    rng = np.random.default_rng(5)
    true = np.clip(rng.normal(0.5, 1 / 6, 2000), 0, 1)
    features = features_of(true, noise=0.5, seed=6)
    se = rng.uniform(0.02, 0.1, 1000)
    known = 1 - (se / (1 / 6)) ** 2
    fitted = 0.5 + known * (true[:1000] - 0.5) + se * np.sqrt(known) * rng.normal(0, 1, 1000)
    scores = Scores(fitted, se, mean=0.5, sd=1 / 6)

    unseen = unseen_difficulty(features[1000:], known=features[:1000], difficulty=scores, seed=1)
    off = np.abs(unseen.value - true[1000:])
    assert np.corrcoef(unseen.value, true[1000:])[0, 1] > 0.8
    assert 0.92 < (off < 1.96 * unseen.se).mean() < 0.98


def test_images_without_turns_say_nothing_of_their_cluster() -> None:
    features = np.repeat([[0.0], [1.0]], 5, axis=0)
    # All of the second cluster is unplayed: value at the mean, se at the sd.
    value, se = np.repeat([0.8, 0.5], 5), np.repeat([0.02, 0.2], 5)
    scores = Scores(value, se, mean=0.5, sd=0.2)

    unseen = unseen_difficulty(np.array([[0.0], [1.0]]), known=features, difficulty=scores, seed=1)
    assert unseen.value[0] > 0.7
    assert unseen.value[1] == pytest.approx(0.5)
    assert unseen.se[1] == pytest.approx(0.2)


def test_features_of_other_images_than_the_fits_are_refused() -> None:
    scores = Scores(np.full(3, 0.5), np.full(3, 0.1), mean=0.5, sd=0.2)
    with pytest.raises(ValueError, match="2 rows of features for 3 images"):
        unseen_difficulty(np.zeros((1, 2)), known=np.zeros((2, 2)), difficulty=scores, seed=1)
