"""Answer files: written whole, checked, scored. Called by scripts and by the answering."""

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from gap_core.covers.reading import read_list
from gap_core.covers.records import LETTERS, CoverItem, Problem
from gap_core.errors import GapError
from gap_core.scoring.shares import Share, share_of
from gap_core.whole_files import write_json

Letters = Mapping[str | int, str]
_FIELDS = {"id", "output"}
_MOST_TOLD = 5


def answer_file(folder: Path, task: str) -> Path:
    """Where the task wants its answers."""
    return folder / f"{task}_answer.json"


def write_answers(letters: Letters, items: Sequence[CoverItem], file: Path) -> None:
    """Exactly one letter for each item, in the items' order.

    Raises:
        GapError: an item without a letter, a letter without an item, or one that is no letter.
    """
    problems = _unfit(dict(letters), items)
    if problems:
        told = "; ".join(map(str, problems[:_MOST_TOLD]))
        raise GapError(f"{len(problems)} answers are unfit, so none were written: {told}.")
    write_json([{"id": item.id, "output": letters[_id_of(item)]} for item in items], file)


def _id_of(item: CoverItem) -> str | int:
    if item.id is None:
        raise ValueError(f"{item.name} has no id; only test items are answered.")
    return item.id


def _unfit(letters: dict[str | int, Any], items: Sequence[CoverItem]) -> list[Problem]:
    ids = [_id_of(item) for item in items]
    problems = [Problem(f"id {one!r}", "it has no answer") for one in ids if one not in letters]
    problems += [Problem(f"id {one!r}", "no item has it") for one in letters.keys() - set(ids)]
    problems += [
        Problem(f"id {one!r}", f"its answer is {letter!r:.20}; A, B, C or D was expected")
        for one, letter in letters.items()
        if letter not in LETTERS
    ]
    return problems


def check_answer_file(file: Path, items: Sequence[CoverItem]) -> list[Problem]:
    """What would make the task refuse this file; nothing where it is as it should be.

    Raises:
        GapError: the file is no JSON list.
    """
    records, problems = read_list(file), []
    letters: dict[str | int, Any] = {}
    counts: Counter[str | int] = Counter()
    for place, record in enumerate(records):
        if not isinstance(record, dict) or set(record) != _FIELDS:
            problems.append(Problem(f"answer {place}", "it has not the fields id and output alone"))
        elif not isinstance(record["id"], str | int) or isinstance(record["id"], bool):
            problems.append(Problem(f"answer {place}", "its id is neither text nor number"))
        else:
            counts[record["id"]] += 1
            letters[record["id"]] = record["output"]
    problems += [
        Problem(f"id {one!r}", f"it is answered {times} times")
        for one, times in counts.items()
        if times > 1
    ]
    return problems + _unfit(letters, items)


def read_answers(file: Path, items: Sequence[CoverItem]) -> dict[str | int, str]:
    """The letters of a file that is as the task wants it.

    Raises:
        GapError: it is not.
    """
    problems = check_answer_file(file, items)
    if problems:
        told = "; ".join(map(str, problems[:_MOST_TOLD]))
        raise GapError(f"'{file}' has {len(problems)} problems: {told}. Mend it first.")
    return {record["id"]: record["output"] for record in read_list(file)}


def accuracy(letters: Letters, key: Letters) -> Share:
    """The share of items answered rightly; one without an answer is wrong."""
    return share_of(sum(letters.get(one) == right for one, right in key.items()), len(key))


def overall_accuracy(tasks: Sequence[Share]) -> Share:
    """All tasks together, each item counting once."""
    return share_of(sum(one.hits for one in tasks), sum(one.n for one in tasks))
