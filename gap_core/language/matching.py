"""Facts of one text held against the facts of the other, kind by kind.

Called by equivalence.py, changes.py and score.py.
"""

from collections.abc import Callable, Sequence
from enum import Enum
from typing import Protocol, TypeVar

from gap_core.language.numbers import NumberFact
from gap_core.language.sides import SideFact, turned_round


class SpokenOf(Protocol):
    """A fact about things."""

    @property
    def about(self) -> frozenset[str]:
        """Canonical names of the things; empty where the text does not say."""


Fact = TypeVar("Fact", bound=SpokenOf)
_AXES_APART = ({"front", "back"}, {"top", "bottom"}, {"inside", "outside"}, {"beside", "far"})


class Match(Enum):
    """How the facts of one kind agree."""

    NONE = "neither text states any"
    SAME = "each has its like"
    FIRST_MORE = "only the first text states one without its like"
    SECOND_MORE = "only the second text states one without its like"
    APART = "both state facts that have nothing to do with each other"
    CONFLICT = "both can't be true"
    UNKNOWN = "whose left is meant differs, so nothing can be told"


def is_same_number(first: NumberFact, second: NumberFact) -> bool:
    """Equal value, dimension and comparison; a thousandth is allowed where units were changed."""
    if (first.dimension, first.compared) != (second.dimension, second.compared):
        return bool(first.dimension == second.dimension and _bounds_agree(first, second))
    if first.value == second.value:  # also beyond what a float can hold
        return True
    return abs(first.value - second.value) <= 1e-3 * max(abs(first.value), 1e-9)


def _bounds_agree(first: NumberFact, second: NumberFact) -> bool:
    """More than two are at least three, for things that are counted."""
    return _lowest(first) == _lowest(second) is not None


def _lowest(fact: NumberFact) -> tuple[str, float] | None:
    if fact.dimension or fact.compared in ("", "nth"):
        return None
    if fact.compared in (">", ">="):
        return (">=", fact.value + (fact.compared == ">"))
    return ("<=", fact.value - (fact.compared == "<"))


def match_facts(
    first: Sequence[Fact], second: Sequence[Fact], is_same: Callable[[Fact, Fact], bool]
) -> Match:
    """Hold numbers, or colours, of two texts against each other by what they are about."""
    if not first and not second:
        return Match.NONE
    ours = [_fate(fact, second, is_same) for fact in first]
    theirs = [_fate(fact, first, is_same) for fact in second]
    if "conflict" in ours or "conflict" in theirs:
        return Match.CONFLICT
    return _from_left_over("alone" in ours, "alone" in theirs)


def _from_left_over(is_first_alone: bool, is_second_alone: bool) -> Match:
    if is_first_alone and is_second_alone:
        return Match.APART
    if is_first_alone:
        return Match.FIRST_MORE
    return Match.SECOND_MORE if is_second_alone else Match.SAME


def _fate(fact: Fact, others: Sequence[Fact], is_same: Callable[[Fact, Fact], bool]) -> str:
    """Whether a fact has its like among others, contradicts those on its subject, or is alone."""
    same_thing: list[Fact] = [other for other in others if fact.about & other.about]
    unsaid: list[Fact] = [other for other in others if not fact.about or not other.about]
    if any(is_same(fact, other) for other in [*same_thing, *unsaid]):
        return "same"
    return "conflict" if same_thing or unsaid else "alone"


def match_sides(first: Sequence[SideFact], second: Sequence[SideFact]) -> Match:
    """Hold sides against each other, each also as told from the other thing."""
    if not first and not second:
        return Match.NONE
    ours = [_side_fate(fact, second) for fact in first]
    theirs = [_side_fate(fact, first) for fact in second]
    for fate, match in (("conflict", Match.CONFLICT), ("unknown", Match.UNKNOWN)):
        if fate in ours or fate in theirs:
            return match
    return _from_left_over("alone" in ours, "alone" in theirs)


def _side_fate(fact: SideFact, others: Sequence[SideFact]) -> str:
    fates = [hold_sides(fact, other) for other in others]
    for fate in ("same", "unknown", "conflict"):
        if fate in fates:
            return fate
    return "alone"


def hold_sides(first: SideFact, second: SideFact) -> str:
    """Two sides: "same", "conflict", "unknown" (whose left?) or "alone" (nothing in common)."""
    turned = turned_round(second)
    candidates = [second] if turned is None else [second, turned]
    for other in candidates:
        if first.axis != other.axis or not _may_be_one(first, other):
            continue
        if first.frame != other.frame:
            return "unknown"
        if first.value == other.value:
            return "same"
        if first.axis == "across" or {first.value, other.value} in _AXES_APART:
            return "conflict"
    return "alone"


def _may_be_one(first: SideFact, second: SideFact) -> bool:
    """Whether both may speak of the same thing seen from the same thing; unsaid fits anything."""
    about = first.about & second.about or not first.about or not second.about
    of = first.of & second.of or not first.of or not second.of
    crossed = first.about & second.of or first.of & second.about
    return bool(about and of) and not (crossed and not (first.about & second.about))
