"""An answer made presentable without a model: capitals, spaces, stops, plain slips, no more.

Called where a language model could not be trusted with an answer's facts.
"""

import re
from collections.abc import Callable

from gap_core.language.facts import FACT_WORDS, LISTED
from gap_core.language.spelling import Listed, mend_towards

_SPELT_OUT = {
    "n": "and", "&": "and", "nd": "and", "r": "are", "u": "you", "w/": "with",
    "b&w": "black and white", "b/w": "black and white", "wiht": "with",
    "ppl": "people", "bc": "because", "cos": "because", "pic": "picture", "teh": "the",
    "hte": "the", "th": "the", "si": "is", "smth": "something", "nto": "not", "i": "I",
    "im": "I'm", "id": "I'd", "ive": "I've", "isnt": "isn't", "arent": "aren't",
    "wasnt": "wasn't", "dont": "don't", "doesnt": "doesn't", "didnt": "didn't", "cant": "can't",
    "thats": "that's", "theres": "there's", "its": "it's", "hes": "he's",
    "shes": "she's", "infront": "in front",
    "tw": "two", "ontop": "on top", "nextto": "next to", "alot": "a lot", "oclock": "o'clock",
}  # fmt: skip
_SIGN_WORDS = 3  # so many in capitals may be what a sign says
_MENDABLE = Listed(FACT_WORDS)
_QUOTED = re.compile(r'("[^"]*")')
_WORD = re.compile(r"(?<!\S)(?:w/|&)(?!\S)|\bb[&/]w\b|\b[^\W\d_]+(?:'[^\W\d_]+)*(?!&)")
_DOUBLED = re.compile(r"\b(a|an|and|are|at|in|is|of|on|the|there|to|with) \1\b", re.IGNORECASE)


def tidied(text: str, *, question: str) -> str:
    """The answer as one line that begins with a capital and ends with a stop.

    Short spellings are written out; slips of the question's words, of numbers, colours and sides
    are mended. What stands in quotes stays as it is, and an empty text stays empty.
    """
    line = _outside_quotes(" ".join(text.split()), _spaced).strip(" .,!;:")
    if line.isupper() and '"' not in line and len(line.split()) > _SIGN_WORDS:
        line = line.lower()
    line = _outside_quotes(line, lambda part: _spelt(part, question))
    if not line:
        return ""
    return line[:1].upper() + line[1:] + ("" if line.endswith("?") else ".")


def _outside_quotes(line: str, change: Callable[[str], str]) -> str:
    parts = _QUOTED.split(line)
    parts[::2] = [change(part) for part in parts[::2]]
    return "".join(parts)


def _spaced(part: str) -> str:
    """With no space before a stop or comma and one behind, as far as it is no "3,000"."""
    part = re.sub(r"\s+([.,!?;:])", r"\1", part)
    return re.sub(r"([,;])(?=[^\W_])(?!\d{3}\b)", r"\1 ", part)


def _spelt(part: str, question: str) -> str:
    mended = _WORD.sub(lambda found: _mended(found.group(), question), part)
    return _DOUBLED.sub(r"\1", mended)


def _mended(word: str, question: str) -> str:
    if word in _SPELT_OUT or not word.islower():
        return _SPELT_OUT.get(word, word)
    mended = mend_towards(word, "", question=question, unless=LISTED)
    return mended if mended != word else _MENDABLE.mend(word)
