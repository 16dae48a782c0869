"""What a rewriting changed: the guard between an expert's answer and its refinement.

Called by the studio before a refinement may be accepted. Stricter than equivalence: a refinement
may spell better and speak in whole sentences, and say again what the question said; it may not
add, lose or change a number, colour, side, denial, name, time, refusal, hedge or known thing. It
does not see that two things changed places ("a dog chases a cat").
"""

import re
from collections.abc import Callable, Iterable, Sequence
from itertools import zip_longest
from typing import NamedTuple, Protocol, TypeVar

from rapidfuzz.fuzz import ratio

from gap_core.language.asked import asked_for
from gap_core.language.colours import SHADES, ColourFact
from gap_core.language.equivalence import all_numbers, denials_conflict
from gap_core.language.facts import LISTED, Facts, read_facts
from gap_core.language.lexicon import THINGS, VALUES, are_told_apart
from gap_core.language.matching import hold_sides, is_same_number
from gap_core.language.numbers import NUMBER_WORDS, NumberFact
from gap_core.language.polarity import answers_yes
from gap_core.language.sides import SideFact
from gap_core.language.spelling import is_real_word, mend_towards
from gap_core.language.text import word_set
from gap_core.language.times import is_same_time

_LIKE_ENOUGH = 80.0
# A real word, but no answer to "how many": "tow dogs".
_SLIPPED_TWO = re.compile(r"^tow\b", re.IGNORECASE)
_MAY_BE_ADDED = ("on", "inside", "near", "beside", "next to", "over")  # where a sentence needs one


class _Shown(Protocol):
    @property
    def shown(self) -> str: ...


_Fact = TypeVar("_Fact", bound=_Shown)


class FactChange(NamedTuple):
    """One changed fact: its kind and the words before and after; "" where there were none."""

    kind: str  # number, colour, side, negation, name, time, refusal, hedge, thing or length
    before: str
    after: str


def changed_facts(before: str, after: str, *, question: str = "") -> tuple[FactChange, ...]:
    """The facts that differ between an answer and its rewriting; empty where none does.

    Args:
        before: the expert's words.
        after: the words proposed instead.
        question: what both answer; the rewriting may repeat what it says.
    """
    if before == after:
        return ()
    is_count = asked_for(question) == "count"
    meant = _SLIPPED_TWO.sub("two", before) if is_count else before
    meant = mend_towards(meant, after, question=question, unless=LISTED)
    old, new, asked = read_facts(meant), read_facts(after), read_facts(question)
    if old.is_too_long or new.is_too_long:
        return (FactChange("length", "", "more facts than can be checked"),)
    changes = [
        *_stance_changes(old, new),
        *_number_changes(old, new, asked, is_count=is_count),
        *_pair_up("colour", old.colours, new.colours, asked.colours, _is_exact_colour),
        *_pair_up(
            "colour", old.denied_colours, new.denied_colours, asked.colours, _is_exact_colour
        ),
        *_side_changes(old, new, asked),
        *_pair_up("time", old.times, new.times, asked.times, is_same_time),
        *_negation_changes(old, new, question),
        *_name_changes(old, new, question),
        *_thing_changes(old, new, asked),
    ]
    return tuple(dict.fromkeys(changes))


def _stance_changes(old: Facts, new: Facts) -> list[FactChange]:
    changes = []
    if bool(old.refusal) != bool(new.refusal):
        changes.append(FactChange("refusal", old.refusal, new.refusal))
    if bool(old.hedge) != bool(new.hedge):
        changes.append(FactChange("hedge", old.hedge, new.hedge))
    return changes


def _number_changes(old: Facts, new: Facts, asked: Facts, *, is_count: bool) -> list[FactChange]:
    first = all_numbers(old, new, is_count=is_count)
    second = all_numbers(new, old, is_count=is_count)
    if old.times or new.times:
        first, second = list(old.numbers), list(new.numbers)
    ones = [fact for fact in second if fact.value == 1 and not fact.dimension]
    said_again = [*asked.numbers, *(ones if not first and old.content else [])]
    changes = _pair_up("number", first, second, said_again, _is_exact_number)
    denied = _pair_up(
        "number", old.denied_numbers, new.denied_numbers, asked.numbers, _is_exact_number
    )
    return [*changes, *denied]


def _is_exact_number(first: NumberFact, second: NumberFact) -> bool:
    return is_same_number(first, second) and _may_be_about_one(first.about, second.about)


def _is_exact_colour(first: ColourFact, second: ColourFact) -> bool:
    same = (first.families, first.tone) == (second.families, second.tone)
    return same and _may_be_about_one(first.about, second.about)


def _may_be_about_one(first: frozenset[str], second: frozenset[str]) -> bool:
    """Whether two facts may speak of one thing: no name of one is told apart from the other's."""
    if first & second:
        return True
    return not any(are_told_apart(one, other) for one in first for other in second)


def _pair_up(
    kind: str,
    old: Sequence[_Fact],
    new: Sequence[_Fact],
    asked: Iterable[_Fact],
    is_same: Callable[[_Fact, _Fact], bool],
) -> list[FactChange]:
    """Facts lost beside facts gained, in their order; what the question says is no gain."""
    known = [*old, *asked]
    lost = [fact.shown for fact in old if not any(is_same(fact, other) for other in new)]
    gained = [fact.shown for fact in new if not any(is_same(fact, other) for other in known)]
    return _changes(kind, lost, gained)


def _changes(kind: str, lost: Sequence[str], gained: Sequence[str]) -> list[FactChange]:
    return [FactChange(kind, *pair) for pair in zip_longest(lost, gained, fillvalue="")]


def _side_changes(old: Facts, new: Facts, asked: Facts) -> list[FactChange]:
    def is_same(first: SideFact, second: SideFact) -> bool:
        return hold_sides(first, second) == "same"

    first, second = [*old.sides, *old.denied_sides], [*new.sides, *new.denied_sides]
    changes = _pair_up("side", first, second, [*asked.sides, *asked.denied_sides], is_same)
    return [one for one in changes if one.before or one.after not in _MAY_BE_ADDED]


def _negation_changes(old: Facts, new: Facts, question: str) -> list[FactChange]:
    """A yes turned into a no, a denial lost or added."""
    change = FactChange("negation", _denial_shown(old), _denial_shown(new))
    if asked_for(question) == "polar":
        first, second = answers_yes(old, question), answers_yes(new, question)
        if first is not None and second is not None:
            is_turned = first != second or denials_conflict(old, new)
            return [change] if is_turned else []
    if denials_conflict(old, new) or _denies(old) != _denies(new):
        return [change]
    return []


def _denies(facts: Facts) -> bool:
    zero = any(fact.value == 0 for fact in facts.numbers)
    return facts.has_denial or facts.said is False or zero


def _denial_shown(facts: Facts) -> str:
    if facts.said is not None:
        return "yes" if facts.said else "no"
    return f"not {' '.join(sorted(facts.denied))}".strip() if facts.has_denial else ""


def _name_changes(old: Facts, new: Facts, question: str) -> list[FactChange]:
    first, second, asked = (word_set(text) for text in (old.text, new.text, question))
    lost = [name for name in old.names if not _is_said(name, second)]
    gained = [name for name in new.names if not _is_said(name, first | asked)]
    return _changes("name", lost, gained)


def _is_said(name: str, words: frozenset[str]) -> bool:
    """Whether every word of a name stands among words; a slip is allowed where it is no sign's."""
    is_exact = name.isupper() or name[:1].islower()
    return all(
        word in words or (not is_exact and _is_slip_of(word, words)) or _is_plain(word, name)
        for word in word_set(name)
    )


def _is_slip_of(word: str, words: frozenset[str]) -> bool:
    return any(
        len(word) >= 4
        and ratio(word, other) >= _LIKE_ENOUGH
        and not (is_real_word(word) and is_real_word(other))
        for other in words
    )


def _is_plain(word: str, name: str) -> bool:
    """A number, colour or thing with a capital is no name: other kinds watch over it."""
    known = word in NUMBER_WORDS or word in SHADES or word in THINGS or word in VALUES
    return not word.isalnum() or (known and not name.isupper())


def _thing_changes(old: Facts, new: Facts, asked: Facts) -> list[FactChange]:
    """Things and values that others took the place of; things left out or put in besides.

    What the question names may be left out or said again, but not take another's place. A person
    may be put in for "he".
    """
    first, second = old.content | old.denied, new.content | new.denied
    lost, gained = sorted(first - second), sorted(second - first)
    rivals = [(a, b) for a in lost for b in gained if are_told_apart(a, b, strictly=True)]
    if rivals:
        return [FactChange("thing", a, b) for a, b in rivals[:3]]
    left_out = [FactChange("thing", word, "") for word in lost if _is_own_thing(word, asked, new)]
    put_in = [FactChange("thing", "", word) for word in gained if _is_own_thing(word, asked, old)]
    return [*left_out, *put_in][:3]


def _is_own_thing(word: str, asked: Facts, other: Facts) -> bool:
    """Whether a word is a thing that neither the question nor the other text, by group, names."""
    group = THINGS[word][0] if word in THINGS else "person"
    return group not in {"person"} | other.content and word not in asked.content | asked.denied
