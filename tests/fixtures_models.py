# A model that answers from a script, for tests of everything that stands before a model.
from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from models.answer_rows import answer_all
from models.base import Ask, Reply, Request


@dataclass
class SpokenRow:
    request: Request
    words: deque[str]
    said: list[str] = field(default_factory=list)
    started: float = field(default_factory=time.monotonic)

    def speak(self, *, word_s: float) -> bool:
        """One word more; False once the reply is told."""
        if self.words and not self.request.is_cancelled:
            self.said.append(self.words.popleft())
            self.request.set_text(" ".join(self.said))
        if self.words and not self.request.is_cancelled:
            return True
        latency_s = time.monotonic() - self.started
        self.request.finish(Reply(" ".join(self.said), len(self.said), latency_s, word_s))
        return False


class ScriptedModel:
    """Answers in the order of `enqueue`, word by word; `default` once the script is at its end.

    Set `word_s` to make it slow, `gate` (a threading.Event) to make it wait before it begins.
    `calls` holds each Ask, `batches` how many joined at once, `most_running` the most side by side.
    """

    name = "scripted"
    quantization = "none"
    serves_on_cpu = False
    adapter: str | None = None

    def __init__(self, *, default: str = "There is a red car.") -> None:
        self.default = default
        self.word_s = 0.0
        self.gate: threading.Event | None = None
        self.calls: list[Ask] = []
        self.batches: list[int] = []
        self.most_running = 0
        self._script: deque[str | Exception] = deque()

    def enqueue(self, reply: str | Exception) -> None:
        self._script.append(reply)

    def prepare(self, ask: Ask) -> Ask:
        return ask

    def answer(self, asks: list[Ask]) -> list[Reply]:
        return answer_all(self.serve, asks)

    def serve(self, take: Callable[[int], Sequence[Request]]) -> None:
        rows: list[SpokenRow] = []
        while True:
            newcomers = take(len(rows))
            if newcomers:
                rows += self._begin(newcomers)
            if not rows:
                return
            self.most_running = max(self.most_running, len(rows))
            time.sleep(self.word_s)
            rows = [row for row in rows if row.speak(word_s=self.word_s)]

    def _begin(self, newcomers: Sequence[Request]) -> list[SpokenRow]:
        if self.gate is not None:
            self.gate.wait(timeout=10)
        self.calls += [request.ask for request in newcomers]
        self.batches.append(len(newcomers))
        return [SpokenRow(request, deque(self._next_text().split())) for request in newcomers]

    def _next_text(self) -> str:
        reply = self._script.popleft() if self._script else self.default
        if isinstance(reply, Exception):
            raise reply
        return reply
