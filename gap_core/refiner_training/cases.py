"""One lesson of the refiner: a question, an answer as typed, and the sentence it should become.

Called by training and by scripts/measure_pocket_llama.py.
"""

import random
import re
import string
from dataclasses import dataclass
from string import Formatter

from gap_core.refiner_training.form import Form, held_out, seen
from gap_core.refiner_training.forms import FORMS
from gap_core.refiner_training.slips import type_hastily, type_question
from gap_core.refiner_training.slots import FACT_KINDS, Slots
from gap_core.refiner_training.words import Vocabulary

_PREFIXES = (
    ("i think", "I think"), ("maybe", "Maybe"), ("probably", "Probably"), ("i guess", "I guess"),
    ("i believe", "I believe"), ("actually", "Actually,"), ("perhaps", "Perhaps"),
    ("not sure but", "I am not sure, but"), ("no", "No,"), ("id say", "I'd say"),
)  # fmt: skip
# "no dogs" would deny the dogs: an answer's own "no" stands before these only.
_AFTER_NO = ("it", "the ", "there", "on ", "in ", "at ", "he ", "she ")
_TAILS = (
    " {relation8} the {thing8}", " with {a_thing8}", " in the {place8}", " {at_side8}",
    " {relation8} {a_thing8}",
)  # fmt: skip
_OPENERS = frozenset("The There It They He She This In Two A An Nothing Nobody You".split())
_EXACT_SLOTS = ("sign", "code", "name", "city", "festival")
_WORD = re.compile(r"[A-Za-z]+|\d[\d:]*")


@dataclass(frozen=True)
class Case:
    """What was asked, what the expert meant, how it came out, and the sentence it should become.

    `meant` is the answer before any slip of typing, `truth` the clean sentence with the same
    facts, `facts` their kinds and values.
    """

    category: str
    question: str
    meant: str
    typed: str
    truth: str
    facts: tuple[tuple[str, str], ...] = ()

    @property
    def is_fine(self) -> bool:
        """True where the answer was typed without any fault."""
        return self.typed == self.truth


def sample_case(
    vocabulary: Vocabulary,
    *,
    rng: random.Random,
    level: float = 1.0,
) -> Case:
    """A random case; `level` in [0, 1] says how hurried its expert is.

    A case of the held-out vocabulary is asked in held-out wordings.
    """
    form = rng.choice(FORMS)
    slots = Slots(vocabulary, rng=rng)
    choose = held_out if vocabulary.is_held_out else seen
    ask = rng.choice(choose(form.asks))
    source, target = _draw_answer(form, rng, is_held_out=vocabulary.is_held_out)
    source, target = _embellish(source, target, rng)
    meant = source.format_map(slots)
    truth = _as_sentence(target.format_map(slots))
    question = ask.format_map(slots)
    if source == target:
        meant = truth
    exact = frozenset(
        word
        for key, value in slots.items()
        if key.rstrip(string.digits) in _EXACT_SLOTS
        for word in _WORD.findall(value)
    )
    question = type_question(question, protected=exact, rng=rng)
    typed = meant
    if source != target or rng.random() > 0.2:
        typed = type_hastily(meant, question=question, protected=exact, level=level, rng=rng)
    return Case(form.category, question, meant, typed, truth, _facts(target, slots))


def _draw_answer(form: Form, rng: random.Random, *, is_held_out: bool) -> tuple[str, str]:
    """Templates of the typed answer and of the sentence; equal where it is a sentence already."""
    if form.whole and (not form.brief or rng.random() < 0.4):
        sentence = rng.choice(form.whole if is_held_out else seen(form.whole))
        return sentence, sentence
    target = rng.choice(tuple(form.brief))
    if rng.random() < 0.12:
        return target, target
    return rng.choice(form.brief[target]), target


def _embellish(source: str, target: str, rng: random.Random) -> tuple[str, str]:
    """Now and then a doubt before, a place after or a second sentence, in both texts alike."""
    is_whole = source == target
    if rng.random() < 0.12 and _can_grow(target):
        tail = rng.choice(_TAILS)
        source, target = source.rstrip(".") + tail, target.rstrip(".") + tail + "."
    if rng.random() < 0.05 and _can_grow(target):
        second = rng.choice(_SECOND)
        joint = rng.choice((" and ", ", ", " n ", " & ")) if not is_whole else " and "
        source = source.rstrip(".") + joint + second
        target = target.rstrip(".") + " and " + second + "."
    if is_whole:
        source = target
    if rng.random() < 0.14 and target.split(" ")[0] in _OPENERS and source[:2] not in ("no", "ye"):
        typed, meant = rng.choice(_PREFIXES)
        if typed == "no" and not source.lower().startswith(_AFTER_NO):
            return source, target
        source = f"{typed} {_lower_first(source)}"
        target = f"{meant} {_lower_first(target)}"
    return source, target


_SECOND = (
    "the {thing7} is {colour7}", "there are {n7} {things7}", "the {thing7} is {at_side7}",
    "there is {a_thing7} {relation7} the {thing6}", "it is {weather7}", "there is no {thing7}",
    "the {person7} is {doing7}",
)  # fmt: skip


def _can_grow(target: str) -> bool:
    """Whether more words leave one reading: "right on the left side" would contradict itself."""
    return not any(
        part in target for part in ('"', " not ", "cannot", "{clock", "{doing", "below.", "side}")
    )


def _lower_first(text: str) -> str:
    return text[0].lower() + text[1:] if text.split(" ")[0] in _OPENERS else text


def _as_sentence(text: str) -> str:
    return text[0].upper() + text[1:]


def _facts(target: str, slots: Slots) -> tuple[tuple[str, str], ...]:
    """Kind and value of the facts in the sentence."""
    keys = (Slots.drawn_key(key) for _, key, _, _ in Formatter().parse(target) if key)
    kinds = ((FACT_KINDS.get(key.rstrip(string.digits)), slots[key]) for key in keys)
    return tuple((kind, value) for kind, value in kinds if kind)
