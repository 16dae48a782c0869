"""Reading the fact out of an answer, so that a model's sentence can be held against the truth.

Called by the measuring scripts and by simulated players.
"""

import re
from typing import NamedTuple

from gap_core.pocket_world.forms import FORMS, Fact
from gap_core.pocket_world.questions import Question
from gap_core.pocket_world.scene import Scene
from gap_core.pocket_world.truth import describe, true_answer


class Judgement(NamedTuple):
    """Whether an answer is true of the scene, and whether it is an answer of the asked kind."""

    is_right: bool
    is_right_kind: bool


def judge_answer(scene: Scene, question: Question, answer: str) -> Judgement:
    """Hold an answer against the scene graph by the fact that the question asks for."""
    fact = read_fact(question, answer)
    truth = read_fact(question, true_answer(scene, question))
    return Judgement(is_right=fact is not None and fact == truth, is_right_kind=fact is not None)


def read_fact(question: Question, answer: str) -> Fact | None:
    """The fact that an answer states, in a form that can be compared; None if it states none."""
    words = re.findall(r"[a-z0-9']+", answer.lower())
    return FORMS[question.form].read(words, question.args)


def has_full_description(scene: Scene, answer: str) -> bool:
    """Whether a description names the place, the weather and everything in its order, rightly."""
    return re.findall(r"[a-z0-9]+", answer.lower()) == re.findall(
        r"[a-z0-9]+", describe(scene).lower()
    )
