"""How a training run is followed, and stopped with Ctrl+C. Called by build.py and the scripts."""

import signal
import sys
from collections.abc import Callable
from dataclasses import dataclass

from gap_core.pocket_training.train import Progress

_SHOWN_EVERY = 20


@dataclass(frozen=True)
class Watcher:
    """What is told while a run goes on, and when it is to stop."""

    on_shard: Callable[[int, int], None] = lambda done, total: None
    on_step: Callable[[Progress], None] = lambda progress: None
    is_stopped: Callable[[], bool] = lambda: False


def watch_on_stderr() -> Watcher:
    """Lines on stderr; the first Ctrl+C lets the run save a checkpoint and end."""
    stopping: list[int] = []
    signal.signal(signal.SIGINT, lambda number, frame: stopping.append(number))
    return Watcher(_show_shard, _show_step, lambda: bool(stopping))


def _show_shard(done: int, total: int) -> None:
    if done % _SHOWN_EVERY == 0 or done == total:
        print(f"drawing {done}/{total}", file=sys.stderr, flush=True)


def _show_step(progress: Progress) -> None:
    if progress.step % _SHOWN_EVERY == 0:
        print(
            f"{progress.phase} {progress.step}/{progress.steps} loss {progress.loss:.3f} "
            f"right {progress.right:.3f} stage {progress.stage} {progress.seconds:.2f} s/step",
            file=sys.stderr,
            flush=True,
        )
