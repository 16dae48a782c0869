"""How long a dataset takes to build, and how much memory. Called by bench_dataset."""

from __future__ import annotations

import multiprocessing
import os
import random
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor, wait
from dataclasses import dataclass, replace
from pathlib import Path

import psutil

from gap_core.dataset.build_config import BuildConfig
from gap_core.dataset.building import build_dataset
from gap_core.dataset.sample import Sample
from gap_core.dataset.sample_files import read_samples, write_samples
from gap_core.decks.pictures import picture_id, save_picture
from gap_core.hardware import usable_cores
from gap_core.pocket_world import FULL, render_scene, sample_scene
from gap_core.pocket_world.questions import CATEGORY_OF_FORM, sample_question
from gap_core.pocket_world.scene import Scene
from gap_core.pocket_world.truth import true_answer

FIRST_SEED = 870_000_000  # scenes that nothing else draws
_THINGS = 6
_LOOK_EVERY_S = 0.1
# What lint is there for; one sample in FAULTY has one of them.
FAULTY = 20
_FAULTS = (
    "I'm sorry, I can't help with that.",
    "Maybe a dog, I am not sure.",
    "",
    "Write to me at ada@example.com",
    "Das ist ein roter Ball auf dem Tisch und sonst nichts.",
)


@dataclass(frozen=True)
class Cost:
    """What one build cost.

    Attributes:
        samples, kept: that came in and that are in the dataset.
        seconds: of each step; total_s of all.
        peak_mib: the most memory of the building process and its workers together.
    """

    samples: int
    kept: int
    left_out: dict[str, int]
    seconds: dict[str, float]
    total_s: float
    peak_mib: float = 0.0


def measure_builds(
    sizes: tuple[int, ...], *, pictures: int, folder: Path, on_drawn: Callable[[], None]
) -> Iterator[Cost]:
    """Build a dataset of each size on the same pictures, each in a process of its own.

    Args:
        sizes: samples of each build.
        pictures: drawn ones that all of them are about.
        folder: an empty one, for pictures, samples and datasets.
        on_drawn: called after each picture.
    """
    drawn = _draw(pictures, data_dir=folder, on_drawn=on_drawn)
    context = multiprocessing.get_context("spawn")
    for size in sizes:
        write_samples(_asked(size, drawn), folder / f"{size}.jsonl")
        with ProcessPoolExecutor(1, mp_context=context) as alone:
            builder = psutil.Process(alone.submit(os.getpid).result())
            building = alone.submit(_build, folder, size)
            peak = _peak_mib(builder, building)
            yield replace(building.result(), peak_mib=round(peak, 1))


Drawn = tuple[Scene, str, str]


def _draw(pictures: int, *, data_dir: Path, on_drawn: Callable[[], None]) -> list[Drawn]:
    drawn = []
    for number in range(pictures):
        scene = sample_scene(FIRST_SEED + number, things=_THINGS, edition=FULL)
        picture = render_scene(scene).convert("RGB")
        drawn.append((scene, picture_id(picture), save_picture(picture, data_dir=data_dir)))
        on_drawn()
    return drawn


def _asked(count: int, drawn: list[Drawn]) -> Iterator[Sample]:
    """So many questions about pictures chosen by lot, as players would word them."""
    rng = random.Random(f"asked {count}")
    number = 0
    while number < count:
        scene, image_id, image_path = rng.choice(drawn)
        question = sample_question(scene, rng.choice(FULL.asked_forms), rng=rng)
        if question is None:
            continue
        is_faulty = rng.randrange(FAULTY) == 0
        yield Sample(
            conversation=f"asked-{number}",
            image_id=image_id,
            image_path=image_path,
            question=question.text,
            answer=rng.choice(_FAULTS) if is_faulty else true_answer(scene, question),
            category=CATEGORY_OF_FORM[question.form],
        )
        number += 1


def _peak_mib(builder: psutil.Process, building: Future[Cost]) -> float:
    most = 0.0
    while True:
        family = [builder, *builder.children(recursive=True)]
        most = max(most, sum(map(_memory_mib, family)))
        if wait([building], timeout=_LOOK_EVERY_S).done:
            return most


def _memory_mib(process: psutil.Process) -> float:
    try:
        return float(process.memory_info().rss) / 2**20
    except psutil.NoSuchProcess:  # a worker that is done
        return 0.0


def _build(folder: Path, size: int) -> Cost:
    began = time.perf_counter()
    report = build_dataset(
        read_samples(folder / f"{size}.jsonl"),
        folder / f"dataset-{size}",
        data_dir=folder,
        config=BuildConfig(),
        workers=usable_cores(),
    )
    return Cost(
        samples=report.read,
        kept=report.train + report.validation,
        left_out=report.left_out,
        seconds=report.seconds,
        total_s=round(time.perf_counter() - began, 2),
    )
