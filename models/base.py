"""The contract between whoever asks and whatever answers.

Used by batching, the game, labelling and scripts.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, runtime_checkable

import numpy as np
from PIL import Image

from models.errors import ModelError

PICTURE_PLACE = "<image>"
ANSWER_TOKENS = 72  # an answer at most; nearly every crowd that a pocket describes fits


@dataclass(frozen=True, kw_only=True)
class Drawing:
    """How the words of a reply are drawn, and the form it should have.

    `temperature` 0 is greedy, whatever the rest says; above it the words are drawn, the same for
    the same `seed`, from the `top_k` likeliest (0: all) that make up `top_p` of the chance.
    `repetition_penalty` divides the scores of words said before. `schema` is a JSON schema, with
    a title, that the reply must fit where the backend can see to that; elsewhere it is a wish.
    """

    temperature: float = 0.0
    seed: int = 0
    top_p: float = 1.0
    top_k: int = 0
    repetition_penalty: float = 1.0
    schema: Mapping[str, Any] | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True)
class Ask(Drawing):
    """One question on one picture, or on several that stand in it.

    `system` is the instruction before the conversation, `max_tokens` the answer's limit. Within
    a `scope` (a player, say) a model may remember the picture; without one it forgets it.
    `placed` are the pictures of a question that says `PICTURE_PLACE` where each belongs; without
    them `image` stands before the question. Use `ask_about` for these.
    `prepared` is the model's own: what its `prepare` made of the ask.
    """

    image: Image.Image
    question: str
    system: str
    max_tokens: int = ANSWER_TOKENS
    scope: str = ""
    placed: tuple[Image.Image, ...] = ()
    prepared: Any = field(default=None, compare=False, repr=False)


def ask_about(
    pictures: Sequence[Image.Image], *, question: str, system: str, **settings: Any
) -> Ask:
    """An ask whose question says `PICTURE_PLACE` for each of the pictures, in their order.

    Raises:
        ValueError: it says so more or less often, or there is no picture.
    """
    places = question.count(PICTURE_PLACE)
    if not pictures or places != len(pictures):
        raise ValueError(f"The question has places for {places} pictures, not {len(pictures)}.")
    return Ask(pictures[0], question, system, placed=tuple(pictures), **settings)


@dataclass(frozen=True)
class Reply:
    """One answer. Both times count from the moment the model took it, so waiting is not in them.

    Whoever queues adds the waiting time; `first_word_s` equals `latency_s` where nothing was said.
    `adapter` is what answered; it may have changed since the question was asked.
    """

    text: str
    tokens: int
    latency_s: float
    first_word_s: float
    adapter: str | None = None


@dataclass(frozen=True)
class TextAsk(Drawing):
    """Something to write, without a picture."""

    prompt: str
    system: str = ""
    max_tokens: int = 256


class LanguageModel(Protocol):
    """Anything that writes text: refines, judges, synthesizes."""

    name: str
    quantization: str

    @property
    def adapter(self) -> str | None:
        """The adapter that answers new questions; None for the model without one."""
        ...

    def write(self, asks: Sequence[TextAsk]) -> list[Reply]:
        """A reply to each ask, in their order; any thread may call it.

        Raises:
            ModelError: it can't answer; the text says what to do.
        """
        ...


class Request(Protocol):
    """An ask that is being answered, and who hears of it; called from the model's thread."""

    @property
    def ask(self) -> Ask:
        """What is asked."""
        ...

    @property
    def is_cancelled(self) -> bool:
        """True once nobody wants the answer; looked at after every token."""
        ...

    def set_text(self, text: str) -> None:
        """The answer so far."""
        ...

    def finish(self, reply: Reply) -> None:
        """The whole answer, or what there was of it when it was cancelled."""
        ...

    def fail(self, error: ModelError) -> None:
        """There will be no answer to this one, while others are still answered."""
        ...


class VisionModel(Protocol):
    """Anything that answers questions on pictures, several side by side."""

    name: str
    quantization: str
    serves_on_cpu: bool  # then whoever serves may as well prepare: both are the processor's work

    @property
    def adapter(self) -> str | None:
        """The adapter that answers new questions; None for the model without one."""
        ...

    def prepare(self, ask: Ask) -> Ask:
        """The same ask with its picture looked at; any thread may call it.

        It may run while `serve` answers others. A model without such work returns the ask.
        """
        ...

    def answer(self, asks: list[Ask]) -> list[Reply]:
        """Answers to all asks side by side, in their order; greedy where no ask says otherwise."""
        ...

    def serve(self, take: Callable[[int], Sequence[Request]]) -> None:
        """Answers whatever is handed over, until there is nothing more and nothing runs.

        Args:
            take: asked before every token, with the number of answers in the making; what it
                returns joins them. Requests that were prepared before join sooner.
        """
        ...


@runtime_checkable
class PictureReader(Protocol):
    """A model whose eye can be looked through; those behind a server can't."""

    @property
    def eye(self) -> str:
        """Whose features these are; another name as soon as the vision tower is another."""
        ...

    def picture_features(self, picture: Image.Image) -> np.ndarray:
        """(D,) what the vision tower made of the picture; any thread may call it."""
        ...


@runtime_checkable
class WordScorer(Protocol):
    """A model that tells how likely it would begin its answer with each of some words."""

    def word_scores(self, asks: Sequence[Ask], words: Sequence[str]) -> np.ndarray:
        """(N, W) log-likelihood of each word as the first of the answer; not normalised.

        Raises:
            ModelError: the model can't tell them apart, or can't be asked.
        """
        ...


@runtime_checkable
class TextScorer(Protocol):
    """A model that tells how likely it would answer with a given text."""

    def text_scores(self, asks: Sequence[Ask], texts: Sequence[str]) -> np.ndarray:
        """(N,) log-likelihood of each text as the whole answer to its ask."""
        ...
