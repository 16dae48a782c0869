"""Changes of fact put into good refinements on purpose, to see whether the guard notices.

Called by measure.py.
"""

import random
import re
from typing import NamedTuple

from gap_core.refiner_training.slots import DAYTIMES, SEASONS
from gap_core.refiner_training.word_lists import COLOURS, NUMBER_WORDS, SIGN_WORDS

_OPPOSITES = {
    "left": "right", "right": "left", "top": "bottom", "bottom": "top", "above": "below",
    "behind": "in front of", "under": "on", "Yes": "No", "No": "Yes", "yes": "no",
    "background": "foreground",
}  # fmt: skip
_WORD = re.compile(r"[A-Za-z']+|\d+")


class Planted(NamedTuple):
    """The kind of the planted change and the sentence with it."""

    kind: str
    sentence: str


def plant_change(sentence: str, *, rng: random.Random) -> Planted | None:
    """The sentence with one fact turned; None where it states none that can be turned."""
    places = list(_WORD.finditer(sentence))
    rng.shuffle(places)
    for found in places:
        turned = _turned(found.group(), rng)
        if turned is not None:
            kind, word = turned
            return Planted(kind, sentence[: found.start()] + word + sentence[found.end() :])
    return _denied(sentence)


def _turned(word: str, rng: random.Random) -> tuple[str, str] | None:
    for kind, values in (
        ("colour", COLOURS), ("number", NUMBER_WORDS[1:12]), ("time", DAYTIMES), ("time", SEASONS),
        ("name", SIGN_WORDS),
    ):  # fmt: skip
        if word in values:
            return kind, rng.choice([value for value in values if value != word])
    if word.isdigit():
        return "number", str(int(word) + rng.randint(1, 5))
    if word in _OPPOSITES:
        return ("negation" if word.lower() in ("yes", "no") else "side"), _OPPOSITES[word]
    return None


def _denied(sentence: str) -> Planted | None:
    """The sentence with its first "is" or "are" denied, or its denial taken back."""
    if re.search(r"\bnot ", sentence):
        return Planted("negation", sentence.replace("not ", "", 1))
    for verb in (" is ", " are ", " looks "):
        if verb in sentence:
            return Planted("negation", sentence.replace(verb, f"{verb}not ", 1))
    return None
