"""Sides and places in a text: left and right with whose left it is, above, behind, inside.

Called by facts.py. "On the left" is the viewer's left; "his left" and "the dog's left" are the
subject's, and the two can't be held against each other without knowing which way it faces.
"""

from collections.abc import Sequence
from typing import NamedTuple

from gap_core.language.phrases import things_before, things_from
from gap_core.language.text import Word

# word or words: (axis, value); the first words that fit are taken, so longer ones stand first.
_PHRASES: tuple[tuple[tuple[str, ...], str, str], ...] = (
    (("in", "front", "of"), "depth", "front"), (("in", "front"), "depth", "front"),
    (("in", "the", "front"), "depth", "front"), (("in", "the", "back"), "depth", "back"),
    (("on", "top", "of"), "height", "top"), (("on", "the", "top"), "height", "top"),
    (("in", "the", "middle"), "across", "middle"), (("in", "the", "center"), "across", "middle"),
    (("in", "the", "centre"), "across", "middle"), (("at", "the", "back"), "depth", "back"),
    (("left",), "across", "left"), (("right",), "across", "right"),
    (("middle",), "across", "middle"), (("center",), "across", "middle"),
    (("centre",), "across", "middle"), (("central",), "across", "middle"),
    (("leftmost",), "across", "left"), (("rightmost",), "across", "right"),
    (("leftward",), "across", "left"), (("rightward",), "across", "right"),
    (("behind",), "depth", "back"), (("background",), "depth", "back"),
    (("foreground",), "depth", "front"),
    (("top",), "height", "top"), (("above",), "height", "top"), (("upper",), "height", "top"),
    (("over",), "height", "top"), (("atop",), "height", "top"),
    (("bottom",), "height", "bottom"), (("below",), "height", "bottom"),
    (("lower",), "height", "bottom"), (("under",), "height", "bottom"),
    (("underneath",), "height", "bottom"), (("beneath",), "height", "bottom"),
    (("inside",), "within", "inside"), (("outside",), "within", "outside"),
    (("between",), "between", "between"),
    (("next", "to"), "beside", "beside"), (("beside",), "beside", "beside"),
    (("on", "the", "side", "of"), "beside", "beside"), (("near",), "beside", "beside"),
    (("far", "from"), "beside", "far"), (("far", "away"), "beside", "far"),
    (("on",), "height", "top"),
)  # fmt: skip
_OPPOSITE = {
    "left": "right", "right": "left", "top": "bottom", "bottom": "top",
    "front": "back", "back": "front",
}  # fmt: skip
_VIEWER_NOUNS = frozenset(
    "viewer viewers camera picture image photo photograph frame my our".split()
)
_OWNERS = frozenset("his her their its your".split())
_BODY = frozenset(
    "hand arm leg foot eye ear shoulder wrist knee cheek hands arms legs feet paw".split()
)
_BEFORE_SIDE = frozenset(
    "the to on its his her their my our your far top bottom upper lower s viewer's and or from "
    "at further farther more most or turn turns facing faces towards toward looking is side".split()
)
_AFTER_SIDE = frozenset(
    "side hand of half arm leg eye foot ear shoulder corner edge third part most than lane , . ? !"
    " and or one".split()
)
_NOT_AFTER_RIGHT = frozenset(
    "now away answer behind next above below under beside at in there".split()
)
_PLACED = frozenset(
    "next beside near above below under behind in on at with against by inside outside".split()
)
_SIGHTS = frozenset("picture image photo photograph scene frame".split())
_NOT_AFTER_ON = frozenset("left right side sides top bottom far upper lower viewer".split())


class SideFact(NamedTuple):
    """Where something is: axis and value, whose left and right it is, what is where of what."""

    axis: str
    value: str
    frame: str  # "viewer", "subject" or "" where it makes no difference
    about: frozenset[str]
    of: frozenset[str]
    shown: str
    place: int = -1  # of its first word in the text


def turned_round(fact: SideFact) -> SideFact | None:
    """The same said from the other thing: a dog left of a cat is a cat right of the dog."""
    if fact.value not in _OPPOSITE or not fact.of:
        return None
    return fact._replace(value=_OPPOSITE[fact.value], about=fact.of, of=fact.about)


def read_sides(words: Sequence[Word]) -> tuple[list[SideFact], frozenset[int]]:
    """Sides in their order, and the places of the words that made them."""
    facts: list[SideFact] = []
    taken: set[int] = set()
    at = 0
    while at < len(words):
        found = _phrase_at(words, at)
        if found is None:
            at += 1
            continue
        phrase, axis, value = found
        facts.append(_fact(words, at, phrase, axis, value))
        taken.update(range(at, at + len(phrase)))
        at += len(phrase)
    return facts, frozenset(taken)


def _phrase_at(words: Sequence[Word], at: int) -> tuple[tuple[str, ...], str, str] | None:
    for phrase, axis, value in _PHRASES:
        if words[at].text != phrase[0]:
            continue
        if tuple(word.text for word in words[at : at + len(phrase)]) != phrase:
            continue
        if value in ("left", "right") and not _is_side(words, at):
            continue
        if phrase == ("on",) and not _is_resting(words, at):
            continue
        if axis == "within" and not _text(words, at + 1).isalpha():
            continue
        if phrase in (("over",), ("under",), ("above",), ("below",)) and _counts(words, at):
            continue
        return phrase, axis, value
    return None


def _text(words: Sequence[Word], at: int) -> str:
    return words[at].text if 0 <= at < len(words) else ""


def _counts(words: Sequence[Word], at: int) -> bool:
    return _text(words, at + 1)[:1].isdigit()


def _is_resting(words: Sequence[Word], at: int) -> bool:
    """Whether "on" is a place: on the table, not on the left, not "the lamp is on"."""
    following = [_text(words, at + step) for step in (1, 2, 3)]
    if following[0] not in ("the", "a", "an", "his", "her", "its", "their"):
        return False
    return not _NOT_AFTER_ON & set(following[1:]) and following[1] not in _SIGHTS


def _is_side(words: Sequence[Word], at: int) -> bool:
    """Whether left or right is a side, not "what is left" or "that's right"."""
    if len([word for word in words if word.text.isalpha()]) <= 2:
        return True
    before, after = _text(words, at - 1), _text(words, at + 1)
    is_plain_side = before == "the" and after != "answer"
    if words[at].text == "right" and after in _NOT_AFTER_RIGHT and not is_plain_side:
        return False
    if after == "," and _text(words, at + 2) in _PLACED and before not in ("that", "is"):
        return True  # "left, next to the car"
    if before == "is":
        subject = _text(words, at - 2)
        return after in _AFTER_SIDE | {""} and subject not in ("that", "this", "answer", "what")
    return before in _BEFORE_SIDE or after in _AFTER_SIDE - {",", ".", "?", "!", "one"}


def _fact(
    words: Sequence[Word], at: int, phrase: tuple[str, ...], axis: str, value: str
) -> SideFact:
    end = at + len(phrase)
    frame, shown = "", " ".join(phrase)
    if axis == "across":  # "in the middle" has its article: an "its" before it is an "it's"
        frame = _frame(words, at) if len(phrase) == 1 else "viewer"
    of = frozenset[str]() if value == "between" else _reference(words, end)
    about = things_before(words, at, frozenset()) if at else frozenset[str]()
    return SideFact(axis, value, frame, about - of, of, shown, at)


def _frame(words: Sequence[Word], at: int) -> str:
    before = [_text(words, at - step) for step in (1, 2, 3)]
    if _text(words, at + 1) in _BODY:
        return "subject"
    if before[0] in ("my", "our") or _VIEWER_NOUNS & set(before):
        return "viewer"
    if before[0] in _OWNERS:
        return "subject"
    if before[0] == "s" and before[1] not in _VIEWER_NOUNS:
        return "subject"
    return "viewer"


def _reference(words: Sequence[Word], end: int) -> frozenset[str]:
    """What the side is told from: "left of the car", "behind the car"; nothing for the picture."""
    step = end
    while _text(words, step) in ("side", "hand", "of", "-"):
        step += 1
    if step >= len(words) or _text(words, step) in ("is", "are"):
        return frozenset()
    return things_from(words, step) if step else frozenset()
