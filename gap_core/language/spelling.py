"""Typing errors: a word that no dictionary has, read as the one listed word that is a slip away.

Called by the fact readers and by the question understander. Real words are never changed:
"tow" is not "two", however near.
"""

import re
from collections.abc import Iterable
from functools import lru_cache
from itertools import pairwise

from rapidfuzz.distance import OSA
from spellchecker import SpellChecker

from gap_core.language.quoting import is_shouted, outside_quotes, unquoted_parts
from gap_core.language.tables import table_lines
from gap_core.language.text import plain

_SHORTEST, _LONG = 3, 8
_LETTERS = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)?")
_OTHER_WORDS = frozenset(
    word for line in table_lines("tables/other_words.txt") for word in line.split()
)
_DENIALS = ("un", "in", "im", "ir", "il", "non", "dis", "mis")
_MOST_REMEMBERED = 50_000
_RARE, _FAR_MORE = 5_000, 100  # occurrences among the dictionary's, and times as many
_LONGEST = 24  # beyond it nothing is a slip of a listed word


@lru_cache(maxsize=1)
def _dictionary() -> SpellChecker:
    """Pyspellchecker's English words, read once when the first unknown word is met."""
    return SpellChecker(language="en")


@lru_cache(maxsize=20_000)
def is_real_word(word: str) -> bool:
    """Whether the dictionary, or the table of what it lacks, has the lower-case word."""
    return word in _OTHER_WORDS or word in _dictionary().word_frequency.dictionary


class Listed:
    """Words that slips are mended to, each mended word remembered; preferred ones win ties."""

    def __init__(self, words: Iterable[str], *, preferred: Iterable[str] = ()) -> None:
        self._preferred = frozenset(preferred)
        self._words = frozenset(words) | self._preferred
        self._targets = tuple(sorted(word for word in self._words if len(word) >= _SHORTEST))
        self._mended: dict[str, str] = {}
        self._slips: dict[str, frozenset[str]] = {}

    def __contains__(self, word: str) -> bool:
        return word in self._words

    def mend(self, word: str) -> str:
        """The listed word that is meant; the word itself where it is real or none is near."""
        if word in self._words or not _SHORTEST <= len(word) <= _LONGEST or not word.isalpha():
            return word
        if word not in self._mended:
            if len(self._mended) > _MOST_REMEMBERED:
                self._mended.clear()
            self._mended[word] = self._nearest(word)
        return self._mended[word]

    def preferred_near(self, word: str) -> frozenset[str]:
        """The preferred words that a word may be a slip of."""
        if word not in self._slips:
            if len(self._slips) > _MOST_REMEMBERED:
                self._slips.clear()
            self._slips[word] = frozenset(one for one in self._preferred if _is_slip(word, one))
        return self._slips[word]

    def _nearest(self, word: str) -> str:
        if not word.isascii() or is_real_word(word):
            return word
        reach = 2 if len(word) >= _LONG else 1
        near: dict[int, list[str]] = {}
        for target in self._targets:
            if abs(len(target) - len(word)) > reach or reach >= len(target) - 1:
                continue
            slips = OSA.distance(word, target, score_cutoff=reach)
            if slips <= reach:
                near.setdefault(slips, []).append(target)
        closest = near[min(near)] if near else []
        same_letters = [target for target in closest if sorted(target) == sorted(word)]
        chosen = same_letters or [one for one in closest if one in self._preferred] or closest
        if len(chosen) > 1:  # a letter left out is likelier than one struck wrong
            chosen = [one for one in chosen if _is_within(word, one)]
        is_sure = len(chosen) == 1 and _is_likely(word, chosen[0])
        return chosen[0] if is_sure else word


def _is_likely(word: str, target: str) -> bool:
    """Whether a slip makes the word of the target: a wrong beginning or a new ending makes others.

    "fone" is not "one". Of so few letters as three both the first and the last are struck right,
    or one is left out: "sim" is not "six", "rrd" is "red".
    """
    if sorted(word) == sorted(target):
        return True
    if _denies_the_other(word, target) or _is_rare_beside(word, target):
        return False
    if len(target) <= _SHORTEST:
        is_longer = word[:-1] == target  # "itsd"
        is_right = word[-1] == target[-1] or is_longer or _is_within(word, target)
        return word[0] == target[0] and is_right
    return word[0] == target[0] or len(word) == len(target) or word == target[1:]


def _is_rare_beside(word: str, target: str) -> bool:
    """Whether a rare target has a far more usual word beside it: "nmber" is not "amber".

    A word that has only lost a letter of the target is a slip of it.
    """
    usual = _dictionary()
    if usual[target] > _RARE or _is_within(word, target):
        return False
    most = max(map(usual.__getitem__, usual.known(usual.edit_distance_1(word))), default=0)
    return 0 < usual[target] * _FAR_MORE < most


def mend_towards(text: str, rewritten: str, *, question: str, unless: Listed) -> str:
    """A typed text with its slips read as the words that a rewriting or the question has for them.

    Real words, names and quotes stay, and so does what the rewriting misspelt itself.

    Args:
        text: what was typed.
        rewritten: what somebody made of it.
        question: what it answers.
        unless: listed words. A slip of a preferred one is read as such or not at all; of any other
            as that, or as the question's word.
    """
    asked = _plain_words(question)
    written = _LETTERS.findall(rewritten.lower())
    joined = {f"{first}{second}": f"{first} {second}" for first, second in pairwise(written)}
    rewrote = {word for word in written if len(word) >= _SHORTEST and is_real_word(word)}

    def mend(found: re.Match[str]) -> str:
        word = found.group()
        is_short_form = plain(word) != word  # "isnt"
        if not word.islower() or is_short_form or len(word) < _SHORTEST:
            return word
        if word in asked or word in unless or is_real_word(word):
            return word
        is_listed, facts = unless.mend(word) != word, unless.preferred_near(word)
        if facts:
            return word if is_listed else _only_near(word, facts & (asked | rewrote)) or word
        if is_listed:
            return _only_near(word, asked) or word
        return _only_near(word, asked) or joined.get(word) or _only_near(word, rewrote) or word

    told = text.lower() if is_shouted(text) else text
    return outside_quotes(told, lambda part: _LETTERS.sub(mend, part))


def _plain_words(question: str) -> set[str]:
    """Words of a question that a slip may be meant for: no names, and nothing that is quoted."""
    words = [word for part in unquoted_parts(question) for word in _LETTERS.findall(part)]
    first, *others = words or [""]
    plain_ones = [first.lower(), *(word for word in others if word.islower())]
    return {word for word in plain_ones if len(word) >= _SHORTEST}


def _only_near(word: str, meant: Iterable[str]) -> str:
    """The one word that is a slip away; empty where there is none, or more."""
    near = [other for other in meant if _is_slip(word, other)]
    return near[0] if len(near) == 1 else ""


def _is_slip(word: str, meant: str) -> bool:
    if _denies_the_other(word, meant):
        return False
    reach = 2 if len(word) >= _LONG else 1
    return reach < len(meant) - 1 and OSA.distance(word, meant, score_cutoff=reach) <= reach


def _denies_the_other(first: str, second: str) -> bool:
    """Whether one is the other with a denial before or behind it: "unpainted", "shouldnt"."""
    short, long = sorted((first, second), key=len)
    return long in {*(before + short for before in _DENIALS), short + "nt", short + "less"}


def _is_within(short: str, word: str) -> bool:
    """Whether a word has the letters of a shorter one in their order."""
    letters = iter(word)
    return all(letter in letters for letter in short)
