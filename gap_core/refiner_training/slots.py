"""What the braces of a form stand for: values drawn once a case, so that both texts agree.

Called by cases.py. A key may end in a digit: {thing} and {thing2} are different things.
"""

import random
import string
from collections.abc import Callable

from gap_core.refiner_training import word_lists
from gap_core.refiner_training.words import Vocabulary, plural_of, with_article

RELATIONS = (
    "next to", "behind", "in front of", "under", "on top of", "above", "near", "beside", "inside",
    "below", "to the left of", "to the right of", "on", "across from", "against",
)  # fmt: skip
AT_SIDES = (
    "on the left", "on the right", "in the middle", "on the left", "on the right", "at the top",
    "at the bottom", "in the background", "in the foreground", "on the left side",
    "on the right side", "in the corner", "in the top left corner", "in the bottom right corner",
    "in the centre",
)  # fmt: skip
DAYTIMES = ("morning", "noon", "afternoon", "evening", "night", "midnight", "sunset", "dawn")
SEASONS = ("spring", "summer", "autumn", "winter")
FESTIVALS = ("Christmas", "Easter", "Halloween", "New Year", "Diwali", "Ramadan", "Hanukkah")
HEDGED_COUNTS = ("about", "around", "at least", "more than", "less than", "almost", "maybe")
_SIZES = ("big", "small", "tall", "short", "large", "tiny", "long", "huge")

# Slots whose value is a fact that the guard watches, by the kind of fact.
FACT_KINDS = {
    "n": "number", "more": "number", "clock": "time", "year": "time", "daytime": "time",
    "season": "time", "colour": "colour", "side": "side", "at_side": "side", "name": "name",
    "city": "name", "code": "number", "festival": "name",
}  # fmt: skip


class Slots(dict[str, str]):
    """Values by key, drawn when first asked for; hand it to `str.format_map`."""

    def __init__(self, vocabulary: Vocabulary, *, rng: random.Random) -> None:
        super().__init__()
        self.vocabulary, self.rng = vocabulary, rng

    def __missing__(self, key: str) -> str:
        """Draw the key's value; articles and plurals come from their noun."""
        drawn = self.drawn_key(key)
        if key.startswith(("a_", "an_")):
            value = with_article(self[drawn])
        elif drawn != key:
            value = plural_of(self[drawn])
        else:
            value = self._draw_new(key.rstrip(string.digits))
        self[key] = value
        return value

    @staticmethod
    def drawn_key(key: str) -> str:
        """The key that a form's key is made from: "thing2" for "a_thing2" and for "things2"."""
        name = key.rstrip(string.digits)
        number = key[len(name) :]
        if name.startswith(("a_", "an_")):
            return name.split("_", 1)[1] + number
        return name[:-1] + number if name in ("things", "persons") else key

    def _draw_new(self, name: str) -> str:
        """A value that no other key has."""
        while True:
            value = _DRAWS[name](self.vocabulary, self.rng)
            if value not in self.values():
                return value


def _thing(words: Vocabulary, rng: random.Random) -> str:
    noun = words.noun(rng)
    return f"{words.adjective(rng)} {noun}" if rng.random() < 0.12 else noun


def _person(words: Vocabulary, rng: random.Random) -> str:
    person = words.person(rng)
    return f"{words.adjective(rng)} {person}" if rng.random() < 0.12 else person


def _doing(words: Vocabulary, rng: random.Random) -> str:
    if rng.random() < 0.4:
        return words.action(rng)
    noun = words.noun(rng)
    return f"{words.handling(rng)} {rng.choice((with_article(noun), 'the ' + noun))}"


def _colour(words: Vocabulary, rng: random.Random) -> str:
    colour = rng.choice(word_lists.COLOURS)
    return f"{rng.choice(word_lists.SHADES)} {colour}" if rng.random() < 0.12 else colour


def _count(words: Vocabulary, rng: random.Random) -> str:
    if rng.random() < 0.45:
        return rng.choice(word_lists.NUMBER_WORDS[1:])
    return str(rng.choice((rng.randint(2, 12), rng.randint(2, 99), rng.randint(2, 999))))


def _sign(words: Vocabulary, rng: random.Random) -> str:
    if rng.random() < 0.3:
        return words.invented(rng).upper()
    if rng.random() < 0.15:
        return " ".join(rng.sample(word_lists.SIGN_WORDS, 2))
    sign = rng.choice(word_lists.SIGN_WORDS)
    return rng.choice((sign, sign, sign.lower(), sign.capitalize()))


def _code(words: Vocabulary, rng: random.Random) -> str:
    letters = "".join(rng.choices(string.ascii_uppercase, k=rng.choice((0, 0, 1, 2, 3))))
    digits = "".join(rng.choices(string.digits, k=rng.randint(2, 5)))
    return f"{letters}{rng.choice(('', ' ', '-'))}{digits}" if letters else digits


def _clock(words: Vocabulary, rng: random.Random) -> str:
    hour = rng.randint(1, 12)
    spoken = word_lists.NUMBER_WORDS[hour - 1]
    return rng.choice(
        (
            f"{rng.randint(0, 23)}:{rng.randint(0, 59):02}", f"{hour}:{rng.randint(0, 59):02}",
            f"{hour} o'clock", f"{spoken} o'clock", f"half past {spoken}", f"half past {hour}",
            f"quarter to {spoken}", f"quarter past {spoken}", f"{rng.randint(2, 29)} past {hour}",
            f"{hour} am", f"{hour} pm",
        )
    )  # fmt: skip


_DRAWS: dict[str, Callable[[Vocabulary, random.Random], str]] = {
    "thing": _thing,
    "person": _person,
    "doing": _doing,
    "colour": _colour,
    "n": _count,
    "more": lambda words, rng: rng.choice(HEDGED_COUNTS),
    "adjective": lambda words, rng: words.adjective(rng),
    "size": lambda words, rng: rng.choice(_SIZES),
    "name": lambda words, rng: words.name(rng),
    "city": lambda words, rng: words.city(rng),
    "place": lambda words, rng: words.place(rng),
    "event": lambda words, rng: words.event(rng),
    "feeling": lambda words, rng: rng.choice(word_lists.FEELINGS),
    "weather": lambda words, rng: rng.choice(word_lists.WEATHERS),
    "material": lambda words, rng: rng.choice(word_lists.MATERIALS),
    "style": lambda words, rng: rng.choice(word_lists.ART_STYLES),
    "relation": lambda words, rng: rng.choice(RELATIONS),
    "side": lambda words, rng: rng.choice(("left", "right")),
    "at_side": lambda words, rng: rng.choice(AT_SIDES),
    "sign": _sign,
    "code": _code,
    "clock": _clock,
    "year": lambda words, rng: str(rng.randint(1850, 2030)),
    "daytime": lambda words, rng: rng.choice(DAYTIMES),
    "season": lambda words, rng: rng.choice(SEASONS),
    "festival": lambda words, rng: rng.choice(FESTIVALS),
}
