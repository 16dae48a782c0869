"""How often a model does not do as it is told on simple pictures, kept beside its weights.

A model without a folder of ours, at a server or on the hub, has its figures in the data folder.
Written by scripts/measure_traps.py and measure_pocket.py, read when the game opens a model.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from models.errors import ModelError
from models.registry import OWN_FOLDERS, find_folder

FILE_NAME = "measured.json"
FOUR_BIT_FILE_NAME = "measured-nf4.json"


class MeasuredErrors(NamedTuple):
    """Shares in [0, 1]: wrong though asked to be right, right though told to be wrong.

    `measured_on` is how many answers of each kind they were measured on, 0 where none were.
    """

    honest_wrong: float
    told_right: float
    measured_on: int


MOST_HONEST_WRONG = 0.1  # above it an honest answer on a trap is no safe "right"
AS_TOLD = MeasuredErrors(0.0, 0.0, 0)


def read_measured(
    name: str, *, quantization: str = "", data_dir: Path = Path("data")
) -> MeasuredErrors:
    """What was measured of a model; `AS_TOLD` where nothing was.

    Args:
        name: as `load_model` takes it.
        quantization: the model's own word for its precision; "nf4" errs differently from full.
        data_dir: the installation's data folder.

    Raises:
        ModelError: the figures are there and can't be read.
    """
    path = measured_file(name, quantization=quantization, data_dir=data_dir)
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
            f"python -m scripts.measure_traps --model {name} --write"
        ) from err


def trap_warning(errors: MeasuredErrors, name: str) -> str | None:
    """What the operator should know before this model's traps are played; None if nothing.

    Source: GAP paper, section 3: epsilon and delta are small, and delta below epsilon.
    """
    measure = f"python -m scripts.measure_traps --model {name} --write"
    if errors.measured_on == 0:
        return (
            f"Nobody measured how often '{name}' does as it is told on traps, so scoring takes "
            f"it at its word. Measure it: {measure}"
        )
    reasons = []
    if errors.honest_wrong > MOST_HONEST_WRONG:
        reasons.append(f"is wrong in {errors.honest_wrong:.1%} of honest answers on traps")
    if errors.told_right >= errors.honest_wrong:
        reasons.append(
            f"is right in {errors.told_right:.1%} of answers that it was told to get wrong, no "
            f"less often than it errs unasked ({errors.honest_wrong:.1%})"
        )
    if not reasons:
        return None
    return (
        f"'{name}' {' and '.join(reasons)} (n={errors.measured_on}): its traps judge players "
        f"badly. Choose simpler traps or another model, or measure again: {measure}"
    )


def write_measured(
    name: str,
    errors: MeasuredErrors,
    *,
    quantization: str = "",
    data_dir: Path = Path("data"),
    about: Mapping[str, Any] | None = None,
) -> Path:
    """Keep what was measured where `read_measured` looks; `about` says on what, and how surely."""
    path = measured_file(name, quantization=quantization, data_dir=data_dir)
    path.parent.mkdir(parents=True, exist_ok=True)
    kept = {**errors._asdict(), **(about or {})}
    path.write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")
    return path


def measured_file(name: str, *, quantization: str, data_dir: Path) -> Path:
    """Where the figures of a model lie: beside its weights, else in the data folder."""
    file = FOUR_BIT_FILE_NAME if quantization == "nf4" else FILE_NAME
    if name in OWN_FOLDERS or Path(name).is_dir():
        return find_folder(name) / file
    digest = hashlib.sha256(name.encode()).hexdigest()[:12]
    readable = re.sub(r"[^\w.-]+", "-", name.rsplit("/", 1)[-1])[:60].strip("-.")
    return data_dir / "measured" / f"{readable}-{digest}-{file}"
