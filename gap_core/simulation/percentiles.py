"""How waits are told, by load tests and benchmarks. Called by their reports and scripts."""

from collections.abc import Sequence

import numpy as np

PERCENTILES = (0.5, 0.95, 0.99)


def percentiles(times_s: Sequence[float]) -> list[float]:
    """Median, 95th and 99th percentile, s: times that were measured, the lower of two."""
    marks: list[float] = np.quantile(times_s, PERCENTILES, method="lower").tolist()
    return marks
