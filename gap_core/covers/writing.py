"""Writes the task's files whole or not at all. Called by every step that makes one."""

import json
import os
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from gap_core.covers.records import CoverItem
from gap_core.errors import GapError

DATASET_INFO = "dataset_info.json"
COLUMNS = {"prompt": "system", "query": "input", "response": "output", "images": "images"}


def write_items(items: Iterable[CoverItem], file: Path) -> None:
    """The items as records of the task."""
    write_json([item.record() for item in items], file)


def write_json(content: Any, file: Path) -> None:
    """Put JSON in the place of whatever the file was; a failed write leaves the old one.

    Raises:
        GapError: it can't be written.
    """
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        handle, part = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}.")
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as out:
                json.dump(content, out, ensure_ascii=False, indent=1)
                out.write("\n")
            Path(part).chmod(0o644)  # mkstemp makes it for its owner alone
            os.replace(part, file)
        except BaseException:
            Path(part).unlink(missing_ok=True)
            raise
    except OSError as err:
        raise GapError(
            f"'{file}' can't be written ({err.strerror}). Free some space or choose another folder."
        ) from err


def register_files(files: Sequence[Path], folder: Path) -> None:
    """Name the files in the folder's dataset_info.json for LLaMA-Factory; other entries stay.

    Raises:
        GapError: what is there is no JSON object, or it can't be written.
    """
    info = folder / DATASET_INFO
    known: Any = {}
    if info.exists():
        try:
            known = json.loads(info.read_text(encoding="utf-8"))
        except (OSError, ValueError) as err:
            raise GapError(f"'{info}' can't be read. Mend it or move it away.") from err
    if not isinstance(known, dict):
        raise GapError(f"'{info}' holds no JSON object. Mend it or move it away.")
    new = {
        file.stem: {"file_name": os.path.relpath(file, folder), "columns": COLUMNS}
        for file in files
    }
    write_json(known | new, info)
