"""Names that others should not have to read. Called by joining; hide_nickname does the rest.

The words are glin-profanity's (MIT), in the languages of the stand; here only the forms of a name
are added that its reading misses. A list can't know everything, nor what is meant.
"""

import re
from functools import lru_cache

from glin_profanity import Filter

from gap_core.errors import PlayerError
from gap_core.play.text import NEUTRAL_NAME

LANGUAGES = ("english", "german", "french", "spanish", "chinese", "hindi")
SHORT = 2  # letters; "B5" reads as "bs"
NUMBERS = re.compile(r"(?<!\w)[A-Za-z]?\d+(?!\w)")  # "P15" is a seat in a lab
LEFT = re.compile(NEUTRAL_NAME.replace(" {}", r"\s*\d+"), re.IGNORECASE)
# "FuckYou" is two words, and so is "shit99".
SEAMS = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[^\W\d_])(?=\d)|(?<=\d)(?=[^\W\d_])|_")


def check_manners(what: str, name: str) -> None:
    """Let a name pass, or ask for another.

    Raises:
        GapError: it holds a word that is an insult or worse in one of the languages, or is a
            neutral name.
    """
    if is_rude(name) or LEFT.fullmatch(name):
        raise PlayerError(
            "{what} '{name}' can't be shown here. Choose another, friendlier one.",
            what=what,
            name=name,
        )


def is_rude(name: str) -> bool:
    """Whether a word of the lists is in the name, however it is spelt.

    Digits are read as letters within words only: a number of its own, or with one letter before
    it, is no insult.
    """
    parts = {SEAMS.sub(" ", name), name.replace("ss", "ß"), name.replace("SS", "ß")}
    words = NUMBERS.sub(" ", name)
    found = [*_filter(reads_digits=True).check_profanity(words)["profane_words"]]
    for part in parts:
        found += _filter(reads_digits=False).check_profanity(part)["profane_words"]
    return any(len(word) > SHORT or not word.isascii() for word in found)


@lru_cache(maxsize=2)
def _filter(*, reads_digits: bool) -> Filter:
    return Filter(
        {
            "languages": list(LANGUAGES),
            "detect_leetspeak": reads_digits,
            "leetspeak_level": "moderate",
            "normalize_unicode": True,
        }
    )
