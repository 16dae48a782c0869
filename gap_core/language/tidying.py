"""An answer made presentable without a model: capitals, spaces, stops, plain slips, no more.

Called where a language model could not be trusted with an answer's facts.
"""

import re

from gap_core.language.facts import FACT_WORDS, LISTED
from gap_core.language.quoting import is_shouted, outside_quotes
from gap_core.language.spelling import mend_towards

_ANYWHERE = {
    "wiht": "with", "ppl": "people", "teh": "the", "hte": "the", "smth": "something", "nto": "not",
    "si": "is", "isnt": "isn't", "arent": "aren't", "wasnt": "wasn't", "dont": "don't",
    "doesnt": "doesn't", "didnt": "didn't", "hes": "he's", "shes": "she's",
    "infront": "in front", "ontop": "on top", "nextto": "next to", "alot": "a lot",
    "oclock": "o'clock", "i": "I", "b&w": "black and white", "b/w": "black and white",
}  # fmt: skip
_BEFORE_A_WORD = {
    "r": "are", "th": "the", "tw": "two", "w/": "with", "cant": "can't",
    "thats": "that's", "theres": "there's",
}  # fmt: skip
_BETWEEN_WORDS = {"n": "and", "&": "and", "nd": "and", "cos": "because", "bc": "because"}
_IN_PLACE = (
    (re.compile(r"^id(?= (?:say|guess|think)\b)"), "I'd"),
    (re.compile(r"^im\b"), "I'm"),
    (re.compile(r"^its(?= (?:in|on|at|to|near|by)\b)"), "it's"),
    (re.compile(r"\bits(?= (?:a|an|the|not)\b)"), "it's"),
)
_WORD = re.compile(r"(?<!\S)(?:w/|&)(?!\S)|\bb[&/]w\b|(?<!&)\b[^\W\d_]+(?:'[^\W\d_]+)*(?!&)")
_DOUBLED = re.compile(r"\b(a|an|and|are|at|in|is|of|on|the|there|to|with)(?: \1\b)+", re.IGNORECASE)


def tidied(text: str, *, question: str) -> str:
    """The answer as one line that begins with a capital and ends with a stop.

    Short spellings are written out; slips of the question's words, of numbers, colours and sides
    are mended. What stands in quotes stays as it is, and a text without a word becomes empty.
    """
    line = outside_quotes(" ".join(text.split()), _spaced).rstrip(" .,!;:").lstrip(" ,!;:")
    if not any(map(str.isalnum, line)):
        return ""
    line = outside_quotes(line.lower() if is_shouted(line) else line, lambda p: _spelt(p, question))
    first = line.split()[0]
    if first.islower():
        line = line[:1].upper() + line[1:]
    return line + ("" if line.endswith("?") else ".")


def _spaced(part: str) -> str:
    """With no space before a stop or comma and one behind, but within numbers."""
    part = re.sub(r"\s+([.,!?;:])(?!\d)", r"\1", part)
    return re.sub(r"(?<!\d)([,;])(?=\w)|([,;])(?=[^\W\d_])", r"\1\2 ", part)


def _spelt(part: str, question: str) -> str:
    for short, spelt in _IN_PLACE:
        part = short.sub(spelt, part)
    part = _WORD.sub(lambda found: _mended(found, question), part)
    return _DOUBLED.sub(r"\1", part)


def _mended(found: re.Match[str], question: str) -> str:
    word, text = found.group(), found.string
    is_followed = bool(re.match(r"\s+\w", text[found.end() :]))
    is_between = is_followed and text[: found.start()].strip() != ""
    if word in _ANYWHERE:
        return _ANYWHERE[word]
    if word in _BEFORE_A_WORD and is_followed:
        return _BEFORE_A_WORD[word]
    if word in _BETWEEN_WORDS and is_between:
        return _BETWEEN_WORDS[word]
    if not word.islower():
        return word
    listed = LISTED.mend(word)
    if listed in FACT_WORDS:
        return listed
    return mend_towards(word, "", question=question, unless=LISTED)
