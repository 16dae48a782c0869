# The joint estimator: what a sample adds, what a crowd teaches, what it recovers.
from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from gap_core.scoring.counts import CountTables, PlayerCounts
from gap_core.scoring.interval import weighted_interval
from gap_core.scoring.joint import JointEstimator
from gap_core.scoring.population import (
    FALSE_ALARM,
    FLAT,
    HIT,
    Population,
    fit_population,
    flat_population,
)
from gap_core.scoring.posterior import posterior_of
from gap_core.scoring.rates import ModelErrors

ERRORS = ModelErrors(0.05, 0.03)


def at_points(*points: tuple[float, float], error_rate: float) -> JointEstimator:
    """A population at the grid's points nearest to these (h, f), in equal shares."""
    weights = np.full(len(HIT), 1e-30)
    for h, f in points:
        weights[np.argmin((HIT - h) ** 2 + (FALSE_ALARM - f) ** 2)] += 1 / len(points)
    return JointEstimator(Population(weights, error_rate))


def crowd(h: float, f: float, *, error_rate: float, players: int = 60) -> CountTables:
    """Players alike, each with as many marks as expected of 50 samples a kind."""
    shares = (ERRORS.told_share(h, f), ERRORS.honest_share(h, f), f + error_rate * (h - f))
    wrong = np.rint(50 * np.array(shares))
    row = np.stack([wrong, 50 - wrong], axis=1).ravel().astype(int)
    return CountTables.of(np.tile(row, (players, 1)))


def test_posterior_of_two_points_worked_by_hand() -> None:
    # h = f = 1/2 for one half, h = 0.9, f = 0.1 for the other (both near points of the grid).
    estimator = at_points((0.5, 0.5), (0.9, 0.1), error_rate=0.5)
    h = HIT[np.argmin((HIT - 0.9) ** 2 + (FALSE_ALARM - 0.1) ** 2)]
    careful = h**2 / (h**2 + 0.5**2)  # after two caught traps
    found = posterior_of(estimator, PlayerCounts(2, 0, 0, 0))
    assert found is not None
    assert found.mean == pytest.approx(careful * h + (1 - careful) * 0.5, abs=1e-9)


def test_without_samples_the_posterior_is_the_populations() -> None:
    found = posterior_of(JointEstimator(flat_population()), PlayerCounts(0, 0, 0, 0))
    assert found is not None
    assert (found.mean, found.low < 0.05, found.high > 0.95) == (pytest.approx(0.5), True, True)


def test_player_wrong_more_often_than_right_is_believed_less_than_the_error_rate() -> None:
    known = replace(flat_population(), error_rate_sd=0.0)
    inverted = posterior_of(JointEstimator(known), PlayerCounts(1, 19, 18, 2))
    assert inverted is not None and inverted.high < 0.5


def test_untainted_marks_alone_move_nothing_where_they_tell_nothing() -> None:
    # With h = f for everybody, Wrong is right as often as the model errs, whoever says it.
    estimator = at_points((0.2, 0.2), (0.8, 0.8), error_rate=0.3)
    found = posterior_of(estimator, PlayerCounts(0, 0, 0, 0, 9, 1))
    assert found is not None and found.mean == pytest.approx(0.3)


def test_nobody_gives_the_flat_population() -> None:
    population = fit_population(CountTables.of(np.zeros((0, 6), dtype=int)))
    np.testing.assert_allclose(population.weights, FLAT)
    assert population.error_rate == pytest.approx(0.5)
    assert population.error_rate_sd == pytest.approx(flat_population().error_rate_sd, rel=0.02)


def test_error_rate_is_known_better_the_more_players_there_are() -> None:
    few, many = (
        fit_population(crowd(0.85, 0.1, error_rate=0.3, players=n)).error_rate_sd for n in (4, 400)
    )
    assert few == pytest.approx(10 * many, rel=0.2)


def test_doubt_about_epsilon_and_delta_is_doubt_about_the_error_rate() -> None:
    # 0.7² · 0.05 · 0.95 / 2000 + 0.3² · 0.03 · 0.97 / 2000.
    errors = replace(ERRORS, measured_on=2000)
    assert errors.error_rate_variance(0.3) == pytest.approx(1.2947e-5, rel=1e-3)
    tables = crowd(0.85, 0.1, error_rate=0.3, players=400)
    exact, measured = (
        fit_population(tables, errors=given).error_rate_sd for given in (ERRORS, errors)
    )
    assert measured**2 - exact**2 == pytest.approx(1.3e-5, rel=0.1)


def test_doubt_about_the_error_rate_widens_the_interval_of_those_who_only_guess() -> None:
    # Where h = f the value is pi itself, so pi's own interval is the player's.
    sure = at_points((0.5, 0.5), error_rate=0.3).population
    doubtful = replace(sure, error_rate_sd=0.1)
    narrow, wide = (
        posterior_of(JointEstimator(population), PlayerCounts(0, 0, 0, 0), level=0.9)
        for population in (sure, doubtful)
    )
    assert narrow is not None and wide is not None
    assert (narrow.low, narrow.high) == (pytest.approx(0.3), pytest.approx(0.3))
    assert (wide.low, wide.high) == (pytest.approx(0.136, abs=0.01), pytest.approx(0.464, abs=0.01))


@pytest.mark.parametrize("error_rate", [0.1, 0.5, 0.8])
def test_crowd_alike_is_found_with_its_error_rate(error_rate: float) -> None:
    population = fit_population(crowd(0.85, 0.1, error_rate=error_rate), errors=ERRORS)
    a_step_of_the_grid = 0.035
    assert population.error_rate == pytest.approx(error_rate, abs=a_step_of_the_grid)
    assert population.weights @ HIT == pytest.approx(0.85, abs=a_step_of_the_grid)
    assert population.weights @ FALSE_ALARM == pytest.approx(0.1, abs=a_step_of_the_grid)


def test_weights_are_a_distribution() -> None:
    weights = fit_population(crowd(0.6, 0.3, error_rate=0.4)).weights
    assert weights.sum() == pytest.approx(1) and weights.min() > 0


def test_equal_tables_count_as_often_as_there_are_players() -> None:
    rows = np.array([[3, 1, 0, 4, 2, 3], [3, 1, 0, 4, 2, 3], [0, 2, 1, 1, 1, 0]])
    together = CountTables.of(rows)
    apart = CountTables(rows, np.ones(3))
    assert len(together.rows) == 2
    one, other = fit_population(together), fit_population(apart)
    np.testing.assert_allclose(one.weights, other.weights, rtol=1e-3)


CHECKED = ("checked_model_wrong", "checked_model_right")
CROWD = JointEstimator.fit(
    CountTables.of(np.random.default_rng(1).integers(0, 9, size=(200, 6))), errors=ERRORS
)


def test_thousands_of_samples_leave_a_number() -> None:
    found = posterior_of(CROWD, PlayerCounts(9_000, 0, 0, 9_000, 5_000, 5_000))
    assert found is not None and 0.5 < found.low <= found.mean <= found.high <= 1


def test_interval_lies_between_the_points_that_hold_the_weight() -> None:
    values, weights = np.array([0.0, 0.5, 1.0]), np.array([[0.25, 0.5, 0.25], [0.0, 1.0, 0.0]])
    low, high = weighted_interval(values, weights, level=0.5)
    # Middles of the weights at 0.125, 0.5 and 0.875: a quarter lies a third of the way up.
    assert low.tolist() == [pytest.approx(1 / 6), 0.25]
    assert high.tolist() == [pytest.approx(5 / 6), 0.75]
    assert weighted_interval(values, weights, level=0.99)[0][0] == 0.0
