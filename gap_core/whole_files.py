"""Writes a file whole or not at all. Called by everything that keeps one across runs."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from gap_core.errors import GapError


@contextmanager
def whole_file(file: Path) -> Iterator[Path]:
    """A file to write into, which gets its name once the block has ended without an error.

    A process killed in mid-write leaves a stray hidden file, never half of one under its name;
    what was there stays until then. The ending is kept, since some writers go by it.
    """
    file.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=file.parent, prefix=".part-", suffix=file.suffix)
    os.close(handle)
    part = Path(name)
    try:
        yield part
        part.chmod(0o644)  # mkstemp makes it for its owner alone
        part.replace(file)
    except BaseException:
        part.unlink(missing_ok=True)
        raise


def write_json(content: Any, file: Path) -> None:
    """Put JSON in the place of whatever the file was; a failed write leaves the old one.

    Raises:
        GapError: it can't be written.
    """
    try:
        with whole_file(file) as part:
            part.write_text(
                json.dumps(content, ensure_ascii=False, indent=1) + "\n", encoding="utf-8"
            )
    except OSError as err:
        raise GapError(
            f"'{file}' can't be written ({err.strerror}). Free some space or choose another folder."
        ) from err
