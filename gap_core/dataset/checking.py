"""Lint and duplicates of many samples, in several processes. Called by building.

At most a few batches are under way, so memory does not grow with the number of samples.
"""

import multiprocessing
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from typing import NamedTuple, TypeVar

from gap_core.dataset.findings import RULES, Finding
from gap_core.dataset.lint import lint_sample
from gap_core.dataset.sample import Sample
from gap_core.dataset.text_duplicates import drop_text_duplicates

_BATCH = 400  # samples a process gets at a time
_AHEAD = 3  # batches under way for each process
_Item = TypeVar("_Item")
_Result = TypeVar("_Result")


class LeftOut(NamedTuple):
    """A sample that stays out of the dataset, and why."""

    sample: Sample
    reason: str
    twin_id: str = ""


class CheckedPicture(NamedTuple):
    """What became of the samples of one picture."""

    kept: tuple[Sample, ...]
    left_out: tuple[LeftOut, ...]
    findings: tuple[Finding, ...]

    @property
    def duplicates(self) -> list[Sample]:
        """Those left out because they were."""
        return [one.sample for one in self.left_out if one.reason == "duplicate"]


def check_pictures(
    pictures: Iterable[list[Sample]], *, keep_rules: frozenset[str], workers: int
) -> Iterator[CheckedPicture]:
    """Lint samples and drop duplicates, picture by picture, in their order.

    Args:
        pictures: samples of one picture each.
        keep_rules: rules whose findings leave no sample out.
        workers: processes; 1 works here.
    """
    jobs = ((batch, keep_rules) for batch in _batches(pictures))
    for checked in map_in_processes(_check_batch, jobs, workers=workers):
        yield from checked


def map_in_processes(
    work: Callable[[_Item], _Result], items: Iterable[_Item], *, workers: int
) -> Iterator[_Result]:
    """Results in the order of the items, of which only a few are taken ahead."""
    if workers == 1:
        yield from map(work, items)
        return
    # Spawned, not forked: whoever calls may have threads.
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(workers, mp_context=context) as pool:
        under_way: deque[Future[_Result]] = deque()
        for item in items:
            under_way.append(pool.submit(work, item))
            if len(under_way) >= _AHEAD * workers:
                yield under_way.popleft().result()
        while under_way:
            yield under_way.popleft().result()


def _batches(pictures: Iterable[list[Sample]]) -> Iterator[list[list[Sample]]]:
    batch: list[list[Sample]] = []
    for samples in pictures:
        batch.append(samples)
        if sum(map(len, batch)) >= _BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def _check_batch(job: tuple[list[list[Sample]], frozenset[str]]) -> list[CheckedPicture]:
    batch, keep_rules = job
    return [check_picture(samples, keep_rules=keep_rules) for samples in batch]


def check_picture(samples: list[Sample], *, keep_rules: frozenset[str]) -> CheckedPicture:
    """Lint the samples of one picture and drop the duplicates among those that pass."""
    findings: list[Finding] = []
    left_out: list[LeftOut] = []
    passed: list[Sample] = []
    for sample in samples:
        found = lint_sample(sample)
        findings += found
        reasons = [one.rule for one in found if _leaves_out(one.rule, keep_rules)]
        if reasons:
            left_out.append(LeftOut(sample, reasons[0]))
        else:
            passed.append(sample)
    kept, duplicates = drop_text_duplicates(passed)
    for sample, twin, agrees in duplicates:
        left_out.append(LeftOut(sample, "duplicate", twin.id))
        if agrees is False:
            findings.append(Finding(twin.id, "disagrees", "answer", sample.answer[:200]))
    return CheckedPicture(kept, tuple(left_out), tuple(findings))


def _leaves_out(rule: str, keep_rules: frozenset[str]) -> bool:
    return RULES[rule].leaves_out and rule not in keep_rules
