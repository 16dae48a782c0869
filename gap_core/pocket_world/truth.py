"""True and subtly wrong answers to questions about a scene, in the pocket's short sentences.

Called by training, by the measuring scripts and by simulated players; never by the game itself.
"""

import random

from gap_core.pocket_world.forms import FORMS
from gap_core.pocket_world.forms.description import describe
from gap_core.pocket_world.questions import Question
from gap_core.pocket_world.scene import Scene

__all__ = ["describe", "true_answer", "wrong_answer"]


def true_answer(scene: Scene, question: Question) -> str:
    """The answer that the scene graph gives, as one short sentence."""
    return FORMS[question.form].true(scene, question.args)


def wrong_answer(scene: Scene, question: Question, *, rng: random.Random) -> str:
    """A sentence of the right kind that is false of the scene, drawn at random."""
    return FORMS[question.form].wrong(scene, question.args, rng)
