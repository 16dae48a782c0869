"""At most three submissions, each with what made it. Called by scripts, the pipeline and pages."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from gap_core.covers.answering import DECISIONS, Answered
from gap_core.covers.answers import answer_file, check_answer_file, write_answers
from gap_core.covers.records import CoverItem
from gap_core.dataset.folders import new_folder
from gap_core.errors import GapError
from gap_core.whole_files import write_json

MOST = 3
MADE_BY, FIGURES = "made_by.json", "figures.json"
_NAME = re.compile(r"\w{1,40}", re.ASCII)


class Submission(NamedTuple):
    """One kept submission.

    Attributes:
        made_by: its settings and the hashes of its data.
        figures: what is known of it, such as its accuracy.
    """

    name: str
    folder: Path
    made_by: dict[str, Any]
    figures: dict[str, Any]


def submissions_dir(out: Path) -> Path:
    """Where the submissions of a run lie, with those of its neighbours: the three are of all."""
    return out.with_name("submissions")


def read_submissions(folder: Path) -> list[Submission]:
    """All kept submissions, by name."""
    found = []
    for place in sorted(folder.glob(f"*/{MADE_BY}")):
        made_by = json.loads(place.read_text(encoding="utf-8"))
        figures = json.loads((place.parent / FIGURES).read_text(encoding="utf-8"))
        found.append(Submission(place.parent.name, place.parent, made_by, figures))
    return found


def keep_submission(
    folder: Path,
    name: str,
    *,
    answered: Sequence[Answered],
    tests: Mapping[str, Sequence[CoverItem]],
    made_by: dict[str, Any],
    figures: dict[str, Any],
    decisions: Path,
    replacing: str | None = None,
) -> Submission:
    """Keep the answers of all tasks, checked, whole or not at all.

    Args:
        folder: of all submissions.
        name: letters, digits and "_".
        answered: an answer for each test item.
        tests: test items by task.
        made_by: settings and hashes of data.
        figures: what is known of it.
        decisions: the run's file of probabilities and evidence.
        replacing: name of the submission that makes place.

    Raises:
        GapError: three are kept already, the name is taken or no name, or an item has no letter.
    """
    if _NAME.fullmatch(name) is None:
        raise GapError(f"'{name}' can't name a submission: letters, digits and '_' only.")
    kept = [one.name for one in read_submissions(folder)]
    if replacing is not None and replacing not in kept:
        raise GapError(f"No submission '{replacing}'. There are: {', '.join(kept) or 'none'}.")
    left = [one for one in kept if one != replacing]
    if name in left:
        raise GapError(f"A submission '{name}' is kept. Choose another name, or replace it.")
    if len(left) >= MOST:
        raise GapError(
            f"{MOST} submissions are kept: {', '.join(left)}. The task takes no more; name one "
            "to replace."
        )
    if replacing is not None:
        shutil.rmtree(folder / replacing)
    with new_folder(folder / name) as part:
        for task, items in tests.items():
            letters = {one.item.id: one.letter for one in answered if one.item.task == task}
            write_answers(letters, items, answer_file(part, task))  # type: ignore[arg-type]
            if check_answer_file(answer_file(part, task), items):
                raise ValueError(f"The answers of {task} are unfit.")
        write_json(made_by, part / MADE_BY)
        write_json(figures, part / FIGURES)
        shutil.copyfile(decisions, part / DECISIONS)
    return Submission(name, folder / name, made_by, figures)
