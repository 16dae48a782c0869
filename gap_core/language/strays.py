"""Words that a rewriting lost, put in or said twice: every word is accounted for, not facts alone.

Called where a language model is asked again until it keeps to what was written. Stricter than
changes.py in what it notices and blind to what a word means, so it says which of several
rewritings to take, not what an expert may accept.
"""

import re
from collections import Counter
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

from gap_core.language.facts import LISTED
from gap_core.language.lexicon import EMPTY
from gap_core.language.numbers import NUMBER_WORDS
from gap_core.language.spelling import mend_towards
from gap_core.language.text import plain, singular, words_of
from gap_core.language.tidying import tidied

_SHORTEST_STEM, _SHORTEST_FOR_LY = 3, 4
_WEATHER = frozenset("snow rain sun cloud fog wind storm frost dust mud dirt rust ice".split())
_DOUBLES_ITS_LAST = re.compile(r"[^aeiou][aeiou][^aeiouwxy]$|^[aeiou][^aeiouwxy]$")
_IS_ONE_SYLLABLE = re.compile(r"^[^aeiou]*[aeiou][^aeiou]*$")
# Of the words that name nothing by themselves, those that a rewriting may not put in or leave out,
_TELLING = frozenset("off few many much more most less least all every both".split())
# and those that it may say once only.
_SIDES = frozenset("left right top bottom middle upper lower".split())
_GENDERS = (frozenset({"he", "him", "his"}), frozenset({"she", "her", "hers"}))


class Strays(NamedTuple):
    """Words, in their order: of the answer alone, of the rewriting alone, said once too often."""

    lost: tuple[str, ...]
    added: tuple[str, ...]
    repeated: tuple[str, ...]


class _Said:
    """Words, whatever form they are looked up in: "2" and "two", "snow" and "snowing"."""

    def __init__(self, words: Iterable[str]) -> None:
        self._words = frozenset(words)
        self._roots = frozenset(map(_root, self._words))
        self._derived = frozenset(form for root in self._roots for form in _derived(root))

    def __contains__(self, word: str) -> bool:
        root = _root(word)
        return (
            word in self._words
            or root in self._roots
            or root in self._derived
            or not self._roots.isdisjoint(_derived(root))
        )

    def has_one_of(self, word: str) -> bool:
        """Whether a plural is said as one alone: "a dog" for "dogs"."""
        return word.isalpha() and word not in self._words and _root(word) in self._words


def stray_words(before: str, after: str, *, question: str) -> Strays:
    """Words that only one of an answer and its rewriting has.

    Slips, short spellings and inflections count as the same word. What the question says, and words
    that say nothing by themselves, a rewriting may say or leave out.
    """
    typed = mend_towards(tidied(before, question=question), after, question=question, unless=LISTED)
    old, new, asked = _words(typed), _words(after), _words(question)
    as_typed = _words(before)
    may_say, is_said = _Said([*old, *asked, *as_typed]), _Said([*new, *asked])
    is_asked, is_new = _Said(asked), _Said(new)
    plurals = set() if {"1", "one"} & as_typed.keys() else as_typed.keys()
    made_one = {word for word in plurals if is_new.has_one_of(word) and word not in is_asked}
    lost = [word for word in old if _tells(word) and (word not in is_said or word in made_one)]
    added = [word for word in new if _tells(word) and word not in may_say]
    added += [word for word in new if _is_another_gender(word, old, new)]
    repeated = [
        word
        for word, times in new.items()
        for _ in range(times - max(1, old[word] + asked[word]))
        if _tells(word) or word in _SIDES
    ]
    return Strays(tuple(lost), tuple(added), tuple(repeated))


def _words(text: str) -> Counter[str]:
    return Counter(
        LISTED.mend(word.text) for word in words_of(plain(text)) if word.text[-1].isalnum()
    )


def _tells(word: str) -> bool:
    return word not in EMPTY or word in _TELLING


def _is_another_gender(word: str, old: Counter[str], new: Counter[str]) -> bool:
    """Whether a rewriting speaks of a woman alone by this word, and the answer of a man alone."""
    for own, other in (_GENDERS, _GENDERS[::-1]):
        if word in own:
            is_turned = own.isdisjoint(old) and other.isdisjoint(new)
            return is_turned and not other.isdisjoint(old)
    return False


@lru_cache(maxsize=20_000)
def _root(word: str) -> str:
    if word.startswith("."):  # ".5"
        return f"0{word}"
    return str(NUMBER_WORDS.get(word, singular(word)))


@lru_cache(maxsize=20_000)
def _derived(root: str) -> frozenset[str]:
    """What is made of a word by an ending: "dancing" of "dance", but not "story" of "store"."""
    if len(root) < _SHORTEST_STEM or not root.isalpha():
        return frozenset()
    stem = root.removesuffix("e")
    is_doubling = bool(_DOUBLES_ITS_LAST.search(root))
    verbs = {stem + stem[-1]} if is_doubling else {stem}
    if not _IS_ONE_SYLLABLE.search(root):
        verbs.add(stem)  # "opening" as well as "beginning"
    forms = {f"{root}es", *(verb + ending for verb in verbs for ending in ("ed", "ing"))}
    if len(root) >= _SHORTEST_FOR_LY:
        forms.add(f"{root}ly")
    if root in _WEATHER:
        forms |= {verb + ending for verb in verbs for ending in ("y", "ily")}
    return frozenset(forms)
