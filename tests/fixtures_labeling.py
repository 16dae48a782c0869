# A workbench over made-up play: some labelers, a clock set by hand, cheap password hashes.
from __future__ import annotations

import shutil
import sqlite3
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from argon2 import PasswordHasher

from db import Store
from db.bulk_play import PlaySize, fill_with_play
from gap_core.labeling import Item, LabelEntry, LabelRules, Submitted, Workbench
from tests.fixtures_play import Clock

CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
PASSWORD = "four cheap words here"
SIZE = PlaySize(turns=800, players=8, images=40)

# Made-up play has no rows of posteriors; that a player has one is all that selection asks.
HAS_POSTERIOR = """
INSERT INTO posteriors (player_id, verdict_id, told_marked_wrong, told_marked_correct,
    honest_marked_wrong, honest_marked_correct, smoothed, smoothed_low, smoothed_high, updated_utc)
SELECT sessions.player_id, min(verdicts.id), 0, 0, 0, 0, 0, 0, 0, ''
FROM verdicts JOIN turns ON turns.id = turn_id JOIN rounds ON rounds.id = round_id
JOIN sessions ON sessions.id = session_id WHERE tainted GROUP BY sessions.player_id
"""


def right(answer: str = "Three dogs.", category: str = "Counting") -> LabelEntry:
    """An entry that gives an answer."""
    return LabelEntry("answer", answer, category)


@dataclass
class Desk:
    """A workbench with its file and clock, and the steps that tests take most."""

    db_path: Path
    clock: Clock = field(default_factory=Clock)
    rules: LabelRules = field(default_factory=lambda: LabelRules(theta=0.0, second_share=0.0))
    bench: Workbench = field(init=False)
    sent: int = 0

    def __post_init__(self) -> None:
        self.bench = self.restarted()

    def restarted(self, **rules: Any) -> Workbench:
        """A new workbench over the same file, as after a restart, perhaps with other rules."""
        given = LabelRules(**vars(self.rules) | rules)
        self.bench = Workbench(
            self.db_path, data_dir=self.db_path.parent, rules=given, clock=self.clock, hasher=CHEAP
        )
        return self.bench

    def person(self, name: str, role: str = "labeler") -> str:
        return self.bench.create_account(name, PASSWORD, role).id  # type: ignore[arg-type]

    def next(self, account_id: str, **how: Any) -> Item:
        item = self.bench.next_item(account_id, **how)
        assert item is not None
        return item

    def submit(self, item_id: int, account_id: str, entry: LabelEntry | None = None) -> Submitted:
        self.sent += 1
        return self.bench.submit(item_id, account_id, entry or right(), key=f"key {self.sent}")

    def label(self, account_id: str, entry: LabelEntry | None = None) -> Item:
        """The next item, labeled."""
        item = self.next(account_id)
        self.submit(item.id, account_id, entry)
        return item

    def store(self) -> Store:
        return Store.open(self.db_path)

    def rows(self, sql: str) -> list[sqlite3.Row]:
        with self.store() as store:
            return store.connection.rows(sql)


@pytest.fixture(scope="session")
def played_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database of 800 made-up turns, its queue filled; to be copied."""
    path = tmp_path_factory.mktemp("played") / "gap.db"
    with Store.open(path) as store:
        fill_with_play(store, SIZE)
        store.connection.rows(HAS_POSTERIOR)
    Desk(path).bench.refresh_queue()
    with Store.open(path) as store:
        store.connection.rows("PRAGMA wal_checkpoint(TRUNCATE)")
    return path


@pytest.fixture
def desk(played_file: Path, tmp_path: Path) -> Desk:
    """A workbench over 800 made-up turns; the posterior of every player of theirs will do."""
    shutil.copy(played_file, tmp_path / "gap.db")
    return Desk(tmp_path / "gap.db")


@pytest.fixture
def ada(desk: Desk) -> str:
    return desk.person("Ada")


@pytest.fixture
def ben(desk: Desk) -> str:
    return desk.person("Ben")
