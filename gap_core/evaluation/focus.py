"""The part of a long answer that says what was asked. Called by factual.py.

People and models reason aloud on photographs: "There are four windows upstairs and two downstairs,
which makes six windows in total."
"""

import re
from collections.abc import Sequence

from gap_core.language.asked import asked_for
from gap_core.language.facts import read_facts
from gap_core.language.lexicon import THINGS, are_told_apart
from gap_core.language.matching import SpokenOf
from gap_core.language.text import plain
from gap_core.pocket_world.vocabulary import NUMBER_WORDS

_FOCUSED = ("count", "colour", "side")  # yes or no is told by polarity
_CONCLUDES = re.compile(
    r"(?:,|;|\.)?\s*\b(?:therefore|thus|hence|consequently|so|which (?:makes|gives|means)|making"
    r"|(?:that|this) (?:makes|gives|means)|for a total of|i count)\b,?\s*"
)
_ALTOGETHER = re.compile(r"\b(?:in total|altogether|all together|in all|overall|a total of)\b")
_PARTS = re.compile(r"\s*(?:[:;,.]\s|\b(?:while|whereas|because|since|although|though)\b)\s*")
_PHRASES = re.compile(r"\s*(?:[:;,.]\s|\b(?:and|with|while|whereas|but|because)\b)\s*")
_REASON = re.compile(r",?\s*\b(?:because|since|although|though)\b.*")
_OTHERS = re.compile(r"\bthe others?\b")
_ASKED_TWICE = re.compile(r"\bhow many\b.*\bhow (?:many|much)\b|\bcolou?rs\b|\bcolou?r\b.*\band\b")
_NUMBER = rf"(?:\d+|{'|'.join(NUMBER_WORDS[1:])})"
_OUT_OF = re.compile(
    rf"\b({_NUMBER}|none) (?:out )?of (?:the |all |its |his |her |their )?{_NUMBER}\b"
)


def focus_of(answer: str, question: str) -> str:
    """What of the answer is to be held against a reference; the answer itself where that is all."""
    asked = asked_for(question)
    if asked not in _FOCUSED:
        return answer
    spoken = _concluded(answer)
    parts = _parts_of(spoken)
    summed = [part for part in parts if _ALTOGETHER.search(part)]
    if asked == "count" and summed:
        return summed[-1]
    first = parts[0] if parts else answer  # "..." has no part that says anything
    return (asked == "colour" and _about_asked(spoken, question)) or first


def sure_focus_of(reference: str, question: str) -> str:
    """What of a reference an answer has to state; the reference where more of it may be asked for.

    What is left out may only be reasons, what adds up to what stays, and values of other things:
    "two dogs, three cats" is no two where animals are counted.
    """
    asked = asked_for(question)
    if asked not in _FOCUSED or _ASKED_TWICE.search(plain(question)):
        return reference
    told = _REASON.sub("", plain(reference))
    focus, spoken = focus_of(told, question), _concluded(told)
    if asked == "count" and _ALTOGETHER.search(focus):
        return focus
    split = _PHRASES.split if asked == "colour" else _parts_of
    left_out = [part for part in split(spoken) if part not in focus]
    things = _things_asked(question)
    facts = [fact for part in left_out if not _OTHERS.search(part) for fact in _values(part, asked)]
    if all(_is_of_others(fact.about, things) for fact in facts):
        return focus
    is_listed = f"{focus}: " in spoken or all(fact.about - things for fact in facts)
    return focus if asked == "count" and is_listed and _adds_up(focus, left_out) else reference


def _concluded(text: str) -> str:
    """The conclusion of a text, or all of it; "three of the four" is three."""
    spoken = _OUT_OF.sub(r"\1", plain(text))
    last = _CONCLUDES.split(spoken)[-1]
    return last if last.strip(" .") else spoken


def _parts_of(spoken: str) -> list[str]:
    return [part for part in _PARTS.split(spoken) if part.strip(" .")]


def _values(text: str, asked: str) -> Sequence[SpokenOf]:
    """The facts in a text of the kind that is asked for."""
    facts = read_facts(text)
    kinds: dict[str, Sequence[SpokenOf]] = {
        "count": facts.numbers,
        "colour": facts.colours,
        "side": facts.sides,
    }
    return kinds[asked]


def _is_of_others(about: frozenset[str], asked: frozenset[str]) -> bool:
    """Whether a fact is about things that can't be those which the question names."""
    return bool(about and asked) and all(
        are_told_apart(one, other) for one in about for other in asked
    )


def _adds_up(focus: str, left_out: list[str]) -> bool:
    """Whether one number is the sum of those that are left out: "three: two men, one woman"."""
    whole = {fact.value for fact in read_facts(focus).numbers}
    values = [fact.value for part in left_out for fact in read_facts(part).numbers]
    return len(values) > 1 and whole == {sum(values)}


def _about_asked(spoken: str, question: str) -> str:
    """The only phrase that gives a colour to a thing that the question names; "" for several."""
    asked = _things_asked(question)
    coloured = [
        phrase
        for phrase in _PHRASES.split(spoken)
        if (facts := read_facts(phrase)).colours and facts.content & asked
    ]
    return coloured[0] if len(coloured) == 1 else ""


def _things_asked(question: str) -> frozenset[str]:
    return frozenset(word for word in read_facts(question).content if word in THINGS)
