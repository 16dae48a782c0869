"""Open handles of one database, lent again and again. Called by the game.

Opening a handle costs more than most steps of the game, and SQLite lets writers that meet ask
again and again for the lock, with pauses in between; here they stand in line.
"""

import os
import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from db.connection import Connection, open_database
from db.errors import StoreError
from db.store import Store

TRIES = 20  # to open a file that is replaced at the same moment
MOST_IDLE = 16  # kept open; more are opened while more threads need one


class StorePool:
    """Stores over one file, each lent to one thread at a time.

    One stays open always: the last handle to close writes the whole log back into the file. A
    file that was moved away or replaced is noticed: what was opened on it isn't lent again.
    """

    def __init__(self, path: Path) -> None:
        """Open the first one, so that what is wrong with the file shows at the start.

        Raises:
            StoreError: no database can be opened at `path`.
        """
        self._path = path
        self._inherited: list[object] = []  # what parents opened: neither used nor closed here
        self._begin()
        with self.lend():
            pass

    def _begin(self) -> None:
        self._process = os.getpid()
        self._idle: deque[tuple[object, Store]] = deque()
        self._writing = threading.Lock()

    @contextmanager
    def lend(self) -> Iterator[Store]:
        """A store for the block.

        Raises:
            StoreError: the file can't be opened as a database.
        """
        file, store = self._take()
        try:
            yield store
        finally:
            # One that is still in a transaction would have the next borrower go on with it.
            if len(self._idle) < MOST_IDLE and not store.connection.is_in_transaction:
                self._idle.append((file, store))
            else:
                store.close()

    def _take(self) -> tuple[object, Store]:
        """What was given back last, as its pages are still in memory; else a new one."""
        if self._process != os.getpid():
            # A forked child may neither use nor close what its parent opened, nor its child.
            self._inherited.append(self._idle)
            self._begin()
        file = self._file()
        while self._idle:
            try:
                opened_on, store = self._idle.pop()
            except IndexError:  # another thread was quicker
                break
            if opened_on == file:
                return file, store
            store.close()
        return self._opened()

    def _opened(self) -> tuple[object, Store]:
        """A new one, with the file that it is surely open on."""
        for _ in range(TRIES):
            before = self._file()
            database = open_database(self._path, is_for_any_thread=True)
            if before == self._file():
                return before, Store(Connection(database, writing=self._writing))
            database.close()  # made just now, or replaced meanwhile: it may be on either
        raise StoreError(f"'{self._path}' is being replaced again and again. Try again later.")

    def _file(self) -> object:
        """Which file stands at the path now; None where there is none."""
        try:
            found = self._path.stat()
        except OSError:
            return None
        return found.st_dev, found.st_ino
