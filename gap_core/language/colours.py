"""Colours in a text as families with a tone: navy is dark blue, gray is grey, teal blue or green.

Called by facts.py. Families are the eleven basic colour words of English (Berlin & Kay 1969).
A shade counts as its family ("navy" is "blue"), but "light blue" is not "dark blue".
"""

from collections.abc import Sequence
from typing import NamedTuple

from gap_core.language.phrases import thing_after, things_before
from gap_core.language.text import Word

# family or families, then "-" dark or "+" light
_SHADES = """
red: red scarlet crimson ruby vermilion reddish cherry
red-: maroon burgundy
orange: orange tangerine amber orangish
orange pink: coral salmon peach
yellow: yellow golden gold mustard lemon blonde blond yellowish
yellow white: cream
green: green emerald lime greenish
green-: olive
green+: mint
blue: blue azure cobalt bluish
blue-: navy indigo
blue green: turquoise teal cyan aqua
purple: purple violet purplish
purple+: lilac lavender mauve
purple pink: magenta fuchsia
pink: pink rose pinkish
brown: brown chestnut bronze copper brownish tan
brown-: chocolate
brown white: beige
brown green: khaki
red brown: auburn rust
black: black jet ebony blackish
white: white ivory whitish
grey: grey gray silver greyish grayish silvery
grey-: charcoal
"""
SHADES: dict[str, tuple[frozenset[str], str]] = {}
for _line in _SHADES.strip().splitlines():
    _key, _words = _line.split(": ")
    _tone = {"-": "dark", "+": "light"}.get(_key[-1], "")
    for _word in _words.split():
        SHADES[_word] = (frozenset(_key.rstrip("+-").split()), _tone)
_TONES = {
    "dark": "dark", "deep": "dark", "light": "light", "pale": "light", "sky": "light",
    "baby": "light", "bright": "", "navy": "dark", "pastel": "light", "royal": "",
}  # fmt: skip
_ALSO_NOUNS = frozenset(
    "orange rose cream lemon lime gold silver peach cherry olive chocolate".split()
)
_NOT_COLOURS = {("ice", "cream"), ("gold", "medal"), ("silver", "medal"), ("olive", "oil")}
_NOUN_MARKS = frozenset("a an the some two three four five six one".split())


class ColourFact(NamedTuple):
    """A colour's families, its tone ("dark", "light" or neither) and what has it."""

    families: frozenset[str]
    tone: str
    about: frozenset[str]
    shown: str
    place: int = -1  # of the colour word in the text


def is_same_colour(first: ColourFact, second: ColourFact) -> bool:
    """Whether both may be said of one thing: a family in common and no opposed tones."""
    opposed = {first.tone, second.tone} == {"dark", "light"}
    return bool(first.families & second.families) and not opposed


def colour_places(words: Sequence[Word]) -> frozenset[int]:
    """Places of colour words; "an orange" and "ice cream" are none."""
    return frozenset(at for at in range(len(words)) if _is_colour(words, at))


def read_colours(words: Sequence[Word], taken: frozenset[int]) -> list[ColourFact]:
    """Colours in their order with what each is the colour of.

    Args:
        words: the whole text.
        taken: places of colours and numbers.
    """
    facts: list[ColourFact] = []
    for at in sorted(colour_places(words)):
        families, tone = SHADES[words[at].text]
        before = words[at - 1].text if at else ""
        is_shade_of_next = before in SHADES and SHADES[before][0] == families and at - 1 in taken
        if is_shade_of_next and facts:
            facts.pop()  # "navy blue" is one colour
            tone = tone or SHADES[before][1]
        tone = _TONES.get(before, tone) or tone
        about = thing_after(words, at + 1, taken) or _subject(words, at, taken)
        shown = f"{before} {words[at].text}" if before in _TONES else words[at].text
        facts.append(ColourFact(families, tone, about, shown, at))
    return facts


def _subject(words: Sequence[Word], at: int, taken: frozenset[int]) -> frozenset[str]:
    return things_before(words, at, taken) - set(_TONES)


def _is_colour(words: Sequence[Word], at: int) -> bool:
    text = words[at].text
    if text not in SHADES:
        return False
    before = words[at - 1].text if at else ""
    after = words[at + 1].text if at + 1 < len(words) else ""
    if (before, text) in _NOT_COLOURS or (text, after) in _NOT_COLOURS:
        return False
    if text in _ALSO_NOUNS and before in _NOUN_MARKS:
        return bool(thing_after(words, at + 1, frozenset())) and words[at + 1].text != "and"
    return True
