"""What a model is taught: records of any training file, in the order of their difficulty.

Called by training.py and exporting.py. Some answers are letters, some are stories or reasonings.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from rapidfuzz import fuzz

from gap_core.covers.asks import TELL
from gap_core.covers.options import parts_of
from gap_core.covers.reading import read_list
from gap_core.covers.records import IMAGE_TOKEN, LETTERS, PICTURES, CoverItem
from gap_core.errors import GapError
from gap_core.training.config import TrainingConfig

TELLING = "telling"


@dataclass(frozen=True)
class CoverLesson:
    """One record to learn from.

    Attributes:
        id: file and place.
        images: paths, the n-th for the n-th token of the prompt.
    """

    id: str
    system: str
    prompt: str
    answer: str
    images: tuple[str, ...]

    def record(self) -> dict[str, Any]:
        """In the shape of the task's files."""
        return {
            "system": self.system,
            "input": self.prompt,
            "output": self.answer,
            "images": list(self.images),
        }

    @property
    def kind(self) -> str:
        """What it teaches: to tell a cover's story, to name a letter, or to reason."""
        if self.prompt == TELL:
            return TELLING
        return "letter" if self.answer in LETTERS else "reasoning"


def read_lessons(files: Sequence[Path]) -> list[CoverLesson]:
    """All records of training files.

    Raises:
        GapError: a record can't be learnt from, or there is none.
    """
    lessons = []
    for file in files:
        for place, record in enumerate(read_list(file)):
            lesson = _lesson_of(record, f"{file.stem} {place}")
            if lesson is None:
                raise GapError(
                    f"Record {place} of '{file}' can't be learnt from: text for system, input and "
                    f"output, and a list of images with a {IMAGE_TOKEN} each in the input are "
                    "wanted. Mend it; 'check' names more."
                )
            lessons.append(lesson)
    if not lessons:
        raise GapError("There are no records to learn from. Name training files of the task.")
    return lessons


def _lesson_of(record: Any, name: str) -> CoverLesson | None:
    if not isinstance(record, dict):
        return None
    texts = [record.get(part) for part in ("system", "input", "output")]
    images = record.get("images")
    if not all(isinstance(text, str) for text in texts) or not isinstance(images, list):
        return None
    system, prompt, answer = map(str, texts)
    is_whole = bool(answer.strip()) and all(isinstance(one, str) for one in images)
    if not is_whole or not images or prompt.count(IMAGE_TOKEN) != len(images):
        return None
    return CoverLesson(name, system, prompt, answer.strip(), tuple(images))


def lessons_of(items: Sequence[CoverItem], *, name: str) -> list[CoverLesson]:
    """Items with their letters, as lessons."""
    return [
        CoverLesson(f"{name} {item.task} {item.name}", item.system, item.prompt, item.letter or "",
                    item.images)
        for item in items
    ]  # fmt: skip


def by_difficulty(lessons: Sequence[CoverLesson], *, seed: int) -> list[CoverLesson]:
    """The easy lessons come before the hard, and all kinds of them stay mixed.

    A choice among stories is hard where the wrong ones are like the right one, a choice among
    covers where the question is long, a reasoning where it is long itself; each kind is ranked
    by itself. What was taught in one block would be forgotten in the next: a model that learnt
    to tell and only then to choose could no longer tell. Equals are in an order of the seed's.
    """
    rng = np.random.default_rng(seed)
    ranks = np.empty(len(lessons))
    kinds = [f"{one.kind} {len(one.images)}" for one in lessons]
    for kind in sorted(set(kinds)):
        places = np.array([place for place, own in enumerate(kinds) if own == kind])
        hard = np.array([difficulty(lessons[place]) for place in places])
        order = np.lexsort((rng.random(len(places)), hard))
        ranks[places[order]] = (np.arange(len(places)) + rng.random()) / len(places)
    return [lessons[place] for place in np.argsort(ranks, kind="stable")]


def curriculum_of(lessons: Sequence[CoverLesson], config: TrainingConfig) -> list[CoverLesson]:
    """By difficulty, what a run gets to see: of more lessons than it has room for, an equal draw.

    Else a short run would learn the easy ones alone.
    """
    if config.steps is not None and config.steps * config.batch * config.accumulate < len(lessons):
        room = config.steps * config.batch * config.accumulate
        drawn = np.random.default_rng(config.seed).permutation(len(lessons))[:room]
        lessons = [lessons[place] for place in sorted(drawn)]
    return by_difficulty(lessons, seed=config.seed)


def difficulty(lesson: CoverLesson) -> float:
    """How hard a lesson is among those of its kind."""
    if lesson.kind == TELLING:
        return 0.0
    if lesson.kind == "reasoning":
        return float(len(lesson.answer.split()))
    task = next(task for task, count in PICTURES.items() if count == len(lesson.images))
    item = CoverItem(task, 0, lesson.system, lesson.prompt, lesson.answer, lesson.images)
    parts = parts_of(item)
    if parts is None or task == "text2image":
        return float(len(lesson.prompt.split()))
    right = LETTERS.index(lesson.answer)
    return max(
        fuzz.token_set_ratio(parts.options[right], other)
        for place, other in enumerate(parts.options)
        if place != right
    )


def digest_of(lessons: Sequence[CoverLesson]) -> str:
    """The same for the same lessons in the same order."""
    digest = hashlib.sha256()
    for one in lessons:
        digest.update(json.dumps([one.system, one.prompt, one.answer, one.images]).encode())
    return digest.hexdigest()
