"""Covers with their stories, gathered from both tasks. Called by recombining and leaks."""

from collections.abc import Sequence
from typing import NamedTuple

from gap_core.covers.options import common_rest, own_texts, parts_of
from gap_core.covers.records import IMAGE_TOKEN, LETTERS, CoverItem


class Pair(NamedTuple):
    """A cover and its story.

    Attributes:
        source: task and name of the item that they are from.
    """

    image: str
    story: str
    source: str


def pairs_of(items: Sequence[CoverItem]) -> list[Pair]:
    """One pair of each item of one task whose right option is known and can be told apart."""
    rest = common_rest(items)
    parted = [(item, parts) for item in items if (parts := parts_of(item, rest=rest)) is not None]
    known = [(item, parts) for item, parts in parted if item.letter is not None]
    # What all questions of the file have in common is no part of anybody's story.
    questions = own_texts([parts.question.replace(IMAGE_TOKEN, "") for _, parts in known])
    pairs = []
    for (item, parts), question in zip(known, questions, strict=True):
        right = LETTERS.index(item.letter or "")
        is_story = item.task == "image2text"
        pairs.append(
            Pair(
                image=item.images[0 if is_story else right],
                story=parts.options[right] if is_story else question,
                source=f"{item.task} {item.name}",
            )
        )
    return [pair for pair in pairs if pair.story.strip()]


def one_each(pairs: Sequence[Pair]) -> list[Pair]:
    """The first pair of each picture: both tasks are often made from the same pairs."""
    seen: dict[str, Pair] = {}
    for pair in pairs:
        seen.setdefault(pair.image, pair)
    return list(seen.values())
