"""What lies in the folder of a run, and how others follow it. Called by train.py and the studio.

`config.json` what it depends on, `metrics.jsonl` a line a step and evaluation, `checkpoints/`,
`result.json` and `adapter/` once it is over, `stop` while somebody wants it to stop, `lock` which a
process holds while it trains.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal, NamedTuple

from gap_core.errors import GapError
from gap_core.file_lock import held_file, is_held
from gap_core.whole_files import write_json

RUNS = "runs"
CONFIG, METRICS, RESULT, STOP = "config.json", "metrics.jsonl", "result.json", "stop"
LOCK = "lock"
CHECKPOINTS, ADAPTER = "checkpoints", "adapter"
_COMPLETE = "complete"

RunState = Literal["running", "stopped", "broken off", "finished"]


class Measured(NamedTuple):
    """One line of the loss curve.

    Attributes:
        step, steps: where the run is, and of how many.
        loss: of the step's answers; None at an evaluation.
        held_back_loss: on what is held back; None at a step.
        held_back_accuracy: of letters there, where letters are taught.
        seconds: since this process began to train.
    """

    step: int
    steps: int
    loss: float | None = None
    held_back_loss: float | None = None
    learning_rate: float | None = None
    seconds: float = 0.0
    held_back_accuracy: float | None = None


@dataclass(frozen=True)
class TrainingResult:
    """What came of a run.

    Attributes:
        adapter: its folder; None while the run is stopped and can go on.
        step: steps that were taken; best_step the one that was kept.
        loss: of the last step; held_back_loss of the kept checkpoint, where losses choose it,
            held_back_accuracy where letters do.
        learnt, held_back, too_long: samples.
        trained_images: sha256 of the pictures that were learnt from; trained_samples of each, how
            many of its labelled questions, empty in runs from before these were counted.
        seconds: of training in the last process; peak_mib its memory.
    """

    name: str
    adapter: Path | None
    step: int
    best_step: int
    loss: float | None
    held_back_loss: float | None
    learnt: int
    held_back: int
    too_long: int
    trained_images: tuple[str, ...]
    seconds: float
    samples_per_s: float
    peak_mib: float
    held_back_accuracy: float | None = None
    trained_samples: tuple[int, ...] = ()


class Run(NamedTuple):
    """A run as its folder tells it."""

    folder: Path
    config: dict[str, Any]
    curve: list[Measured]
    result: TrainingResult | None
    is_running: bool

    @property
    def state(self) -> RunState:
        """How it stands: one that was stopped said so, one that broke off did not."""
        if self.is_running:
            return "running"
        if self.result is None:
            return "broken off"
        return "stopped" if self.result.adapter is None else "finished"


def run_place(data_dir: Path, name: str) -> Path:
    """The folder of the run of this name, there or not."""
    return data_dir / RUNS / name


def known_runs(data_dir: Path) -> list[Run]:
    """Every run of the data folder, the last changed first; a folder that is none is left out."""
    configs = sorted(
        (data_dir / RUNS).glob(f"*/{CONFIG}"), key=lambda one: one.stat().st_mtime, reverse=True
    )
    runs = []
    for config in configs:
        with suppress(GapError):  # perhaps it is being written
            runs.append(read_run(config.parent))
    return runs


def read_run(folder: Path) -> Run:
    """How the run stands.

    Raises:
        GapError: no run is kept there.
    """
    try:
        config = json.loads((folder / CONFIG).read_text(encoding="utf-8"))
    except (OSError, ValueError) as err:
        raise GapError(
            f"No run at '{folder}': its '{CONFIG}' can't be read. Start one: "
            "python -m scripts.train_lora gap_core/training/configs/pocket.yaml"
        ) from err
    is_running = is_held(folder / LOCK)
    return Run(folder, config, read_curve(folder), read_result(folder), is_running)


@contextmanager
def held_run(folder: Path) -> Iterator[None]:
    """Keep other processes from training in this folder.

    Raises:
        GapError: one does.
    """
    busy = f"Another process trains in '{folder}' now. Wait for its end, or stop it first."
    with held_file(folder / LOCK, busy=busy):
        yield


def read_curve(folder: Path) -> list[Measured]:
    """The loss curve so far; a last line that is being written is left out."""
    try:
        lines = (folder / METRICS).read_text(encoding="utf-8").split("\n")[:-1]
    except OSError:
        return []
    return [Measured(**json.loads(line)) for line in lines]


def read_result(folder: Path) -> TrainingResult | None:
    """What came of the run; None before its end."""
    try:
        kept = json.loads((folder / RESULT).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    adapter = folder / kept["adapter"] if kept["adapter"] else None
    trained = {name: tuple(kept.get(name, ())) for name in ("trained_images", "trained_samples")}
    return TrainingResult(**{**kept, **trained, "adapter": adapter})


def write_result(result: TrainingResult, folder: Path) -> None:
    """Keep what came of the run; the adapter's place is relative, so that folders may move."""
    kept = asdict(result) | {"adapter": result.adapter and result.adapter.name}
    write_json(kept, folder / RESULT)


def request_stop(folder: Path) -> None:
    """Have the run stop after its present step, with a checkpoint."""
    (folder / STOP).touch()


def is_stop_requested(folder: Path) -> bool:
    """Whether somebody wants the run to stop."""
    return (folder / STOP).exists()


def forget_stop(folder: Path) -> None:
    """A run that is started again goes on."""
    (folder / STOP).unlink(missing_ok=True)


def mark_complete(checkpoint: Path) -> None:
    """The checkpoint is whole; one without the mark was being written when its process died."""
    (checkpoint / _COMPLETE).touch()


def has_checkpoint(folder: Path) -> bool:
    """Whether there is a whole checkpoint to go on from."""
    return any((folder / CHECKPOINTS).glob(f"checkpoint-*/{_COMPLETE}"))


def latest_checkpoint(folder: Path) -> Path | None:
    """The newest whole checkpoint; broken ones are removed."""
    whole: dict[int, Path] = {}
    for checkpoint in (folder / CHECKPOINTS).glob("checkpoint-*"):
        if (checkpoint / _COMPLETE).exists():
            whole[int(checkpoint.name.rpartition("-")[2])] = checkpoint
        else:
            shutil.rmtree(checkpoint)
    return whole[max(whole)] if whole else None
