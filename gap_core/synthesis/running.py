"""A run of synthesis: many items at once, each a row that a kill leaves where it stood.

Called by scripts.synthesize and the studio. Of a killed run nothing but the calls that were in
flight is asked again.
"""

from __future__ import annotations

import json
import queue
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from db import Store
from db.synthesis_records import ItemState, SynthesisItem, SynthesisRun
from gap_core.synthesis.calls import Calls, ItemGivenUp, Pulse, RunStopped
from gap_core.synthesis.config import SynthesisConfig, refuse_other_config
from gap_core.synthesis.doors import Door
from gap_core.synthesis.model_checks import UNIQUE
from gap_core.synthesis.records import CheckResult, Checks, MultiHop, Seed, Subject
from gap_core.synthesis.synthesizer import Synthesizer, Texts, document_group
from models.base import Reply
from models.errors import ModelError

OnProgress = Callable[[dict[ItemState, int]], None]
SubjectAt = Callable[[int], Subject]


@dataclass(frozen=True)
class Job:
    """What every worker of a run needs.

    Attributes:
        db: the database's file.
        questions: composed so far; seeds' documents stand with the synthesizer.
    """

    db: Path
    config: SynthesisConfig
    synthesizer: Synthesizer
    questions: Texts
    pulse: Pulse
    door: Door


class NoDoor:
    """For synthesizers that ask nobody."""

    name, quantization = "graph", "none"

    def ask(self, prompt: object) -> Reply:
        """Nobody answers."""
        raise ModelError("Questions from a scene graph ask no model.")


def begin_run(store: Store, name: str, config: SynthesisConfig) -> SynthesisRun:
    """The run of this name, made or found again.

    Raises:
        GapError: it was begun with another config.
    """
    run = store.synthesis.begin_run(
        name, config_json=config.model_dump_json(), begun=datetime.now(UTC)
    )
    refuse_other_config(run.config_json, config, run=name)
    return run


def run_synthesis(
    job: Job, run: SynthesisRun, subject_at: SubjectAt, *, on_progress: OnProgress | None = None
) -> dict[ItemState, int]:
    """Work on the run until every item is accepted, refused or given up; their numbers.

    Args:
        job: what workers need; setting its pulse's `stop` ends the run after the calls in flight.
        run: to work on.
        subject_at: the subject of each place, the same at every call.
        on_progress: told the numbers whenever an item has ended, from a worker's thread.

    Raises:
        GapError: the model gave no reply for a long time; run it again to go on.
    """
    with Store.open(job.db) as store:
        remember_texts(store, run.id, job)
        while True:
            counts = store.synthesis.state_counts(run.id)
            missing = _items_missing(counts, job.config)
            if missing:
                first = sum(counts.values())
                subjects = [subject_at(first + n).model_dump_json() for n in range(missing)]
                store.synthesis.add_items(run.id, subjects, first_place=first)
            waiting = store.synthesis.unfinished_ids(run.id)
            if not waiting or job.pulse.stop.is_set():
                break
            _work_on(waiting, job, run, on_progress)
            if job.pulse.stop.is_set():
                break
        counts = store.synthesis.state_counts(run.id)
    job.pulse.tell()
    return counts


def _items_missing(counts: dict[ItemState, int], config: SynthesisConfig) -> int:
    """How many items to add, so that as many as wanted are there, or with top_up accepted."""
    there = sum(counts.values())
    wanted = config.count - there
    if config.top_up and there >= config.count:
        on_their_way = counts["waiting"] + counts["seeded"] + counts["composed"]
        wanted = config.count - counts["accepted"] - on_their_way
    return max(0, min(wanted, config.most_items - there))


def remember_texts(store: Store, run_id: int, job: Job) -> None:
    """Take in what was written before, so that nothing is written a second time."""
    texts = getattr(job.synthesizer, "texts", None)
    for item in store.synthesis.items(run_id):
        subject = Subject.model_validate_json(item.subject_json)
        if texts is not None and item.seed_json is not None:
            seed = Seed.model_validate_json(item.seed_json)
            if seed.background:
                texts.add(document_group(subject), str(item.place), seed.background)
        if item.state == "accepted" and item.multihop_json is not None:
            made = MultiHop.model_validate_json(item.multihop_json)
            job.questions.add(question_group(subject, item.place), str(item.place), made.question)


def question_group(subject: Subject, place: int) -> str:
    """Which questions a question is held against: those on the same picture.

    Of texts the documents have been held against each other before, which says more.
    """
    return f"question {subject.kind} {subject.language} {subject.image_id or place}"


def _work_on(
    item_ids: Sequence[int], job: Job, run: SynthesisRun, on_progress: OnProgress | None
) -> None:
    waiting: queue.SimpleQueue[int] = queue.SimpleQueue()
    for item_id in item_ids:
        waiting.put(item_id)
    told = threading.Lock()

    def work() -> None:
        with Store.open(job.db) as store:
            while not job.pulse.stop.is_set():
                try:
                    item_id = waiting.get_nowait()
                except queue.Empty:
                    return
                try:
                    bring_to_end(store.synthesis.item(item_id), store, job)
                except RunStopped:
                    return
                except BaseException:
                    job.pulse.stop.set()  # a fault of ours: nobody goes on over it
                    raise
                if on_progress is not None:
                    with told:
                        on_progress(store.synthesis.state_counts(run.id))

    workers = min(job.config.in_flight, len(item_ids))
    with ThreadPoolExecutor(workers, thread_name_prefix="synthesis") as pool:
        futures = [pool.submit(work) for _ in range(workers)]
    for future in futures:
        future.result()


def bring_to_end(item: SynthesisItem, store: Store, job: Job) -> None:
    """All steps that an item still has before it."""
    subject = Subject.model_validate_json(item.subject_json)
    calls = Calls(store, item, door=job.door, config=job.config, pulse=job.pulse)
    calls.may_go_on()
    try:
        seed = _seed_of(item, subject, store, job, calls)
        made = _multi_hop_of(item, subject, seed, store, job, calls)
        results = job.synthesizer.check(subject, seed, made, item.place, calls)
    except ItemGivenUp as err:
        store.synthesis.finish_item(
            item.id, state="given_up", reason=err.reason, ended=datetime.now(UTC)
        )
        return
    _judge(item, subject, made, results, store, job)


def _seed_of(item: SynthesisItem, subject: Subject, store: Store, job: Job, calls: Calls) -> Seed:
    if item.seed_json is not None:
        return Seed.model_validate_json(item.seed_json)
    seed = job.synthesizer.make_seed(subject, item.place, calls)
    store.synthesis.finish_step(item.id, state="seeded", made_json=seed.model_dump_json())
    return seed


def _multi_hop_of(
    item: SynthesisItem, subject: Subject, seed: Seed, store: Store, job: Job, calls: Calls
) -> MultiHop:
    if item.multihop_json is not None:
        return MultiHop.model_validate_json(item.multihop_json)
    made = job.synthesizer.compose(subject, seed, item.place, calls)
    store.synthesis.finish_step(item.id, state="composed", made_json=made.model_dump_json())
    return made


def _judge(
    item: SynthesisItem,
    subject: Subject,
    made: MultiHop,
    results: list[CheckResult],
    store: Store,
    job: Job,
) -> None:
    """Accept the item, or refuse it by the first check that it did not pass."""
    failed = Checks(results=tuple(results)).first_failed
    if failed is None:
        twin = job.questions.add(
            question_group(subject, item.place), str(item.place), made.question
        )
        is_new = twin is None or twin == str(item.place)
        detail = "" if is_new else f"of item {twin}"
        results = [*results, CheckResult(name=UNIQUE, passed=is_new, detail=detail)]
    checks = Checks(results=tuple(results))
    failed = checks.first_failed
    store.synthesis.finish_item(
        item.id,
        state="accepted" if failed is None else "refused",
        reason=None if failed is None else failed.name,
        checks_json=json.dumps(checks.model_dump(), ensure_ascii=False),
        ended=datetime.now(UTC),
    )
