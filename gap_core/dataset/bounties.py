"""Which categories the game should ask players for. Called by building and by the game."""

import math
from typing import NamedTuple

from gap_core.dataset.diversity import DiversityReport

XP_FACTOR = 2  # of XP; points for traps are never multiplied


class Bounty(NamedTuple):
    """A category that is short.

    Attributes:
        samples: there are.
        missing: samples of it that would bring it to its target, all others staying.
        xp_factor: what XP of such a question is multiplied with.
    """

    category: str
    samples: int
    missing: int
    xp_factor: int


def bounties_of(report: DiversityReport, *, most: int = 3) -> tuple[Bounty, ...]:
    """The categories furthest below their targets; none for which chance would explain it."""
    short = [
        line
        for line in report.categories
        if 0 < line.target < 1 and line.share.high is not None and line.share.high < line.target
    ]
    short.sort(key=lambda line: ((line.share.mean or 0.0) / line.target, line.category))
    return tuple(
        Bounty(
            line.category,
            line.share.hits,
            _missing(line.share.hits, line.share.n, line.target),
            XP_FACTOR,
        )
        for line in short[:most]
    )


def _missing(hits: int, n: int, target: float) -> int:
    """The least m for which (hits + m) / (n + m) reaches the target."""
    return math.ceil((target * n - hits) / (1 - target) - 1e-9)
