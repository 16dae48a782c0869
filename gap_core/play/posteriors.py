"""Players' posteriors as the store keeps them: the population, and what follows for a player.

Called by marking at every verdict, by selection, and in the background by the game.
"""

from collections.abc import Mapping
from dataclasses import asdict, astuple
from datetime import datetime

import numpy as np

from db import Store
from db.doubt_store import DoubtRecord
from db.records import PopulationRecord, PosteriorRecord, VerdictCounts
from gap_core.play.doubts import doubt_records, sessions_of
from gap_core.scoring.beta_prior import BetaPrior
from gap_core.scoring.counts import SAMPLES, CountTables, PlayerCounts
from gap_core.scoring.joint import JointEstimator
from gap_core.scoring.learners import doubts_of, trusted_rows
from gap_core.scoring.population import FLAT, Population, fit_population, flat_population
from gap_core.scoring.posterior import Estimator, EstimatorName, fit_estimator, posterior_of
from gap_core.scoring.precision import PaperEstimator, SmoothedEstimator
from gap_core.scoring.rates import ModelErrors

FLAT_PRIOR = BetaPrior(1, 1)
GROWTH = 1.1  # in verdicts, before the population is worth fitting again


def posterior_record(
    store: Store, player_id: str, *, verdict_id: str, errors: ModelErrors, now: datetime
) -> PosteriorRecord:
    """What the player's verdicts up to this one say of them."""
    stored = store.scores.counts(player_id)
    counts = PlayerCounts(**asdict(stored))
    paper = posterior_of(PaperEstimator(), counts)
    record = store.scores.latest_population()
    smoothed = posterior_of(SmoothedEstimator(_prior(record)), counts)
    joint = posterior_of(JointEstimator(_population(record, errors=errors)), counts)
    if smoothed is None or joint is None:
        raise ValueError(f"{counts} got no posterior; every count table has one.")
    return PosteriorRecord(
        player_id=player_id,
        verdict_id=verdict_id,
        counts=stored,
        paper=None if paper is None else paper.mean,
        smoothed=smoothed.mean,
        smoothed_low=smoothed.low,
        smoothed_high=smoothed.high,
        joint=joint.mean,
        joint_low=joint.low,
        joint_high=joint.high,
        updated_utc=now,
    )


def latest_population(store: Store, *, errors: ModelErrors) -> Population:
    """The population as last fitted; the flat one before the first fit."""
    return _population(store.scores.latest_population(), errors=errors)


def _population(record: PopulationRecord | None, *, errors: ModelErrors) -> Population:
    if record is None or len(record.weights) != len(FLAT):
        return flat_population(errors)
    fitted_with = ModelErrors(record.honest_wrong, record.told_right)
    return Population(
        np.array(record.weights), record.error_rate, record.error_rate_sd, fitted_with
    )


def _prior(record: PopulationRecord | None) -> BetaPrior:
    """The smoothed estimator's prior as last fitted; the flat one before the first fit."""
    if record is None or record.smoothed_a is None or record.smoothed_b is None:
        return FLAT_PRIOR
    return BetaPrior(record.smoothed_a, record.smoothed_b)


def refit_population(
    store: Store, *, errors: ModelErrors, now: datetime, is_forced: bool = False
) -> bool:
    """Fit population and prior again if enough has been said since the last fit; whether it was.

    Whoever seems to know the traps is found on the way. Takes seconds with tens of thousands of
    players, so never within a transaction.
    """
    verdicts, last = store.scores.last_verdict_number(), store.scores.latest_population()
    is_enough = last is None or verdicts >= GROWTH * last.verdicts
    if verdicts == 0 or not (is_enough or is_forced):
        return False
    population, prior, doubts = _fit(store, errors)
    record = PopulationRecord(
        verdicts=verdicts,
        error_rate=population.error_rate,
        error_rate_sd=population.error_rate_sd,
        honest_wrong=errors.honest_wrong,
        told_right=errors.told_right,
        weights=tuple(float(weight) for weight in population.weights),
        fitted_utc=now,
        smoothed_a=prior.a,
        smoothed_b=prior.b,
    )
    with store.transaction():
        store.doubts.replace(doubts)
        store.scores.add_population(record)
    return True


def _fit(store: Store, errors: ModelErrors) -> tuple[Population, BetaPrior, list[DoubtRecord]]:
    """Population and prior, and whose play was left out of the former."""
    # Marks first: a verdict that comes in between is then counted and of no session, which does
    # no harm; the other way round a session would have more verdicts than its player.
    marks = store.doubts.session_marks()
    counts = store.scores.all_counts()
    rows, sessions = rows_of(counts), sessions_of(marks, counts)
    tables = CountTables.of(rows)
    population, prior = fit_population(tables, errors=errors), SmoothedEstimator.fit(tables).prior
    found = doubts_of(population, rows, sessions)
    doubts = doubt_records(found, marks, counts)
    if doubts:
        trusted = CountTables.of(trusted_rows(rows, sessions, found.since))
        population = fit_population(trusted, errors=errors)
    return population, prior, doubts


def estimator_for(
    name: EstimatorName,
    counts: Mapping[str, VerdictCounts],
    *,
    store: Store,
    errors: ModelErrors,
) -> Estimator:
    """The estimator of this name; `joint` over the population as last fitted."""
    if name == "joint":
        return JointEstimator(latest_population(store, errors=errors))
    return fit_estimator(name, CountTables.of(rows_of(counts)), errors=errors)


def rows_of(counts: Mapping[str, VerdictCounts]) -> np.ndarray:
    """(N, 8) one row of counts a player, in the mapping's order."""
    rows = [astuple(player) for player in counts.values()]
    return np.array(rows, dtype=int).reshape(-1, len(SAMPLES))
