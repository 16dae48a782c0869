"""Words of a text as the fact readers want them: plain, without contractions, with clause numbers.

Called by everything in this folder.
"""

import re
import unicodedata
from typing import NamedTuple

_STRAIGHT = str.maketrans(dict.fromkeys("’‘`´′", "'") | {"“": '"', "”": '"', "«": '"', "»": '"'})
# Denied with "n't", or hurriedly with "nt".
DENIED_VERBS = tuple("is are was were do does did has have had would could should must".split())
CANNOT_SLIPS = tuple("cannnot cannott cannto connot".split())  # what is no canoe or cannon
_CONTRACTIONS = {
    **{f"{verb}nt": f"{verb} not" for verb in DENIED_VERBS},
    "can't": "can not", "cant": "can not", "cannot": "can not", "won't": "will not",
    **dict.fromkeys(CANNOT_SLIPS, "can not"),
    "wont": "will not", "shan't": "shall not", "ain't": "is not", "aint": "is not",
    "there's": "there is", "theres": "there is", "it's": "it is", "that's": "that is",
    "what's": "what is", "whats": "what is", "who's": "who is", "where's": "where is",
    "wheres": "where is", "how's": "how is", "here's": "here is", "he's": "he is",
    "she's": "she is", "let's": "let us", "i'm": "i am", "im": "i am", "i've": "i have",
    "o'clock": "oclock", "gonna": "going to", "id say": "i would say", "th": "the",
    "tw": "two", "b&w": "black and white", "b/w": "black and white",
}  # fmt: skip
_SHORT = re.compile(r"(?<![^\W_])(?:" + "|".join(map(re.escape, _CONTRACTIONS)) + r")(?![^\W_'])")
_TOKEN = re.compile(
    r"(?<![\w.,)])-?(?:\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d*\.\d+|\d+)"
    r"|\d+\.\d+|\d+|[^\W\d_]+\d\w*|[^\W\d_]+|[.,;:!?()%$€£~+<>-]"
)
_ENDS_CLAUSE = frozenset(".,;:!?()")
_OPENS_CLAUSE = frozenset(
    "but so therefore thus hence because since while whereas however although though except".split()
)
_SUBJECTS = frozenset("the there it they he she this that these those a an i we".split())


class Word(NamedTuple):
    """One word, number or sign of a text, lower case, and the clause that it stands in."""

    text: str
    clause: int


def plain(text: str) -> str:
    """The text in lower case with straight quotes and written-out contractions."""
    lowered = unicodedata.normalize("NFKC", text.translate(_STRAIGHT)).lower()
    lowered = _SHORT.sub(lambda found: _CONTRACTIONS[found.group()], lowered)
    lowered = lowered.replace("n't", " not").replace("'re", " are").replace("'ll", " will")
    return " ".join(lowered.split())


def words_of(plain_text: str) -> list[Word]:
    """Words of a plain text; a clause ends at a stop, a comma, "but", "so", or "and the"."""
    tokens = _TOKEN.findall(plain_text)
    words: list[Word] = []
    clause = 0
    for place, token in enumerate(tokens):
        after = tokens[place + 1] if place + 1 < len(tokens) else ""
        opens = token in _OPENS_CLAUSE or (token == "and" and after in _SUBJECTS)
        if token in _ENDS_CLAUSE or opens:
            clause += 1
        words.append(Word(token, clause))
    return words


def word_set(text: str) -> frozenset[str]:
    """The different words of a text."""
    return frozenset(word.text for word in words_of(plain(text)))


_IRREGULAR = {
    "people": "person", "men": "man", "women": "woman", "children": "child", "mice": "mouse",
    "geese": "goose", "feet": "foot", "teeth": "tooth", "leaves": "leaf", "knives": "knife",
    "wolves": "wolf", "shelves": "shelf", "loaves": "loaf", "buses": "bus", "persons": "person",
    "policemen": "policeman", "firemen": "fireman", "snowmen": "snowman", "oxen": "ox",
    "clothes": "clothing", "halves": "half", "scarves": "scarf", "tomatoes": "tomato",
    "potatoes": "potato", "lying": "lie", "calves": "calf", "benches": "bench",
}  # fmt: skip
_NOT_PLURAL = frozenset(
    "is was has his this bus gas glass grass dress us yes its less across christmas glasses news "
    "as does class cross boss plus always towards perhaps tennis series species focus canvas brass "
    "various previous obvious".split()
)


def singular(word: str) -> str:
    """The word as one of its kind: "dogs" and "dog" alike; rough, but the same for both sides."""
    if word in _IRREGULAR:
        return _IRREGULAR[word]
    if len(word) < 4 or not word.endswith("s") or word in _NOT_PLURAL or word.endswith("ss"):
        return word
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith(("ches", "shes", "sses", "xes", "zes")):
        return word[:-2]
    return word[:-1]
