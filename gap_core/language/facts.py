"""What a text states, read without a model: numbers, colours, sides, times, yes or no, denials.

Called by equivalence.py, changes.py and score.py.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeVar

from gap_core.language.colours import SHADES, ColourFact, colour_places, read_colours
from gap_core.language.lexicon import EMPTY, THINGS, VALUES
from gap_core.language.names import names_in
from gap_core.language.negation import content_words, denied_places, denies_anything, said_yes
from gap_core.language.numbers import NUMBER_WORDS, NumberFact, read_numbers
from gap_core.language.phrases import thing_after
from gap_core.language.sides import SideFact, read_sides
from gap_core.language.spelling import Listed
from gap_core.language.stance import find_hedge, find_refusal
from gap_core.language.text import Word, plain, words_of
from gap_core.language.times import TimeFact, take_times

_SIDE_WORDS = (
    "left right middle center centre behind front above below under beneath underneath between "
    "beside inside outside background foreground bottom"
).split()
_GROUPS = {word for group, _ in THINGS.values() for word in (group, f"{group}s")} | {"people"}
FACT_WORDS = (
    *NUMBER_WORDS,
    "dozen",
    *SHADES,
    *_SIDE_WORDS,
    *"yes not without past quarter".split(),
)
LISTED = Listed(
    {
        *THINGS,
        *(f"{word}s" for word in THINGS),
        *_GROUPS,
        *VALUES,
        *(word for word in EMPTY if len(word) >= 3),
    },
    preferred=FACT_WORDS,
)
_LETTERS = re.compile(r"(?<![^\W_])[^\W\d_]+(?![^\W_])")
_MOST_FACTS = 200
_Placed = TypeVar("_Placed", NumberFact, ColourFact, SideFact)


@dataclass(frozen=True)
class Facts:
    """What a text states; facts that it denies stand apart."""

    text: str
    said: bool | None
    refusal: str
    hedge: str
    numbers: tuple[NumberFact, ...]
    denied_numbers: tuple[NumberFact, ...]
    colours: tuple[ColourFact, ...]
    denied_colours: tuple[ColourFact, ...]
    sides: tuple[SideFact, ...]
    denied_sides: tuple[SideFact, ...]
    times: tuple[TimeFact, ...]
    names: tuple[str, ...]
    content: frozenset[str]  # canonical words that are stated and are none of the above
    denied: frozenset[str]  # canonical words that are denied
    single: frozenset[str]  # things with "a" or "an" before them
    has_denial: bool
    is_too_long: bool  # more facts than are held against each other: no answer, but an essay

    @property
    def has_values(self) -> bool:
        """Whether a number, colour, side or time is stated or denied, or yes or no is said."""
        return self.said is not None or bool(
            self.numbers or self.colours or self.sides or self.times
            or self.denied_colours or self.denied_sides or self.denied_numbers
        )  # fmt: skip


@lru_cache(maxsize=4096)
def read_facts(text: str) -> Facts:
    """What any text states; an empty text states nothing."""
    mended = _LETTERS.sub(lambda found: LISTED.mend(found.group()), plain(text))
    times, rest = take_times(mended)
    words = words_of(rest)
    numbers, number_places = read_numbers(words)
    coloured = colour_places(words)
    sides, side_places = read_sides(words)
    denied = denied_places(words)
    colours = read_colours(words, number_places | coloured)
    used = number_places | coloured | side_places
    everywhere = frozenset(range(len(words)))
    return Facts(
        text=text,
        said=said_yes(words),
        refusal=find_refusal(mended),
        hedge=find_hedge(mended),
        numbers=_kept(numbers, denied, are_denied=False),
        denied_numbers=_kept(numbers, denied, are_denied=True),
        colours=_kept(colours, denied, are_denied=False),
        denied_colours=_kept(colours, denied, are_denied=True),
        sides=_kept(sides, denied, are_denied=False),
        denied_sides=_kept(sides, denied, are_denied=True),
        times=tuple(times),
        names=names_in(text),
        content=content_words(words, everywhere - used - denied),
        denied=content_words(words, denied - used),
        single=_single(words, denied),
        has_denial=denies_anything(words, denied),
        is_too_long=max(len(numbers), len(colours), len(sides), len(times)) > _MOST_FACTS,
    )


def _kept(facts: list[_Placed], denied: frozenset[int], *, are_denied: bool) -> tuple[_Placed, ...]:
    """The facts whose word is denied, or those whose word is not; each once."""
    kept = [fact for fact in facts if (fact.place in denied) == are_denied]
    return tuple({fact._replace(place=-1): fact for fact in reversed(kept)}.values())[::-1]


def _single(words: list[Word], denied: frozenset[int]) -> frozenset[str]:
    """Things that a text has one of by its article: "a dog", "an old dog"."""
    found: set[str] = set()
    for at, word in enumerate(words):
        if word.text in ("a", "an") and at not in denied:
            found |= thing_after(words, at + 1, frozenset())
    return frozenset(found)
