"""Names and quoted words in a text as it was written. Called by facts.py."""

import re

_QUOTED = re.compile(r"[\"“”«»]([^\"“”«»]{1,80})[\"“”«»]|(?<![^\W_])'([^'\n]{1,80})'(?![^\W_])")
_CAPITAL = re.compile(r"[^\W\d_][^\W_]*(?:[-&][^\W_]+)*")
_NO_NAMES = frozenset(
    "i i'm i'd i've yes no tv ok usb am pm a the there it this that these those he she they we you "
    "in on at and or but so therefore is are was were of to my his her their its not".split()
)


def names_in(text: str) -> tuple[str, ...]:
    """Quoted words, words with a capital inside a sentence, and words all in capitals.

    A text that is all in capitals tells nothing by them, and a sentence's first word only where it
    is all in capitals or quoted.
    """
    quoted = [first or second for first, second in _QUOTED.findall(text)]
    is_shouted = text.upper() == text and len(text.split()) > 2
    capitals = [] if is_shouted else [word for word in _capital_words(text)]
    found = [*quoted, *capitals]
    return tuple(dict.fromkeys(name.strip(" .,!?") for name in found if name.strip(" .,!?")))


def _capital_words(text: str) -> list[str]:
    found: list[str] = []
    for match in _CAPITAL.finditer(text):
        word = match.group()
        if word.lower() in _NO_NAMES or not word[0].isupper():
            continue
        before = text[max(match.start() - 3, 0) : match.start()].rstrip(" \"'“(")
        is_first = not before or before[-1] in ".!?:\n"
        is_all_capitals = len(word) > 1 and word.isupper()
        if is_all_capitals or not is_first:
            found.append(word)
    return found
