# The posteriors against tables worked by hand, and what must hold for any counts.
from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gap_core.scoring.beta import beta_cdf, beta_quantile
from gap_core.scoring.posterior import (
    BetaPrior,
    TaintedCounts,
    fit_beta_prior,
    paper_posterior,
    smoothed_posterior,
)

FLAT = BetaPrior(1, 1)
counts = st.builds(TaintedCounts, *[st.integers(0, 300)] * 4)
shapes = st.floats(0.05, 200)


def marks(told: int, honest: int) -> TaintedCounts:
    return TaintedCounts(told, 0, honest, 0)


def test_paper_posterior_of_a_table_worked_by_hand() -> None:
    # P(H=0|I=1) = 6/8, P(I=1) = 8/20, P(H=0|I=0) = 2/12: 0.3 / (0.1 + 0.3).
    assert paper_posterior(TaintedCounts(6, 2, 2, 10)) == pytest.approx(0.75)


def test_paper_posterior_of_no_wrong_marks_is_none() -> None:
    assert paper_posterior(TaintedCounts(0, 3, 0, 4)) is None


def test_smoothed_posterior_of_a_table_worked_by_hand() -> None:
    # Beta(1 + 3, 1 + 0): distribution function x**4.
    posterior = smoothed_posterior(marks(3, 0), prior=FLAT)
    assert posterior.mean == pytest.approx(0.8)
    assert posterior.low == pytest.approx(0.025**0.25)
    assert posterior.high == pytest.approx(0.975**0.25)


def test_smoothed_posterior_of_nothing_is_the_prior() -> None:
    posterior = smoothed_posterior(marks(0, 0), prior=FLAT)
    assert (posterior.mean, posterior.low) == (0.5, pytest.approx(0.025))


def test_prior_of_nobody_is_flat() -> None:
    assert fit_beta_prior([]) == FLAT


def test_prior_of_players_alike_is_narrow_around_them() -> None:
    prior = fit_beta_prior([marks(30, 10)] * 40)
    assert prior.a / (prior.a + prior.b) == pytest.approx(0.75, abs=0.01)
    assert prior.a + prior.b > 50


def test_prior_of_opposite_players_is_u_shaped() -> None:
    prior = fit_beta_prior([marks(10, 0)] * 20 + [marks(0, 10)] * 20)
    assert prior.a < 0.5 and prior.b < 0.5


def test_weights_stand_for_that_many_players() -> None:
    one_by_one = fit_beta_prior([marks(4, 1)] * 3 + [marks(1, 2)])
    assert fit_beta_prior([marks(4, 1), marks(1, 2)], weights=[3, 1]) == one_by_one


def test_weights_of_another_length_are_refused() -> None:
    with pytest.raises(ValueError, match="one number"):
        fit_beta_prior([marks(1, 1)], weights=[1, 1])


def test_negative_count_is_refused() -> None:
    with pytest.raises(ValueError, match="below 0"):
        TaintedCounts(-1, 0, 0, 0)


@given(counts)
def test_paper_posterior_is_a_share_or_none(table: TaintedCounts) -> None:
    posterior = paper_posterior(table)
    assert (posterior is None) == (table.wrong_marks == 0)
    assert posterior is None or 0 <= posterior <= 1


@given(counts, shapes, shapes)
def test_smoothed_interval_holds_its_mean(table: TaintedCounts, a: float, b: float) -> None:
    posterior = smoothed_posterior(table, prior=BetaPrior(a, b))
    assert 0 <= posterior.low <= posterior.mean <= posterior.high <= 1


@given(counts)
def test_smoothed_lies_between_prior_and_paper(table: TaintedCounts) -> None:
    paper = paper_posterior(table)
    ends = (0.5, 0.5 if paper is None else paper)
    mean = smoothed_posterior(table, prior=FLAT).mean
    assert min(ends) - 1e-12 <= mean <= max(ends) + 1e-12


@given(st.integers(0, 200), st.integers(0, 200))
def test_one_more_caught_trap_never_lowers_the_posterior(told: int, honest: int) -> None:
    before = smoothed_posterior(marks(told, honest), prior=FLAT)
    after = smoothed_posterior(marks(told + 1, honest), prior=FLAT)
    assert after.mean > before.mean and after.low >= before.low


@settings(max_examples=25)
@given(st.lists(counts, max_size=12))
def test_fitted_prior_is_always_a_distribution(players: list[TaintedCounts]) -> None:
    prior = fit_beta_prior(players)
    assert prior == fit_beta_prior(players[::-1])
    assert math.isfinite(prior.a + prior.b)


@given(st.floats(0.001, 0.999), shapes, shapes)
def test_beta_function_mirrors(x: float, a: float, b: float) -> None:
    assert beta_cdf(x, a=a, b=b) == pytest.approx(1 - beta_cdf(1 - x, a=b, b=a), abs=1e-9)


@given(st.floats(0.01, 0.99), st.floats(0.5, 100), st.floats(0.5, 100))
def test_quantile_undoes_the_distribution_function(share: float, a: float, b: float) -> None:
    assert beta_cdf(beta_quantile(share, a=a, b=b), a=a, b=b) == pytest.approx(share, abs=1e-7)


def test_beta_function_of_known_values() -> None:
    assert beta_cdf(0.3, a=1, b=3) == pytest.approx(1 - 0.7**3)
    assert beta_cdf(0.25, a=0.5, b=0.5) == pytest.approx(2 / math.pi * math.asin(0.5))
