"""Reading the fact out of an answer, so that a model's sentence can be held against the truth.

Called by the measuring scripts and by simulated players.
"""

import re
from typing import NamedTuple

from gap_core.pocket_world.questions import Question
from gap_core.pocket_world.scene import Scene
from gap_core.pocket_world.truth import describe, true_answer
from gap_core.pocket_world.vocabulary import (
    COLOURS,
    KINDS,
    NUMBER_WORDS,
    PLACES,
    SIGN_WORDS,
    SIZES,
    WEATHERS,
)

Fact = tuple[object, ...]
_KIND_OF_WORD = {kind.name: kind.name for kind in KINDS.values()} | {
    kind.plural: kind.name for kind in KINDS.values()
}
_NUMBER_OF_WORD = {word: number for number, word in enumerate(NUMBER_WORDS)} | {
    str(number): number for number in range(len(NUMBER_WORDS))
}
_SIDES = ("left", "middle", "right", "table")


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
    form, args = question.form, question.args
    if form in ("describe", "off_topic"):
        return (" ".join(words),) if words else None
    if form in ("exist", "is_colour", "is_relation", "is_word", "is_weather", "is_place"):
        return _read_yes_no(form, words)
    if form == "count":
        numbers = [_NUMBER_OF_WORD[word] for word in words if word in _NUMBER_OF_WORD]
        return (numbers[0],) if numbers else None
    if form in ("what_things", "what_group", "what_side", "what_beside", "on_table"):
        skipped = {"what_beside": args[:1], "on_table": ("table",)}.get(form, ())
        return _read_things(words, skipped=tuple(skipped))
    if "no" in words or "nothing" in words:
        return ("none",)
    if form == "what_is_colour":
        kinds = frozenset(_KIND_OF_WORD[word] for word in words if word in _KIND_OF_WORD)
        return (kinds,) if kinds else None
    found = _values(words, _VALUES_OF_FORM[form])
    return (found,) if found else None


_VALUES_OF_FORM: dict[str, tuple[str, ...]] = {
    "colour_of": tuple(COLOURS),
    "size_of": SIZES,
    "side_of": _SIDES,
    "relation": _SIDES,
    "sign_word": SIGN_WORDS,
    "weather": WEATHERS,
    "place": PLACES,
}
_DETAIL_OF_FORM: dict[str, tuple[str, ...]] = {
    "is_colour": tuple(COLOURS),
    "is_relation": _SIDES,
    "is_word": SIGN_WORDS,
    "is_weather": WEATHERS,
    "is_place": PLACES,
}


def _values(words: list[str], values: tuple[str, ...]) -> frozenset[str]:
    known = {value.lower() for value in values}
    return frozenset(word for word in words if word in known)


def _read_yes_no(form: str, words: list[str]) -> Fact | None:
    """Yes or no, first or last, with the detail beside it ("It is rainy, so no")."""
    said = next((word for word in (*words[:1], *words[-1:]) if word in ("yes", "no")), None)
    if said is None or form == "exist":
        return None if said is None else (said,)
    return said, _values(words, _DETAIL_OF_FORM[form])


def _read_things(words: list[str], *, skipped: tuple[str, ...]) -> Fact | None:
    """How many of which kinds an answer names."""
    if "nothing" in words or "no" in words:
        return ("none",)
    counts: dict[str, int] = {}
    for before, word in zip(["", *words], words, strict=False):
        kind = _KIND_OF_WORD.get(word)
        if kind and kind not in skipped:
            counts[kind] = counts.get(kind, 0) + _NUMBER_OF_WORD.get(before, 1)
    return (frozenset(counts.items()),) if counts else None


def has_full_description(scene: Scene, answer: str) -> bool:
    """Whether a description names the place, the weather and everything in its order, rightly."""
    return re.findall(r"[a-z0-9]+", answer.lower()) == re.findall(
        r"[a-z0-9]+", describe(scene).lower()
    )
