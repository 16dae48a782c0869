"""Writes the task's files whole or not at all. Called by every step that makes one."""

import json
import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from gap_core.covers.records import CoverItem
from gap_core.errors import GapError
from gap_core.whole_files import write_json

DATASET_INFO = "dataset_info.json"
COLUMNS = {"prompt": "system", "query": "input", "response": "output", "images": "images"}


def write_items(items: Iterable[CoverItem], file: Path) -> None:
    """The items as records of the task."""
    write_json([item.record() for item in items], file)


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
