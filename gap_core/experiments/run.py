"""The folder of an experiment: its settings, and each step's outcome once it is over.

Called by every experiment. A run that was killed goes on with the step it was at.
"""

import json
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from gap_core.errors import GapError
from gap_core.experiments.scale import Scale
from gap_core.hardware import commit_name
from gap_core.whole_files import write_json

CONFIG, REPORT = "config.json", "report.md"
Outcome = dict[str, Any]


class ExperimentRun:
    """One run in one folder.

    Args:
        folder: made if need be.
        scale: how much is done; a folder holds one scale only.
        on_step: told what begins.

    Raises:
        GapError: the folder holds a run of another scale.
    """

    def __init__(self, folder: Path, scale: Scale, *, on_step: Callable[[str], None]) -> None:
        self.folder, self.scale, self.on_step = folder, scale, on_step
        folder.mkdir(parents=True, exist_ok=True)
        config = folder / CONFIG
        if config.is_file():
            kept = json.loads(config.read_text(encoding="utf-8"))["scale"]
            if _plain(Scale()) | kept != _plain(scale):  # a newer number is at its default
                raise GapError(
                    f"'{folder}' holds a run of another scale. Choose another folder, or remove "
                    "that one."
                )
        else:
            write_json({"scale": asdict(scale), "commit": commit_name()}, config)

    def step(self, name: str, work: Callable[[], Outcome]) -> Outcome:
        """What the step came to, done now if it was not yet; a value that JSON can hold."""
        file = self.folder / "steps" / f"{name}.json"
        if not file.is_file():
            self.on_step(name)
            write_json(work(), file)
        outcome: Outcome = json.loads(file.read_text(encoding="utf-8"))
        return outcome

    def part(self, name: str, scale: Scale) -> "ExperimentRun":
        """A run inside of this one, with steps of its own."""
        return ExperimentRun(
            self.folder / name,
            scale,
            on_step=lambda step: self.on_step(f"{name}: {step}"),
        )


def _plain(scale: Scale) -> dict[str, Any]:
    """As JSON holds it: tuples are lists there."""
    plain: dict[str, Any] = json.loads(json.dumps(asdict(scale)))
    return plain
