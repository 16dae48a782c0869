"""Labelers who work beside players, over the same database file. Called by scripts/load_test.py.

They go through `Workbench`, as the studio's pages do, in a process of their own, as the studio
is: a thread a labeler, and one that brings new marks into the queue.
"""

from __future__ import annotations

import multiprocessing
import random
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from db import StoreError
from gap_core.errors import GapError
from gap_core.labeling import Draft, Item, LabelEntry, LabelRules, Workbench

ENTRY = LabelEntry("answer", "Three dogs.", "Counting")
REFRESH_EVERY_S = 20.0  # as the studio does it
LOOK_AGAIN_S = 2.0  # at an empty queue
PASSWORD = "four cheap words here"  # noqa: S105 (of made-up accounts)
RULES = LabelRules(theta=0.0)  # every marked question is served, whoever marked it
STOP_WITHIN_S = 120.0


@dataclass
class LabelingFigures:
    """What labelers did and how long they waited.

    Attributes:
        times_s: seconds of each step, by its name; "save" is the label, "save to next" ends with
            the next item.
        troubles: what went wrong, and how often; a labeler goes on with the next item.
        empty: looks at a queue in which nothing was.
    """

    times_s: dict[str, list[float]] = field(
        default_factory=lambda: {"draft": [], "save": [], "save to next": []}
    )
    troubles: Counter[str] = field(default_factory=Counter)
    empty: int = 0


@contextmanager
def labelers_beside(
    db_path: Path, *, data_dir: Path, labelers: int, pause_s: float, seed: int
) -> Iterator[Callable[[], LabelingFigures]]:
    """So many label until the figures are asked for; `pause_s` is the mean time for a label."""
    if not labelers:
        yield LabelingFigures
        return
    bench = Workbench(db_path, data_dir=data_dir, rules=RULES)
    people = [bench.create_account(f"Labeler {n}", PASSWORD).id for n in range(labelers)]
    context = multiprocessing.get_context("spawn")
    is_over, told = context.Event(), context.Queue()
    crew = context.Process(
        target=_work, args=(db_path, data_dir, people, pause_s, seed, is_over, told), daemon=True
    )
    with deaf_to_interrupts():
        crew.start()

    def figures() -> LabelingFigures:
        is_over.set()
        found: LabelingFigures = told.get(timeout=STOP_WITHIN_S)
        return found

    try:
        yield figures
    finally:
        crew.kill()
        crew.join()


@contextmanager
def deaf_to_interrupts() -> Iterator[None]:
    """What is started within is never ended by Ctrl-C, which is for who started it."""
    if threading.current_thread() is not threading.main_thread():  # signals are its business
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _work(db_path, data_dir, people, pause_s, seed, is_over, told) -> None:  # type: ignore[no-untyped-def]
    bench = Workbench(db_path, data_dir=data_dir, rules=RULES)
    told.put(label_until(bench, people, pause_s=pause_s, seed=seed, is_over=is_over.wait))


def label_until(
    bench: Workbench,
    account_ids: Sequence[str],
    *,
    pause_s: float,
    seed: int,
    is_over: Callable[[float], bool],
) -> LabelingFigures:
    """All label at once until `is_over`, which waits that many seconds for the end."""
    figures = LabelingFigures()

    def refresh() -> None:
        while True:
            with _counted(figures):
                bench.refresh_queue()
            if is_over(REFRESH_EVERY_S):
                return

    steps = [threading.Thread(target=refresh)]
    for account_id in account_ids:
        rng = random.Random(f"{seed} {account_id}")
        one = _Labeler(bench, account_id, figures, rng, pause_s, is_over)
        steps.append(threading.Thread(target=one.work))
    for step in steps:
        step.start()
    for step in steps:
        step.join()
    return figures


@contextmanager
def _counted(figures: LabelingFigures) -> Iterator[None]:
    try:
        yield
    except (GapError, StoreError) as trouble:
        figures.troubles[str(trouble)] += 1


@dataclass
class _Labeler:
    bench: Workbench
    account_id: str
    figures: LabelingFigures
    rng: random.Random
    pause_s: float
    is_over: Callable[[float], bool]

    def work(self) -> None:
        """Take, type, save, until it is over."""
        item: Item | None = None
        while not self.is_over(0.0):
            with _counted(self.figures):
                item = item or self.bench.next_item(self.account_id)
                if item is None:
                    self.figures.empty += 1
                    self.is_over(LOOK_AGAIN_S)
                    continue
                taken, item = item, None
                item = self._label(taken)

    def _label(self, item: Item) -> Item | None:
        """The next item, once this one is labeled; None if it is over before."""
        for typed in ("Three", "Three dogs."):
            if self.is_over(self.rng.expovariate(2 / self.pause_s)):
                return None
            with self._timed("draft"):
                self.bench.save_draft(item.id, self.account_id, Draft("answer", typed))
        with self._timed("save to next"):
            with self._timed("save"):
                self.bench.submit(item.id, self.account_id, ENTRY, key=item.submission_key)
            return self.bench.next_item(self.account_id)

    @contextmanager
    def _timed(self, step: str) -> Iterator[None]:
        began = time.perf_counter()
        yield
        self.figures.times_s[step].append(time.perf_counter() - began)
