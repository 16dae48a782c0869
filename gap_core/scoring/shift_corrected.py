"""The `shift_corrected` estimator: a player's own h and f, and one error rate for all pictures."""

import numpy as np

from gap_core.scoring.beta_prior import BetaPrior, fit_beta_prior
from gap_core.scoring.counts import CountTables
from gap_core.scoring.interval import LEVEL, Estimates, holding
from gap_core.scoring.population import RATE_BOUNDS
from gap_core.scoring.rates import ModelErrors, precision_of_wrong

NODES = 15
BLOCK_ROWS = 4096
LEAST_GAIN = 0.05  # with h - f below this the share of Wrong says too little of the error rate
HALF = 0.5  # share of told-wrong questions, where nobody has been asked any


class ShiftCorrectedEstimator:
    """h·pi / (h·pi + f·(1 - pi)) with h and f under Beta priors, pi = (w - f) / (h - f) pooled.

    h and f are taken as independent of each other. Where the players together have no h above f,
    pi can't be told and is the share of told-wrong questions, as the paper has it.

    Source: specification of the project, scoring (b).
    """

    def __init__(
        self, told: BetaPrior, honest: BetaPrior, *, error_rate: float, errors: ModelErrors
    ) -> None:
        """Take priors over the shares of Wrong on told-wrong and honest answers as given."""
        self.told = told
        self.honest = honest
        self.error_rate = error_rate
        self.errors = errors

    @classmethod
    def fit(cls, tables: CountTables, *, errors: ModelErrors) -> "ShiftCorrectedEstimator":
        """With the priors and the error rate that these tables give."""
        caught, missed, alarms, passed = tables.rows.T[:4]
        return cls(
            fit_beta_prior(caught, missed, players=tables.players),
            fit_beta_prior(alarms, passed, players=tables.players),
            error_rate=pooled_error_rate(tables.total, errors),
            errors=errors,
        )

    def estimates(self, rows: np.ndarray, *, level: float = LEVEL) -> Estimates:
        """Posteriors of players with these counts, (N, 8)."""
        blocks = [
            self._block(rows[start : start + BLOCK_ROWS], level)
            for start in range(0, max(1, len(rows)), BLOCK_ROWS)
        ]
        return Estimates(*(np.concatenate(part) for part in zip(*blocks, strict=True)))

    def _block(self, rows: np.ndarray, level: float) -> Estimates:
        shares = (np.arange(NODES) + 0.5) / NODES
        caught, missed, alarms, passed = rows.T[:4]
        told = self.told.quantiles(caught, missed, shares=shares)[:, :, None]
        honest = self.honest.quantiles(alarms, passed, shares=shares)[:, None, :]
        h, f = self.errors.rates(*np.broadcast_arrays(told, honest))
        values = precision_of_wrong(h, f, self.error_rate).reshape(len(rows), NODES**2)
        tails = [(1 - level) / 2, (1 + level) / 2]
        low, high = np.quantile(values, tails, axis=1)
        return holding(values.mean(axis=1), low, high)


def pooled_error_rate(total: np.ndarray, errors: ModelErrors) -> float:
    """The error rate (w - f) / (h - f), from all players' counts added up, (8,)."""
    wrong, correct = total[0:6:2].astype(float), total[1:6:2].astype(float)
    asked = wrong + correct  # told, honest, untainted
    if (asked > 0).all():
        told, honest, untainted = wrong / asked
        h, f = errors.rates(told, honest)
        if h - f >= LEAST_GAIN:
            return float(np.clip((untainted - f) / (h - f), *RATE_BOUNDS))
    tainted = asked[0] + asked[1]
    return float(asked[0] / tainted) if tainted else HALF
