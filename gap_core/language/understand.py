"""What a typed question about a drawn scene asks, and what is true. Never used in the game itself.

Called by simulated players and by the columns of truth. A text is understood as the form of the
pocket world whose wordings it is most like, with the arguments that it names; whether that can be
answered from a picture is judged as the world's own samplers would.
"""

import random
import re
from functools import lru_cache
from typing import NamedTuple

from gap_core.language.categories import category_of
from gap_core.language.form_templates import Fit, templates_of
from gap_core.language.text import plain
from gap_core.pocket_world.forms import FORMS
from gap_core.pocket_world.questions import Question
from gap_core.pocket_world.scene import Scene
from gap_core.pocket_world.truth import true_answer

LIKE_ENOUGH = 0.65  # chosen by leaving out each wording of the tables in turn
_LONGEST = 400
_TRIES = 40
_OFF_TOPIC = "off_topic"
# "What is on the box?" is a form; "What is the cat on?", its other way round, is none.
_RESTING_FORMS = frozenset(("what_on", "what_under", "what_behind"))
_OTHER_WAY = re.compile(
    r"\b(on|under|beneath|behind) (what|which)\b"
    r"|\b(on|onto|under|underneath|beneath|behind|in)$"
)


class Understood(NamedTuple):
    """A question of the pocket world, or why there is none; its category and its truth."""

    question: Question | None
    category: str
    truth: str | None
    reason: str = ""  # why there is no truth; empty where there is one


def understand(text: str, scene: Scene) -> Understood:
    """The question that a text asks of a scene with its true answer, or why it has none."""
    fit = read_form(text, scene.edition)
    if fit is None:
        return Understood(None, category_of(text).category, None, "not understood")
    question = Question(fit.form, fit.args, text)
    if fit.form == _OFF_TOPIC:
        return Understood(question, "", None, "not about the picture")
    reason = why_unanswerable(scene, question)
    truth = None if reason else true_answer(scene, question)
    return Understood(question, question.category, truth, reason)


def read_form(text: str, edition_name: str) -> Fit | None:
    """The form and arguments that a text is most like; None where it is like none."""
    return _read_known(text[:_LONGEST], edition_name)


@lru_cache(maxsize=8192)
def _read_known(asked: str, edition_name: str) -> Fit | None:
    fits = templates_of(edition_name).best_fits(asked)
    if not fits or fits[0].share < LIKE_ENOUGH:
        return None
    is_other_way = fits[0].form in _RESTING_FORMS and _OTHER_WAY.search(plain(asked).rstrip(" ?.!"))
    return None if is_other_way else fits[0]


def why_unanswerable(scene: Scene, question: Question) -> str:
    """Why the picture does not answer a question; empty where it does."""
    use = templates_of(scene.edition).uses[question.form]
    for place, arg in enumerate(question.args):
        if place not in use.most or arg not in scene.world.kinds:
            continue
        count = len(scene.of_kind(arg))
        if count < use.fewest[place]:
            return f"there is no {arg}"
        if count > use.most[place]:
            return f"there are several: which {arg}?"
        if arg in scene.shown_kinds:
            return f"decoration may look like a {arg}"
    rng = random.Random(f"{scene.seed} {question.form}")
    if all(FORMS[question.form].sample(scene, rng) is None for _ in range(_TRIES)):
        return "the picture does not show it"
    return ""
