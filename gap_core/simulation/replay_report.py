"""What a replay of many accounts comes to: speed, waits, size. Called by scripts.

Times of one simulated hour are alike (a fit beside them, the log written back), so intervals come
from drawing whole hours again.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from db import Store
from db.bulk_play import busiest_minute, disk_bytes, last_asked, play_by_nickname
from gap_core.errors import GapError
from gap_core.play import Game
from gap_core.play.player_fits import refit_player_model
from gap_core.play.posteriors import refit_population
from gap_core.scoring.interval import LEVEL, Interval
from gap_core.simulation.replaying import MONDAY, Replay, kept_rows

RESAMPLES = 300
PARTS = 5  # of the run, in which waits are told one after the other
MARKS = (0.5, 0.95, 0.99)


class ReplayFigures(NamedTuple):
    """How fast it went.

    Attributes:
        verdicts: that were timed; refusals of other steps.
        per_s: verdicts a second of wall clock, by all that play takes; cpu_ms of each.
        waits_ms: 50th, 95th and 99th percentile of a verdict.
        parts_ms: median and 99th percentile in each fifth of the run.
        parts_cpu_ms: processor time of each in them, by whole hours.
        fits_s: what fits beside the play took, by name.
    """

    verdicts: int
    refusals: int
    per_s: Interval
    cpu_ms: Interval
    waits_ms: dict[float, Interval]
    parts_ms: list[tuple[float, float]]
    parts_cpu_ms: list[float]
    fits_s: dict[str, list[float]]


def figures_of(folder: Path, *, seed: int) -> ReplayFigures:
    """The figures of all runs in the folder.

    Raises:
        GapError: nothing was played.
    """
    rows = kept_rows(folder)
    hours = [row for row in rows if row["kind"] == "hour" and row["verdict_ms"]]
    if not hours:
        raise GapError("No verdict was given yet. Let it play for longer.")
    waits = [np.array(row["verdict_ms"]) for row in hours]
    spent = np.array([(len(row["verdict_ms"]), row["wall_s"], row["cpu_s"]) for row in hours])
    fits: dict[str, list[float]] = {}
    for row in rows:
        if row["kind"] == "fit":
            fits.setdefault(row["what"], []).append(row["wall_s"])
    rng = np.random.default_rng(seed)
    drawn = [rng.integers(len(hours), size=len(hours)) for _ in range(RESAMPLES)]
    every = np.concatenate(waits)
    return ReplayFigures(
        verdicts=len(every),
        refusals=sum(row["refusals"] for row in hours),
        per_s=_interval(drawn, lambda at: spent[at, 0].sum() / spent[at, 1].sum()),
        cpu_ms=_interval(drawn, lambda at: 1000 * spent[at, 2].sum() / spent[at, 0].sum()),
        waits_ms=_wait_intervals(drawn, waits),
        parts_ms=[
            (float(np.quantile(part, 0.5)), float(np.quantile(part, 0.99)))
            for part in np.array_split(every, PARTS)
            if len(part)
        ],
        parts_cpu_ms=_by_fifths(spent[:, 0], spent[:, 2]),
        fits_s=fits,
    )


def _by_fifths(verdicts: np.ndarray, cpu_s: np.ndarray) -> list[float]:
    """Processor time of a verdict in each fifth of the run, ms; an hour belongs to one of them."""
    part = np.minimum(np.cumsum(verdicts) * PARTS // verdicts.sum(), PARTS - 1)
    own = [part == number for number in range(PARTS)]
    return [float(1000 * cpu_s[at].sum() / verdicts[at].sum()) for at in own if at.any()]


def _wait_intervals(
    drawn: Sequence[np.ndarray], waits: Sequence[np.ndarray]
) -> dict[float, Interval]:
    def marks(at: np.ndarray) -> np.ndarray:
        return np.quantile(np.concatenate([waits[one] for one in at]), MARKS)

    found = np.array([marks(at) for at in drawn])  # (RESAMPLES, 3)
    low, high = np.quantile(found, ((1 - LEVEL) / 2, (1 + LEVEL) / 2), axis=0)
    mean = marks(np.arange(len(waits)))
    return {
        mark: Interval(float(mean[at]), float(low[at]), float(high[at]))
        for at, mark in enumerate(MARKS)
    }


def _interval(drawn: Sequence[np.ndarray], figure: Callable[[Any], float]) -> Interval:
    found = [figure(at) for at in drawn]
    low, high = np.quantile(found, ((1 - LEVEL) / 2, (1 + LEVEL) / 2))
    return Interval(float(figure(slice(None))), float(low), float(high))


class SizeFigures(NamedTuple):
    """What the file holds, what it weighs, and what the paper's load asks for.

    Attributes:
        turns: questions; busiest: of them in the busiest simulated minute.
        played_s: simulated seconds until the last question.
        table_bytes: with indexes, the largest first.
        joined_bytes: of an account that only joined; None where nobody was timed.
        turn_bytes: of a question with all that belongs to it: session, round, verdict, posterior.
    """

    accounts: int
    active: int
    sessions: int
    turns: int
    busiest: int
    played_s: float
    table_bytes: dict[str, int]
    joined_bytes: float | None
    turn_bytes: float

    @property
    def mean_per_s(self) -> float:
        """Questions a second, as the population asks them over its time."""
        return self.turns / max(1.0, self.played_s)


def size_of(folder: Path) -> SizeFigures:
    """Count and weigh."""
    with Store.open(folder / "gap.db") as store:
        played, last = play_by_nickname(store), last_asked(store)
        sizes, counts = disk_bytes(store), store.usage.counts()
        busiest = busiest_minute(store)
    joins = [row for row in kept_rows(folder) if row["kind"] == "joined"]
    joined = sum(row["accounts"] for row in joins)
    joined_bytes = sum(row["bytes"] for row in joins) / joined if joined else None
    grown = sum(sizes.values()) - sum(sizes.get(name, 0) for name in DECK_TABLES)
    return SizeFigures(
        accounts=len(played),
        active=sum(own.sessions > 0 or own.is_open for own in played.values()),
        sessions=counts.sessions,
        turns=counts.questions,
        busiest=busiest,
        played_s=0.0 if last is None else (last - MONDAY).total_seconds(),
        table_bytes=sizes,
        joined_bytes=joined_bytes,
        turn_bytes=(grown - len(played) * (joined_bytes or 0.0)) / max(1, counts.questions),
    )


DECK_TABLES = ("images", "scenes", "deck_images")


def time_at_size(
    replay: Replay, folder: Path, *, reads: int, fits: int, seed: int
) -> dict[str, list[float]]:
    """Seconds of what grows with the crowd: leaderboard, /week, one's own place, both fits."""
    game, rng = replay.game, random.Random(seed)
    with Store.open(folder / "gap.db") as store:
        played, last = play_by_nickname(store), last_asked(store)
        replay.clock.now = last or MONDAY
        somebody = [own.player_id for own in played.values() if own.sessions or own.is_open]
        errors, now = game.rules.model_errors, replay.clock.now
        steps: dict[str, tuple[int, Callable[[], object]]] = {
            "leaderboard": (reads, game.leaderboard),
            "page /week": (reads, lambda: _week_page(game)),
            "own board": (reads, lambda: game.view(rng.choice(somebody))),
            "fit of the population": (
                fits,
                lambda: refit_population(store, errors=errors, now=now, is_forced=True),
            ),
            "fit of the player model": (
                fits,
                lambda: refit_player_model(store, rules=game.rules, now=now, is_forced=True),
            ),
        }
        return {what: [_seconds(step) for _ in range(n)] for what, (n, step) in steps.items()}


def _week_page(game: Game) -> None:
    game.leaderboard()
    game.week_rewards()


def _seconds(step: Callable[[], object]) -> float:
    began = time.perf_counter()
    step()
    return time.perf_counter() - began
