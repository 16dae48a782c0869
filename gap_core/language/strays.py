"""Words that a rewriting lost, put in or said twice: every word is accounted for, not facts alone.

Called where a language model is asked again until it keeps to what was written. Stricter than
changes.py in what it notices and blind to what a word means, so it says which of several
rewritings to take, not what an expert may accept.
"""

from collections import Counter
from typing import NamedTuple

from gap_core.language.facts import LISTED
from gap_core.language.lexicon import EMPTY
from gap_core.language.numbers import NUMBER_WORDS
from gap_core.language.spelling import mend_towards
from gap_core.language.text import plain, singular, words_of
from gap_core.language.tidying import tidied

_SHORTEST_STEM = 3
_ENDINGS = ("es", "ed", "ing", "y", "ly", "ily")  # "snow" and "snowing"; doubled, "sunny"
_ENDINGS_FOR_E = ("ed", "ing", "ely")  # "dance" and "dancing", but not "store" and "story"


class Strays(NamedTuple):
    """Words, in their order: of the answer alone, of the rewriting alone, said once too often."""

    lost: tuple[str, ...]
    added: tuple[str, ...]
    repeated: tuple[str, ...]


def stray_words(before: str, after: str, *, question: str) -> Strays:
    """Words that only one of an answer and its rewriting has.

    Slips, short spellings and inflections count as the same word. What the question says, and words
    that say nothing by themselves, a rewriting may say or leave out.
    """
    typed = mend_towards(tidied(before, question=question), after, question=question, unless=LISTED)
    old, new, asked = _words(typed), _words(after), _words(question)
    may_say, is_said = {*old, *asked, *_words(before)}, {*new, *asked}
    lost = [word for word in old if _tells(word) and not _has(is_said, word)]
    added = [word for word in new if _tells(word) and not _has(may_say, word)]
    repeated = [
        word
        for word, times in new.items()
        for _ in range(times - max(1, old[word] + asked[word]))
        if _tells(word)
    ]
    return Strays(tuple(lost), tuple(added), tuple(repeated))


def _words(text: str) -> Counter[str]:
    return Counter(
        LISTED.mend(word.text) for word in words_of(plain(text)) if word.text[0].isalnum()
    )


def _tells(word: str) -> bool:
    return word not in EMPTY


def _has(words: set[str], word: str) -> bool:
    return word in words or any(_are_one(word, other) for other in words)


def _are_one(first: str, second: str) -> bool:
    """Whether two words are one in different forms: "2" and "two", "snow" and "snowing"."""
    if str(NUMBER_WORDS.get(first, first)) == str(NUMBER_WORDS.get(second, second)):
        return True
    short, long = sorted((singular(first), singular(second)), key=len)
    if len(short) < _SHORTEST_STEM:
        return False
    endings = _ENDINGS if not short.endswith("e") else _ENDINGS_FOR_E
    stem = short.removesuffix("e")
    return short == long or long in {
        *(stem + ending for ending in endings),
        *(stem + stem[-1] + ending for ending in _ENDINGS),
    }
