"""Questions about a scene: a form with its arguments, worded as a person might type it.

Called by training, by the measuring scripts and by simulated players. truth.py answers them; the
forms themselves are in forms/, by subject.
"""

import random
from dataclasses import dataclass

from gap_core.pocket_world.edition import BASIC, Edition
from gap_core.pocket_world.forms import FORMS
from gap_core.pocket_world.forms.form import CATEGORIES
from gap_core.pocket_world.scene import Scene
from gap_core.pocket_world.vocabulary import GARMENTS
from gap_core.pocket_world.wordings import OFF_TOPIC

CATEGORY_OF_FORM = {name: form.category for name, form in FORMS.items()}


def categories_of(edition: Edition) -> tuple[str, ...]:
    """The categories that the edition asks about, in the paper's order."""
    asked = {CATEGORY_OF_FORM[form] for form in edition.forms}
    return tuple(category for category in CATEGORIES if category in asked)


@dataclass(frozen=True)
class Question:
    """A form, its arguments in the form's own order, and the words a person would type."""

    form: str
    args: tuple[str, ...]
    text: str

    @property
    def category(self) -> str:
        """The paper's category that the form belongs to."""
        return CATEGORY_OF_FORM[self.form]


def sample_question(scene: Scene, form: str, *, rng: random.Random) -> Question | None:
    """A random question of this form that makes sense for the scene; None where none does."""
    args = FORMS[form].sample(scene, rng)
    if args is None:
        return None
    return Question(form, args, word_question(form, args, rng=rng, edition=scene.world))


def wording_key(form: str, args: tuple[str, ...]) -> str:
    """Where a table of wordings has the form: a person's colour is asked in words of its own."""
    return "colour_of_person" if form == "colour_of" and args[0] in GARMENTS else form


def word_question(
    form: str, args: tuple[str, ...], *, rng: random.Random, edition: Edition = BASIC
) -> str:
    """One of the form's wordings with the arguments filled in."""
    if form == "off_topic":
        return rng.choice(OFF_TOPIC)
    while True:
        wording = rng.choice(edition.wordings[wording_key(form, args)])
        if wording != "Is the sun shining?" or args == ("sunny",):
            return wording.format(**FORMS[form].words(edition, args, rng))
