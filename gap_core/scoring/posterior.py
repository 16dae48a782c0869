"""How far a player's "Wrong" can be believed on untainted pictures: the door of this folder.

Called by the game, by simulation and by reports. Four estimators stand side by side; `joint` is
what selects, the others show what it is worth.
"""

from typing import Literal, Protocol, get_args

import numpy as np

from gap_core.scoring.counts import CountTables, PlayerCounts
from gap_core.scoring.interval import LEVEL, Estimates, Interval
from gap_core.scoring.joint import JointEstimator
from gap_core.scoring.precision import PaperEstimator, SmoothedEstimator
from gap_core.scoring.rates import ModelErrors
from gap_core.scoring.shift_corrected import ShiftCorrectedEstimator

EstimatorName = Literal["paper", "smoothed", "shift_corrected", "joint"]
ESTIMATORS: tuple[EstimatorName, ...] = get_args(EstimatorName)
DEFAULT_ESTIMATOR: EstimatorName = "joint"
SelectedBy = Literal["estimate", "lower_bound"]


class Estimator(Protocol):
    """What turns counts into posteriors; fitted to all players beforehand."""

    def estimates(self, rows: np.ndarray, *, level: float = LEVEL) -> Estimates:
        """Posteriors of players with these counts, (N, 8); NaN where there is none."""


def fit_estimator(
    name: EstimatorName,
    tables: CountTables,
    *,
    errors: ModelErrors = ModelErrors(),  # noqa: B008 (frozen)
) -> Estimator:
    """The estimator of this name, fitted to all players' counts.

    Args:
        name: one of ESTIMATORS.
        tables: everybody's counts; none at all is fine.
        errors: what was measured of the model; only the last two estimators ask for it.
    """
    if name == "paper":
        return PaperEstimator()
    if name == "smoothed":
        return SmoothedEstimator.fit(tables)
    if name == "shift_corrected":
        return ShiftCorrectedEstimator.fit(tables, errors=errors)
    return JointEstimator.fit(tables, errors=errors)


def posterior_of(
    estimator: Estimator, counts: PlayerCounts, *, level: float = LEVEL
) -> Interval | None:
    """P(the answer is wrong | this player marks it Wrong); None where the estimator has none."""
    return estimator.estimates(counts.row, level=level).of(0)


def is_selected(posterior: Interval | None, *, theta: float, by: SelectedBy = "estimate") -> bool:
    """Whether questions marked by a player with this posterior are worth an expert's time.

    Source: GAP paper, section 3: above theta, so a tie is not selected.
    """
    if posterior is None:
        return False
    return (posterior.mean if by == "estimate" else posterior.low) > theta
