"""What a run depends on, and that a folder holds one run only. Called by train.py."""

import hashlib
import json
import platform
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

from accelerate import PartialState

from gap_core.dataset.sample import Sample
from gap_core.dataset.sample_files import sample_line
from gap_core.errors import GapError
from gap_core.hardware import commit_name
from gap_core.training.config import TrainingConfig
from gap_core.training.run_folder import (
    CONFIG,
    TrainingResult,
    forget_stop,
    has_checkpoint,
    read_result,
)
from models.prompts import PROMPT_VERSION

_LIBRARIES = ("accelerate", "bitsandbytes", "peft", "torch", "transformers")
_MAY_DIFFER = (
    "commit",
    "python",
    "libraries",
    "config.threads",
    "config.workers",
    "config.gradient_checkpointing",  # takes memory or time, and learns the same
)


def run_record(
    config: TrainingConfig,
    train: Sequence[Sample],
    validation: Sequence[Sample],
    *,
    origin: dict[str, Any],
) -> dict[str, Any]:
    """All that the run depends on, for config.json."""
    samples = {"samples_sha256": _digest(train), "validation_sha256": _digest(validation)}
    return record_of(config, samples | origin)


def record_of(config: TrainingConfig, origin: dict[str, Any]) -> dict[str, Any]:
    """All that a run depends on that was made of what origin tells."""
    return {
        "config": config.model_dump(mode="json"),
        "prompt_version": PROMPT_VERSION,
        **origin,
        "commit": commit_name(),
        "python": platform.python_version(),
        "libraries": {name: version(name) for name in _LIBRARIES},
    }


def _digest(samples: Sequence[Sample]) -> str:
    digest = hashlib.sha256()
    for sample in samples:
        digest.update(sample_line(sample).encode())
    return digest.hexdigest()


def open_folder(folder: Path, record: dict[str, Any]) -> TrainingResult | None:
    """Make the folder, or see that it holds this very run; its result if that is over.

    A run that has no checkpoint yet has nothing to lose, and begins anew with other settings: what
    is said where memory runs out can be followed under the same name.
    """
    file = folder / CONFIG
    if file.is_file():
        kept = json.loads(file.read_text(encoding="utf-8"))
        differing, result = sorted(_differing(kept, record)), read_result(folder)
        if differing and (result is not None or has_checkpoint(folder)):
            raise GapError(
                f"'{folder}' holds a run with another '{differing[0]}', which has learnt already. "
                "Set it back to go on with that run; to begin anew, choose another folder or "
                "name, or remove that one."
            )
        if result is not None and result.adapter is not None:
            return result
    if PartialState().is_main_process:
        folder.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")
        forget_stop(folder)
    PartialState().wait_for_everyone()
    return None


def _differing(kept: dict[str, Any], record: dict[str, Any]) -> list[str]:
    """Names of what differs, but for what may; a setting newer than the run is at its default.

    A step learns from batch × accumulate samples, in whatever parts they go through the model.
    """
    usual = {name: field.default for name, field in TrainingConfig.model_fields.items()}

    def flat(one: dict[str, Any]) -> dict[str, Any]:
        inner = {f"config.{name}": value for name, value in (usual | one["config"]).items()}
        inner["batch × accumulate"] = inner.pop("config.batch") * inner.pop("config.accumulate")
        return {name: value for name, value in one.items() if name != "config"} | inner

    ours, theirs = flat(record), flat(kept)
    return [
        name.removeprefix("config.")
        for name in ours.keys() | theirs.keys()
        if name not in _MAY_DIFFER and ours.get(name) != theirs.get(name)
    ]
