"""Watches the rows of one running generation: streams their text, stops them, times them.

Called by `TransformersVLM` once a batch; the generation loop calls it after every token.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

import torch
from transformers import StoppingCriteria

from models.base import Reply


@dataclass
class Row:
    """One answer in the making; times are seconds since the batch began."""

    limit_tokens: int
    ids: list[int] = field(default_factory=list)
    text: str = ""
    first_word_s: float | None = None
    ended_s: float | None = None


class AnswerRows(StoppingCriteria):
    """Tells which rows are over: by an end token, by their own limit, or because nobody listens.

    Args:
        limits: tokens each row may say.
        end_ids: token ids that end an answer.
        decode: ids of one answer to text.
        on_text: called with (row, text so far) whenever a row's text grew.
        is_cancelled: asked for every running row after every token.
        started: `time.monotonic()` of the batch's beginning.
    """

    def __init__(
        self,
        *,
        limits: list[int],
        end_ids: frozenset[int],
        decode: Callable[[list[int]], str],
        on_text: Callable[[int, str], None],
        is_cancelled: Callable[[int], bool],
        started: float,
    ) -> None:
        self.rows = [Row(limit) for limit in limits]
        self._end_ids = end_ids
        self._decode = decode
        self._on_text = on_text
        self._is_cancelled = is_cancelled
        self._started = started

    def __call__(self, input_ids: torch.Tensor, scores: object, **_kwargs: object) -> torch.Tensor:
        """Takes every row's newest token; True marks the rows that are over.

        Args:
            input_ids: (rows, prompt + said so far).
            scores: unused.
        """
        newest = input_ids[:, -1].tolist()
        over = [self._take(number, token) for number, token in enumerate(newest)]
        return torch.tensor(over, dtype=torch.bool, device=input_ids.device)  # (rows,)

    def replies(self) -> list[Reply]:
        """What the rows said, in order."""
        return [self._reply(row) for row in self.rows]

    def _take(self, number: int, token: int) -> bool:
        row = self.rows[number]
        if row.ended_s is not None:
            return True
        now_s = time.monotonic() - self._started
        is_end = token in self._end_ids
        if not is_end:
            row.ids.append(token)
            self._grow(number, row, now_s)
        if is_end or len(row.ids) >= row.limit_tokens or self._is_cancelled(number):
            row.ended_s = now_s
        return row.ended_s is not None

    def _grow(self, number: int, row: Row, now_s: float) -> None:
        # A character of several tokens shows as U+FFFD until its last token is there.
        text = self._decode(row.ids).strip().rstrip("\ufffd")
        if text == row.text:
            return
        row.text = text
        if row.first_word_s is None:
            row.first_word_s = now_s
        self._on_text(number, text)

    def _reply(self, row: Row) -> Reply:
        latency_s = time.monotonic() - self._started if row.ended_s is None else row.ended_s
        first_word_s = latency_s if row.first_word_s is None else row.first_word_s
        return Reply(row.text, len(row.ids), latency_s=latency_s, first_word_s=first_word_s)
