"""A model that answers at once, so that a load test measures the application alone."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from models.answer_rows import answer_all
from models.base import Ask, Reply, Request

ANSWER = "There is a red car."


class FastModel:
    """Says the same of every picture, without looking."""

    name = "fast"
    quantization = "none"
    serves_on_cpu = False
    adapter: str | None = None

    def prepare(self, ask: Ask) -> Ask:
        """Nothing is to be prepared."""
        return ask

    def answer(self, asks: list[Ask]) -> list[Reply]:
        """The same for each."""
        return answer_all(self.serve, asks)

    def serve(self, take: Callable[[int], Sequence[Request]]) -> None:
        """Answer all that wait, whole, until none does."""
        while waiting := take(0):
            for request in waiting:
                request.set_text(ANSWER)
                request.finish(Reply(ANSWER, len(ANSWER.split()), 0.0, 0.0))
