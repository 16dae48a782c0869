"""Copying a database that is in use, by SQLite's own online backup. Called by backups."""

import sqlite3
from collections.abc import Callable
from pathlib import Path

from db.connection import readable_errors
from db.errors import StoreError

PAGES_A_STEP = 2000  # the game writes between two steps


def copy_database(
    source: Path,
    target: Path,
    *,
    on_progress: Callable[[int, int], None] = lambda done, total: None,
) -> None:
    """Write all that is committed in `source` into the new file `target`.

    Whoever plays goes on meanwhile; what they commit before the end is in the copy. The copy is
    one file, without a log beside it.

    Args:
        source: a database; never changed.
        target: must not be there yet.
        on_progress: told how many pages are done, of how many.

    Raises:
        StoreError: the source is no database, or the copy can't be written.
    """
    try:
        origin = sqlite3.connect(f"{source.resolve().as_uri()}?mode=rw", uri=True)
        copy = sqlite3.connect(str(target))
    except sqlite3.OperationalError as err:
        raise StoreError(
            f"'{source}' can't be copied to '{target}' ({err}). Check both folders."
        ) from err
    try:
        with readable_errors():
            origin.backup(
                copy,
                pages=PAGES_A_STEP,
                progress=lambda _status, left, total: on_progress(total - left, total),
            )
            copy.execute("PRAGMA journal_mode=DELETE")
    except sqlite3.DatabaseError as err:
        raise StoreError(
            f"'{source}' can't be copied ({err}). Check it: python -m scripts.doctor"
        ) from err
    finally:
        copy.close()
        origin.close()
