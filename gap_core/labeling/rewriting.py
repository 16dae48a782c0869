"""How a language model is asked to rewrite an answer: again, until it keeps to the words.

Called by the studio's refinement and by the measurement of refiners. The model is given the answer
as it was typed. While a rewriting loses, adds or repeats words, or changes a fact, it is given the
answer tidied, greedily and then drawing its words. Where none keeps to the answer, the tidied
answer is taken: an expert is not shown worse than what was typed.
"""

import re
from collections.abc import Sequence
from typing import NamedTuple

from gap_core.language import changed_facts, spaced, stray_words, tidied
from gap_core.play.text import clean_text
from models.base import LanguageModel, TextAsk
from models.refine_prompt import REFINE_MAX_TOKENS, REFINE_SYSTEM, refine_prompt

MORE_TRIES = 16  # at most, after the first
PATIENCE_S = 6.0  # of a model's time, after which no further try begins
DRAW_TEMPERATURE = 0.7
_NOTHING_SAID = 1_000
_QUOTES = {'"': '"', "'": "'", "“": "”", "«": "»", "‘": "’", "„": "“"}
_APOSTROPHE = re.compile(r"(?<=\w)['’](?=\w)")


class Answer(NamedTuple):
    """What an expert typed, and the question that it answers."""

    question: str
    text: str


class Rewriting(NamedTuple):
    """What came of an answer.

    Attributes:
        text: on one line, without quotes around it.
        ask: how the model was asked for it.
        is_tidied: it is the answer, tidied; the model has no part in it.
        tries: how often the model was asked.
        latency_s: of all tries together.
    """

    text: str
    ask: TextAsk
    is_tidied: bool
    tries: int
    latency_s: float


class _Try(NamedTuple):
    ask: TextAsk
    text: str
    faults: int
    latency_s: float


def rewrite(
    model: LanguageModel,
    answers: Sequence[Answer],
    *,
    again: int = 0,
    more_tries: int = MORE_TRIES,
    patience_s: float = PATIENCE_S,
) -> list[Rewriting]:
    """A rewriting of each answer, in their order.

    Args:
        model: whom to ask.
        answers: what experts typed.
        again: how often the same answers were rewritten before. From the first time on the model
            draws at once, and the best of its words are given where none keeps to the answer:
            tidied it was seen already.
        more_tries: how often the model may try anew; with 0 its first words are taken as they come.
        patience_s: of the model's time, after which no further try begins.

    Raises:
        ModelError: the model can't answer.
    """
    tries: list[list[_Try]] = [[] for _ in answers]
    waiting = list(range(len(answers)))
    for step in range(more_tries + 1):
        if not waiting:
            break
        asks = [_ask(answers[n], step=step, again=again) for n in waiting]
        for n, ask, reply in zip(waiting, asks, model.write(asks), strict=True):
            text = bare_text(reply.text)
            tries[n].append(_Try(ask, text, _faults(answers[n], text), reply.latency_s))
        waiting = [n for n in waiting if tries[n][-1].faults and _spent(tries[n]) < patience_s]
    may_tidy = more_tries > 0 and again == 0
    return [
        _chosen(answer, made, may_tidy=may_tidy)
        for answer, made in zip(answers, tries, strict=True)
    ]


def keeps_to(answer: Answer, text: str) -> bool:
    """Whether every word of a rewriting is accounted for and the guard finds no changed fact."""
    return _faults(answer, text) == 0


def _faults(answer: Answer, text: str) -> int:
    """How many words went astray and facts changed; text without a word has more than any."""
    if not any(map(str.isalnum, text)):
        return _NOTHING_SAID
    question, typed = answer
    strays = stray_words(typed, text, question=question)
    return sum(map(len, strays)) + len(changed_facts(typed, text, question=question))


def bare_text(text: str) -> str:
    """A model's words on one line, spaced as in print, without quotes around them."""
    text = clean_text(spaced(clean_text(text)))
    while len(text) > 1 and _QUOTES.get(text[0]) == text[-1]:
        inner = text[1:-1]
        marks = _APOSTROPHE.sub("", inner)
        if text[0] in marks or text[-1] in marks:  # "STOP" and "GO"
            break
        text = inner.strip()
    return text


def _ask(answer: Answer, *, step: int, again: int) -> TextAsk:
    typed = answer.text
    text = typed if step == 0 else tidied(typed, question=answer.question).rstrip(".")
    is_new = step == 0 or (step == 1 and text != typed)
    return TextAsk(
        prompt=refine_prompt(answer.question, text),
        system=REFINE_SYSTEM,
        max_tokens=REFINE_MAX_TOKENS,
        temperature=0.0 if is_new and not again else DRAW_TEMPERATURE,
        seed=again * (MORE_TRIES + 1) + step,
    )


def _spent(tries: Sequence[_Try]) -> float:
    return sum(one.latency_s for one in tries)


def _chosen(answer: Answer, tries: Sequence[_Try], *, may_tidy: bool) -> Rewriting:
    """The try with the fewest faults, the first of several; tidied before one that has any."""
    best = min(tries, key=lambda one: one.faults)
    may_tidy = may_tidy and best.faults > 0
    tidy = tidied(answer.text, question=answer.question) if may_tidy else ""
    is_tidied = may_tidy and keeps_to(answer, tidy)
    return Rewriting(
        text=tidy if is_tidied else best.text,
        ask=best.ask,
        is_tidied=is_tidied,
        tries=len(tries),
        latency_s=_spent(tries),
    )
