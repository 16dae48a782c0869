"""Intervals and tests over pictures: answers on one picture are not independent.

Called by report.py, judge_agreement.py and the experiments.
"""

from collections.abc import Callable, Hashable, Iterator, Sequence
from typing import NamedTuple

import numpy as np

from gap_core.scoring.interval import LEVEL, Interval
from gap_core.scoring.shares import share_of

RESAMPLES = 2_000
FLIPS = 10_000
SEED = 1
_CELLS = 4_000_000  # drawn at a time


class Figure(NamedTuple):
    """A mean score with its interval.

    Attributes:
        n: answers with a score; unscored is how many have none and play no part.
        pictures: that these stand on.
        interval: None with fewer than two pictures.
    """

    mean: float | None
    interval: Interval | None
    n: int
    pictures: int
    unscored: int

    def __str__(self) -> str:
        """As tables print it: "0.447 [0.401, 0.492] n=200"."""
        if self.mean is None:
            return f"not measured, n=0{self._unscored}"
        bounds = self.interval
        told = f"{self.mean:.3f} "
        told += "[one picture]" if bounds is None else f"[{bounds.low:.3f}, {bounds.high:.3f}]"
        return f"{told} n={self.n}{self._unscored}"

    @property
    def _unscored(self) -> str:
        return f", {self.unscored} unscored" if self.unscored else ""


class Paired(NamedTuple):
    """How much higher the second of two models scores on the same items.

    Attributes:
        p: how often pictures whose two scores change places at random differ as much, two-sided.
        n: items that both have a score for.
    """

    difference: float | None
    interval: Interval | None
    p: float | None
    n: int
    pictures: int

    def __str__(self) -> str:
        """As tables print it: "+0.312 [+0.250, +0.371] p=0.0001 n=200"."""
        if self.difference is None:
            return "not measured, n=0"
        if self.interval is None:
            return f"{self.difference:+.3f} [one picture] n={self.n}"
        low, high = self.interval.low, self.interval.high
        return f"{self.difference:+.3f} [{low:+.3f}, {high:+.3f}] p={self.p:.4f} n={self.n}"


def mean_figure(scores: np.ndarray, pictures: Sequence[Hashable], *, seed: int = SEED) -> Figure:
    """The mean score with its percentile bootstrap interval, pictures drawn anew.

    Where the scores of all pictures are the same, drawing would give an interval without width: as
    many pictures as Wilson's bound allows for none seen may then score anything in [0, 1].

    Args:
        scores: (N,) in [0, 1]; NaN marks an unscored answer.
        pictures: (N,) which picture each is about.
        seed: of the drawing.

    Source: Efron & Tibshirani 1993, ch. 13.
    """
    scored = ~np.isnan(scores)
    sums, counts = _by_picture(
        scores[scored], [p for p, ok in zip(pictures, scored, strict=True) if ok]
    )
    n, unscored = int(scored.sum()), int((~scored).sum())
    if n == 0:
        return Figure(None, None, 0, 0, unscored)
    mean = float(sums.sum() / n)
    return Figure(
        mean, _mean_interval(mean, sums, counts, lowest=0, seed=seed), n, len(sums), unscored
    )


def _mean_interval(
    mean: float, sums: np.ndarray, counts: np.ndarray, *, lowest: float, seed: int
) -> Interval | None:
    """Of a mean of values in [lowest, 1], from their sums and number, (P,) each, by picture."""
    if len(sums) < 2:
        return None
    if np.ptp(sums / counts) == 0:
        unseen = unseen_share(len(sums))
        return Interval(mean, mean - unseen * (mean - lowest), mean + unseen * (1 - mean))
    return resampled_interval(mean, [sums, counts], lambda total: total[0] / total[1], seed=seed)


def resampled_interval(
    estimate: float,
    columns: Sequence[np.ndarray],
    statistic: Callable[[list[np.ndarray]], np.ndarray],
    *,
    seed: int = SEED,
    resamples: int = RESAMPLES,
) -> Interval:
    """The percentile interval of a statistic of totals over pictures, drawn anew.

    Args:
        estimate: the statistic of what was seen.
        columns: (P,) each, a number for each picture.
        statistic: of the columns' totals, (R,) each.
        seed: of the drawing.
        resamples: how often.
    """
    drawn = []
    for weights in _drawn_weights(len(columns[0]), resamples, seed):  # (R, P)
        drawn.append(statistic([weights @ column for column in columns]))
    low, high = np.quantile(np.concatenate(drawn), [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return Interval(estimate, min(estimate, float(low)), max(estimate, float(high)))


def _drawn_weights(pictures: int, resamples: int, seed: int) -> Iterator[np.ndarray]:
    """How often each picture is drawn, some resamples at a time."""
    rng = np.random.default_rng(seed)
    step = max(1, _CELLS // pictures)
    for start in range(0, resamples, step):
        size = min(step, resamples - start)
        yield rng.multinomial(pictures, np.full(pictures, 1 / pictures), size=size)


def paired_difference(
    first: np.ndarray, second: np.ndarray, pictures: Sequence[Hashable], *, seed: int = SEED
) -> Paired:
    """Second minus first on the items that both have a score for.

    The interval is a paired bootstrap over pictures, p a permutation test that lets the two
    scores of whole pictures change places. Where the differences of all pictures are the same,
    drawing would give an interval without width: as many pictures as Wilson's bound allows for
    none seen may then differ by anything in [-1, 1].

    Source: Efron & Tibshirani 1993, ch. 13 and 15.
    """
    both = ~np.isnan(first) & ~np.isnan(second)
    held = [picture for picture, ok in zip(pictures, both, strict=True) if ok]
    sums, counts = _by_picture((second - first)[both], held)
    n = int(both.sum())
    if n == 0:
        return Paired(None, None, None, 0, 0)
    mean = float(sums.sum() / n)
    interval = _mean_interval(mean, sums, counts, lowest=-1, seed=seed)
    p = None if interval is None else _flipped_p(sums, seed)
    return Paired(mean, interval, p, n, len(sums))


def unseen_share(pictures: int) -> float:
    """How many of all pictures may be what none of so many was, at most: Wilson's bound."""
    return float(share_of(0, pictures).high or 0.0)


def _flipped_p(sums: np.ndarray, seed: int) -> float:
    rng = np.random.default_rng(seed)
    seen, as_far = abs(sums.sum()) - 1e-9, 0
    step = max(1, _CELLS // len(sums))
    for start in range(0, FLIPS, step):
        signs = rng.integers(0, 2, size=(min(step, FLIPS - start), len(sums))) * 2 - 1
        as_far += int((np.abs(signs @ sums) >= seen).sum())
    return (1 + as_far) / (1 + FLIPS)


def _by_picture(values: np.ndarray, pictures: Sequence[Hashable]) -> tuple[np.ndarray, np.ndarray]:
    """Sums of the values and their number, (P,) each, by picture."""
    places = places_of(pictures)
    return np.bincount(places, weights=values), np.bincount(places).astype(np.float64)


def places_of(pictures: Sequence[Hashable]) -> np.ndarray:
    """(N,) a number for each picture, from 0, in the order they come."""
    known: dict[Hashable, int] = {}
    return np.array([known.setdefault(picture, len(known)) for picture in pictures], dtype=np.intp)
