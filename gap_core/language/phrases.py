"""Which things a fact is about, told by the words around it. Called by the fact readers."""

from collections.abc import Sequence

from gap_core.language.lexicon import EMPTY, THINGS, VALUES, canonical
from gap_core.language.text import Word

VERBS = frozenset(
    "is are was were be has have had can could does do did will would stands stand sits lies looks "
    "appears seems wears says shows wearing holds holding".split()
)
_LONGEST_PHRASE = 6
_SKIPPED = frozenset("of the these those them my their his her its visible very a an".split())


def is_content(word: str) -> bool:
    """Whether the word names or describes something by itself."""
    return word in THINGS or word in VALUES or (word.isalpha() and word not in EMPTY)


def thing_after(words: Sequence[Word], start: int, taken: frozenset[int]) -> frozenset[str]:
    """What a number or colour before a noun is about: "two rear tires" is about a tire.

    Args:
        words: the whole text.
        start: place after the number or colour.
        taken: places of colours and numbers, which name nothing here.
    """
    run: list[str] = []
    for place in range(start, min(start + _LONGEST_PHRASE, len(words))):
        text = words[place].text
        if words[place].clause != words[start - 1].clause or text in VERBS:
            break
        if place in taken or (not run and text in _SKIPPED):
            continue
        if not is_content(text):
            break
        run.append(text)
        if canonical(text) in THINGS:
            break
    for text in run:
        if canonical(text) in THINGS:
            return frozenset((canonical(text),))
    plurals = [text for text in run if text.endswith("s") and canonical(text) != text]
    chosen = plurals[:1] or run[:1]
    return frozenset(canonical(text) for text in chosen)


def things_before(words: Sequence[Word], end: int, taken: frozenset[int]) -> frozenset[str]:
    """What is spoken of in the same clause before a place: "the car is" red is about a car.

    Args:
        words: the whole text.
        end: the place before which to look.
        taken: places of colours and numbers, which name nothing here.
    """
    found: set[str] = set()
    for place in range(end - 1, max(end - 12, -1), -1):
        if words[place].clause != words[end].clause:
            break
        if place not in taken and is_content(words[place].text):
            found.add(canonical(words[place].text))
    return _things_first(found)


def things_from(words: Sequence[Word], start: int) -> frozenset[str]:
    """What is spoken of in the same clause from a place on: left of "the red car"."""
    found: list[str] = []
    for place in range(start, min(start + 8, len(words))):
        if words[place].clause != words[start - 1].clause or words[place].text in VERBS:
            break
        if is_content(words[place].text):
            found.append(canonical(words[place].text))
    return _things_first(set(found))


def _things_first(found: set[str]) -> frozenset[str]:
    things = {name for name in found if name in THINGS}
    return frozenset(things or {name for name in found if name not in VALUES})
