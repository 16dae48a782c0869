"""How often a model does not do as it is told on simple pictures, kept beside its weights.

Written by scripts/measure_pocket.py, read when the game opens a model.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import NamedTuple

from models.errors import ModelError
from models.registry import find_folder

FILE_NAME = "measured.json"


class MeasuredErrors(NamedTuple):
    """Shares in [0, 1]: wrong though asked to be right, right though told to be wrong.

    `measured_on` is how many answers of each kind they were measured on, 0 where none were.
    """

    honest_wrong: float
    told_right: float
    measured_on: int


AS_TOLD = MeasuredErrors(0.0, 0.0, 0)


def read_measured(name: str) -> MeasuredErrors:
    """What was measured of a model, by name or folder; `AS_TOLD` where nothing was.

    Raises:
        ModelError: the file is there and can't be read.
    """
    path = find_folder(name) / FILE_NAME
    if not path.is_file():
        return AS_TOLD
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        return MeasuredErrors(
            float(found["honest_wrong"]), float(found["told_right"]), int(found["measured_on"])
        )
    except (OSError, ValueError, KeyError, TypeError) as err:
        raise ModelError(
            f"The figures at '{path}' can't be read. Measure again: "
            "python -m scripts.measure_pocket --write"
        ) from err


def write_measured(name: str, errors: MeasuredErrors) -> Path:
    """Keep what was measured beside the model's weights."""
    path = find_folder(name) / FILE_NAME
    path.write_text(json.dumps(errors._asdict(), indent=1) + "\n", encoding="utf-8")
    return path
