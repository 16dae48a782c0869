# Items of the covers task that say which option is right, and a model that half knows it.
from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from gap_core.covers.asks import EMPTY
from gap_core.covers.records import LETTERS, CoverItem
from models.base import Ask, Reply, Request

RIGHT = "RIGHT"


def right_letter(question: str) -> str:
    """The letter whose line says RIGHT."""
    return next(line[0] for line in question.split("\n") if RIGHT in line and line[1:2] == ".")


def spoken(question: str) -> str:
    return f"Answer: {right_letter(question)}" if RIGHT in question else "Two stars."


@dataclass
class HalfKnowing:
    """Prefers A, knows the right option by its word, and says what the test wants said.

    `calls` holds every ask with what was wanted of it; `on_call` hears of each round of them.
    """

    name: str = "half knowing"
    quantization: str = "none"
    adapter: str | None = None
    for_a: float = 3.0
    for_right: float = 1.0
    speak: Callable[[Ask], str] = lambda ask: spoken(ask.question)
    on_call: Callable[[], None] = lambda: None
    calls: list[tuple[str, str, int]] = field(default_factory=list)

    def prepare(self, ask: Ask) -> Ask:
        return ask

    def answer(self, asks: list[Ask]) -> list[Reply]:
        raise NotImplementedError

    def serve(self, take: Callable[[int], Sequence[Request]]) -> None:
        while requests := take(0):
            self.on_call()
            for request in requests:
                self.calls.append(("said", request.ask.question, request.ask.seed))
                request.finish(Reply(self.speak(request.ask), 1, 0.0, 0.0))

    def word_scores(self, asks: Sequence[Ask], words: Sequence[str]) -> np.ndarray:
        self.on_call()
        rows = []
        for ask in asks:
            self.calls.append((",".join(words), ask.question, 0))
            if tuple(words) == LETTERS:
                right = LETTERS.index(right_letter(ask.question))
                row = [self.for_a, 0.0, 0.0, 0.0]
            else:
                right, row = (0 if RIGHT in ask.question else 1), [0.0] * len(words)
            row[right] += self.for_right
            rows.append(row)
        return np.array(rows)

    def text_scores(self, asks: Sequence[Ask], texts: Sequence[str]) -> np.ndarray:
        self.on_call()
        self.calls += [("told", text, 0) for text in texts]
        is_seen = [ask.image.getpixel((0, 0)) != EMPTY for ask in asks]
        # Long texts are unlikely, whatever is seen.
        return np.array(
            [
                self.for_right * (RIGHT in text and seen) - len(text)
                for text, seen in zip(texts, is_seen, strict=True)
            ]
        )


@pytest.fixture
def half_knowing() -> HalfKnowing:
    return HalfKnowing()


@pytest.fixture
def cover_items(tmp_path: Path) -> Callable[..., list[CoverItem]]:
    """So many image2text items on one picture, their right letters in turn."""
    Image.new("RGB", (80, 80), "teal").save(tmp_path / "cover.png")

    def make(count: int, *, with_ids: bool = True) -> list[CoverItem]:
        return [cover_item(place, f"née-{place}" if with_ids else None) for place in range(count)]

    return make


def cover_item(place: int, identity: str | None) -> CoverItem:
    right = place % len(LETTERS)
    lines = [
        f"{letter}. story {place} {letter}{' ' + RIGHT if number == right else ''}"
        for number, letter in enumerate(LETTERS)
    ]
    prompt = "<image>\nWhich fits?\n" + "\n".join(lines)
    letter = None if identity else LETTERS[right]
    return CoverItem("image2text", place, "Match.", prompt, letter, ("cover.png",), identity)
