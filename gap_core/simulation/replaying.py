"""Weeks of many accounts through the game's own functions, sped up. Called by scripts.

One clock goes from step to step; what the game does is as in play: joins, sessions, questions,
answers, verdicts, posteriors, the leaderboard's tables, and the fits beside it. Killed at any
moment, it goes on where the database is; only the times of the hour at hand are lost.
"""

from __future__ import annotations

import heapq
import json
import math
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

from db import Store
from db.bulk_play import disk_bytes, last_asked, play_by_nickname
from gap_core.decks.deal import POCKET_DECK
from gap_core.errors import GapError
from gap_core.play import Game, ModelLabel
from gap_core.pocket_world import Scene
from gap_core.simulation.account_visits import (
    DAYS,
    Steps,
    Visits,
    nickname_of,
    planned_visits,
)
from gap_core.simulation.clock import SimulatedClock
from gap_core.simulation.visits import CONSENT

MONDAY = datetime(2026, 1, 5, tzinfo=UTC)
HOUR_S = 3600.0
LATER_S = 600.0  # an account that is still at a session begins its next one so much later
LEARN_EVERY_S = 60.0  # as the game does it
TIMES, SIZE = "replay_times.jsonl", "replay_size.json"
SECRET = b"of the replay, which hides nothing"
LABEL = ModelLabel("free", "none", None, "1", 0)


class ReplaySize(NamedTuple):
    """Which accounts, weeks and seed; the same for all of a folder."""

    accounts: int
    weeks: int
    seed: int


class Progress(NamedTuple):
    """How far it is: the simulated hour, sessions that are left, verdicts since the start."""

    hour: int
    sessions_left: int
    verdicts: int


@dataclass
class _Hour:
    """A simulated hour at hand, and when it began for us."""

    number: int
    verdict_s: list[float] = field(default_factory=list)
    refusals: int = 0
    wall_s: float = field(default_factory=time.perf_counter)
    cpu_s: float = field(default_factory=time.process_time)

    def row(self) -> dict[str, Any]:
        """What it took, as it is kept."""
        return {
            "kind": "hour",
            "hour": self.number,
            "wall_s": round(time.perf_counter() - self.wall_s, 4),
            "cpu_s": round(time.process_time() - self.cpu_s, 4),
            "refusals": self.refusals,
            "verdict_ms": [round(1000 * took_s, 2) for took_s in self.verdict_s],
        }


class _Next(NamedTuple):
    """The next step of a visit; steps of one moment keep their order."""

    at_s: float
    number: int
    account: int
    steps: Steps


class Replay:
    """One folder's replay."""

    def __init__(self, folder: Path, size: ReplaySize, *, scenes: Mapping[str, Scene]) -> None:
        """Go on in a folder whose database has its deck.

        Raises:
            GapError: the folder holds a replay of another size.
        """
        check_size(folder, size)
        self._folder, self._size, self._scenes = folder, size, scenes
        self.clock = SimulatedClock(MONDAY)
        self.game = Game(
            folder / "gap.db",
            data_dir=folder,
            secret=SECRET,
            model=LABEL,
            deck=POCKET_DECK,
            clock=self.clock,
        )
        self._hour = _Hour(0)
        self._verdicts = 0

    @property
    def hours(self) -> int:
        """Simulated hours of the whole."""
        return self._size.weeks * DAYS * 24

    def join_all(self, on_join: Callable[[], object] = lambda: None) -> None:
        """Let every account join that hasn't."""
        with Store.open(self._folder / "gap.db") as store:
            known = play_by_nickname(store)
            bytes_before = sum(disk_bytes(store).values())
        began, joined = time.perf_counter(), 0
        for account in range(self._size.accounts):
            if nickname_of(account) not in known:
                self.game.join(nickname_of(account), consent_version=CONSENT)
                joined += 1
            on_join()
        if not joined:
            return
        wall_s = time.perf_counter() - began
        with Store.open(self._folder / "gap.db") as store:
            grown = sum(disk_bytes(store).values()) - bytes_before
        self._note({"kind": "joined", "accounts": joined, "wall_s": wall_s, "bytes": grown})

    def play(
        self,
        *,
        within_s: float = math.inf,
        on_progress: Callable[[Progress], object] = lambda _progress: None,
    ) -> bool:
        """Play until all is played, or for so many real seconds; whether all is."""
        self.game.release_lost_turns()
        visits = Visits(self.game, self.clock, self._scenes, self._size.seed, self._take)
        steps = list(self._left(visits))
        heapq.heapify(steps)
        with self._learning():
            is_done = self._run(steps, time.monotonic() + within_s, on_progress)
        self._note(self._hour.row())
        return is_done

    def _left(self, visits: Visits) -> Iterator[_Next]:
        """The first step of every session that is not over; what is late begins at once."""
        with Store.open(self._folder / "gap.db") as store:
            played, last = play_by_nickname(store), last_asked(store)
        now_s = 0.0 if last is None else (last - MONDAY).total_seconds()
        self._hour = _Hour(int(now_s // HOUR_S))
        earlier: Counter[int] = Counter()
        accounts, weeks, seed = self._size
        for number, (at_s, account) in enumerate(planned_visits(accounts, weeks=weeks, seed=seed)):
            own = played[nickname_of(account)]
            if earlier[account] >= own.sessions:
                steps = visits.session(own.player_id, account)
                yield _Next(max(at_s, now_s), number, account, steps)
            earlier[account] += 1

    def _run(
        self, steps: list[_Next], give_up_at: float, on_progress: Callable[[Progress], object]
    ) -> bool:
        busy: set[int] = set()  # accounts, by the number of the visit that they are at
        at_it: set[int] = set()
        while steps:
            at_s, number, account, visit = heapq.heappop(steps)
            self._turn_hour(int(at_s // HOUR_S))
            self.clock.now = MONDAY + timedelta(seconds=at_s)
            if number not in at_it and account in busy:
                heapq.heappush(steps, _Next(at_s + LATER_S, number, account, visit))
                continue
            busy.add(account)
            at_it.add(number)
            wait_s = self._step(visit)
            if wait_s is None:
                busy.discard(account)
            else:
                heapq.heappush(steps, _Next(at_s + wait_s, number, account, visit))
            on_progress(Progress(self._hour.number, len(steps), self._verdicts))
            if time.monotonic() > give_up_at:
                return not steps
        return True

    def _step(self, visit: Steps) -> float | None:
        """The seconds until the visit's next step; None if it is over."""
        try:
            return next(visit)
        except StopIteration:
            return None
        except GapError:  # too late, say: whoever is refused walks off
            self._hour.refusals += 1
            return None

    def _take(self, verdict_s: float) -> None:
        self._hour.verdict_s.append(verdict_s)
        self._verdicts += 1

    def _turn_hour(self, number: int) -> None:
        if number != self._hour.number:
            self._note(self._hour.row())
            self._hour = _Hour(number)

    @contextmanager
    def _learning(self) -> Iterator[None]:
        """Fit again and again beside the play, as the game does it."""
        is_over = threading.Event()

        def learn() -> None:
            while not is_over.wait(LEARN_EVERY_S):
                for fit in (self.game.refit_population, self.game.refit_player_model):
                    began = time.perf_counter()
                    if fit():
                        took_s = time.perf_counter() - began
                        self._note({"kind": "fit", "what": fit.__name__, "wall_s": took_s})

        beside = threading.Thread(target=learn)
        beside.start()
        try:
            yield
        finally:
            is_over.set()
            beside.join()

    def _note(self, row: dict[str, Any]) -> None:
        with (self._folder / TIMES).open("a") as kept:
            kept.write(json.dumps(row) + "\n")


def check_size(folder: Path, size: ReplaySize) -> None:
    """Take the folder for a replay of this size.

    Raises:
        GapError: it holds one of another.
    """
    file = folder / SIZE
    if not file.is_file():
        file.write_text(json.dumps(size._asdict()))
    elif (held := ReplaySize(**json.loads(file.read_text()))) != size:
        raise GapError(
            f"'{folder}' holds a replay of {held.accounts} accounts, {held.weeks} weeks, seed "
            f"{held.seed}. Ask for the same to go on with it, or name another folder."
        )


def kept_rows(folder: Path) -> list[dict[str, Any]]:
    """What was noted of all runs in the folder; a line that was cut off by a kill is left out."""
    file = folder / TIMES
    rows = []
    for line in file.read_text().splitlines() if file.is_file() else ():
        with suppress(json.JSONDecodeError):
            rows.append(json.loads(line))
    return rows
