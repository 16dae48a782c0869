"""The contract between whoever asks and whatever answers.

Used by batching, the game and scripts.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from PIL import Image


@dataclass(frozen=True)
class Ask:
    """One question on one picture.

    `system` is the instruction before the conversation, `max_tokens` the answer's limit. Within
    a `scope` (a player, say) a model may remember the picture; without one it forgets it.
    """

    image: Image.Image
    question: str
    system: str
    max_tokens: int = 48
    scope: str = ""


@dataclass(frozen=True)
class Reply:
    """One answer. Both times count from the moment its batch began, so waiting is not in them.

    Whoever queues adds the waiting time; `first_word_s` equals `latency_s` where nothing was said.
    """

    text: str
    tokens: int
    latency_s: float
    first_word_s: float


class VisionModel(Protocol):
    """Anything that answers questions on pictures, a batch at a time."""

    name: str
    quantization: str
    adapter: str | None

    def prepare(self, ask: Ask) -> Ask:
        """The same ask with work done ahead that needs no model; any thread may call it.

        Answers are the same with and without; a model without such work returns the ask.
        """
        ...

    def answer(self, asks: list[Ask]) -> list[Reply]:
        """One batch of greedy answers, in the order of `asks`."""
        ...

    def stream(
        self,
        asks: list[Ask],
        *,
        on_text: Callable[[int, str], None],
        is_cancelled: Callable[[int], bool],
    ) -> list[Reply]:
        """Like `answer`, telling each row's text so far while it grows.

        Args:
            asks: the batch; a row is an index into it.
            on_text: called with (row, text so far), from the thread that called `stream`.
            is_cancelled: asked for each row at every step; a cancelled row stops there.
        """
        ...
