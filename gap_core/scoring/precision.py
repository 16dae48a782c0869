"""The two estimators that trust a player as far as on tainted pictures: `paper` and `smoothed`.

Both assume that the model errs on untainted pictures as often as it is told to on tainted ones.
"""

import numpy as np

from gap_core.scoring.beta_prior import BetaPrior, fit_beta_prior
from gap_core.scoring.counts import SAMPLES, CountTables
from gap_core.scoring.interval import LEVEL, Estimates

TOLD, HONEST = SAMPLES.index("told_marked_wrong"), SAMPLES.index("honest_marked_wrong")
JEFFREYS = BetaPrior(0.5, 0.5)


class PaperEstimator:
    """The share of told-wrong answers among a player's Wrong marks on tainted pictures.

    P(H=0|I=1)·P(I=1) is the share of told-wrong answers marked wrong among all, so that with every
    probability the player's own share the ratio comes down to the precision of "Wrong". Without
    one Wrong mark it is 0/0 and there is no estimate. The interval is Jeffreys's.

    Source: GAP paper, eq. 8; Brown, Cai & DasGupta 2001.
    """

    def estimates(self, rows: np.ndarray, *, level: float = LEVEL) -> Estimates:
        """Posteriors of players with these counts, (N, 8)."""
        told, honest = rows[:, TOLD], rows[:, HONEST]
        marks = told + honest
        mean = np.divide(told, marks, out=np.full(len(rows), np.nan), where=marks > 0)
        around = JEFFREYS.after(told, honest, level=level)
        low, high = np.fmin(mean, around.low), np.fmax(mean, around.high)
        return Estimates(mean, np.where(marks > 0, low, 0.0), np.where(marks > 0, high, 1.0))


class SmoothedEstimator:
    """The same share under a Beta prior fitted over all players; without a mark, the prior's."""

    def __init__(self, prior: BetaPrior) -> None:
        """Take the prior as given."""
        self.prior = prior

    @classmethod
    def fit(cls, tables: CountTables) -> "SmoothedEstimator":
        """With the prior that explains these tables best."""
        rows = tables.rows
        return cls(fit_beta_prior(rows[:, TOLD], rows[:, HONEST], players=tables.players))

    def estimates(self, rows: np.ndarray, *, level: float = LEVEL) -> Estimates:
        """Posteriors of players with these counts, (N, 8)."""
        return self.prior.after(rows[:, TOLD], rows[:, HONEST], level=level)
