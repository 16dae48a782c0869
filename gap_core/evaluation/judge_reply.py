"""Reads the number that a judge replied. Called by judges.py.

Judges were told to reply with one number, and mostly do. What can be read in one way only is read;
a number that is out of range, or several without a word on which is meant, is none.
"""

import re

_THOUGHTS = re.compile(r"<think>.*?(?:</think>|$)", re.DOTALL | re.IGNORECASE)
_NUMBER = r"(?<![\w.,/-])-?(?:\d+(?:[.,]\d+)?|[.,]\d+)"
_VALUE = re.compile(
    rf"(?P<number>{_NUMBER})(?:\s*(?:/|out of)\s*(?P<of>\d+(?:\.\d+)?)|\s*(?P<percent>%))?"
    r"(?![\w/]|[.,]\d)"
)
_NAMED = re.compile(
    r"\b(?:score|rating|grade|number|mark|result|total|final|overall|verdict|agreement)\b"
    rf"[^\n\d.,-]{{0,40}}?(?={_NUMBER})",
    re.IGNORECASE,
)


def read_score(reply: str) -> float | None:
    """The score in [0, 1] that a reply states; None where it can't be told."""
    text = _THOUGHTS.sub(" ", reply).replace("*", " ").replace("_", " ")
    values = {found.start(): _value_of(found) for found in _VALUE.finditer(text)}
    named = [values[found.end()] for found in _NAMED.finditer(text) if found.end() in values]
    meant = set(named[-1:] or values.values())
    if len(meant) != 1:
        return None
    value = meant.pop()
    return value if value is not None and 0 <= value <= 1 else None


def _value_of(found: re.Match[str]) -> float | None:
    value = float(found["number"].replace(",", "."))
    if found["percent"]:
        return value / 100
    if found["of"]:
        whole = float(found["of"])
        return value / whole if whole else None
    return value
