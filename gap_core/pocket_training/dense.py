"""What every patch of a scene shows, as labels: the first lesson of the image tower.

Called by train.py. The linear heads are thrown away afterwards.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import torch
from torch import nn

from gap_core.pocket_world import Scene
from gap_core.pocket_world.scene import Thing
from gap_core.pocket_world.vocabulary import (
    COLOURS,
    KINDS,
    PLACES,
    SIGN_WORDS,
    SIZES,
    WEATHERS,
    WIDTH_PX,
)

PATCH_COLUMNS, PATCH_ROWS = 16, 12
_WORD_WEIGHT = 12.0  # of patches with a word: they are that much rarer than patches of things
_SHARPNESS = 25.0  # of a cosine that several lessons share
_KINDS, _COLOURS = list(KINDS), list(COLOURS)
# Classes of each lesson; 0 means "nothing here" in those about a patch.
LESSONS = {
    "kind": len(_KINDS) + 1, "colour": len(_COLOURS) + 1, "size": len(SIZES) + 1,
    "word": len(SIGN_WORDS) + 1,
}  # fmt: skip
PICTURE_LESSONS = {"place": len(PLACES), "weather": len(WEATHERS)}
_PATCH_WORDS = (tuple(_KINDS), tuple(_COLOURS), SIZES, SIGN_WORDS)
LESSON_WORDS = (*_KINDS, *_COLOURS, *SIZES, *SIGN_WORDS, *PLACES, *WEATHERS)


class Lesson(NamedTuple):
    """The loss, and the share of covered patches whose kind and colour are both right."""

    loss: torch.Tensor
    right: torch.Tensor


def patch_labels(scene: Scene, *, columns: int, rows: int) -> np.ndarray:
    """(4, rows * columns) class numbers in the order of LESSONS, for patches of an even grid."""
    labels = np.zeros((len(LESSONS), rows, columns), dtype=np.int64)
    step = WIDTH_PX / columns
    x = (np.arange(columns) + 0.5) * step
    y = (np.arange(rows) + 0.5) * step
    for thing in scene.from_far_to_near():
        covered = _covers(thing, x[None, :], y[:, None])
        for lesson, number in enumerate(_classes(thing)):
            labels[lesson][covered] = number
    return labels.reshape(len(LESSONS), -1)


def picture_labels(scene: Scene) -> np.ndarray:
    """(2,) class numbers in the order of PICTURE_LESSONS."""
    return np.array([PLACES.index(scene.place), WEATHERS.index(scene.weather)])


def _classes(thing: Thing) -> tuple[int, ...]:
    return (
        _KINDS.index(thing.kind) + 1,
        _COLOURS.index(thing.colour) + 1,
        SIZES.index(thing.size) + 1,
        SIGN_WORDS.index(thing.word) + 1 if thing.word else 0,
    )


def _covers(thing: Thing, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Where a thing's body is: an ellipse in its box; of a sign, the board."""
    share = 0.25 if thing.kind == "sign" else 0.5
    middle = thing.y_px - thing.height_px * (0.74 if thing.kind == "sign" else 0.5)
    least = WIDTH_PX / PATCH_COLUMNS / 2  # the smallest thing still covers a patch's middle
    rx = max(thing.width_px * 0.5, least)
    ry = max(thing.height_px * share, least)
    return ((x - thing.x_px) / rx) ** 2 + ((y - middle) / ry) ** 2 <= 1.0


class DenseHeads(nn.Module):
    """Linear heads that read the lessons off patch features and off their mean."""

    def __init__(self, features: int) -> None:
        super().__init__()
        self.patch = nn.Linear(features, sum(LESSONS.values()))
        self.picture = nn.Linear(features, sum(PICTURE_LESSONS.values()))

    def forward(self, features: torch.Tensor, labels: torch.Tensor, whole: torch.Tensor) -> Lesson:
        """What the features get right.

        Args:
            features: (B, N, F) patch features.
            labels: (B, 4, N) class numbers of patch_labels.
            whole: (B, 2) class numbers of picture_labels.
        """
        patches = self.patch(features).split(list(LESSONS.values()), dim=-1)
        pictures = self.picture(features.mean(1)).split(list(PICTURE_LESSONS.values()), dim=-1)
        return _graded(patches, pictures, labels, whole)


class WordHeads(nn.Module):
    """The same lessons in the language model's own words.

    A token that shows a brown dog is to look like "dog" and "brown": matching a question with the
    picture is then half learnt already.
    """

    def __init__(self, features: int, *, word_ids: dict[str, int], tokens: int) -> None:
        super().__init__()
        self.nothing = nn.Parameter(torch.randn(len(LESSONS), features) * 0.02)
        self.places = nn.Parameter(torch.randn(tokens, features) * 0.02)
        self._patch_ids = [[word_ids[word] for word in words] for words in _PATCH_WORDS]
        self._picture_ids = [[word_ids[word] for word in words] for words in (PLACES, WEATHERS)]

    def forward(
        self,
        features: torch.Tensor,
        labels: torch.Tensor,
        whole: torch.Tensor,
        embedding: torch.Tensor,
    ) -> Lesson:
        """What the tokens get right; as DenseHeads, with the (V, F) embedding of the words.

        Every token is to know its own place in the picture too: left and right begin there.
        """
        seen = nn.functional.normalize(features, dim=-1) * _SHARPNESS
        patches = [
            seen
            @ nn.functional.normalize(
                torch.cat([self.nothing[n : n + 1], embedding[ids]]), dim=-1
            ).T
            for n, ids in enumerate(self._patch_ids)
        ]
        pictures = [
            seen.mean(1) @ nn.functional.normalize(embedding[ids], dim=-1).T
            for ids in self._picture_ids
        ]
        lesson = _graded(patches, pictures, labels, whole)
        where = seen @ nn.functional.normalize(self.places, dim=-1).T  # (B, N, N)
        own = torch.arange(where.shape[1], device=where.device).expand(len(where), -1)
        place_loss = nn.functional.cross_entropy(where.transpose(1, 2), own)
        return Lesson(lesson.loss + 0.3 * place_loss, lesson.right)


def _graded(
    patches: Sequence[torch.Tensor],
    pictures: Sequence[torch.Tensor],
    labels: torch.Tensor,
    whole: torch.Tensor,
) -> Lesson:
    """Cross entropy over all lessons; patches that show nothing count a quarter."""
    covered, is_written = labels[:, 0] > 0, labels[:, 3] > 0
    right = torch.ones_like(covered)
    loss = labels.new_zeros((), dtype=torch.float32)
    for number, part in enumerate(patches):
        each = nn.functional.cross_entropy(
            part.transpose(1, 2), labels[:, number], reduction="none"
        )
        weight = torch.where(covered, 1.0, 0.25)
        if number == 3:
            weight = weight + _WORD_WEIGHT * is_written
        loss = loss + (each * weight).mean()
        if number < 2:
            right &= part.argmax(-1) == labels[:, number]
    for number, part in enumerate(pictures):
        loss = loss + 0.2 * nn.functional.cross_entropy(part, whole[:, number])
    return Lesson(loss, right[covered].float().mean())
