"""Which categories the game should ask players for. Called by building, a script, the studio."""

import math
from collections.abc import Sequence
from typing import NamedTuple

from db import Store
from gap_core.dataset.diversity import DiversityReport
from gap_core.errors import GapError
from gap_core.language.categories import CATEGORIES
from gap_core.play.game import utc_now

MOST = 3  # at a time
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


def bounties_of(report: DiversityReport) -> tuple[Bounty, ...]:
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
        for line in short[:MOST]
    )


def _missing(hits: int, n: int, target: float) -> int:
    """The least m for which (hits + m) / (n + m) reaches the target."""
    return math.ceil((target * n - hits) / (1 - target) - 1e-9)


def ask_players_for(store: Store, categories: Sequence[str]) -> list[str]:
    """From now on questions of these categories give double XP, and no others; their names.

    Args:
        store: of the game, which may be running.
        categories: in any spelling of their letters' size; none to take all bounties back.

    Raises:
        GapError: no such category.
    """
    spelt = {name.casefold(): name for name in CATEGORIES}
    unknown = [name for name in categories if name.casefold() not in spelt]
    if unknown:
        raise GapError(f"No category '{unknown[0]}'. Choose from: {', '.join(CATEGORIES)}.")
    chosen = list(dict.fromkeys(spelt[name.casefold()] for name in categories))
    store.rewards.set_bounties(chosen, now=utc_now())
    return chosen
