"""Rules about a text by itself: empty, another language, not about the picture, markup.

Called by lint.py.
"""

import re
import unicodedata
from functools import lru_cache
from pathlib import Path

from gap_core.language.lexicon import EMPTY, THINGS, VALUES
from gap_core.language.spelling import is_real_word
from gap_core.language.tables import table_lines
from gap_core.language.text import plain

_TABLES = Path(__file__).parent / "tables"
_QUOTED = re.compile(r"[\"“”«»][^\"“”«»]{0,200}[\"“”«»]|(?<!\w)'[^'\n]{1,80}'(?!\w)")
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_FEW_WORDS = 3  # of fewer unknown words nothing is concluded: names are unknown too
_LEAST_REAL = 0.34
_MOST_READ = 600  # characters; a text's language shows sooner
_MARKUP = re.compile(
    r"<\|?/?(?:image|video|audio|s|im_start|im_end|endoftext|box|ref|quad|slice|image_id|think|"
    r"start_header_id|end_header_id|eot_id|begin_of_text|vision_start|vision_end|image_pad|"
    r"script|iframe|img|svg|object|embed|style|link|meta)\b[^>]{0,200}\|?>|"
    r"\[/?INST\]|<</?SYS>>|\$\{|\{\{|javascript:|https?://\S+",
    re.IGNORECASE,
)


def has_words(text: str) -> bool:
    """Whether a text has a letter or digit."""
    return any(unicodedata.category(character)[0] in "LN" for character in text)


def markup_in(text: str) -> str:
    """Placeholders, control words of models, page code or a link in a text; empty if none."""
    found = _MARKUP.search(text)
    return found.group()[:80] if found else ""


def foreign_words_in(text: str) -> str:
    """Words that show a text to be in another language than English, or in none; empty if not.

    Quoted words don't count: a sign may say anything.
    """
    words = _WORD.findall(_QUOTED.sub(" ", text[:_MOST_READ]))
    foreign = [word for word in words if not _is_latin(word)]
    if len("".join(foreign)) * 2 > len("".join(words)) > 0:
        return " ".join(foreign[:5])
    lowered = [word.lower().replace("’", "'") for word in words]
    listed = [word for word in lowered if word in _foreign_words()]
    english = [word for word in lowered if word in _english_words()]
    if listed and len(listed) >= len(english):
        return " ".join(listed[:5])
    unknown = [word for word in lowered if not _is_english(word)]
    if len(lowered) >= _FEW_WORDS and len(unknown) > (1 - _LEAST_REAL) * len(lowered):
        return " ".join(unknown[:5])
    return ""


def off_picture_words(question: str) -> str:
    """The words that show a question not to be about the picture; empty where none do."""
    spoken = plain(question[:_MOST_READ])
    for pattern in _off_picture():
        found = pattern.search(spoken)
        if found:
            return found.group().strip()
    return ""


def _is_latin(word: str) -> bool:
    return all(
        character.isascii() or "LATIN" in unicodedata.name(character, "LATIN")
        for character in word
        if character.isalpha()
    )


def _is_english(word: str) -> bool:
    bare = word.removesuffix("'s")
    return bare in THINGS or bare in VALUES or bare in EMPTY or is_real_word(bare) or "'" in bare


@lru_cache(maxsize=1)
def _foreign_words() -> frozenset[str]:
    lines = table_lines(_TABLES / "foreign_words.txt")
    return frozenset(word for line in lines for word in line.split(": ")[1].split())


@lru_cache(maxsize=1)
def _english_words() -> frozenset[str]:
    """Words by which English is known: empty ones, and the things and values of the lexicon."""
    return (EMPTY | set(THINGS) | set(VALUES)) - _foreign_words()


@lru_cache(maxsize=1)
def _off_picture() -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(line) for line in table_lines(_TABLES / "off_picture.txt"))
