"""An answer made presentable without a model: capitals, spaces, stops, plain slips, no more.

Called where a language model could not be trusted with an answer's facts.
"""

import re

from gap_core.language.asked import asked_for
from gap_core.language.facts import FACT_WORDS, LISTED
from gap_core.language.lexicon import EMPTY
from gap_core.language.numbers import NUMBER_WORDS
from gap_core.language.quoting import is_shouted, outside_quotes
from gap_core.language.spelling import mend_towards
from gap_core.language.text import CANNOT_SLIPS, DENIED_VERBS

_ANYWHERE = {f"{verb}nt": f"{verb}n't" for verb in DENIED_VERBS} | {
    **dict.fromkeys(CANNOT_SLIPS, "cannot"),
    "wiht": "with", "ppl": "people", "teh": "the", "hte": "the", "smth": "something", "nto": "not",
    "si": "is", "hes": "he's", "shes": "she's", "infront": "in front", "ontop": "on top",
    "nextto": "next to", "alot": "a lot", "oclock": "o'clock", "i": "I", "b&w": "black and white",
    "b/w": "black and white",
}  # fmt: skip
_BEFORE_A_WORD = {
    "th": "the", "tw": "two", "w/": "with", "cant": "can't", "wont": "won't", "aint": "isn't",
    "thats": "that's", "theres": "there's",
}  # fmt: skip
_BETWEEN_WORDS = {
    "r": "are", "n": "and", "&": "and", "nd": "and", "cos": "because", "bc": "because"
}  # fmt: skip
# Beside these a letter is one: "r and s", "rated r", "from n to s".
_LETTERS_BESIDE = frozenset(
    "and or to not from letter letters rated vitamin grade type size word says reads us".split()
)
_COUNTED_BEFORE = 4  # so many words before "n" a number may stand: "29 small folded taps n a box"
_OPENS_A_THING = frozenset("a an the front left right".split())  # "n the box": in, or and
_IN_PLACE = (
    (re.compile(r"^id(?= (?:say|guess|think)\b)"), "I'd"),
    (re.compile(r"^im\b", re.IGNORECASE), "I'm"),
    (re.compile(r"^its(?= (?:in|on|at|to|by)\b)"), "it's"),
    (re.compile(r"\bits(?= (?:a|an|the|not)\b)"), "it's"),
    (re.compile(r"^Its(?= (?:a|an|the|not|in|on|at|to|by)\b)"), "It's"),
)
# Possessive: a word before "&" is not taken without its last letter.
_WORD = re.compile(r"(?<!\S)(?:w/|&)(?!\S)|\bb[&/]w\b|(?<!&)\b[^\W\d_]++(?:'[^\W\d_]++)*+(?!&)")
_DOUBLED = re.compile(
    r"\b(a|an|and|are|at|of|the|there|to|with|(?<!\bis )(?:in|on)|(?<!\bwhat it )is)(?: \1\b)+"
    r"|\b(The) [Tt]he\b"
)
_NEXT = re.compile(r"[\w'&]+")
_BEFORE_A_MARK = re.compile(r"\s+((?<!\d\s)[,;]|[,;](?!\d)|[.!?](?!\d)|:(?!\s*\d))")
_FACES = re.compile(r"(?<!\S)[:;]-?[()DP](?!\S)")
_NEXT_SENTENCE = re.compile(r"(?<=\w\w\w[.!?] )[^\W\d_](?=[a-z ])")


def tidied(text: str, *, question: str) -> str:
    """The answer as one line that begins with a capital and ends with a stop.

    Short spellings are written out; slips of the question's words, of numbers, colours and sides
    are mended. What stands in quotes stays as it is, and a text without a word becomes empty.
    """
    line = spaced(" ".join(text.split())).rstrip(" .…,!;:").lstrip(" …!;:")
    line = re.sub(r"^(?:,(?!\d)\s*)+", "", line)
    if not any(map(str.isalnum, line)):
        return ""
    is_sign = asked_for(question) == "text"
    line = line.lower() if is_shouted(line) and not is_sign else line
    line = outside_quotes(line, lambda part: _spelt(part, question))
    return _opened(line) + ("" if line.endswith("?") else ".")


def _opened(line: str) -> str:
    """With a capital, and a short spelling written out that a phone gave one: "Teh dog"."""
    first = line.split()[0]
    if first.istitle() and first.lower() in _ANYWHERE:
        return _ANYWHERE[first.lower()].capitalize() + line[len(first) :]
    if first.islower() and len(line[0].upper()) == 1:  # not "ß"
        return line[0].upper() + line[1:]
    return line


def spaced(text: str) -> str:
    """No space before a stop or comma and one behind, but within numbers; faces are left out.

    What stands in quotes stays as it is.
    """
    return outside_quotes(text, _spaced)


def _spaced(part: str) -> str:
    part = _BEFORE_A_MARK.sub(r"\1", _FACES.sub("", part))
    return re.sub(r"(?<=[^\s\d])([,;])(?=\w)|([,;])(?=[^\W\d_])", r"\1\2 ", part)


def _spelt(part: str, question: str) -> str:
    part = _DOUBLED.sub(r"\1\2", part)
    for short, spelt in _IN_PLACE:
        part = short.sub(spelt, part)
    part = _NEXT_SENTENCE.sub(lambda found: found.group().upper(), part)
    return _WORD.sub(lambda found: _mended(found, question), part)


def _mended(found: re.Match[str], question: str) -> str:
    word, text = found.group(), found.string
    if word in _ANYWHERE:
        return _ANYWHERE[word]
    if word in _BEFORE_A_WORD or word in _BETWEEN_WORDS:
        following = _NEXT.search(text, found.end())
        after = following.group() if following else ""
        return _written_out(word, text[: found.start()].split(), after)
    if not word.islower():
        return word
    listed = LISTED.mend(word)
    if listed in FACT_WORDS:
        return listed
    return mend_towards(word, "", question=question, unless=LISTED)


def _written_out(word: str, before: list[str], after: str) -> str:
    """A short spelling as it is meant between these words; itself where it means no word."""
    if word in _BEFORE_A_WORD and after[:1].isalpha() and not _is_ordinal(before):
        return _BEFORE_A_WORD[word]
    if word in _BETWEEN_WORDS and before and after and _joins(word, before, after):
        return _BETWEEN_WORDS[word]
    return word


def _is_ordinal(before: list[str]) -> bool:
    """Whether "th" here ends a number, or is what "the" says: "5 th floor", "the th sound"."""
    return bool(before) and (before[-1] == "the" or before[-1][-1].isdigit())


def _joins(word: str, before: list[str], after: str) -> bool:
    """Whether a short spelling stands between words as one word: no letter, unit or direction."""
    is_after_number = before[-1][-1].isdigit() and word in ("n", "&")
    if _is_beside_letters(before[-1]) and not is_after_number:
        return False
    if _is_beside_letters(after) and not after[0].isdigit():
        return False
    if word == "&":
        return not (before[-1].isupper() and after.isupper())
    return word != "n" or not _may_be_in(before, after)


def _may_be_in(before: list[str], after: str) -> bool:
    """Whether "n" may stand for "in" as well: "sits n a chair", but not "2 cats n a dog"."""
    last = before[-1]
    is_counted = any(one[0].isdigit() or one in NUMBER_WORDS for one in before[-_COUNTED_BEFORE:-1])
    may_be_verb = last in EMPTY or (last.endswith(("s", "ed", "ing")) and last not in LISTED)
    return may_be_verb and not is_counted and (last in EMPTY or after in _OPENS_A_THING)


def _is_beside_letters(word: str) -> bool:
    """Whether a letter beside this word is one: it is a number, a letter or speaks of them."""
    return not word[-1].isalpha() or (len(word) == 1 and word != "a") or word in _LETTERS_BESIDE
