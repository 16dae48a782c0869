"""The asks of one item: its question in any order of options, and the words of each way to think.

Called by steps.py. The item's own question is asked in its own words; what follows is ours.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from PIL import Image

from gap_core.covers.options import Parts, own_texts, parts_of
from gap_core.covers.records import IMAGE_TOKEN, LETTERS, CoverItem
from gap_core.decks.reading import read_picture
from models.base import Ask, ask_about

REASON = (
    "\nFirst say what the cover shows, then what that may stand for in each option. "
    "End with a line of its own: Answer: and the letter."
)
DESCRIBE = (
    f"{IMAGE_TOKEN}\nDescribe this cover of a journal: every thing on it, colours, places, and "
    "what they may stand for. Name no option."
)
TELL = f"{IMAGE_TOKEN}\nTell the story that this cover was made for."
FITS = "\nWas this cover made for this story? Answer Yes or No."
YES, NO = "Yes", "No"
EMPTY = (128, 128, 128)  # of a cover that shows nothing
_LETTER = re.compile(r"(?i)\banswer\s*(?:is|:)?\s*\(?([A-D])\b")
_ALONE = re.compile(r"(?i)^\W*([A-D])\W*$")


@dataclass(frozen=True)
class Question:
    """An item ready to be asked.

    Attributes:
        parts: of its prompt; None where options can't be told apart, so that they keep their order.
        story: what text2image asks about; "" in image2text.
        images_dir: the folder that its pictures are relative to.
    """

    item: CoverItem
    parts: Parts | None
    story: str
    images_dir: Path

    @cached_property
    def pictures(self) -> tuple[Image.Image, ...]:
        """In the order of the item's own list; opened when first wanted."""
        return tuple(read_picture(self.images_dir / path) for path in self.item.images)

    @property
    def rotations(self) -> int:
        """In how many orders it can be asked."""
        return 1 if self.parts is None else len(LETTERS)


def questions_of(
    items: Sequence[CoverItem], *, rest: str, images_dir: Path, texts: dict[int, str]
) -> list[Question]:
    """The items, ready to be asked."""
    return [
        Question(item, parts_of(item, rest=rest), texts.get(item.place, ""), images_dir)
        for item in items
    ]


def stories_told(items: Sequence[CoverItem], *, rest: str) -> dict[int, str]:
    """The story of each text2image item by its place: what its question has of its own."""
    parted = [(item, parts_of(item, rest=rest)) for item in items if item.task == "text2image"]
    known = [(item, parts) for item, parts in parted if parts is not None]
    own = own_texts([parts.question for _, parts in known])
    return {item.place: text for (item, _), text in zip(known, own, strict=True)}


def order_of(rotation: int) -> tuple[int, ...]:
    """Which option stands at each letter: each option comes once to each place in four."""
    return tuple((place + rotation) % len(LETTERS) for place in range(len(LETTERS)))


def rotated(question: Question, rotation: int) -> tuple[str, tuple[int, ...]]:
    """The prompt with its options in this order, and which of its pictures come one by one."""
    places = tuple(range(len(question.item.images)))
    if question.parts is None or rotation == 0:
        return question.item.prompt, places
    order = order_of(rotation)
    options = tuple(question.parts.options[place] for place in order)
    places = order if len(places) == len(LETTERS) else places
    return replace(question.parts, options=options).joined(), places


def reasoning_prompt(question: Question, rotation: int) -> tuple[str, tuple[str, ...]]:
    """What a reasoning answers, and the paths of its pictures."""
    prompt, places = rotated(question, rotation)
    return f"{prompt}{REASON}", tuple(question.item.images[place] for place in places)


def letter_ask(question: Question, rotation: int, *, seen: Sequence[str] = ()) -> Ask:
    """The question itself; with what a first pass saw on its covers, if that is given."""
    prompt, places = rotated(question, rotation)
    if seen and len(seen) == len(LETTERS):
        seen = [seen[place] for place in order_of(rotation)]
    pictures = tuple(question.pictures[place] for place in places)
    return _ask(question, f"{_told(seen)}{prompt}", pictures, max_tokens=2)


def reasoning_ask(question: Question, rotation: int, **drawing: Any) -> Ask:
    """The question, to be thought through aloud."""
    prompt, places = rotated(question, rotation)
    pictures = tuple(question.pictures[place] for place in places)
    return _ask(question, f"{prompt}{REASON}", pictures, **drawing)


def describing_ask(question: Question, place: int, **drawing: Any) -> Ask:
    """What is to be seen on one of its covers; the options are not told."""
    return _ask(question, DESCRIBE, (question.pictures[place],), **drawing)


def fitting_ask(question: Question, place: int) -> Ask | None:
    """Whether one option alone fits; None where options can't be told apart."""
    if question.parts is None:
        return None
    is_story = question.item.task == "image2text"
    story = question.parts.options[place] if is_story else question.story
    picture = question.pictures[0 if is_story else place]
    story = story.replace(IMAGE_TOKEN, " ").strip()
    return _ask(question, f"{IMAGE_TOKEN}\n{story}{FITS}", (picture,), max_tokens=2)


def telling_asks(question: Question) -> tuple[list[Ask], list[str]]:
    """The cover of each option and its story, and then the stories on an empty cover.

    None where options can't be told apart. What is likelier with the cover than without it fits.

    Source: Holtzman et al. 2021 (surface form competition).
    """
    if question.parts is None:
        return [], []
    is_story = question.item.task == "image2text"
    covers = question.pictures * (len(LETTERS) if is_story else 1)
    stories = list(question.parts.options) if is_story else [question.story] * len(LETTERS)
    empty = Image.new("RGB", question.pictures[0].size, EMPTY)
    pictures = [*covers, *[empty] * len(LETTERS)]
    return [_ask(question, TELL, (picture,), system="") for picture in pictures], stories * 2


def letter_in(text: str) -> str | None:
    """The letter that a reasoning ends in; None where it names none, or the last is unclear."""
    plain = text.replace("*", "")  # Markdown's bold
    found = _LETTER.findall(plain) or _ALONE.findall(plain)
    return found[-1].upper() if found else None


def _told(seen: Sequence[str]) -> str:
    """Descriptions in front of the question; no picture's place may hide in them."""
    clean = [text.replace(IMAGE_TOKEN, " ").strip() for text in seen]
    if len(clean) == 1:
        return f"The cover shows: {clean[0]}\n"
    return "".join(
        f"Cover {letter} shows: {text}\n" for letter, text in zip(LETTERS, clean, strict=False)
    )


def _ask(
    question: Question,
    prompt: str,
    pictures: tuple[Image.Image, ...],
    *,
    system: str | None = None,
    **drawing: Any,
) -> Ask:
    """Within the item's own scope, so that its covers are looked at once."""
    scope = f"{question.item.task} {question.item.id!r} {question.item.place}"
    system = question.item.system if system is None else system
    return ask_about(pictures, question=prompt, system=system, scope=scope, **drawing)
