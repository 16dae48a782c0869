"""What happens beside a run: the curve is written, checkpoints marked, wishes to stop heard.

Called by train.py, inside transformers' Trainer.
"""

from __future__ import annotations

import json
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from transformers import TrainerCallback

from gap_core.training.run_folder import (
    METRICS,
    Measured,
    is_stop_requested,
    mark_complete,
    read_curve,
)

OnMeasured = Callable[[Measured], None]


class Follower(TrainerCallback):
    """Follows one process of a run.

    Args:
        folder: of the run.
        on_measured: told every line of the curve.
        is_stopped: asked after every step, beside the file that others may put there.
    """

    def __init__(
        self, folder: Path, *, on_measured: OnMeasured, is_stopped: Callable[[], bool]
    ) -> None:
        self._folder, self._on_measured, self._is_stopped = folder, on_measured, is_stopped
        self._began = time.monotonic()
        self.was_stopped = False

    def on_train_begin(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        """Forget what a killed process did after its last checkpoint: it is done again."""
        if state.is_world_process_zero:
            kept = [line for line in read_curve(self._folder) if line.step <= state.global_step]
            lines = "".join(_line(one) for one in kept)
            (self._folder / METRICS).write_text(lines, encoding="utf-8")
        self._began = time.monotonic()

    def on_step_end(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        """Stop where somebody wants it, with a checkpoint."""
        if self._is_stopped() or is_stop_requested(self._folder):
            self.was_stopped = state.global_step < state.max_steps
            control.should_training_stop = control.should_save = True

    def on_log(self, args: Any, state: Any, control: Any, logs: Any = None, **_: Any) -> None:
        """Write a line of the curve."""
        if not state.is_world_process_zero or not {"loss", "eval_loss"} & set(logs):
            return
        measured = Measured(
            step=state.global_step,
            steps=state.max_steps,
            loss=logs.get("loss"),
            held_back_loss=logs.get("eval_loss"),
            learning_rate=logs.get("learning_rate"),
            seconds=round(time.monotonic() - self._began, 2),
            held_back_accuracy=logs.get("eval_accuracy"),
        )
        with (self._folder / METRICS).open("a", encoding="utf-8") as lines:
            lines.write(_line(measured))
        self._on_measured(measured)

    def on_save(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        """All files of the checkpoint are there."""
        if state.is_world_process_zero:
            mark_complete(Path(args.output_dir) / f"checkpoint-{state.global_step}")


def _line(measured: Measured) -> str:
    return json.dumps(measured._asdict()) + "\n"


@contextmanager
def heard_signals() -> Iterator[Callable[[], bool]]:
    """Whether Ctrl+C or SIGTERM came; a second one ends the process as ever."""
    if threading.current_thread() is not threading.main_thread():
        yield lambda: False
        return
    heard: list[int] = []
    before: dict[int, Any] = {
        number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)
    }

    def hear(number: int, _frame: Any) -> None:
        heard.append(number)
        signal.signal(number, before[number])

    for number in before:
        signal.signal(number, hear)
    try:
        yield lambda: bool(heard)
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
