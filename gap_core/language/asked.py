"""What a question asks for: a number, a colour, a side, a time, yes or no, words, or a choice.

Called by equivalence.py, changes.py and score.py.
"""

import re
from functools import lru_cache

from gap_core.language.facts import LISTED
from gap_core.language.text import plain

_COUNT = re.compile(
    r"\bhow (?:many|much)\b|\bnumber of\b(?! the (?:house|bus|player|jersey))|\bcount\b|"
    r"\b(?:amount|quantity|total) of\b"
)
_COLOUR = re.compile(r"\bcolou?rs?\b|\bshade\b|\bcolou?r of\b")
_SIDE = re.compile(
    r"\bwhere\b|\bwh(?:ich|at) side\b|\bposition\b|"
    r"\bleft\b.* or .*\bright\b|\bright\b.* or .*\bleft\b"
)
_TIME = re.compile(
    r"\b(?:what|which) time\b|\btime (?:is|does|on|shown)\b|"
    r"\bclock\b.*\b(?:show|say|read)"
)
_TEXT = re.compile(
    r"\b(?:say|says|written|write|read|reads|text|word|words|letters?|spell|label|title|"
    r"inscription|brand|slogan)\b"
)
_POLAR = re.compile(
    r"^(?:(?:so|and|ok|please|well|hey|hi)[, ]+)*(?:is|are|was|were|"
    r"do|does|did|can|could|has|have|will|would|should|am|any|isn|aren|doesn)\b"
)
_CASUAL = re.compile(
    r"^(?:(?:so|and|ok|please|well|hey|hi)[, ]+)*(?:(?:got|see|spot) (?:any|an?|some)|"
    r"(?:(?:can|could|would) you (?:please )?)?(?:tell|say|check)(?: me)? (?:if|whether))\b|"
    r"^an? (?:[a-z-]+ ?){1,3}\?$|"
    r"(?:, do you|\b(?:am i right|do you agree))\??$"
)
_OPEN = re.compile(r"\b(?:what|which|who|whose|where|when|why|how)\b")
_TAG = re.compile(
    r", (?:right|correct|yes|no|(?:is|are|does|do) (?:not )?(?:it|they|he|she|there)(?: not)?)\??$"
)
_POLITE_OPENING = re.compile(
    r"^(?:can|could|would) you (?:please )?(?:tell|count|read|describe|name|give|"
    r"say(?= (?:what|which|who|whose|where|how|when|why)))\b"
)


_UNNAMED = re.compile(r"\b(?:any|some)(?:thing|one|body)\b")


def asks_for_unnamed(question: str) -> bool:
    """Whether a question asks for anything or anybody, so that yes alone is half an answer."""
    return bool(_UNNAMED.search(plain(question)))


@lru_cache(maxsize=4096)
def asked_for(question: str) -> str:
    """The sort of answer asked for: count, colour, side, time, polar, text, choice, or ""."""
    lowered = plain(question)
    mended = " ".join(LISTED.mend(word) for word in lowered.split())
    is_direct = bool(_POLAR.search(mended) or _TAG.search(mended))
    is_polite = bool(_POLITE_OPENING.search(mended))
    is_casual = bool(_CASUAL.search(mended)) and not _OPEN.search(mended)
    is_polar = is_casual or (is_direct and not is_polite)
    if is_polar and " or " not in f" {mended} ":
        return "polar"
    for kind, pattern in (("count", _COUNT), ("colour", _COLOUR), ("time", _TIME), ("side", _SIDE)):
        if pattern.search(mended):
            return kind
    if is_polar:
        return "choice"
    return "text" if _TEXT.search(mended) else ""
