"""A file that one process holds while it works on a folder. Called by training and the studio.

The system lets go of it when the process ends, however it ends; a child that was given the open
file goes on holding it.
"""

from __future__ import annotations

import fcntl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from gap_core.errors import GapError

_PATIENCE_S = 1.0  # somebody who only looks holds it for a moment


@contextmanager
def held_file(file: Path, *, busy: str) -> Iterator[IO[str]]:
    """The open file, held until the block ends.

    Raises:
        GapError: another process holds it; says `busy`.
    """
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("a", encoding="utf-8") as opened:
        end = time.monotonic() + _PATIENCE_S
        while not _is_taken(opened, fcntl.LOCK_EX):
            if time.monotonic() > end:
                raise GapError(busy)
            time.sleep(0.02)
        yield opened


def is_held(file: Path) -> bool:
    """Whether a process holds the file now."""
    try:
        with file.open("r", encoding="utf-8") as opened:
            return not _is_taken(opened, fcntl.LOCK_SH)
    except FileNotFoundError:
        return False


def _is_taken(opened: IO[str], how: int) -> bool:
    try:
        fcntl.flock(opened, how | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
