"""How fast scores are worked out and read in a large database, against plain SQL.

Called by scripts/bench_scoring.py.
"""

import random
import time
from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple

from db import Store
from db.bulk_play import plain_counts, plain_standings
from db.records import VerdictCounts
from gap_core.play.posteriors import latest_population, rows_of
from gap_core.scoring.interval import Estimates
from gap_core.scoring.joint import JointEstimator
from gap_core.scoring.rates import ModelErrors

TOP_LINES = 50


class ReadTimes(NamedTuple):
    """Seconds of each reading: the project's way and plain SQL, taking turns."""

    what: str
    ours_s: list[float]
    plain_s: list[float]


def reading_times(
    store: Store, *, moment: datetime, reads: int, seed: int, on_read: Callable[[], None]
) -> list[ReadTimes]:
    """Time the leaderboard and a player's posterior, each for players drawn at random.

    Args:
        store: a rescored database.
        moment: a time in the week whose leaderboard is read.
        reads: how often each is read each way.
        seed: of the draw of players.
        on_read: called after each pair of readings.
    """
    players = list(store.scores.all_counts())
    chosen = random.Random(seed).choices(players, k=reads)
    pairs: list[tuple[str, Callable[[str], object], Callable[[str], object]]] = [
        (
            "leaderboard and own place",
            lambda player_id: (
                store.standings.top(moment, limit=TOP_LINES),
                store.standings.own(moment, player_id=player_id),
            ),
            lambda player_id: plain_standings(store, moment),
        ),
        (
            "posterior of a player",
            lambda player_id: _posterior(store, store.scores.counts(player_id)),
            lambda player_id: _posterior(store, plain_counts(store, player_id)),
        ),
    ]
    found = []
    for what, ours, plain in pairs:
        times: tuple[list[float], list[float]] = ([], [])
        for player_id in chosen:
            for way, kept in zip((ours, plain), times, strict=True):
                began = time.perf_counter()
                way(player_id)
                kept.append(time.perf_counter() - began)
            on_read()
        found.append(ReadTimes(what, *times))
    return found


def _posterior(store: Store, counts: VerdictCounts) -> Estimates:
    estimator = JointEstimator(latest_population(store, errors=ModelErrors()))
    return estimator.estimates(rows_of({"player": counts}))
