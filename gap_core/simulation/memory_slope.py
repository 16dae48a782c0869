"""Whether a process's memory is flat: its slope with an interval. Called by load.py."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from scipy.special import stdtrit

from gap_core.scoring.interval import LEVEL, Interval

BINS = 30  # of the last half; of an hour each is a minute
SHORTEST_S = 600.0  # of a run: before, caches and pools are still filling


class Reading(NamedTuple):
    """Memory at a moment, `at_s` seconds after the first."""

    at_s: float
    mib: float


def by_minute(readings: Sequence[Reading]) -> list[float]:
    """The mean of each minute, MiB."""
    return [mib for _, mib in _binned(readings, width_s=60.0)]


def slope_of_last_half(readings: Sequence[Reading]) -> Interval | None:
    """MiB an hour over the last half, by least squares over means of equal stretches of time.

    Stretches beside each other are alike, so the interval is that of as many independent ones as
    their correlation leaves. None for a run that is too short for it.

    Source: Santer et al. 2000, section 4 (lag-one correlation of the residuals).
    """
    if not readings or readings[-1].at_s - readings[0].at_s < SHORTEST_S:
        return None
    first, last = readings[0].at_s, readings[-1].at_s
    half = [one for one in readings if one.at_s >= (first + last) / 2]
    bins = np.array(_binned(half, width_s=(last - first) / 2 / BINS))  # (BINS, 2)
    hours, mib = bins.T / np.array([[3600.0], [1.0]])
    return _line(hours, mib)


def _binned(readings: Sequence[Reading], *, width_s: float) -> list[tuple[float, float]]:
    """(middle in seconds, mean in MiB) of each stretch that has readings."""
    if not readings:
        return []
    at_s, mib = np.array(readings).T
    number = np.minimum((at_s - at_s[0]) // width_s, max(0, (at_s[-1] - at_s[0]) / width_s - 0.5))
    return [
        (float(at_s[number == one].mean()), float(mib[number == one].mean()))
        for one in np.unique(number)
    ]


def _line(x: np.ndarray, y: np.ndarray) -> Interval:
    off = x - x.mean()
    slope = float(off @ y / (off @ off))
    left = y - y.mean() - slope * off
    squares = float(left @ left)
    alike = float(left[1:] @ left[:-1]) / squares if squares > 0 else 0.0
    n = len(x) * (1 - alike) / (1 + alike) if alike > 0 else float(len(x))
    freedom = max(1.0, n - 2)
    spread = (squares / freedom / float(off @ off)) ** 0.5
    reach = float(stdtrit(freedom, (1 + LEVEL) / 2)) * spread
    return Interval(slope, slope - reach, slope + reach)
