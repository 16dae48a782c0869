"""What state a database file is in, without changing it. Called by backups and the doctor."""

import sqlite3
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlite_utils import Database

from db.errors import StoreError
from db.schema import migrations
from db.times import utc_moment_or_none

MOST_TOLD = 20  # damages
NEWEST = """
SELECT max(moment) AS newest FROM (
    SELECT max(asked_utc) AS moment FROM turns UNION ALL SELECT max(started_utc) FROM sessions
    UNION ALL SELECT max(finished_utc) FROM sessions
)
"""
DELETED_WORDS = "SELECT player_id FROM withdrawals WHERE words_deleted = 1 ORDER BY player_id"
DECK_COUNTS = """
SELECT sum(taint = 'tainted') AS traps, sum(taint = 'untainted') AS others
FROM deck_images WHERE deck = :deck
"""


@dataclass(frozen=True)
class DatabaseHealth:
    """What was found.

    Attributes:
        damage: what SQLite's integrity check says; empty for a sound file.
        orphans: rows that point at a row which isn't there.
        steps_missing: steps of the schema that the next start applies.
        steps_unknown: steps that a newer version of this project made.
        newest: the latest moment of play; None before any.
        pictures: path of every picture, relative to the data folder.
        adapters: folder of every registered adapter, relative to it or absolute.
    """

    damage: list[str]
    orphans: int
    steps_missing: list[str]
    steps_unknown: list[str]
    newest: datetime | None
    pictures: list[str]
    adapters: list[str]

    @property
    def is_sound(self) -> bool:
        """Whether all that is in it can be read and fits together."""
        return not self.damage and not self.orphans


def check_database(path: Path) -> DatabaseHealth:
    """Look through the whole file; the game may be running.

    Raises:
        StoreError: it is missing, or so broken that nothing can be read.
    """
    if not path.is_file():
        raise StoreError(f"No database at '{path}'. Name its folder with --data-dir.")
    conn = sqlite3.connect(f"{path.resolve().as_uri()}?mode=rw", uri=True)
    conn.row_factory = sqlite3.Row
    try:
        return _health(conn)
    except sqlite3.DatabaseError as err:
        raise StoreError(
            f"'{path}' can't be read as a database of this project ({err}). "
            "Restore the last backup: python -m scripts.backup --restore FOLDER --data-dir NEW"
        ) from err
    finally:
        conn.close()


def deck_counts(path: Path, deck: str) -> tuple[int, int]:
    """How many traps and how many other pictures a deck has."""
    conn = sqlite3.connect(f"{path.resolve().as_uri()}?mode=rw", uri=True)
    try:
        traps, others = conn.execute(DECK_COUNTS, {"deck": deck}).fetchone()
    finally:
        conn.close()
    return traps or 0, others or 0


def who_deleted_words(path: Path) -> list[str]:
    """Ids of players whose words were deleted on their request."""
    conn = sqlite3.connect(f"{path.resolve().as_uri()}?mode=rw", uri=True)
    conn.row_factory = sqlite3.Row
    try:
        if not _column(conn, "withdrawals", "player_id"):
            return []
        return [row[0] for row in conn.execute(DELETED_WORDS)]
    finally:
        conn.close()


def _health(conn: sqlite3.Connection) -> DatabaseHealth:
    said = [row[0] for row in conn.execute(f"PRAGMA integrity_check({MOST_TOLD})")]
    done = {
        row["name"]
        for row in conn.execute(
            "SELECT name FROM _sqlite_migrations WHERE migration_set = :name",
            {"name": migrations.name},
        )
    }
    known = [step.name for step in migrations.pending(Database(memory=True))]
    return DatabaseHealth(
        damage=[] if said == ["ok"] else said,
        orphans=len(conn.execute("PRAGMA foreign_key_check").fetchall()),
        steps_missing=[name for name in known if name not in done],
        steps_unknown=sorted(done - set(known)),
        newest=utc_moment_or_none(conn.execute(NEWEST).fetchone()["newest"]),
        pictures=_column(conn, "images", "path"),
        adapters=_column(conn, "adapters", "folder"),
    )


def _column(conn: sqlite3.Connection, table: str, column: str) -> list[str]:
    """All values; none from a database that is too old to have the table."""
    exists = conn.execute("SELECT 1 FROM sqlite_master WHERE name = :table", {"table": table})
    if exists.fetchone() is None:
        return []
    return [row[0] for row in conn.execute(f"SELECT {column} FROM {table} ORDER BY {column}")]
