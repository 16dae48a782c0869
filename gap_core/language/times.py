"""Clock times in a text: "3 pm", "15:00", "half past three", "noon". Called by facts.py.

A time without am or pm fits both halves of the day: a clock face can't tell them apart.
"""

import re
from typing import NamedTuple

from gap_core.language.numbers import NUMBER_WORDS

_NUMBER = (
    r"(\d{1,2}|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|"
    r"twenty[ -]five|twenty)"
)
_HOURS = (
    "twelve", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
    "eleven",
)  # fmt: skip
_HALF = (
    r"(?:(a|p)\.? ?m\b\.?|(?:oclock )?(in the morning|in the afternoon|in the evening|at night))"
)
_TIMES = re.compile(
    rf"(?<![\d:.,])(?P<clock>(\d{{1,2}}):(\d{{2}})(?::\d{{2}})?(?!\d)(?: ?{_HALF})?)"
    rf"|(?<![\d:.])(?P<dotted>(\d{{1,2}})[.h](\d{{2}}) ?(?:{_HALF}|oclock|uhr))"
    rf"|\b(?P<spoken>{_NUMBER} (?:oclock)(?: {_HALF})?)"
    rf"|(?<![\d:.,])\b(?P<bare>{_NUMBER} ?{_HALF})"
    rf"|\b(?P<past>(half|(?:a )?quarter|{_NUMBER}(?: minutes?)?) (past|to|before|after) "
    rf"{_NUMBER}(?: oclock)?(?: ?{_HALF})?)"
    r"|\b(?P<named>noon|midday|midnight)\b"
)


class TimeFact(NamedTuple):
    """Minutes since midnight; is_exact where the half of the day is said."""

    minutes: int
    is_exact: bool
    shown: str


def is_same_time(first: TimeFact, second: TimeFact) -> bool:
    """Whether both may be one time: equal, or equal on a clock face if one leaves am or pm open."""
    if first.is_exact and second.is_exact:
        return first.minutes == second.minutes
    return first.minutes % 720 == second.minutes % 720


def take_times(plain_text: str) -> tuple[list[TimeFact], str]:
    """The times in a plain text, and the text without them."""
    facts: list[TimeFact] = []

    def keep(found: re.Match[str]) -> str:
        fact = _fact(found)
        if fact is None:
            return found.group()
        facts.append(fact)
        return " "

    return facts, _TIMES.sub(keep, plain_text)


def with_spoken_times(plain_text: str) -> str:
    """The text with whole and half hours as people say them: "3:30" as "half past three"."""

    def said(found: re.Match[str]) -> str:
        fact = _fact(found)
        if fact is None or fact.minutes % 30 or found["named"]:
            return found.group()
        hour = _HOURS[fact.minutes // 60 % 12]
        return f"half past {hour}" if fact.minutes % 60 else f"{hour} oclock"

    return _TIMES.sub(said, plain_text)


def _fact(found: re.Match[str]) -> TimeFact | None:
    shown = found.group().strip()
    if found["named"]:
        return TimeFact(0 if shown == "midnight" else 720, True, shown)
    if found["past"]:
        return _past(shown)
    numbers = re.findall(_NUMBER, shown)
    hour = _value(numbers[0])
    minute = _value(numbers[1]) if (found["clock"] or found["dotted"]) and len(numbers) > 1 else 0
    return _time(hour, minute, shown)


def _past(shown: str) -> TimeFact | None:
    """Quarter to four, half past three; "two to three" alone is a range, not a time."""
    spoken = re.split(r" (past|to|before|after) ", shown, maxsplit=1)
    is_half, is_quarter = spoken[0] == "half", "quarter" in spoken[0]
    if spoken[1] != "past" and not (is_quarter or "minute" in spoken[0] or "oclock" in shown):
        return None
    step = 30 if is_half else 15 if is_quarter else _value(spoken[0].split(" minute")[0])
    hour = _value(re.match(_NUMBER, spoken[2]).group())  # type: ignore[union-attr]
    minutes = step if spoken[1] in ("past", "after") else -step
    whole = _time(hour, 0, shown)
    if whole is None or step > 59:
        return None
    return TimeFact((whole.minutes + minutes) % 1440, whole.is_exact, shown)


def _value(number: str) -> int:
    if number.isdigit():
        return int(number)
    return sum(NUMBER_WORDS[word] for word in re.split("[ -]", number))


def _time(hour: int, minute: int, shown: str) -> TimeFact | None:
    if hour > 24 or minute > 59:
        return None
    is_night = "at night" in shown and 5 <= hour <= 11
    is_pm = bool(re.search(r"p\.? ?m\b|afternoon|evening", shown)) or is_night
    is_am = bool(re.search(r"\da\.? ?m\b| a\.? ?m\b|morning", shown)) or ("at night" in shown)
    if is_pm and hour < 12:
        hour += 12
    elif is_am and hour == 12:
        hour = 0
    return TimeFact((hour * 60 + minute) % 1440, is_pm or is_am or hour > 12 or hour == 0, shown)
