"""How a training run is followed, and stopped with Ctrl+C. Called by builds and scripts."""

import signal
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

_SHOWN_EVERY = 20


class Progress(Protocol):
    """A step that was taken; as text, what to tell of it."""

    @property
    def step(self) -> int:
        """Its number, from 1."""
        ...


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
        print(progress, file=sys.stderr, flush=True)
