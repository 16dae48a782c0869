"""Reads the number that a judge replied. Called by judges.py.

Judges were told to reply with one number, and mostly do. What can be read in one way only is read;
a number that is out of range, or several without a word on which is meant, is none. So is a range;
that of the scale, "from 0 to 1", is passed over.
"""

import re

_THOUGHTS = re.compile(r"<think>.*?(?:</think>|$)", re.DOTALL | re.IGNORECASE)
_NUMBER = r"(?<![\w.,/-])-?(?:\d+(?:[.,]\d+)?|[.,]\d+)"
_VALUE = re.compile(
    rf"(?P<number>{_NUMBER})(?:\s*(?:/|out of)\s*(?P<of>\d+(?:\.\d+)?)|\s*(?P<percent>%))?"
    r"(?![\w/]|[.,]\d)"
)
_END = r"(?:\d+(?:\.\d+)?|\.\d+)"
_RANGE = re.compile(
    rf"(?<![\w.,/-])(?:(?:from\s+)?(?P<low>{_END})\s*%?\s*(?:\bto\b|through|[-–—~]|\.{{2,3}})\s*"
    rf"(?P<high>{_END})|(?:between|from)\s+(?P<least>{_END})\s*%?\s*(?:and|to)\s*(?P<most>{_END})|"
    r"[\[(]\s*(?P<first>[01])\s*[,;]\s*(?P<last>[01])\s*[\])])"
    r"(?:\s*%|\s*(?:/|out of)\s*\d+)?(?![\w]|[.,]\d)",
    re.IGNORECASE,
)
_OTHER_RANGE = "\x00"
_NAMED = re.compile(
    r"\b(?:score|rating|grade|number|mark|result|total|final|overall|verdict|agreement)\b"
    rf"[^\n\d.,\x00-]{{0,40}}?(?={_NUMBER})",
    re.IGNORECASE,
)


def read_score(reply: str) -> float | None:
    """The score in [0, 1] that a reply states; None where it can't be told."""
    text = _THOUGHTS.sub(" ", reply.replace(_OTHER_RANGE, " ")).replace("*", " ").replace("_", " ")
    text = _RANGE.sub(_without_scale, text)
    values = {found.start(): _value_of(found) for found in _VALUE.finditer(text)}
    named = [values[found.end()] for found in _NAMED.finditer(text) if found.end() in values]
    meant = set(named[-1:] or values.values())
    if len(meant) != 1 or (not named and _OTHER_RANGE in text):
        return None
    value = meant.pop()
    return value if value is not None and 0 <= value <= 1 else None


def _without_scale(found: re.Match[str]) -> str:
    """Nothing for the scale that judges were told; a sign for another range, which is no score."""
    ends = [float(end) for end in found.groups() if end]
    return " " if ends == [0, 1] else f" {_OTHER_RANGE} "


def _value_of(found: re.Match[str]) -> float | None:
    value = float(found["number"].replace(",", "."))
    if found["percent"]:
        return value / 100
    if found["of"]:
        whole = float(found["of"])
        return value / whole if whole else None
    return value
