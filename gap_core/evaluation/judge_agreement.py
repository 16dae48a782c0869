"""How far judges agree with each other and with people. Called by evaluating and compare_judges."""

from collections.abc import Hashable, Mapping, Sequence
from itertools import combinations
from typing import NamedTuple

import krippendorff
import numpy as np

from gap_core.evaluation.bootstrap import SEED, places_of, resampled_interval, unseen_share
from gap_core.scoring.interval import Interval

PEOPLE = "people"


class PairAgreement(NamedTuple):
    """Agreement of two judges on the answers that both scored.

    Attributes:
        alpha: Krippendorff's alpha of the scores as numbers (interval level); None where all
            scores are one and the same, so that it is not defined.
        apart: the mean distance of the two scores.
    """

    first: str
    second: str
    alpha: Interval | None
    apart: float | None
    n: int
    pictures: int

    def __str__(self) -> str:
        """As tables print it."""
        if self.apart is None:
            return f"{self.first} and {self.second}: not measured, n=0"
        told = "not defined"
        if self.alpha is not None:
            told = f"{self.alpha.mean:.3f} [{self.alpha.low:.3f}, {self.alpha.high:.3f}]"
        return f"{self.first} and {self.second}: {told} n={self.n}, apart by {self.apart:.3f}"


class Agreement(NamedTuple):
    """Of all judges together, and of each two; n is the answers that at least two scored."""

    alpha: float | None
    n: int
    pairs: tuple[PairAgreement, ...]


def agreement_of(
    scores: Mapping[str, np.ndarray], pictures: Sequence[Hashable], *, seed: int = SEED
) -> Agreement:
    """Agreement of two judges or more.

    Args:
        scores: by judge, (N,) each, NaN where an answer is unscored.
        pictures: (N,) which picture each answer is about.
        seed: of the drawing of pictures.

    Source: Krippendorff 2018, ch. 12; bootstrap over pictures (Efron & Tibshirani 1993, ch. 8).
    """
    table = np.array(list(scores.values()))  # (judges, N)
    comparable = (~np.isnan(table)).sum(axis=0) > 1
    pairs = tuple(
        _pair((one, other), (scores[one], scores[other]), pictures, seed)
        for one, other in combinations(scores, 2)
    )
    return Agreement(_alpha(table[:, comparable]), int(comparable.sum()), pairs)


def _alpha(table: np.ndarray) -> float | None:
    """Of (judges, N) scores; None where it is not defined."""
    if len(np.unique(table[~np.isnan(table)])) < 2:
        return None
    return float(krippendorff.alpha(reliability_data=table, level_of_measurement="interval"))


def _pair(
    names: tuple[str, str],
    scores: tuple[np.ndarray, np.ndarray],
    pictures: Sequence[Hashable],
    seed: int,
) -> PairAgreement:
    both = ~np.isnan(scores[0]) & ~np.isnan(scores[1])
    one, other = scores[0][both], scores[1][both]
    if not len(one):
        return PairAgreement(*names, None, None, 0, 0)
    places = places_of([picture for picture, ok in zip(pictures, both, strict=True) if ok])
    alpha = _alpha(np.array([one, other]))
    interval = None
    if alpha is not None and places.max() > 0:
        parts = ((one - other) ** 2, one + other, one**2 + other**2, np.ones(len(one)))
        columns = [np.bincount(places, weights=part) for part in parts]
        interval = resampled_interval(alpha, columns, _alpha_of_totals, seed=seed)
        if interval.low == interval.high:  # agreed throughout: as many may be wholly apart
            gaps = unseen_share(len(columns[0])) * columns[3]
            worst = _alpha_of_totals([np.array([column.sum()]) for column in (gaps, *columns[1:])])
            interval = Interval(alpha, max(-1.0, float(worst[0])), alpha)
    elif alpha is not None:
        interval = Interval(alpha, -1.0, 1.0)
    apart = float(np.abs(one - other).mean())
    return PairAgreement(*names, interval, apart, len(one), int(places.max()) + 1)


def _alpha_of_totals(totals: list[np.ndarray]) -> np.ndarray:
    """Interval alpha of two judges from sums over answers: of squared gaps, scores, squares, n.

    1 where all drawn scores are the same: agreement was perfect in that drawing.
    """
    gaps, summed, squares, n = totals
    values = 2 * n
    expected = 2 * (squares - summed**2 / values) / (values - 1)
    seen = gaps / n
    ratio = np.divide(seen, expected, out=np.zeros_like(seen), where=expected > 1e-12)
    return 1 - ratio
