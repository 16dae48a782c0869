"""The facts of a sentence by plain word lists, to hold a refinement against what was meant.

Called by measure.py. It is the generator's own yardstick: it shares nothing with the guard, which
it is there to judge, and reads clean sentences only.
"""

import re

from gap_core.refiner_training.slots import DAYTIMES, FESTIVALS, HEDGED_COUNTS, SEASONS
from gap_core.refiner_training.word_lists import COLOURS, NUMBER_WORDS

_SIDES = (
    "left right middle centre top bottom background foreground corner behind front under above "
    "below beside next near between inside across against"
).split()
_NEGATIONS = "no not none nothing nobody never cannot without".split()
_DOUBTS = (
    "think guess believe maybe perhaps probably sure know tell impossible hard blurry dark "
    "actually say seems seem looks look"
).split()
_KINDS: dict[str, str] = {
    **dict.fromkeys(COLOURS, "colour"), **dict.fromkeys(_SIDES, "side"),
    **dict.fromkeys(_NEGATIONS, "negation"), **dict.fromkeys(_DOUBTS, "doubt"),
    **dict.fromkeys((*DAYTIMES, *SEASONS, "am", "pm", "half", "quarter", "o'clock"), "time"),
    **{word: "doubt" for phrase in HEDGED_COUNTS for word in phrase.split()},
    **dict.fromkeys(("dozen", "several", "more", "less", "bigger", "smaller"), "number"),
    **dict.fromkeys((word.lower() for word in (*FESTIVALS, "Yes")), "said"),
    **dict.fromkeys(("dark", "light", "bright", "pale"), "colour"),
}  # fmt: skip
_TOKEN = re.compile(r"[a-z]+'[a-z]+|[a-z]+|\d+(?::\d+)?")
_SAME_NUMBER = {word: str(value + 1) for value, word in enumerate(NUMBER_WORDS[:20])}


def watched_facts(sentence: str) -> frozenset[tuple[str, str, int]]:
    """Kind, word and how often, for each word of the lists and each number in a sentence."""
    words = [_SAME_NUMBER.get(word, word) for word in _TOKEN.findall(sentence.lower())]
    words = [part for word in words for part in _parts(word)]
    kinds = {word: "number" if word[0].isdigit() else _KINDS.get(word, "") for word in words}
    return frozenset(
        (kind, word, 1 if kind in ("negation", "doubt") else words.count(word))
        for word, kind in kinds.items()
        if kind
    )


def _parts(word: str) -> tuple[str, ...]:
    """A contraction's "not" stands alone; any other word is itself."""
    return (word.removesuffix("n't"), "not") if word.endswith("n't") else (word,)


def other_words(sentence: str) -> frozenset[str]:
    """Words of three letters or more that are no fact by the lists: things, names, deeds."""
    words = _TOKEN.findall(sentence.lower())
    return frozenset(
        word for word in words if len(word) > 2 and word not in _KINDS and word not in _SAME_NUMBER
    )
