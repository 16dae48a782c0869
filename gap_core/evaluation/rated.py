"""Answers that people rated, for holding judges against them. Called by compare_judges."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from gap_core.errors import GapError
from gap_core.evaluation.items import Answered, Item
from gap_core.evaluation.judge_agreement import PEOPLE, Agreement, agreement_of
from gap_core.evaluation.judges import Judge
from gap_core.language import category_of

# As the judge format of the authors' repository names them.
_PICTURE, _QUESTION, _REFERENCE = "imageLink", "question", "correctAnswer"
_ANSWER, _SCORE = "modelAnswer", "score"


class Rated(NamedTuple):
    """Answers with people's ratings, (N,) in [0, 1]."""

    answered: list[Answered]
    ratings: np.ndarray


def read_rated(file: Path) -> Rated:
    """A JSON list, or a line of JSON an answer, in the judge format with a score from 0 to 1.

    Raises:
        GapError: it can't be read, or a record lacks something.
    """
    answered, ratings = [], []
    for number, record in enumerate(_records(file), start=1):
        try:
            texts = [record[name] for name in (_PICTURE, _QUESTION, _REFERENCE, _ANSWER)]
            rating = float(record[_SCORE])
            if not all(isinstance(text, str) for text in texts) or not 0 <= rating <= 1:
                raise ValueError("a text is no text, or the score not between 0 and 1")
        except (KeyError, TypeError, ValueError) as err:
            raise GapError(
                f"Record {number} of '{file}' can't be used ({err}). Each needs {_PICTURE}, "
                f"{_QUESTION}, {_REFERENCE}, {_ANSWER}, and {_SCORE} from 0 to 1."
            ) from err
        picture, question, reference, answer = texts
        category = category_of(question).category
        answered.append(Answered(Item(picture, "", question, reference, category), answer))
        ratings.append(rating)
    if not answered:
        raise GapError(f"'{file}' holds no rated answer.")
    return Rated(answered, np.array(ratings))


def _records(file: Path) -> Iterator[Any]:
    try:
        text = file.read_text(encoding="utf-8").strip()
        if text.startswith("["):
            yield from json.loads(text)
        else:
            yield from (json.loads(line) for line in text.splitlines() if line.strip())
    except (OSError, ValueError) as err:
        raise GapError(f"'{file}' can't be read as JSON ({err}). Check the path.") from err


def compare_with_people(rated: Rated, judges: list[Judge]) -> Agreement:
    """How far the judges agree with each other and with the people's ratings.

    Raises:
        ModelError: a judge can't answer.
    """
    scores = {PEOPLE: rated.ratings}
    scores |= {judge.name: judge.score(rated.answered) for judge in judges}
    return agreement_of(scores, [one.item.image_id for one in rated.answered])
