"""Words for the refiner's lessons: seen or held out, listed, of the dictionary, or invented.

Called by slots.py. An invented word can't be known, so a model that keeps it has learned to copy;
words of the dictionary teach that a real word is no slip of another.
"""

import random
import re
from dataclasses import dataclass
from functools import cache
from zlib import crc32

from spellchecker import SpellChecker

from gap_core.refiner_training import word_lists

_ONSETS = (
    "b", "bl", "br", "c", "ch", "cl", "cr", "d", "dr", "f", "fl", "fr", "g", "gl", "gr", "h", "j",
    "k", "l", "m", "n", "p", "pl", "pr", "qu", "r", "s", "sh", "sk", "sl", "sm", "sn", "sp", "st",
    "t", "th", "tr", "v", "w", "y", "z",
)  # fmt: skip
_VOWELS = ("a", "e", "i", "o", "u", "ai", "ee", "oo", "ou", "a", "e", "i", "o", "u")
_CODAS = (
    "", "", "b", "ck", "d", "ft", "g", "l", "lt", "m", "mp", "n", "nd", "nk", "p", "r", "rd", "rm",
    "rt", "sk", "st", "t", "x", "zz",
)  # fmt: skip
# What the pocket world is about is always seen: its experts are the model's own.
_ALWAYS_SEEN = frozenset(
    """
man woman dog cat bird car bus bicycle chair table apple cake ball sign big small street park room
beach person animal vehicle bike tree house boat fish hat cup book lamp child boy girl
""".split()
)
_VOWEL_SOUND = re.compile(
    r"(?!one|once|eu|ewe|uni[^nm]|us[aeu]|ut[eio]|ur[ai]|uk)[aeiou]|hour|honest|honou?r|heir", re.I
)
_HELD_OUT_SHARE = 6
_EVERYDAY_PEOPLE = "man woman boy girl child person".split()
_EVERYDAY_NOUNS = """
dog cat bird animal car bus bicycle bike chair table apple cake ball sign tree house boat hat cup
book lamp fish vehicle man woman child person
""".split()
_EVERYDAY_SHARE = 0.15
_DICTIONARY_WORDS = 12_000


@dataclass(frozen=True)
class Vocabulary:
    """The words of one side of the split; the two sides share none of their open lists.

    `rare_share` of the words of every open list but the names come from the whole dictionary: a
    model that meets a list's few words again and again mends new ones to those.
    """

    is_held_out: bool
    invented_share: float = 0.3
    dictionary_share: float = 0.25
    rare_share: float = 0.0

    def noun(self, rng: random.Random) -> str:
        """A kind of thing, an everyday one more often, or any word of the dictionary."""
        if not self.is_held_out and rng.random() < _EVERYDAY_SHARE:
            return rng.choice(_EVERYDAY_NOUNS)
        if rng.random() < self.dictionary_share:
            return rng.choice(_side(_dictionary(), self.is_held_out))
        return self._open(word_lists.NOUNS, rng)

    def person(self, rng: random.Random) -> str:
        """A kind of person; a known word more often, for nobody is a blick."""
        if not self.is_held_out and rng.random() < _EVERYDAY_SHARE:
            return rng.choice(_EVERYDAY_PEOPLE)
        return self._open(word_lists.PEOPLE, rng, invented_share=self.invented_share / 3)

    def adjective(self, rng: random.Random) -> str:
        """What a thing is like."""
        return self._open(word_lists.ADJECTIVES, rng, invented_share=self.invented_share / 2)

    def place(self, rng: random.Random) -> str:
        """A kind of place."""
        return self._open(word_lists.PLACES, rng, invented_share=self.invented_share / 3)

    def event(self, rng: random.Random) -> str:
        """An occasion."""
        return self._open(word_lists.EVENTS, rng, invented_share=self.invented_share / 3)

    def action(self, rng: random.Random) -> str:
        """A verb in -ing that stands alone."""
        return self._verb(word_lists.ACTIONS, rng)

    def handling(self, rng: random.Random) -> str:
        """A verb in -ing that wants an object."""
        return self._verb(word_lists.HANDLINGS, rng)

    def name(self, rng: random.Random) -> str:
        """A first name with its capital."""
        return self._open(word_lists.FIRST_NAMES, rng, invented_share=0.4, is_name=True)

    def city(self, rng: random.Random) -> str:
        """A place's own name with its capital."""
        return self._open(word_lists.PLACE_NAMES, rng, invented_share=0.4, is_name=True)

    def _verb(self, verbs: list[str], rng: random.Random) -> str:
        if self.rare_share and rng.random() < self.rare_share:
            return rng.choice(_side(_rare_verbs(), self.is_held_out))
        if rng.random() < self.invented_share / 3:
            return self.invented(rng) + "ing"
        return rng.choice(_side(tuple(verbs), self.is_held_out))

    def _open(
        self,
        known: list[str],
        rng: random.Random,
        *,
        invented_share: float | None = None,
        is_name: bool = False,
    ) -> str:
        if self.rare_share and not is_name and rng.random() < self.rare_share:
            return rng.choice(_side(_rare_words(), self.is_held_out))
        share = self.invented_share if invented_share is None else invented_share
        if rng.random() < share:
            word = self.invented(rng)
            return word.capitalize() if is_name else word
        return rng.choice(_side(tuple(known), self.is_held_out))

    def invented(self, rng: random.Random) -> str:
        """A word of two or three syllables that nobody has heard, on this side of the split."""
        while True:
            syllables = rng.choices((1, 2, 3), (2, 6, 2))[0]
            word = "".join(
                rng.choice(_ONSETS) + rng.choice(_VOWELS) + rng.choice(_CODAS)
                for _ in range(syllables)
            )
            if 4 <= len(word) <= 11 and is_held_out(word) == self.is_held_out:
                if not is_real_word(word) and not word.endswith("ing"):
                    return word


@cache
def _spelling() -> SpellChecker:
    return SpellChecker(language="en")


def is_real_word(word: str) -> bool:
    """Whether the dictionary has the lower-case word: such a word is never a slip."""
    return word in _spelling().word_frequency.dictionary or word in mendable_words()


@cache
def _dictionary() -> tuple[str, ...]:
    """The most frequent words that may stand for a thing, without plain plurals and verb forms."""
    counts = _spelling().word_frequency.dictionary
    return tuple(sorted(_rare_words(), key=lambda word: (-counts[word], word))[:_DICTIONARY_WORDS])


@cache
def _rare_words() -> tuple[str, ...]:
    """All words of the dictionary that may stand for a thing, a place or a quality."""
    return tuple(word for word in _plain_words() if not word.endswith(("s", "ing", "ed", "ly")))


@cache
def _rare_verbs() -> tuple[str, ...]:
    return tuple(word for word in _plain_words() if word.endswith("ing"))


def _plain_words() -> list[str]:
    return [
        word
        for word in sorted(_spelling().word_frequency.dictionary)
        if 4 <= len(word) <= 10 and word.isascii() and word.isalpha()
        and word not in mendable_words()
    ]  # fmt: skip


@cache
def _side(known: tuple[str, ...], held_out: bool) -> tuple[str, ...]:
    return tuple(word for word in dict.fromkeys(known) if is_held_out(word) == held_out)


def is_held_out(word: str) -> bool:
    """Whether a word of an open list is kept from training."""
    lower = word.lower()
    return lower not in _ALWAYS_SEEN and crc32(lower.encode()) % _HELD_OUT_SHARE == 0


def plural_of(noun: str) -> str:
    """The noun's plural; the last word's, where there are two."""
    *before, last = noun.split(" ")
    return " ".join([*before, _plural(last)])


def _plural(noun: str) -> str:
    if noun in word_lists.IRREGULAR_PLURALS:
        return word_lists.IRREGULAR_PLURALS[noun]
    if noun.endswith(("s", "x", "z", "ch", "sh")):
        return noun + "es"
    if noun.endswith("y") and noun[-2] not in "aeiou":
        return noun[:-1] + "ies"
    return noun + "s"


def with_article(phrase: str) -> str:
    """The phrase with "a" or "an" before it: an umbrella, a uniform, a one."""
    return f"{'an' if _VOWEL_SOUND.match(phrase) else 'a'} {phrase}"


@cache
def mendable_words() -> frozenset[str]:
    """Words whose slips are mended wherever they stand; any other word is left as it was typed."""
    open_lists = (
        word_lists.NOUNS, word_lists.PEOPLE, word_lists.ADJECTIVES, word_lists.PLACES,
        word_lists.EVENTS, word_lists.ACTIONS, word_lists.HANDLINGS,
    )  # fmt: skip
    seen = {word for words in open_lists for word in words if not is_held_out(word)}
    plurals = {_plural(word) for word in word_lists.NOUNS if not is_held_out(word)}
    closed = {*word_lists.COLOURS, *word_lists.FEELINGS, *word_lists.WEATHERS}
    return frozenset({*seen, *plurals, *closed, *word_lists.NUMBER_WORDS, *FUNCTION_WORDS})


FUNCTION_WORDS = tuple(
    dict.fromkeys(
        """
the a an is are was were be has have had do does not no yes there here it they he she this that
these those his her their its and or but with without in on at to of from by for into over under
behind between above below beside near next front left right middle centre top bottom side
background foreground corner inside outside around across through along past what which who where
when how many much colour color kind sort time day year season weather picture image photo scene
people someone nobody something nothing anything can cannot could see seen look looks looking like
shows show says say reads read written called named made wearing holding riding because so very
really about only just exactly almost at least more than less fewer maybe perhaps probably think
sure know tell too dark blurry visible clear hard seems appears morning noon afternoon evening
night midnight spring summer autumn winter today half quarter o'clock both all some several few
dozen pair other another one first second third while as if also again still already
upside down odd strange unusual wrong missing hidden far away closer bigger smaller
""".split()
    )
)
