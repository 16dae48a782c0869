"""A replica of the game that plays whole crowds at once: rounds, draws and verdicts, no pages.

Called by the validation. The rules are those of gap_core/play; nothing is stored or shown.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple

import numpy as np

from gap_core.play.rules import Rules
from gap_core.scoring.counts import SAMPLES
from gap_core.scoring.learners import SessionMarks
from gap_core.scoring.rates import ModelErrors
from gap_core.simulation.populations import Crowd, Rates, untainted_rates

ASKS_AT_MOST = 4  # questions that fit into the two minutes of a picture

Answers = Callable[[tuple[int, int], np.random.Generator], tuple[np.ndarray, np.ndarray]]


@dataclass(frozen=True)
class World:
    """What the model does.

    Attributes:
        error_rate: pi, how often it errs on untainted pictures.
        errors: epsilon and delta on tainted ones.
    """

    error_rate: float
    errors: ModelErrors = ModelErrors()


@dataclass(frozen=True)
class Played:
    """What came of it, and the truth.

    Attributes:
        counts: (N, 8) in the order of SAMPLES.
        marks: (N, S, 2) Wrong and Correct on untainted pictures, session by session.
        wrong: (N, S) of the Wrong ones, those whose answer was wrong.
    """

    counts: np.ndarray
    marks: np.ndarray
    wrong: np.ndarray

    @property
    def truly_wrong(self) -> np.ndarray:
        """(N,) questions marked Wrong on untainted pictures whose answer was wrong."""
        return self.wrong.sum(axis=1)

    @property
    def sessions(self) -> SessionMarks:
        """What the detector of learners reads."""
        players, sessions = self.wrong.shape
        return SessionMarks(np.repeat(np.arange(players), sessions), self.marks.reshape(-1, 2))


class _Question(NamedTuple):
    """One question on every picture at once, (N, pictures) booleans each."""

    told: np.ndarray
    wrong: np.ndarray
    marked: np.ndarray
    asked: np.ndarray


def play_sessions(crowd: Crowd, world: World, *, sessions: int, rng: np.random.Generator) -> Played:
    """Let everybody play so many sessions to the end."""
    rules = Rules()
    players = len(crowd.kinds)
    counts = np.zeros((players, len(SAMPLES)), dtype=int)
    marks = np.zeros((players, sessions, 2), dtype=int)
    truly_wrong = np.zeros((players, sessions), dtype=int)
    tainted, untainted = (players, rules.tainted_images), (players, rules.untainted_images)
    for number in range(sessions):
        trap = partial(_tainted_answers, errors=world.errors, wrong_rate=rules.wrong_rate)
        for told, _, marked, asked in _questions(crowd.tainted, tainted, trap, rng):
            counts[:, 0] += (asked & told & marked).sum(axis=1)
            counts[:, 1] += (asked & told & ~marked).sum(axis=1)
            counts[:, 2] += (asked & ~told & marked).sum(axis=1)
            counts[:, 3] += (asked & ~told & ~marked).sum(axis=1)
        other = partial(_untainted_answers, error_rate=world.error_rate)
        rates = untainted_rates(crowd, number)
        for _, wrong, marked, asked in _questions(rates, untainted, other, rng):
            marks[:, number, 0] += (asked & marked).sum(axis=1)
            marks[:, number, 1] += (asked & ~marked).sum(axis=1)
            truly_wrong[:, number] += (asked & marked & wrong).sum(axis=1)
    counts[:, 4:6] = marks.sum(axis=1)
    return Played(counts, marks, truly_wrong)


def _questions(
    rates: Rates, shape: tuple[int, int], answers: Answers, rng: np.random.Generator
) -> Iterator[_Question]:
    """The first questions on all pictures, then the second ones, and so on; Wrong moves on."""
    is_open = np.ones(shape, dtype=bool)
    for _ in range(ASKS_AT_MOST):
        told, wrong = answers(shape, rng)
        share = np.where(wrong, rates.hit[:, None], rates.false_alarm[:, None])
        marked = rng.random(shape) < share
        yield _Question(told, wrong, marked, is_open)
        is_open = is_open & ~marked & (rng.random(shape) < rates.asks_again[:, None])


def _tainted_answers(
    shape: tuple[int, int], rng: np.random.Generator, *, errors: ModelErrors, wrong_rate: float
) -> tuple[np.ndarray, np.ndarray]:
    told, chance = rng.random(shape) < wrong_rate, rng.random(shape)
    return told, np.where(told, chance >= errors.told_right, chance < errors.honest_wrong)


def _untainted_answers(
    shape: tuple[int, int], rng: np.random.Generator, *, error_rate: float
) -> tuple[np.ndarray, np.ndarray]:
    return np.zeros(shape, dtype=bool), rng.random(shape) < error_rate
