# The posterior of all players together, and how often its interval holds the truth.
from __future__ import annotations

import numpy as np
import pytest

from gap_core.scoring.counts import CountTables
from gap_core.scoring.interval import Interval
from gap_core.scoring.pooled import pooled_posterior
from gap_core.scoring.posterior import ESTIMATORS, EstimatorName
from gap_core.scoring.rates import ModelErrors

HIT, FALSE_ALARM, ERROR_RATE = 0.8, 0.1, 0.3
TRUTH = HIT * ERROR_RATE / (HIT * ERROR_RATE + FALSE_ALARM * (1 - ERROR_RATE))


def crowd_alike(seed: int, *, players: int = 40, epsilon: float = 0.0) -> CountTables:
    """Players of one kind: 6 told-wrong, 6 honest and 12 untainted answers each."""
    rng = np.random.default_rng(seed)
    honest = epsilon * HIT + (1 - epsilon) * FALSE_ALARM
    other = FALSE_ALARM + ERROR_RATE * (HIT - FALSE_ALARM)
    wrong = rng.binomial([6, 6, 12], [HIT, honest, other], size=(players, 3))
    rows = np.stack([wrong, np.array([6, 6, 12]) - wrong], axis=2).reshape(players, 6)
    return CountTables.of(rows)


def test_pooled_posterior_weighs_players_by_their_marked_questions() -> None:
    rows = np.array([[3, 0, 1, 0, 6, 0], [1, 0, 3, 0, 2, 0], [0, 2, 0, 2, 5, 0]])
    pooled = pooled_posterior("paper", CountTables.of(rows))  # the third has no estimate
    assert pooled is not None
    assert pooled.mean == pytest.approx((6 * 0.75 + 2 * 0.25) / 8)


def test_pooled_interval_of_four_players_worked_by_hand() -> None:
    # Equal marks and 0.5, 0.6, 0.7, 0.8: leaving one out gives a mean with the variance of the
    # mean, 0.0167 / 4, and Student's quantile with three degrees of freedom is 3.182.
    told = np.array([5, 6, 7, 8])
    rows = np.stack([told, 0 * told, 10 - told, 0 * told, 0 * told + 4, 0 * told], axis=1)
    pooled = pooled_posterior("paper", CountTables.of(rows))
    reach = 3.182 * (np.var([0.5, 0.6, 0.7, 0.8], ddof=1) / 4) ** 0.5
    assert pooled is not None
    assert (pooled.low, pooled.high) == (
        pytest.approx(0.65 - reach, abs=1e-3), pytest.approx(0.65 + reach, abs=1e-3),
    )  # fmt: skip


def test_pooled_interval_of_joint_holds_the_truth() -> None:
    # By players' own posteriors alone it held it in half of the cases: all hang on one fit.
    holds = 0
    for seed in range(5):
        found = pooled_posterior("joint", crowd_alike(seed))
        assert found is not None
        holds += found.low <= TRUTH <= found.high
    assert holds >= 4


def test_doubt_about_epsilon_is_in_the_pooled_interval() -> None:
    tables = crowd_alike(1, players=60, epsilon=0.05)
    exact, measured = (
        pooled_posterior("joint", tables, errors=ModelErrors(0.05, 0.0, n)) for n in (None, 100)
    )
    assert exact is not None and measured is not None
    assert measured.mean == pytest.approx(exact.mean, abs=0.001)
    assert measured.high - measured.low > 1.2 * (exact.high - exact.low)


@pytest.mark.parametrize("name", ESTIMATORS)
def test_pool_without_marked_questions_has_no_posterior(name: EstimatorName) -> None:
    for rows in (np.zeros((0, 6), dtype=int), np.array([[3, 1, 0, 4, 0, 2]])):
        assert pooled_posterior(name, CountTables.of(rows)) is None


@pytest.mark.parametrize("name", ESTIMATORS)
def test_one_player_alone_tells_nothing_of_others(name: EstimatorName) -> None:
    found = pooled_posterior(name, CountTables.of(np.array([[4, 1, 1, 4, 3, 2]])))
    assert found is not None and found == Interval(found.mean, 0.0, 1.0)
