"""The task's records: one question with four options, A to D, and a picture or four.

Called by everything in this folder. Source: the data of the MAC benchmark (arXiv 2508.15802).
"""

from dataclasses import dataclass
from typing import Any

LETTERS = ("A", "B", "C", "D")
PICTURES = {"image2text": 1, "text2image": 4}  # of an item of each task
TASKS = tuple(PICTURES)
IMAGE_TOKEN = "<image>"  # the n-th stands for the n-th picture
SYSTEM = (
    "You match covers of scientific journals with the stories behind them. A cover often shows "
    "its story as a metaphor. Use nothing but what is shown and told here, and name the one "
    "option that fits."
)


@dataclass(frozen=True)
class CoverItem:
    """One item of a task, as its file has it.

    Attributes:
        place: its number in the file, from 0.
        prompt: question and options.
        letter: the right option; None in a test set.
        images: paths as written in the file; of text2image in the order of the options.
        id: as written, text or number; None where the file has none.
    """

    task: str
    place: int
    system: str
    prompt: str
    letter: str | None
    images: tuple[str, ...]
    id: str | int | None = None

    @property
    def name(self) -> str:
        """What people are told of the item."""
        return f"item {self.place}" if self.id is None else f"id {self.id!r}"

    @property
    def right_image(self) -> str | None:
        """The cover that the item is about; None where its letter isn't known."""
        if len(self.images) == 1:
            return self.images[0]
        return None if self.letter is None else self.images[LETTERS.index(self.letter)]

    def record(self) -> dict[str, Any]:
        """The item in the shape of the task's files; an empty output where none is known."""
        named = {} if self.id is None else {"id": self.id}
        return named | {
            "system": self.system,
            "input": self.prompt,
            "output": self.letter or "",
            "images": list(self.images),
        }


@dataclass(frozen=True)
class Problem:
    """What is wrong with an item, or with an answer."""

    name: str
    reason: str

    def __str__(self) -> str:
        """One line for people."""
        return f"{self.name}: {self.reason}"
