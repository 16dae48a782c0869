"""More training items from what is there: other orders, other distractors, the other task.

Called by augmenting.py. Nothing is invented: stories and covers are those of the training set.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from rapidfuzz import fuzz, process

from gap_core.covers.options import Parts
from gap_core.covers.pairs import Pair
from gap_core.covers.records import IMAGE_TOKEN, LETTERS, SYSTEM, CoverItem
from gap_core.covers.templates import image2text_prompt, text2image_prompt

TOO_ALIKE = 90.0  # of 100: such a story might be right too
_HARDEST = 12  # nearest stories that distractors are drawn from


@dataclass(frozen=True)
class Made:
    """A new item, how it was made and from what."""

    item: CoverItem
    how: str
    sources: tuple[str, ...]


def shuffle_options(item: CoverItem, parts: Parts, *, rng: random.Random) -> Made:
    """The options in another order, the right letter with them."""
    order = list(range(4))
    while order == [0, 1, 2, 3]:
        rng.shuffle(order)
    options = tuple(parts.options[place] for place in order)
    images = item.images
    if len(images) == 4:
        images = tuple(images[place] for place in order)
    letter = LETTERS[order.index(LETTERS.index(item.letter or ""))]
    shuffled = replace(
        item, prompt=replace(parts, options=options).joined(), images=images, letter=letter
    )
    return Made(shuffled, "option shuffle", (f"{item.task} {item.name}",))


class Recombiner:
    """New items about known pairs, with distractors that are hard to tell from the right one."""

    def __init__(self, pairs: Sequence[Pair], *, look: np.ndarray | None = None) -> None:
        """Take the pairs.

        Args:
            pairs: of training alone.
            look: (N, N) how unlike two covers look; None for unlikeness of stories alone.
        """
        self._pairs = list(pairs)
        stories = [pair.story for pair in self._pairs]
        self._alike = process.cdist(stories, stories, scorer=fuzz.token_set_ratio)
        self._look = look

    def image2text(self, place: int, *, rng: random.Random) -> Made | None:
        """Which of four stories fits this pair's cover; None with too few other stories."""
        others = self._distractors(place, -self._alike[place], rng)
        if others is None:
            return None
        pair, right = self._pairs[place], rng.randrange(4)
        stories = [one.story for one in others]
        stories.insert(right, pair.story)
        prompt = image2text_prompt(rng.randrange(1_000), stories)
        return self._made("image2text", prompt, (pair.image,), right, [pair, *others])

    def text2image(self, place: int, *, rng: random.Random) -> Made | None:
        """Which of four covers fits this pair's story; None with too few other covers."""
        unlike = -self._alike[place] if self._look is None else self._look[place]
        others = self._distractors(place, unlike, rng)
        if others is None:
            return None
        pair, right = self._pairs[place], rng.randrange(4)
        images = [one.image for one in others]
        images.insert(right, pair.image)
        prompt = text2image_prompt(rng.randrange(1_000), pair.story)
        return self._made("text2image", prompt, tuple(images), right, [pair, *others])

    def _distractors(self, place: int, unlike: np.ndarray, rng: random.Random) -> list[Pair] | None:
        """Three of the nearest pairs that can't be right too."""
        own = self._pairs[place]
        near = [
            int(other)
            for other in np.argsort(unlike, kind="stable")
            if self._alike[place, other] < TOO_ALIKE and self._pairs[other].image != own.image
        ][:_HARDEST]
        return [self._pairs[other] for other in rng.sample(near, 3)] if len(near) >= 3 else None

    def _made(
        self, task: str, prompt: str, images: tuple[str, ...], right: int, pairs: list[Pair]
    ) -> Made | None:
        own = pairs[0].source
        is_crossing = not own.startswith(task)
        if prompt.count(IMAGE_TOKEN) != len(images):
            return None  # a story that holds the token itself
        item = CoverItem(task, 0, SYSTEM, prompt, LETTERS[right], images)
        how = "task crossing" if is_crossing else "hard distractors"
        return Made(item, how, tuple(pair.source for pair in pairs))
