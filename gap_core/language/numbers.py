"""Numbers in a text: digits and words, dozens and couples, units, "more than", ordinals.

Called by facts.py. "A couple of" is two and "a pair of" two, but one of what comes in pairs.
"""

from collections.abc import Sequence
from typing import NamedTuple

from gap_core.language.lexicon import VALUES
from gap_core.language.phrases import thing_after, things_before
from gap_core.language.text import Word, singular

_ONES = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen "
    "sixteen seventeen eighteen nineteen"
).split()
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
NUMBER_WORDS = {word: value for value, word in enumerate(_ONES)} | {
    word: 10 * (place + 2) for place, word in enumerate(_TENS)
}
_SCALES = {"hundred": 100, "thousand": 1_000, "million": 1_000_000}
_GROUPS = {"dozen": 12, "dozens": 12, "couple": 2, "pair": 2, "trio": 3}
_ORDINALS = {
    word: value + 1
    for value, word in enumerate(
        "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth".split()
    )
}
_WHOLE_PAIRS = frozenset(
    "glasses sunglasses scissors trousers pants jeans shorts socks shoes boots gloves skis "
    "headphones earrings binoculars".split()
)
_BEFORE_PRONOUN_ONE = frozenset(
    "the this that these those which no any every each some other another left right big small "
    "red blue green white black yellow brown large little first second last not".split()
)
# unit: (dimension, how many of the dimension's own unit)
_UNITS: dict[str, tuple[str, float]] = {}
for _names, _dimension, _factor in (
    ("mm millimeter millimetre", "length", 0.001), ("cm centimeter centimetre", "length", 0.01),
    ("m meter metre", "length", 1), ("km kilometer kilometre", "length", 1000),
    ("inch inches", "length", 0.0254), ("ft foot feet", "length", 0.3048),
    ("yard yd", "length", 0.9144), ("mile", "length", 1609.344),
    ("g gram gramme", "mass", 0.001), ("kg kilo kilogram", "mass", 1),
    ("lb lbs pound", "mass", 0.45359237), ("ml milliliter millilitre", "volume", 0.001),
    ("cl", "volume", 0.01), ("l liter litre", "volume", 1),
    ("second sec", "duration", 1), ("minute min", "duration", 60),
    ("hour hr", "duration", 3600), ("day", "duration", 86_400), ("week", "duration", 604_800),
    ("month", "month", 1), ("year yr", "month", 12), ("% percent", "percent", 1),
    ("$ dollar usd buck", "dollar", 1), ("€ euro eur", "euro", 1), ("£ gbp", "sterling", 1),
    ("cent", "cent", 1), ("degree", "degree", 1), ("celsius", "celsius", 1),
    ("fahrenheit", "fahrenheit", 1), ("kmh kph", "speed", 1), ("mph", "speed", 1.609344),
):  # fmt: skip
    for _name in _names.split():
        _UNITS[_name] = (_dimension, _factor)
_COMPARED = {
    ("more", "than"): ">", ("greater", "than"): ">", ("over",): ">", ("above",): ">",
    ("at", "least"): ">=", ("less", "than"): "<", ("fewer", "than"): "<", ("at", "most"): "<=",
    ("up", "to"): "<=", ("under",): "<", ("no", "more", "than"): "<=",
    ("not", "more", "than"): "<=", ("no", "less", "than"): ">=", ("no", "fewer", "than"): ">=",
    (">",): ">", ("<",): "<",
}  # fmt: skip


class NumberFact(NamedTuple):
    """A number, what it counts and how: value in the dimension's own unit, "" for plain counts."""

    value: float
    about: frozenset[str] = frozenset()
    dimension: str = ""
    compared: str = ""  # >, >=, <, <=; "nth" for an ordinal
    shown: str = ""
    place: int = -1  # of its first word in the text


def read_numbers(words: Sequence[Word]) -> tuple[list[NumberFact], frozenset[int]]:
    """Numbers in their order, and the places of the words that made them."""
    found: list[tuple[int, int, float, str]] = []
    place = 0
    while place < len(words):
        value, end = _number_at(words, place)
        if value is None:
            place += 1
            continue
        kind = ""
        after = words[end].text if end < len(words) else ""
        if words[place].text in _ORDINALS or (
            after in ("st", "nd", "rd", "th") and end - place == 1
        ):
            kind = "nth"
            end += after in ("st", "nd", "rd", "th")
        found.append((place, end, value, kind))
        place = end
    taken = frozenset(at for start, end, _, _ in found for at in range(start, end))
    units = frozenset(end for _, end, _, kind in found if not kind and _unit_at(words, end))
    return [_fact(words, one, taken) for one in found], taken | units


def _number_at(words: Sequence[Word], place: int) -> tuple[float | None, int]:
    """The number that begins here with the place after it, or None."""
    text = words[place].text
    before = words[place - 1].text if place else ""
    if text.lstrip("-.")[:1].isdigit():
        return _digits(words, place)
    if text == "one" and (before in _BEFORE_PRONOUN_ONE or _is_nobody(words, place)):
        return None, place
    if text == "one" and before in VALUES and not _text(words, place + 1).isalpha():
        return None, place  # "a short one"
    if text in NUMBER_WORDS or text in _SCALES:
        return _spelt(words, place)
    if text in _GROUPS:
        return _group_at(words, place, 1)
    if text in ("once", "twice"):
        return (1 if text == "once" else 2), place + 1
    if text == "both":
        return 2, place + 1
    if text == "single" and _text(words, place + 1) not in ("", "file"):
        return 1, place + 1
    if text == "half" and _text(words, place + 1) in ("a", "dozen"):
        step = 2 if _text(words, place + 1) == "a" else 1
        if _text(words, place + step) == "dozen":
            return 6, place + step + 1
    if text in _ORDINALS and (text != "second" or before in ("the", "a", "his", "her", "every")):
        return _ORDINALS[text], place + 1
    return None, place


def _is_nobody(words: Sequence[Word], place: int) -> bool:
    return _text(words, place + 1) in ("another", "'s")


def _text(words: Sequence[Word], place: int) -> str:
    return words[place].text if 0 <= place < len(words) else ""


def _digits(words: Sequence[Word], place: int) -> tuple[float | None, int]:
    text = words[place].text
    try:
        value = float(text.replace(",", ""))
    except ValueError:  # "3d", "²": digits that are no number by themselves
        return None, place
    if _text(words, place - 1) == "minus":
        value = -value
    after = _text(words, place + 1)
    if after in _SCALES:
        return value * _SCALES[after], place + 2
    if after in ("dozen", "dozens"):
        return value * 12, place + 2
    return value, place + 1


def _spelt(words: Sequence[Word], place: int) -> tuple[float | None, int]:
    """A number in words from here: "one hundred and twenty-one"."""
    total, part, at = 0.0, 0.0, place
    while at < len(words):
        text = words[at].text
        after = _text(words, at + 1)
        if text in NUMBER_WORDS:
            value = NUMBER_WORDS[text]
            if at > place and not _can_follow(part, value):
                break
            part += value
        elif text in _SCALES:
            part = max(part, 1.0) * _SCALES[text]
            if text != "hundred":
                total, part = total + part, 0.0
        elif not (text == "-" and after in NUMBER_WORDS and part >= 20) and not (
            text == "and" and part >= 100 and after in NUMBER_WORDS
        ):
            break
        at += 1
    if _text(words, at) in ("dozen", "pair", "pairs", "couple"):
        return _group_at(words, at, total + part)
    return total + part, at


def _can_follow(part: float, value: int) -> bool:
    """Twenty one, hundred twenty; not "two three"."""
    return (part % 100 == 0 and part > 0) or (part % 100 >= 20 and part % 10 == 0 and value < 10)


def _group_at(words: Sequence[Word], place: int, times: float) -> tuple[float | None, int]:
    text, after = words[place].text, _text(words, place + 1)
    if text in ("couple", "pair", "pairs", "trio") and after != "of":
        return None, place
    if text.startswith("pair") and _text(words, place + 2) in _WHOLE_PAIRS:
        return times, place + 2
    size = _GROUPS.get(text, 2)
    if text == "dozens" and times == 1:
        return None, place
    return times * size, place + (2 if after == "of" else 1)


def _unit_at(words: Sequence[Word], place: int) -> tuple[str, float] | None:
    text = _text(words, place)
    return _UNITS.get(text) or _UNITS.get(singular(text))


def _fact(
    words: Sequence[Word], found: tuple[int, int, float, str], taken: frozenset[int]
) -> NumberFact:
    start, end, value, kind = found
    unit = _unit_at(words, end)
    sign = _UNITS.get(_text(words, start - 1)) if _text(words, start - 1) in "$€£" else None
    shown = " ".join(word.text for word in words[start:end])
    if kind == "" and (unit or sign):
        dimension, factor = unit or sign or ("", 1.0)
        scaled = round(value * factor, 9)
        return NumberFact(scaled, frozenset(), dimension, _compared(words, start), shown, start)
    about = thing_after(words, end, taken) or (
        things_before(words, start, taken) if start else frozenset[str]()
    )
    return NumberFact(value, about, "", kind or _compared(words, start), shown, start)


def _compared(words: Sequence[Word], start: int) -> str:
    before = tuple(word.text for word in words[max(start - 3, 0) : start])
    for length in (3, 2, 1):
        if before[-length:] in _COMPARED and len(before) >= length:
            return _COMPARED[before[-length:]]
    if "+" == _text(words, start + 1):
        return ">="
    return ""
