"""The part of a long answer that says what was asked. Called by factual.py.

People and models reason aloud on photographs: "There are four windows upstairs and two downstairs,
which makes six windows in total."
"""

import re

from gap_core.language.asked import asked_for
from gap_core.language.facts import read_facts
from gap_core.language.lexicon import THINGS
from gap_core.language.text import plain

_FOCUSED = ("count", "colour", "side")  # yes or no is told by polarity
_CONCLUDES = re.compile(
    r"(?:,|;|\.)?\s*\b(?:therefore|thus|hence|consequently|so|which (?:makes|gives|means)|making"
    r"|(?:that|this) (?:makes|gives|means)|for a total of|i count)\b,?\s*"
)
_ALTOGETHER = re.compile(r"\b(?:in total|altogether|all together|in all|overall|a total of)\b")
_PARTS = re.compile(r"\s*(?:[:;,.]\s|\b(?:while|whereas|because|since|although|though)\b)\s*")
_PHRASES = re.compile(r"\s*(?:[:;,.]\s|\b(?:and|with|while|whereas|but|because)\b)\s*")
_NUMBER = r"(?:\d+|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)"
_OUT_OF = re.compile(
    rf"\b({_NUMBER}|none) (?:out )?of (?:the |all |its |his |her |their )?{_NUMBER}\b"
)


def focus_of(answer: str, question: str) -> str:
    """What of the answer is to be held against a reference; the answer itself where that is all."""
    asked = asked_for(question)
    if asked not in _FOCUSED:
        return answer
    spoken = _OUT_OF.sub(r"\1", plain(answer))
    concluded = _CONCLUDES.split(spoken)
    if concluded[-1].strip(" ."):
        spoken = concluded[-1]
    parts = [part for part in _PARTS.split(spoken) if part.strip(" .")]
    summed = [part for part in parts if _ALTOGETHER.search(part)]
    if asked == "count" and summed:
        return summed[-1]
    first = parts[0] if parts else answer  # "..." has no part that says anything
    return (asked == "colour" and _about_asked(spoken, question)) or first


def _about_asked(spoken: str, question: str) -> str:
    """The only phrase that gives a colour to a thing that the question names; "" for several."""
    asked = {word for word in read_facts(question).content if word in THINGS}
    coloured = [
        phrase
        for phrase in _PHRASES.split(spoken)
        if (facts := read_facts(phrase)).colours and facts.content & asked
    ]
    return coloured[0] if len(coloured) == 1 else ""
