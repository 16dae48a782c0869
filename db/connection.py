"""One SQLite handle: opening it, running a statement, a write transaction. Called by the stores."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType
from typing import Any

from sqlite_utils import Database, Migrations

from db.errors import StoreError
from db.schema import migrations

BUSY_TIMEOUT_S = 30.0
OLDEST_SQLITE = (3, 35, 0)  # the first with RETURNING
KEPT = (
    f"Another program has kept the database to itself for {BUSY_TIMEOUT_S:.0f} s. "
    "Close it and try again."
)

Parameters = Mapping[str, Any]
NO_PARAMETERS: Parameters = MappingProxyType({})


class Connection:
    """A handle for one thread; statements outside a transaction commit by themselves."""

    def __init__(self, database: Database, *, writing: threading.Lock | None = None) -> None:
        """Wrap a database that `open_database` made.

        Args:
            database: the handle.
            writing: in which handles of this process stand in line for the write lock, so that
                the next one gets it at once; without it SQLite asks again after a pause.
        """
        self._database = database
        self._writing = writing

    @property
    def database(self) -> Database:
        """The sqlite-utils handle underneath, for tests and one-off reports."""
        return self._database

    @property
    def is_in_transaction(self) -> bool:
        """Whether something is begun and neither kept nor given up."""
        return self._database.conn.in_transaction

    def rows(self, sql: str, parameters: Parameters = NO_PARAMETERS) -> list[sqlite3.Row]:
        """All rows of a statement; a write with RETURNING is committed when this returns."""
        with readable_errors():
            return self._database.conn.execute(sql, _bindable(parameters)).fetchall()

    def row(self, sql: str, parameters: Parameters = NO_PARAMETERS) -> sqlite3.Row | None:
        """The first row of a statement, or None."""
        rows = self.rows(sql, parameters)
        return rows[0] if rows else None

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Hold the write lock from the start, so that what is read is still true when written.

        Inside another transaction this adds nothing: the outer one commits.
        """
        if self._database.conn.in_transaction:
            yield
            return
        with self._turn():
            with readable_errors():
                self._database.conn.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                self._database.rollback()
                raise
            with readable_errors():
                try:
                    self._database.conn.execute("COMMIT")
                except BaseException:
                    self._database.rollback()
                    raise

    @contextmanager
    def _turn(self) -> Iterator[None]:
        if self._writing is None:
            yield
            return
        if not self._writing.acquire(timeout=BUSY_TIMEOUT_S):
            raise StoreError(KEPT)
        try:
            yield
        finally:
            self._writing.release()

    def close(self) -> None:
        """Give the handle back."""
        self._database.close()


def _bindable(parameters: Parameters) -> dict[str, Any]:
    # SQLite takes no lone surrogates; a forged id with one becomes an id that is nobody's.
    return {
        name: value.encode("utf-8", "replace").decode() if isinstance(value, str) else value
        for name, value in parameters.items()
    }


@contextmanager
def readable_errors() -> Iterator[None]:
    """Turn what the disk or another process does to us into a StoreError that says what to do."""
    try:
        yield
    except sqlite3.OperationalError as err:
        words = str(err)
        if "locked" in words or "busy" in words:
            raise StoreError(KEPT) from err
        if "full" in words or "readonly" in words or "disk I/O" in words:
            raise StoreError(
                f"The database can't be written ('{words}'). Free some space or check the rights "
                "of its folder, then try again."
            ) from err
        raise


def open_database(
    path: Path, *, schema: Migrations | None = None, is_for_any_thread: bool = False
) -> Database:
    """Open the file, bring its schema up to date, and set it up for many readers and one writer.

    Args:
        path: made if need be.
        schema: another than the game's, for a file that stands apart.
        is_for_any_thread: whoever opens it sees to it that only one uses it at a time.

    Raises:
        StoreError: SQLite is too old, or the file can't be opened as a database.
    """
    if sqlite3.sqlite_version_info < OLDEST_SQLITE:
        needed = ".".join(map(str, OLDEST_SQLITE))
        raise StoreError(
            f"SQLite is '{sqlite3.sqlite_version}'; {needed} or newer is needed. "
            "Use a Python 3.11 that brings a newer one."
        )
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        conn = sqlite3.connect(
            str(path),
            timeout=BUSY_TIMEOUT_S,
            isolation_level=None,
            check_same_thread=not is_for_any_thread,
        )
    except (OSError, sqlite3.OperationalError) as err:
        raise StoreError(
            f"No database can be opened at '{path}' ({err}). Choose a folder that can be written."
        ) from err
    try:
        return _set_up(conn, schema or migrations)
    except sqlite3.DatabaseError as err:
        conn.close()
        raise StoreError(
            f"'{path}' can't be used as a database ({err}). Move it away or choose another file."
        ) from err
    except BaseException:
        conn.close()
        raise


def _set_up(conn: sqlite3.Connection, schema: Migrations) -> Database:
    conn.row_factory = sqlite3.Row
    database = Database(conn)
    if schema.pending(database):
        _migrate(database, schema)
    _enable_wal(database)
    database.execute("PRAGMA foreign_keys=ON")
    return database


class _ScriptReader(Database):
    """Takes scripts apart by their lines: letter by letter is most of the time of a new file.

    No statement begins where another ends, within a line.
    """

    def executescript(self, sql: str) -> sqlite3.Cursor:
        """Run the statements within the transaction that is open."""
        cursor, statement = self.conn.cursor(), ""
        for line in sql.splitlines(keepends=True):
            statement += line
            if sqlite3.complete_statement(statement):
                cursor.execute(statement)
                statement = ""
        return cursor.execute(statement)


def _migrate(database: Database, schema: Migrations) -> None:
    """Apply what is missing; of several processes that start at once, one does it for all."""
    database.conn.execute("BEGIN IMMEDIATE")
    try:
        schema.apply(_ScriptReader(database.conn))
    except BaseException:
        database.rollback()
        raise
    database.commit()


def _enable_wal(database: Database) -> None:
    # The switch to WAL needs the file alone for a moment and doesn't wait for it by itself.
    give_up_at = time.monotonic() + BUSY_TIMEOUT_S
    while True:
        try:
            database.enable_wal()
            return
        except sqlite3.OperationalError:
            if time.monotonic() > give_up_at:
                raise
            time.sleep(0.01)
