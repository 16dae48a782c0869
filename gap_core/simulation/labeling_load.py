"""How fast a large queue serves, alone and with many labelers at once.

Called by scripts/bench_labeling.py.
"""

import threading
import time
from collections.abc import Callable
from typing import NamedTuple

from db.labeling_records import QUEUE_ORDERS, QueueOrder
from gap_core.labeling import Draft, LabelEntry, Workbench

ENTRY = LabelEntry("answer", "Three dogs.", "Counting")


class StepTimes(NamedTuple):
    """Seconds of each call of a step."""

    what: str
    times_s: list[float]


class CrowdFigures(NamedTuple):
    """Many labelers at once.

    Attributes:
        next_s: seconds from the save key until the next item is there.
        labels: how many were given.
        wall_s: how long it took.
        errors: what went wrong.
    """

    next_s: list[float]
    labels: int
    wall_s: float
    errors: list[str]


def time_steps(
    bench: Workbench, account_id: str, *, rounds: int, on_round: Callable[[], None]
) -> list[StepTimes]:
    """Time each step of labeling, for one labeler alone, `rounds` times in each order."""
    found: dict[str, list[float]] = {}

    def timed(what: str, step: Callable[[], object]) -> object:
        began = time.perf_counter()
        result = step()
        found.setdefault(what, []).append(time.perf_counter() - began)
        return result

    for order in QUEUE_ORDERS:
        for _ in range(rounds):
            _one_round(bench, account_id, order, timed)
            on_round()
    return [StepTimes(what, times) for what, times in found.items()]


def _one_round(
    bench: Workbench,
    account_id: str,
    order: QueueOrder,
    timed: Callable[[str, Callable[[], object]], object],
) -> None:
    timed(f"next by {order}", lambda: bench.next_item(account_id, order=order))
    item = bench.next_item(account_id)
    if item is None:
        raise ValueError("The queue is empty; make it larger than the rounds.")
    timed("draft", lambda: bench.save_draft(item.id, account_id, Draft("answer", "Thr")))
    timed("heartbeat", lambda: bench.heartbeat(item.id, account_id))
    timed("counts", lambda: bench.queue_counts(account_id))
    timed("submit", lambda: bench.submit(item.id, account_id, ENTRY, key=item.submission_key))


def label_together(bench: Workbench, account_ids: list[str], *, labels_each: int) -> CrowdFigures:
    """All at once, each as fast as the workbench allows, `labels_each` labels each."""
    next_s: list[float] = []
    errors: list[str] = []
    start = threading.Barrier(len(account_ids) + 1)

    def work(account_id: str) -> None:
        start.wait()
        try:
            item = bench.next_item(account_id)
            for _ in range(labels_each):
                if item is None:
                    return
                began = time.perf_counter()
                bench.submit(item.id, account_id, ENTRY, key=item.submission_key)
                item = bench.next_item(account_id)
                next_s.append(time.perf_counter() - began)
        except Exception as err:
            errors.append(f"{type(err).__name__}: {err}")

    threads = [threading.Thread(target=work, args=(own,)) for own in account_ids]
    for thread in threads:
        thread.start()
    start.wait()
    began = time.perf_counter()
    for thread in threads:
        thread.join()
    return CrowdFigures(next_s, len(next_s), time.perf_counter() - began, errors)
