# The estimators against tables worked by hand, and what must hold for any counts.
from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from gap_core.scoring.beta_prior import BetaPrior, fit_beta_prior
from gap_core.scoring.counts import CountTables, PlayerCounts
from gap_core.scoring.interval import Interval
from gap_core.scoring.posterior import (
    ESTIMATORS,
    Estimator,
    fit_estimator,
    is_selected,
    posterior_of,
)
from gap_core.scoring.precision import PaperEstimator, SmoothedEstimator
from gap_core.scoring.rates import ModelErrors, precision_of_wrong
from gap_core.scoring.shift_corrected import ShiftCorrectedEstimator, pooled_error_rate

PAPER, FLAT = PaperEstimator(), SmoothedEstimator(BetaPrior(1, 1))
counts = st.builds(PlayerCounts, *[st.integers(0, 300)] * 6)
crowds = arrays.arrays(
    np.int64, st.tuples(st.integers(0, 9), st.just(6)), elements=st.integers(0, 40)
)


def marks(told: int, honest: int) -> PlayerCounts:
    return PlayerCounts(told, 0, honest, 0)


def posterior(estimator: Estimator, table: PlayerCounts, level: float = 0.95) -> Interval:
    found = posterior_of(estimator, table, level=level)
    assert found is not None
    return found


# Equation 8: P(H=0|I=1)·P(I=1) over that plus P(H=0|I=0)·P(I=0).
@pytest.mark.parametrize(
    ("table", "expected"),
    [
        (PlayerCounts(6, 2, 2, 10), 0.75),  # 6/8 · 8/20 = 0.3; 2/12 · 12/20 = 0.1
        (PlayerCounts(1, 3, 4, 0), 0.2),  # 1/4 · 4/8 = 0.125; 4/4 · 4/8 = 0.5
        (PlayerCounts(5, 0, 0, 5), 1.0),
        (PlayerCounts(0, 5, 5, 0), 0.0),
        (PlayerCounts(3, 0, 0, 0), 1.0),  # never asked honestly: P(I=0) = 0
        (PlayerCounts(0, 0, 3, 1), 0.0),  # never told to be wrong
    ],
)
def test_paper_posterior_of_a_table_worked_by_hand(table: PlayerCounts, expected: float) -> None:
    assert posterior(PAPER, table).mean == pytest.approx(expected)


def test_paper_posterior_of_no_wrong_marks_is_none() -> None:
    assert posterior_of(PAPER, PlayerCounts(0, 3, 0, 4, 9, 9)) is None


def test_smoothed_posterior_of_a_table_worked_by_hand() -> None:
    # Beta(1 + 3, 1 + 0): distribution function x**4.
    found = posterior(FLAT, marks(3, 0))
    assert found.mean == pytest.approx(0.8)
    assert found.low == pytest.approx(0.025**0.25)
    assert found.high == pytest.approx(0.975**0.25)


def test_smoothed_posterior_of_misses_mirrors_that_of_hits() -> None:
    # Beta(1, 3): distribution function 1 - (1 - x)**3.
    found = posterior(FLAT, marks(0, 2), level=0.9)
    assert (found.mean, found.low) == (0.25, pytest.approx(1 - 0.95 ** (1 / 3)))
    assert found.high == pytest.approx(1 - 0.05 ** (1 / 3))


def test_smoothed_posterior_of_nothing_is_the_prior() -> None:
    found = posterior(FLAT, marks(0, 0))
    assert (found.mean, found.low) == (0.5, pytest.approx(0.025))


def test_shift_correction_of_a_table_worked_by_hand() -> None:
    # h = 0.8, f = 0.2 and 35% Wrong: pi = (0.35 - 0.2) / 0.6 = 0.25.
    total = np.array([800, 200, 200, 800, 350, 650])
    assert pooled_error_rate(total, ModelErrors()) == pytest.approx(0.25)
    # Known rates leave no doubt: 0.8 · 0.25 / (0.2 + 0.2 · 0.75) = 4/7, where paper says 4/5.
    sure = ShiftCorrectedEstimator(
        BetaPrior(8e7, 2e7), BetaPrior(2e7, 8e7), error_rate=0.25, errors=ModelErrors()
    )
    assert posterior(sure, marks(0, 0)).mean == pytest.approx(4 / 7, abs=1e-4)


def test_model_errors_are_taken_out_of_the_rates() -> None:
    errors, h, f = ModelErrors(0.05, 0.02), np.array([0.9]), np.array([0.1])
    told, honest = errors.told_share(h, f), errors.honest_share(h, f)
    assert (told, honest) == (pytest.approx(0.884), pytest.approx(0.14))
    assert errors.rates(told, honest) == (pytest.approx(h), pytest.approx(f))


@pytest.mark.parametrize("errors", [(-0.1, 0), (0.6, 0.4)])
def test_model_errors_that_leave_no_signal_are_refused(errors: tuple[float, float]) -> None:
    with pytest.raises(ValueError, match="below 1"):
        ModelErrors(*errors)


@pytest.mark.parametrize(
    ("total", "expected"),
    [
        ([0, 0, 0, 0, 5, 5], 0.5),  # no tainted samples
        ([3, 0, 0, 0, 5, 5], 1.0),  # one side only: the told share, as in the paper
        ([20, 80, 60, 40, 5, 5], 0.5),  # h below f
        ([80, 20, 20, 80, 0, 10], 0.005),  # w below f: bounded
    ],
)
def test_error_rate_that_cannot_be_told_is_defined(total: list[int], expected: float) -> None:
    assert pooled_error_rate(np.array(total), ModelErrors()) == expected


def test_wrong_of_a_player_who_never_says_it_tells_the_error_rate() -> None:
    assert precision_of_wrong(np.zeros(1), np.zeros(1), 0.3) == 0.3


def test_selection_is_above_theta_on_the_estimate_or_the_lower_bound() -> None:
    found = Interval(0.85, 0.7, 0.9)
    assert is_selected(found, theta=0.8) and not is_selected(found, theta=0.85)
    assert not is_selected(found, theta=0.8, by="lower_bound")
    assert not is_selected(None, theta=0.0)


def test_negative_count_is_refused() -> None:
    with pytest.raises(ValueError, match="below 0"):
        PlayerCounts(-1, 0, 0, 0)


@pytest.mark.parametrize("name", ESTIMATORS)
@settings(max_examples=25, deadline=None)
@given(crowd=crowds, table=counts)
def test_every_posterior_is_a_share_within_its_interval_or_none(
    name: str, crowd: np.ndarray, table: PlayerCounts
) -> None:
    found = posterior_of(fit_estimator(name, CountTables.of(crowd)), table)
    if found is None:
        assert name == "paper" and table.told_marked_wrong + table.honest_marked_wrong == 0
    else:
        assert 0 <= found.low <= found.mean <= found.high <= 1


@given(counts)
def test_smoothed_lies_between_prior_and_paper(table: PlayerCounts) -> None:
    paper = posterior_of(PAPER, table)
    ends = (0.5, 0.5 if paper is None else paper.mean)
    assert min(ends) - 1e-12 <= posterior(FLAT, table).mean <= max(ends) + 1e-12


@given(st.integers(0, 200), st.integers(0, 200))
def test_one_more_caught_trap_never_lowers_the_posterior(told: int, honest: int) -> None:
    before, after = posterior(FLAT, marks(told, honest)), posterior(FLAT, marks(told + 1, honest))
    assert after.mean > before.mean and after.low >= before.low


def test_prior_of_nobody_is_flat() -> None:
    assert fit_beta_prior([], []) == BetaPrior(1, 1)


def test_prior_of_players_alike_is_narrow_around_them() -> None:
    prior = fit_beta_prior([30] * 40, [10] * 40)
    assert prior.a / (prior.a + prior.b) == pytest.approx(0.75, abs=0.01)
    assert prior.a + prior.b > 50


def test_prior_of_opposite_players_is_u_shaped() -> None:
    prior = fit_beta_prior([10] * 20 + [0] * 20, [0] * 20 + [10] * 20)
    assert prior.a < 0.5 and prior.b < 0.5


def test_weights_stand_for_that_many_players() -> None:
    one_by_one = fit_beta_prior([4, 4, 4, 1], [1, 1, 1, 2])
    assert fit_beta_prior([4, 1], [1, 2], players=[3, 1]) == one_by_one


def test_weights_of_another_length_are_refused() -> None:
    with pytest.raises(ValueError, match="one number"):
        fit_beta_prior([1], [1], players=[1, 1])


@settings(max_examples=25)
@given(st.lists(st.tuples(st.integers(0, 300), st.integers(0, 300)), max_size=12))
def test_fitted_prior_is_always_a_distribution(players: list[tuple[int, int]]) -> None:
    hits, misses = [hit for hit, _ in players], [miss for _, miss in players]
    prior = fit_beta_prior(hits, misses)
    assert prior == fit_beta_prior(hits[::-1], misses[::-1])
    assert np.isfinite(prior.a + prior.b)
