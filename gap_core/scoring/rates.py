"""Hit and false alarm rates, and what follows from them. Called by the estimators.

h = P(marks Wrong | the answer is wrong), f = P(marks Wrong | it is right), pi = how often the model
errs on untainted pictures.
"""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class ModelErrors:
    """How often the model does not do as it is told on tainted pictures.

    Attributes:
        honest_wrong: epsilon, wrong though asked to be right.
        told_right: delta, right though told to be wrong.
        measured_on: answers of each kind that they were measured on; None takes them as exact.

    Source: GAP paper, eq. 1 to 4.
    """

    honest_wrong: float = 0.0
    told_right: float = 0.0
    measured_on: int | None = None

    def __post_init__(self) -> None:
        """Refuse rates under which the instruction tells nothing of the answer."""
        if min(self.honest_wrong, self.told_right) < 0 or self.honest_wrong + self.told_right >= 1:
            raise ValueError(f"{self}: both must be 0 or more, and together below 1.")

    def error_rate_variance(self, error_rate: float) -> float:
        """What the doubt about epsilon and delta adds to the variance of pi.

        From pi = (w - f) / (h - f): a slip of epsilon by d moves f by -d (h - f) and so pi by
        d (1 - pi); one of delta moves pi by -d pi.
        """
        honest_sd, told_sd = self.standard_errors
        return ((1 - error_rate) * honest_sd) ** 2 + (error_rate * told_sd) ** 2

    @property
    def standard_errors(self) -> tuple[float, float]:
        """Of epsilon and delta."""
        if self.measured_on is None:
            return 0.0, 0.0
        rates = (self.honest_wrong, self.told_right)
        honest_sd, told_sd = ((rate * (1 - rate) / self.measured_on) ** 0.5 for rate in rates)
        return honest_sd, told_sd

    def told_share(self, h: np.ndarray, f: np.ndarray) -> np.ndarray:
        """P(H=0 | T, I=1)."""
        return (1 - self.told_right) * h + self.told_right * f

    def honest_share(self, h: np.ndarray, f: np.ndarray) -> np.ndarray:
        """P(H=0 | T, I=0)."""
        return self.honest_wrong * h + (1 - self.honest_wrong) * f

    def rates(self, told: np.ndarray, honest: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """The h and f that explain these shares of Wrong, kept within 0 and 1."""
        span = 1 - self.honest_wrong - self.told_right
        h = ((1 - self.honest_wrong) * told - self.told_right * honest) / span
        f = ((1 - self.told_right) * honest - self.honest_wrong * told) / span
        return np.clip(h, 0, 1), np.clip(f, 0, 1)


def untainted_share(h: np.ndarray, f: np.ndarray, error_rate: float) -> np.ndarray:
    """P(H=0 | U), the share of Wrong on untainted pictures."""
    return f + error_rate * (h - f)


def precision_of_wrong(h: np.ndarray, f: np.ndarray, error_rate: float) -> np.ndarray:
    """P(M=0 | H=0, U); of a player who never marks Wrong, the error rate itself."""
    hits = np.asarray(h * error_rate, dtype=float)
    every = hits + f * (1 - error_rate)
    return np.divide(hits, every, out=np.full_like(every, error_rate), where=every > 0)
