"""Populations of simulated players for the proof of scoring: who marks what, how often.

Called by the validation. A player is a rate of Wrong on wrong and on right answers, for each of
the two kinds of pictures.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

ASKS_AGAIN = 0.5  # how often a person asks again after marking an answer Correct


class Rates(NamedTuple):
    """(N,) hit and false alarm rates, and how often a question follows one marked Correct."""

    hit: np.ndarray
    false_alarm: np.ndarray
    asks_again: np.ndarray


Draw = Callable[[np.random.Generator, int], tuple[np.ndarray, np.ndarray]]


@dataclass(frozen=True)
class Kind:
    """Players of a kind.

    Attributes:
        share: how common the kind is in its population.
        draw: hit and false alarm rates of so many of them.
        bogus: Wrong marks on untainted pictures, whatever the answer; None for players who
            behave alike on both.
        learns_after: sessions in which such a player still does behave alike.
        is_bot: nobody looks at the picture, and one question a picture is enough.
    """

    name: str
    share: float
    draw: Draw
    bogus: float | None = None
    learns_after: int = 0
    is_bot: bool = False


@dataclass(frozen=True)
class Crowd:
    """The players of one run.

    Attributes:
        tainted, untainted: their rates on the two kinds of pictures.
        learns_after: (N,) sessions in which the former go for both.
        kinds: (N,) names.
        is_bot, is_learner: (N,) booleans; a learner enters anything on untainted pictures.
    """

    tainted: Rates
    untainted: Rates
    learns_after: np.ndarray
    kinds: np.ndarray
    is_bot: np.ndarray
    is_learner: np.ndarray


def _beta(hit: tuple[float, float], false_alarm: tuple[float, float]) -> Draw:
    return lambda rng, n: (rng.beta(*hit, n), rng.beta(*false_alarm, n))


def _same(a: float, b: float) -> Draw:
    def draw(rng: np.random.Generator, n: int) -> tuple[np.ndarray, np.ndarray]:
        rate = rng.beta(a, b, n)
        return rate, rate

    return draw


def _exactly(rate: float) -> Draw:
    return lambda _rng, n: (np.full(n, rate), np.full(n, rate))


CAREFUL, CASUAL = _beta((12, 2), (1, 12)), _beta((6, 3), (2, 8))
INVERTED, GUESSING = _beta((1, 9), (5, 3)), _same(4, 4)

# Shares of the first are set so that, after one session, the observed precision on tainted
# pictures is about as U-shaped as in the paper: 35% of players at 0.9 to 1, 26% at 0 to 0.1.
POPULATIONS: dict[str, tuple[Kind, ...]] = {
    "u_shape": (
        Kind("careful", 0.31, CAREFUL),
        Kind("casual", 0.15, CASUAL),
        Kind("guessing", 0.22, GUESSING),
        Kind("inverted", 0.32, INVERTED),
    ),
    "honest": (Kind("careful", 0.6, CAREFUL), Kind("casual", 0.4, CASUAL)),
    "bots": (
        Kind("careful", 0.40, CAREFUL),
        Kind("casual", 0.27, CASUAL),
        Kind("always wrong", 0.15, _exactly(1.0), is_bot=True),
        Kind("coin", 0.09, _exactly(0.5), is_bot=True),
        Kind("mostly wrong", 0.09, _exactly(0.8), is_bot=True),
    ),
    "learners": (
        Kind("careful", 0.50, CAREFUL),
        Kind("casual", 0.30, CASUAL),
        Kind("hasty learner", 0.10, CAREFUL, bogus=1.0),
        Kind("random learner", 0.10, CAREFUL, bogus=0.5),
    ),
    "late_learners": (
        Kind("careful", 0.50, CAREFUL),
        Kind("casual", 0.30, CASUAL),
        Kind("hasty learner", 0.10, CAREFUL, bogus=1.0, learns_after=4),
        Kind("random learner", 0.10, CAREFUL, bogus=0.5, learns_after=4),
    ),
}


def untainted_rates(crowd: Crowd, session: int) -> Rates:
    """Everybody's rates on untainted pictures in this session, counted from 0."""
    has_learnt = crowd.learns_after <= session
    pairs = zip(crowd.untainted, crowd.tainted, strict=True)
    return Rates(*(np.where(has_learnt, later, first) for later, first in pairs))


def sample_crowd(kinds: tuple[Kind, ...], *, players: int, rng: np.random.Generator) -> Crowd:
    """So many players of these kinds, drawn by their shares."""
    which = rng.choice(len(kinds), players, p=[kind.share for kind in kinds])
    hit, false_alarm = np.empty(players), np.empty(players)
    for place, kind in enumerate(kinds):
        own = which == place
        hit[own], false_alarm[own] = kind.draw(rng, int(own.sum()))
    is_bot = np.array([kind.is_bot for kind in kinds])[which]
    is_learner = np.array([kind.bogus is not None for kind in kinds])[which]
    bogus = np.array([kind.bogus or 0.0 for kind in kinds])[which]
    return Crowd(
        tainted=Rates(hit, false_alarm, np.where(is_bot, 0.0, ASKS_AGAIN)),
        untainted=Rates(
            np.where(is_learner, bogus, hit),
            np.where(is_learner, bogus, false_alarm),
            np.where(is_bot | is_learner, 0.0, ASKS_AGAIN),
        ),
        learns_after=np.array([kind.learns_after for kind in kinds])[which],
        kinds=np.array([kind.name for kind in kinds])[which],
        is_bot=is_bot,
        is_learner=is_learner,
    )
