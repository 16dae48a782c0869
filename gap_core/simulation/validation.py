"""The proof of scoring: simulated players, whose truth is known, against every estimator.

Called by scripts/validate_scoring.py.
"""

from dataclasses import dataclass

import numpy as np

from gap_core.scoring.counts import SAMPLES, CountTables
from gap_core.scoring.interval import Estimates
from gap_core.scoring.joint import JointEstimator
from gap_core.scoring.learners import NEVER, Doubts, doubts_of, trusted_rows
from gap_core.scoring.posterior import ESTIMATORS, fit_estimator
from gap_core.scoring.rates import ModelErrors, precision_of_wrong
from gap_core.scoring.shares import Share, share_of
from gap_core.simulation.populations import POPULATIONS, Crowd, sample_crowd
from gap_core.simulation.replica import Played, World, play_sessions
from gap_core.simulation.scoring_figures import (
    EstimatorFigures,
    KeptMarks,
    Truth,
    measure_estimator,
    measure_estimators,
)

LEVEL = 0.9  # of the intervals whose coverage is counted
AS_SELECTED = "joint, learners out"


@dataclass(frozen=True)
class Scenario:
    """One run: who plays how much, against which model.

    Attributes:
        measured_on: answers of each kind from which the estimators know epsilon and delta.
    """

    population: str
    world: World
    sessions: int
    players: int
    theta: float
    seed: int
    measured_on: int = 2000


@dataclass(frozen=True)
class ScenarioFigures:
    """All estimators on one scenario.

    Attributes:
        error_rate: pi as the joint estimator found it.
        learners_found: by kind of player, those the detector doubts.
    """

    scenario: Scenario
    estimators: tuple[EstimatorFigures, ...]
    error_rate: float
    learners_found: dict[str, Share]


def run_scenario(scenario: Scenario) -> ScenarioFigures:
    """Play it and measure every estimator."""
    rng = np.random.default_rng(scenario.seed)
    kinds = POPULATIONS[scenario.population]
    crowd = sample_crowd(kinds, players=scenario.players, rng=rng)
    played = play_sessions(crowd, scenario.world, sessions=scenario.sessions, rng=rng)
    errors = measured_errors(scenario.world.errors, scenario.measured_on, rng=rng)
    tables = CountTables.of(played.counts)
    joint = JointEstimator.fit(tables, errors=errors)
    others = {
        name: fit_estimator(name, tables, errors=errors) for name in ESTIMATORS if name != "joint"
    }
    doubts = doubts_of(joint.population, played.counts, played.sessions)
    estimates: dict[str, Estimates] = {
        name: estimator.estimates(played.counts, level=LEVEL)
        for name, estimator in (others | {"joint": joint}).items()
    }
    truth = truth_of(crowd, played, scenario.world)
    estimators = measure_estimators(estimates, truth, theta=scenario.theta)
    return ScenarioFigures(
        scenario=scenario,
        estimators=(*estimators, _as_the_game_selects(doubts, played, truth, scenario, errors)),
        error_rate=joint.population.error_rate,
        learners_found={
            str(kind): share_of(int((doubts.since[own] != NEVER).sum()), int(own.sum()))
            for kind in np.unique(crowd.kinds)
            if (own := crowd.kinds == kind).any()
        },
    )


def measured_errors(errors: ModelErrors, n: int, *, rng: np.random.Generator) -> ModelErrors:
    """What a measurement of epsilon and delta on n answers each would have shown."""
    shown = rng.binomial(n, [errors.honest_wrong, errors.told_right]) / n
    return ModelErrors(float(shown[0]), float(shown[1]), measured_on=n)


def _as_the_game_selects(
    doubts: Doubts, played: Played, truth: Truth, scenario: Scenario, errors: ModelErrors
) -> EstimatorFigures:
    """Joint fitted to trusted verdicts alone; of doubted sessions nothing is selected."""
    rows = trusted_rows(played.counts, played.sessions, doubts.since)
    joint = JointEstimator.fit(CountTables.of(rows), errors=errors)
    is_kept = np.arange(played.wrong.shape[1]) < doubts.since[:, None]  # (N, S)
    kept = KeptMarks(
        marks=(played.marks[:, :, 0] * is_kept).sum(axis=1),
        wrong=(played.wrong * is_kept).sum(axis=1),
    )
    found = joint.estimates(rows, level=LEVEL)
    return measure_estimator(
        AS_SELECTED, found, truth, theta=scenario.theta, at_precision=None, kept=kept
    )


def truth_of(crowd: Crowd, played: Played, world: World) -> Truth:
    """What nobody in the game knows."""
    return Truth(
        marks=played.counts[:, SAMPLES.index("untainted_marked_wrong")],
        wrong=played.truly_wrong,
        precision=precision_of_wrong(
            crowd.untainted.hit, crowd.untainted.false_alarm, world.error_rate
        ),
        is_bot=crowd.is_bot,
    )
