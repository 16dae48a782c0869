"""Scoring a whole database again from its verdicts. Called by scripts."""

from datetime import datetime
from typing import NamedTuple

from db import Store
from gap_core.play.doubts import trusted_counts
from gap_core.play.posteriors import latest_population, refit_population, rows_of
from gap_core.scoring.interval import Estimates
from gap_core.scoring.joint import JointEstimator
from gap_core.scoring.rates import ModelErrors


class Rescored(NamedTuple):
    """Every player's posterior as of now, in the order of `player_ids`."""

    player_ids: list[str]
    posteriors: Estimates
    error_rate: float


def rescore(store: Store, *, errors: ModelErrors, now: datetime) -> Rescored:
    """Count all verdicts again, fit the population, and work out everybody's posterior."""
    store.scores.recount()
    refit_population(store, errors=errors, now=now, is_forced=True)
    counts = trusted_counts(store, store.scores.all_counts())
    population = latest_population(store, errors=errors)
    posteriors = JointEstimator(population).estimates(rows_of(counts))
    return Rescored(list(counts), posteriors, population.error_rate)
