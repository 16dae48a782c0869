"""The factual scorer: how far an answer agrees with a reference, by parsing both, without a model.

Called by evaluation runs and by scripts/measure_language.py.
"""

import unicodedata
from typing import NamedTuple

from gap_core.evaluation.focus import focus_of, sure_focus_of
from gap_core.language.asked import asked_for, asks_for_unnamed
from gap_core.language.colours import is_same_colour
from gap_core.language.equivalence import (
    all_numbers,
    are_equivalent,
    has_exclusive,
    refuses,
)
from gap_core.language.facts import Facts, read_facts
from gap_core.language.lexicon import THINGS
from gap_core.language.matching import Match, hold_sides, is_same_number, match_facts
from gap_core.language.polarity import answers_yes

RIGHT = 0.9  # from this score on an answer counts as right
_HIGHEST_WRONG = 0.5  # of an answer that contradicts the reference, however much else it has


class FactualScore(NamedTuple):
    """A score in [0, 1], None where nothing could be held against the reference; its criteria."""

    score: float | None
    criteria: dict[str, float]  # of existence, position, count, colour: those that the two allow

    @property
    def is_right(self) -> bool | None:
        """Whether the answer states what the reference states; None where it is unscored."""
        return None if self.score is None else self.score >= RIGHT


def score_answer(answer: str, reference: str, *, question: str = "") -> FactualScore:
    """How far an answer states the facts of the reference: 1 all, 0 none.

    A long answer, and a long reference, may count by the part that says what was asked. An answer
    of nothing but stops states nothing, whatever the reference is.

    Source: GAP paper, section 4: existence, position, count and colour.
    """
    if _is_empty(answer) and not _is_empty(reference):
        return FactualScore(0.0, {"existence": 0.0})
    texts = list(dict.fromkeys((answer, focus_of(answer, question))))
    scored = [_score_text(text, reference, question) for text in texts]
    for found in scored:
        if found.is_right:
            return found
    focus = sure_focus_of(reference, question)
    for text in texts if focus != reference else ():
        if are_equivalent(text, focus, question=question) is True:
            return _score_text(text, focus, question)
    return scored[0]


def _is_empty(text: str) -> bool:
    """Whether a text has no letter, digit or symbol."""
    return not any(unicodedata.category(character)[0] in "LNS" for character in text)


def _score_text(answer: str, reference: str, question: str) -> FactualScore:
    ours, truth, asked = read_facts(answer), read_facts(reference), read_facts(question)
    if refuses(ours) and not refuses(truth):
        return FactualScore(0.0, {"existence": 0.0})
    found = {
        "existence": _existence(ours, truth, asked, question),
        "position": _position(ours, truth),
        "count": _count(ours, truth, question),
        "colour": _colour(ours, truth),
    }
    criteria = {name: share for name, share in found.items() if share is not None}
    verdict = are_equivalent(answer, reference, question=question)
    if verdict is True:
        return FactualScore(1.0, dict.fromkeys(criteria, 1.0))
    mean = sum(criteria.values()) / len(criteria) if criteria else None
    if verdict is False:
        return FactualScore(min(mean or 0.0, _HIGHEST_WRONG), criteria)
    return FactualScore(mean, criteria)


def _existence(ours: Facts, truth: Facts, asked: Facts, question: str) -> float | None:
    """Yes or no where that is asked, else the things that both name among all that either names."""
    if asked_for(question) == "polar":
        said, true = answers_yes(ours, question), answers_yes(truth, question)
        is_named = asks_for_unnamed(question) and said and true and ours.content and truth.content
        if true is not None and not is_named:
            return float(said is true)
    if has_exclusive(ours.content, truth.content):
        return _share(ours.content, truth.content, asked)
    if asked_for(question) in ("count", "colour", "side") and not truth.content & THINGS.keys():
        return None  # the reference is a bare value, and names no thing to be there or not
    things = {name for name in truth.content | ours.content if name in THINGS}
    named = things - (asked.content - (truth.content ^ ours.content))
    return _share(ours.content & named, truth.content & named, asked) if named else None


def _share(ours: frozenset[str], truth: frozenset[str], asked: Facts) -> float:
    own, true = ours - asked.content, truth - asked.content
    either = own | true
    if not either:
        return float(ours == truth)
    return len(own & true) / len(either)


def _position(ours: Facts, truth: Facts) -> float | None:
    if not truth.sides:
        return None
    met = [any(hold_sides(own, true) == "same" for own in ours.sides) for true in truth.sides]
    return sum(met) / len(met)


def _count(ours: Facts, truth: Facts, question: str) -> float | None:
    is_count = asked_for(question) == "count"
    true = all_numbers(truth, ours, is_count=is_count)
    own = all_numbers(ours, truth, is_count=is_count)
    if not true:
        return None
    met = [match_facts([fact], own, is_same_number) in _MET for fact in true]
    return sum(met) / len(met)


def _colour(ours: Facts, truth: Facts) -> float | None:
    if not truth.colours:
        return None
    met = [match_facts([fact], ours.colours, is_same_colour) in _MET for fact in truth.colours]
    return sum(met) / len(met)


_MET = (Match.SAME, Match.SECOND_MORE)
