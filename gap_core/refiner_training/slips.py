"""How people type in a hurry: slips of the finger, short spellings, lost capitals and stops.

Called by cases.py. Only what can be mended is spoilt: a slip in a fact still has one reading.
"""

import random
import re
from collections import defaultdict
from functools import cache
from itertools import pairwise

from gap_core.refiner_training.word_lists import FIRST_NAMES, PLACE_NAMES
from gap_core.refiner_training.words import is_held_out, is_real_word, mendable_words

_SHORT = {
    "and": ("n", "&", "nd"), "are": ("r",), "you": ("u",), "with": ("w/", "wiht"),
    "people": ("ppl",), "because": ("bc", "cos", "becuase"), "picture": ("pic",),
    "the": ("teh", "hte", "th"), "there": ("ther", "tehre"), "is": ("si",),
    "something": ("smth",), "looks": ("loks", "lookes"), "wearing": ("wearin", "waering"),
    "their": ("thier",), "which": ("wich",), "behind": ("behing", "behnd"),
    "between": ("betwen", "beetween"), "beside": ("besid",), "right": ("rigth", "rihgt"),
    "left": ("lef", "lft", "letf"), "not": ("nto",), "three": ("thre",),
    "two": ("tow", "tw", "twoo"), "four": ("fuor", "foru"), "five": ("fiev",),
    "six": ("sxi", "siz"), "seven": ("sevne",), "eight": ("eigth", "eihgt"), "nine": ("nien",),
    "ten": ("tne",),
}  # fmt: skip
_JOINED = {
    "in front of": ("infront of", "in fornt of"), "next to": ("nextto", "next too"),
    "on top of": ("ontop of", "on topof"), "upside down": ("upsidedown", "up side down"),
    "there is": ("theres",), "i am": ("im",), "black and white": ("b&w", "b/w"),
}  # fmt: skip
_BESIDE = {a: b for row in ("qwertyuiop", "asdfghjkl", "zxcvbnm") for a, b in pairwise(row)}
_LOWERABLE = frozenset(
    name.lower() for name in (*FIRST_NAMES, *PLACE_NAMES) if not is_held_out(name)
) | frozenset("christmas easter halloween new year diwali ramadan hanukkah".split())
_WORD = re.compile(r"[A-Za-z]+(?:'[a-z]+)?|\d[\d:]*|\s+|.")


def type_hastily(
    text: str, *, question: str, protected: frozenset[str], level: float, rng: random.Random
) -> str:
    """The text as a hurried expert types it; `level` in [0, 1] scales how hurried."""
    text = _join_words(text, level=level, rng=rng)
    known = mendable_words() | {word.lower() for word in re.findall(r"[A-Za-z]{4,}", question)}
    pieces = _WORD.findall(text)
    budget = rng.choices((0, 1, 2), (9, 8, 3))[0] if rng.random() < level else 0
    for place in rng.sample(range(len(pieces)), len(pieces)):
        if budget and pieces[place] not in protected:
            slipped = _slip(pieces[place], known, rng)
            budget -= slipped != pieces[place]
            pieces[place] = slipped
    if rng.random() < 0.04 * level:
        _double_a_word(pieces, rng)
    pieces = _lose_capitals(pieces, protected, rng, level=level)
    return _spoil_stops("".join(pieces), level=level, rng=rng)


def type_question(text: str, *, protected: frozenset[str], rng: random.Random) -> str:
    """A question as players type it: its content words stay as they are."""
    if rng.random() < 0.35:
        pieces = _WORD.findall(text)
        text = "".join(piece if piece in protected else piece.lower() for piece in pieces)
    if rng.random() < 0.35:
        text = text.rstrip("?. ")
    if rng.random() < 0.1:
        wrong, right = rng.choice((("waht", "what"), ("is teh", "is the"), ("whats", "what's")))
        text = text.replace(right, wrong)
    return text


def _join_words(text: str, *, level: float, rng: random.Random) -> str:
    for phrase, spellings in _JOINED.items():
        if phrase in text and rng.random() < 0.15 * level:
            text = text.replace(phrase, rng.choice(spellings))
    if "'" in text and rng.random() < 0.5 * level:
        text = re.sub(r"(?<=[a-z])'(?=[a-z])", "", text)
    if rng.random() < 0.04 * level:
        text = re.sub(r"\b(\d+) (?=[a-z]{3})", r"\1", text, count=1)
    return text


def _slip(word: str, known: frozenset[str], rng: random.Random) -> str:
    """The word with a slip that leaves one reading; the word itself where none is found."""
    lower = word.lower()
    if lower in _SHORT and rng.random() < 0.5:
        return rng.choice(_SHORT[lower])
    if lower not in known or len(lower) < 3 or not lower.isalpha():
        return word
    for _ in range(4):
        slipped = _slip_once(lower, rng)
        is_other_number = slipped + "s" == lower or lower + "s" == slipped
        if is_other_number or is_real_word(slipped):
            continue
        if readings(slipped, known) == {lower}:
            return slipped.capitalize() if word[0].isupper() else slipped
    return word


def _slip_once(word: str, rng: random.Random) -> str:
    place = rng.randrange(len(word))
    kind = rng.choice(("swap", "drop", "double", "beside", "extra"))
    if kind == "swap" and place + 1 < len(word):
        return word[:place] + word[place + 1] + word[place] + word[place + 2 :]
    if kind == "drop" and len(word) > 3:
        return word[:place] + word[place + 1 :]
    if kind == "beside":
        return word[:place] + _BESIDE.get(word[place], word[place]) + word[place + 1 :]
    if kind == "extra":
        return word[: place + 1] + _BESIDE.get(word[place], "") + word[place + 1 :]
    return word[: place + 1] + word[place:]


def readings(word: str, known: frozenset[str]) -> set[str]:
    """The known words that the typed word may stand for, within about one slip."""
    near = _signatures()
    found = {candidate for part in _deletions(word) for candidate in near.get(part, ())}
    own = _deletions(word)
    found |= {other for other in known - mendable_words() if own & _deletions(other)}
    return found


@cache
def _signatures() -> dict[str, tuple[str, ...]]:
    """Mendable words by each of their spellings with a letter left out."""
    table: dict[str, set[str]] = defaultdict(set)
    for word in mendable_words():
        for part in _deletions(word):
            table[part].add(word)
    return {part: tuple(sorted(words)) for part, words in table.items()}


def _deletions(word: str) -> set[str]:
    return {word, *(word[:i] + word[i + 1 :] for i in range(len(word)))}


def _double_a_word(pieces: list[str], rng: random.Random) -> None:
    words = [i for i, piece in enumerate(pieces) if piece.isalpha() and piece.lower() in _DOUBLED]
    if words:
        place = rng.choice(words)
        pieces.insert(place, pieces[place] + " ")


_DOUBLED = frozenset("the a is are of on in to and it with there at".split())


def _lose_capitals(
    pieces: list[str], protected: frozenset[str], rng: random.Random, *, level: float
) -> list[str]:
    chance = rng.random()
    if chance < 0.04 * level and not any(piece in protected for piece in pieces):
        return [piece.upper() for piece in pieces]
    if chance > 0.65 * level:
        return pieces
    return [
        piece if piece in protected and piece.lower() not in _LOWERABLE else piece.lower()
        for piece in pieces
    ]


def _spoil_stops(text: str, *, level: float, rng: random.Random) -> str:
    if rng.random() < 0.65 * level:
        text = text.rstrip(".")
    elif rng.random() < 0.15 * level:
        text = text.rstrip(".") + rng.choice(("!", "..", " .", "!!", ",", "..."))
    if rng.random() < 0.25 * level:
        text = text.replace(", ", rng.choice((" ", " , ", ",")))
    if rng.random() < 0.05 * level:
        text = text.replace(" ", "  ", 1)
    return text
