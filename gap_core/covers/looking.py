"""Answered items as people look at them, and submissions side by side. Called by the studio."""

from __future__ import annotations

import json
from collections.abc import Sequence
from itertools import combinations
from pathlib import Path
from typing import Any, NamedTuple

from gap_core.covers.answer_config import CONFIG
from gap_core.covers.answering import DECISIONS
from gap_core.covers.answers import answer_file, read_answers
from gap_core.covers.ledger import read_ledger
from gap_core.covers.reading import files_of
from gap_core.covers.records import LETTERS, CoverItem
from gap_core.covers.submissions import Submission, read_submissions, submissions_dir
from gap_core.errors import GapError


class Thought(NamedTuple):
    """One reasoning: its words, and the letter they ended in, in the item's own order."""

    letter: str | None
    text: str


class AnsweredItem(NamedTuple):
    """An item with its answer and what led to it.

    Attributes:
        images: files of its pictures.
        right: its letter; None where no key is at hand.
        probabilities: of A to D.
        first_letter, turned_letter: what letters alone said, in one order and in all.
        seen: what a first pass saw on its covers, one after another.
    """

    item: CoverItem
    images: tuple[Path, ...]
    right: str | None
    letter: str
    first_letter: str
    turned_letter: str
    probabilities: tuple[float, ...]
    uncertainty: float
    evidence: tuple[str, ...]
    thoughts: tuple[Thought, ...]
    seen: tuple[str, ...]

    @property
    def is_wrong(self) -> bool:
        """Whether it is known to be wrong."""
        return self.right is not None and self.right != self.letter

    @property
    def votes(self) -> dict[str, int]:
        """How many reasonings ended in each letter."""
        return {one: sum(t.letter == one for t in self.thoughts) for one in LETTERS}


def answered_runs(data_dir: Path) -> list[Path]:
    """Folders of the runs that have answered, by name; those of a table lie in a folder of its."""
    places = (f"*/answers/{DECISIONS}", f"*/*/answers/{DECISIONS}")
    return sorted(file.parents[1] for place in places for file in data_dir.glob(place))


def answered_items(out: Path, task: str) -> list[AnsweredItem]:
    """All items of a task that a run has answered.

    Raises:
        GapError: a file of the run is missing or was changed.
    """
    config, kept = _read(out / CONFIG), _read(out / "answers" / DECISIONS)
    images_dir = Path(config.get("images_dir") or config["folder"])
    items = files_of(out / "split", None).get(f"{task}_test")
    if items is None:
        return []
    key_file = out / "split" / f"{task}_test_key.json"
    key = read_answers(key_file, items.items) if key_file.is_file() else {}
    steps: dict[str, dict[str, Any]] = {}
    for told in read_ledger(out / "answers" / f"asked_test_{task}.jsonl"):
        steps.setdefault(told.item, {})[told.step] = told.result
    answers = {one["item"]: one for one in kept["answers"] if one["task"] == task}
    return [
        _answered(item, answers[item.name], steps.get(f"{task} {item.name}", {}), key, images_dir)
        for item in items.items
        if item.name in answers
    ]


def _answered(
    item: CoverItem,
    answer: dict[str, Any],
    steps: dict[str, Any],
    key: dict[str | int, str],
    images_dir: Path,
) -> AnsweredItem:
    paths = [told for step, told in steps.items() if step.startswith("path ")]
    seen = [str(steps[step]) for step in sorted(steps) if step.startswith("seen ")]
    return AnsweredItem(
        item=item,
        images=tuple(images_dir / path for path in item.images),
        right=None if item.id is None else key.get(item.id),
        letter=answer["letter"],
        first_letter=answer["first_letter"],
        turned_letter=answer["turned_letter"],
        probabilities=tuple(answer["probabilities"]),
        uncertainty=answer["uncertainty"],
        evidence=tuple(answer["evidence"]),
        thoughts=tuple(Thought(one["letter"], one["text"]) for one in paths),
        seen=tuple(seen),
    )


class TwoSubmissions(NamedTuple):
    """How many items of a task two submissions answer with other letters, of how many."""

    first: str
    second: str
    task: str
    other: int
    items: int


def submissions_beside(out: Path) -> list[Submission]:
    """The kept submissions for the task that this run answered.

    Raises:
        GapError: a file of the run is missing.
    """
    task = _read(out / CONFIG)["folder"]
    kept = read_submissions(submissions_dir(out))
    return [one for one in kept if one.made_by["config"]["folder"] == task]


def compare_submissions(
    submissions: Sequence[Submission], tests: dict[str, list[CoverItem]]
) -> list[TwoSubmissions]:
    """Every two of them on every task.

    Raises:
        GapError: an answer file was changed and is unfit now.
    """
    return [
        _compared(first, second, task, items)
        for first, second in combinations(submissions, 2)
        for task, items in tests.items()
    ]


def _compared(
    first: Submission, second: Submission, task: str, items: list[CoverItem]
) -> TwoSubmissions:
    one, two = (read_answers(answer_file(sub.folder, task), items) for sub in (first, second))
    other = sum(one[identity] != two[identity] for identity in one)
    return TwoSubmissions(first.name, second.name, task, other, len(one))


def _read(file: Path) -> Any:
    try:
        return json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as err:
        raise GapError(f"'{file}' can't be read. Take the answer step again.") from err
