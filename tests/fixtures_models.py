# A model that answers from a script, for tests of everything that stands before a model.
from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable

from models.base import Ask, Reply


class ScriptedModel:
    """Answers in the order of `enqueue`, word by word; `default` once the script is at its end.

    Set `word_s` to make it slow, `gate` (a threading.Event) to make it wait before a batch.
    `calls` holds each Ask, `batches` the size of each batch.
    """

    name = "scripted"
    quantization = "none"
    adapter: str | None = None

    def __init__(self, *, default: str = "There is a red car.") -> None:
        self.default = default
        self.word_s = 0.0
        self.gate: threading.Event | None = None
        self.calls: list[Ask] = []
        self.batches: list[int] = []
        self._script: deque[str | Exception] = deque()

    def enqueue(self, reply: str | Exception) -> None:
        self._script.append(reply)

    def prepare(self, ask: Ask) -> Ask:
        return ask

    def answer(self, asks: list[Ask]) -> list[Reply]:
        return self.stream(asks, on_text=lambda _row, _text: None, is_cancelled=lambda _row: False)

    def stream(
        self,
        asks: list[Ask],
        *,
        on_text: Callable[[int, str], None],
        is_cancelled: Callable[[int], bool],
    ) -> list[Reply]:
        if self.gate is not None:
            self.gate.wait(timeout=10)
        self.calls += asks
        self.batches.append(len(asks))
        texts = [self._next_text() for _ in asks]
        return [self._speak(row, text, on_text, is_cancelled) for row, text in enumerate(texts)]

    def _next_text(self) -> str:
        reply = self._script.popleft() if self._script else self.default
        if isinstance(reply, Exception):
            raise reply
        return reply

    def _speak(
        self,
        row: int,
        text: str,
        on_text: Callable[[int, str], None],
        is_cancelled: Callable[[int], bool],
    ) -> Reply:
        started = time.monotonic()
        said: list[str] = []
        for word in text.split():
            if is_cancelled(row):
                break
            said.append(word)
            on_text(row, " ".join(said))
            time.sleep(self.word_s)
        latency_s = time.monotonic() - started
        return Reply(
            " ".join(said), tokens=len(said), latency_s=latency_s, first_word_s=self.word_s
        )
