"""Whether two answers state the same. The door for agreement of labelers, checks and measurement.

Decided by facts, not by likeness of words: see the table in cases/equivalence.tsv for what is
judged how. Where neither agreement nor contradiction can be shown, the answer is None.
"""

from collections.abc import Callable, Sequence

from rapidfuzz.fuzz import ratio

from gap_core.language.asked import asked_for, asks_for_unnamed
from gap_core.language.colours import is_same_colour
from gap_core.language.facts import Facts, read_facts
from gap_core.language.lexicon import THINGS, VALUES, are_told_apart
from gap_core.language.matching import Fact, Match, is_same_number, match_facts, match_sides
from gap_core.language.numbers import NumberFact
from gap_core.language.polarity import answers_yes
from gap_core.language.spelling import is_real_word
from gap_core.language.text import plain, words_of
from gap_core.language.times import is_same_time

_LIKE_ENOUGH = 84.0  # of 100, for words of which one is no real word
_VAGUE = ("none", "same")


def are_equivalent(first: str, second: str, *, question: str = "") -> bool | None:
    """Whether two answers to a question state the same facts; None where that can't be told.

    Symmetric, and true of any text and itself. How sure an answer sounds plays no part ("maybe
    two" is equivalent to "two"); a refusal is equivalent to another refusal only.
    """
    if _bare(first) == _bare(second):
        return True
    if not _bare(first) or not _bare(second):
        return None
    first, second = sorted((first, second))  # so that the order can't matter anywhere below
    ours, theirs = read_facts(first), read_facts(second)
    if ours.is_too_long or theirs.is_too_long:
        return None
    if refuses(ours) or refuses(theirs):
        return refuses(ours) and refuses(theirs)
    return _compare(ours, theirs, question)


def refuses(facts: Facts) -> bool:
    """Whether a text refuses and states nothing besides: "I can't tell, maybe 2" states 2."""
    stated = facts.numbers or facts.colours or facts.times or facts.said is not None
    return bool(facts.refusal) and not (stated and facts.hedge)


def _bare(text: str) -> tuple[str, ...]:
    return tuple(word.text for word in words_of(plain(text)) if word.text not in ".,;:!?()")


def _compare(ours: Facts, theirs: Facts, question: str) -> bool | None:
    asked = asked_for(question) if question else ""
    if asked == "polar":
        verdict = _compare_yes_no(ours, theirs, question)
        if verdict is not None:
            return verdict
    elif _denies_premise(ours, theirs, question) or _denies_premise(theirs, ours, question):
        return False
    matches = match_all(ours, theirs, is_count=asked == "count")
    if Match.CONFLICT in matches.values() or denials_conflict(ours, theirs):
        return False
    if asked in matches and matches[asked] is Match.SAME:
        return True
    if Match.UNKNOWN in matches.values():
        return None
    if asked == "count" and Match.NONE is not matches["count"]:
        return None
    return _compare_rest(ours, theirs, matches, question)


def _compare_yes_no(ours: Facts, theirs: Facts, question: str) -> bool | None:
    first, second = answers_yes(ours, question), answers_yes(theirs, question)
    if first is None or second is None:
        return None
    if first != second:
        return False
    values = match_all(ours, theirs, is_count=False).values()
    asked = read_facts(question).content
    own, other = ours.content - asked, theirs.content - asked
    if Match.CONFLICT in values or has_exclusive(own, other):
        return False
    if asks_for_unnamed(question) and own and other and not own & other:
        return None
    return True


def _denies_premise(ours: Facts, theirs: Facts, question: str) -> bool:
    """Whether one answer says that there is no such thing, and the other states something of it."""
    asked = read_facts(question).content
    if not asked & ours.denied or theirs.has_denial:
        return False
    counts = any(fact.value for fact in theirs.numbers)
    values = theirs.content & VALUES.keys() or theirs.content - asked
    return bool(counts or theirs.colours or theirs.sides or values)


def match_all(ours: Facts, theirs: Facts, *, is_count: bool) -> dict[str, Match]:
    """The matches of all kinds of value, by the names that asked_for uses."""
    return {
        "count": _match_numbers(ours, theirs, is_count=is_count),
        "colour": match_facts(ours.colours, theirs.colours, is_same_colour),
        "side": match_sides(ours.sides, theirs.sides),
        "time": _match_times(ours, theirs),
    }


def _match_numbers(ours: Facts, theirs: Facts, *, is_count: bool) -> Match:
    """Numbers; "no dogs" are nought and "a dog" is one where a number stands opposite."""
    first = all_numbers(ours, theirs, is_count=is_count)
    second = all_numbers(theirs, ours, is_count=is_count)
    if ours.times or theirs.times:  # "3" may be three o'clock
        first, second = list(ours.numbers), list(theirs.numbers)
    return match_facts(first, second, is_same_number)


def all_numbers(facts: Facts, other: Facts, *, is_count: bool) -> list[NumberFact]:
    """A text's numbers with those that it implies."""
    if not facts.numbers:
        return _implied_numbers(facts, other, is_count=is_count)
    own = frozenset(name for fact in facts.numbers for name in fact.about)
    counted = frozenset(name for fact in other.numbers for name in fact.about)
    singles = (facts.single & counted) - own
    ones = [NumberFact(1, frozenset((name,)), shown="a") for name in sorted(singles)]
    return [*facts.numbers, *ones]


def _implied_numbers(facts: Facts, other: Facts, *, is_count: bool) -> list[NumberFact]:
    """Numbers that a text without any implies when a count is asked, or stands opposite."""
    counted = frozenset(name for fact in other.numbers for name in fact.about)
    if facts.has_denial and not facts.colours and not facts.sides:
        named = facts.denied & counted if counted else facts.denied
        if (named or not facts.denied) and (other.numbers or is_count):
            return [NumberFact(0, named, shown="no")]
    if facts.said is False and is_count:
        return [NumberFact(0, shown="no")]
    if facts.single and (is_count or facts.single & counted):
        named = facts.single & counted or facts.single
        return [NumberFact(1, frozenset(named), shown="a")]
    return []


def _match_times(ours: Facts, theirs: Facts) -> Match:
    if not ours.times and not theirs.times:
        return Match.NONE
    if not ours.times or not theirs.times:
        return Match.FIRST_MORE if ours.times else Match.SECOND_MORE
    agree = all(
        any(is_same_time(one, other) for other in theirs.times) for one in ours.times
    ) and all(any(is_same_time(one, other) for other in ours.times) for one in theirs.times)
    return Match.SAME if agree else Match.CONFLICT


def denials_conflict(ours: Facts, theirs: Facts) -> bool:
    """Whether one text denies what the other states: a word, a colour, a side."""
    for one, other in ((ours, theirs), (theirs, ours)):
        denied = one.denied - one.content
        if denied & other.content and not denied & other.denied:
            return True
        for colour in one.denied_colours:
            if _is_stated([colour], other.colours, other.denied_colours, is_same_colour):
                return True
        if one.denied_sides and match_sides(one.denied_sides, other.sides) is Match.SAME:
            return True
        if _is_stated(one.denied_numbers, other.numbers, other.denied_numbers, is_same_number):
            return True
    if ours.said is not None and theirs.said is not None:
        return ours.said != theirs.said
    return False


def _is_stated(
    denied: Sequence[Fact],
    stated: Sequence[Fact],
    also_denied: Sequence[Fact],
    is_same: Callable[[Fact, Fact], bool],
) -> bool:
    """Whether the other text states what is denied, and does not deny it too: "tan, not brown"."""
    return (
        bool(denied)
        and match_facts(denied, stated, is_same) is Match.SAME
        and match_facts(denied, also_denied, is_same) is not Match.SAME
    )


def _compare_rest(
    ours: Facts, theirs: Facts, matches: dict[str, Match], question: str
) -> bool | None:
    """Decide by the words that are left once numbers, colours, sides and times agree."""
    asked_about = read_facts(question).content if question else frozenset[str]()
    first, second = _without_slips(ours.content, theirs.content)
    if has_exclusive(first, second):
        return False
    if ours.said is not None and ours.said == theirs.said and not (first and second):
        return True
    if asked_for(question) == "text" and first and second:
        return first <= second or second <= first
    if Match.SAME in (
        match_sides(ours.denied_sides, theirs.denied_sides),
        match_facts(ours.denied_colours, theirs.denied_colours, is_same_colour),
    ):
        return True if first == second and ours.denied == theirs.denied else None
    is_bare = Match.SAME in matches.values() and Match.APART not in matches.values()
    if is_bare and (not first - asked_about or not second - asked_about):
        return True if _one_sided(matches) in _VAGUE or question or not (first and second) else None
    if _one_sided(matches) != "same" and not question:
        return None
    return _compare_content(
        (first, ours.denied), (second, theirs.denied), asked_about, has_question=bool(question)
    )


def _one_sided(matches: dict[str, Match]) -> str:
    more = (Match.FIRST_MORE, Match.SECOND_MORE, Match.APART)
    return "more" if any(match in more for match in matches.values()) else "same"


def _compare_content(
    ours: tuple[frozenset[str], frozenset[str]],
    theirs: tuple[frozenset[str], frozenset[str]],
    asked_about: frozenset[str],
    *,
    has_question: bool,
) -> bool | None:
    if ours[1] != theirs[1] and not has_question:
        return None
    first, second = ours[0] - asked_about, theirs[0] - asked_about
    if first == second:
        is_stated = (
            first or (ours[0] and ours[0] == theirs[0]) or (ours[1] and ours[1] == theirs[1])
        )
        values = ours[0] & VALUES.keys(), theirs[0] & VALUES.keys()
        return True if is_stated or (values[0] and values[0] == values[1]) else None
    more = first ^ second
    if has_question and first and second and (first < second or second < first):
        return None if any(word in THINGS for word in more) else True
    return None


def has_exclusive(first: frozenset[str], second: frozenset[str]) -> bool:
    """Whether a word of one side can't be said of what a word of the other says."""
    for one in first - second:
        rivals = [other for other in second - first if are_told_apart(one, other)]
        if rivals and not (one in THINGS and _is_wider(one, second)):
            return True
    return False


def _is_wider(word: str, others: frozenset[str]) -> bool:
    return any(THINGS.get(other, ("", ""))[0] == word for other in others)


def _without_slips(
    first: frozenset[str], second: frozenset[str]
) -> tuple[frozenset[str], frozenset[str]]:
    """Both sides with words taken for one another that differ by a slip of typing."""
    for one in sorted(first - second):
        for other in sorted(second - first):
            slips = min(len(one), len(other)) >= 4 and ratio(one, other) >= _LIKE_ENOUGH
            if slips and not (is_real_word(one) and is_real_word(other)):
                second = second - {other} | {one}
    return first, second
