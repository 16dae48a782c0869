"""One answer in the making: collects its tokens, tells its text, knows when it is over.

Called by `TransformersVLM` after every token.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from models.base import Ask, Reply, Request
from models.errors import ModelError


class AnswerRow:
    """A request with the tokens said so far.

    Args:
        request: who asked and listens.
        end_ids: token ids that end an answer.
        decode: ids of one answer to text.
        started: `time.monotonic()` of the moment the model took it.
        adapter: what answers it.
    """

    def __init__(
        self,
        request: Request,
        *,
        end_ids: frozenset[int],
        decode: Callable[[list[int]], str],
        started: float,
        adapter: str | None = None,
    ) -> None:
        self.request = request
        self._end_ids = end_ids
        self._decode = decode
        self._started = started
        self._adapter = adapter
        self._ids: list[int] = []
        self._text = ""
        self._first_word_s: float | None = None
        self.is_over = False

    def add(self, token: int) -> None:
        """Takes the newest token, and tells the reply when that was the last one."""
        if self.is_over:
            return
        now_s = time.monotonic() - self._started
        is_end = token in self._end_ids
        if not is_end:
            self._ids.append(token)
            self._grow(now_s)
        self.is_over = is_end or self._is_full or self.request.is_cancelled
        if not self.is_over:
            return
        first_word_s = now_s if self._first_word_s is None else self._first_word_s
        reply = Reply(self._text, len(self._ids), now_s, first_word_s, self._adapter)
        self.request.finish(reply)

    @property
    def _is_full(self) -> bool:
        return len(self._ids) >= self.request.ask.max_tokens

    def _grow(self, now_s: float) -> None:
        text = without_ragged_end(self._decode(self._ids))
        if text == self._text:
            return
        self._text = text
        if self._first_word_s is None:
            self._first_word_s = now_s
        self.request.set_text(text)


def without_ragged_end(text: str) -> str:
    """A character of several tokens shows as U+FFFD until its last one is there."""
    return text.strip().rstrip("\ufffd")


@dataclass
class Collected:
    """A request that nobody listens to: it keeps its reply, or why there is none."""

    ask: Ask
    reply: Reply | None = None
    failure: ModelError | None = None
    is_cancelled: bool = field(default=False, init=False)

    def set_text(self, text: str) -> None:
        """Nobody listens."""

    def finish(self, reply: Reply) -> None:
        """Keep the reply."""
        self.reply = reply

    def fail(self, error: ModelError) -> None:
        """Keep what went wrong."""
        self.failure = error


def answer_all(
    serve: Callable[[Callable[[int], Sequence[Request]]], None], asks: Sequence[Ask]
) -> list[Reply]:
    """Replies of a model's `serve` to these asks, in their order.

    Raises:
        ModelError: one of them got no reply.
    """
    requests = [Collected(ask) for ask in asks]
    waiting = [list(requests)]
    serve(lambda _running: waiting.pop() if waiting else [])
    for request in requests:
        if request.failure is not None:
            raise request.failure
    return [request.reply for request in requests if request.reply is not None]
