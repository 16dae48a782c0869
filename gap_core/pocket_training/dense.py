"""What every patch of a scene shows, as labels: the first lesson of the image tower.

Called by train.py. The linear heads are thrown away afterwards.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import torch
from torch import nn

from gap_core.pocket_training.lessons import Lessons, lessons_of, telling_word
from gap_core.pocket_world import Scene, Thing
from gap_core.pocket_world.drawing.vehicles import plate_of
from gap_core.pocket_world.vocabulary import WIDTH_PX
from gap_core.pocket_world.vocabulary_full import NUMBERED_KINDS

PATCH_COLUMNS, PATCH_ROWS = 16, 12
_SHARPNESS = 25.0  # of a cosine that several lessons share
# Where the body of a thing is, as shares of its height: the middle above the foot, and half of it.
_BODIES = {
    "sign": (0.74, 0.25), "clock": (0.72, 0.28), "balloon": (0.76, 0.24), "umbrella": (0.76, 0.24),
    "lamp": (0.82, 0.2), "tree": (0.62, 0.38),
}  # fmt: skip
_HEAD = (0.83, 0.2)


class Lesson(NamedTuple):
    """The loss, and the share of covered patches whose kind and colour are both right."""

    loss: torch.Tensor
    right: torch.Tensor


def patch_labels(scene: Scene, *, columns: int, rows: int) -> np.ndarray:
    """(lessons, rows * columns) class numbers for patches of an even grid."""
    lessons = lessons_of(scene.edition).patch
    labels = np.zeros((len(lessons), rows, columns), dtype=np.int64)
    step = WIDTH_PX / columns
    x = ((np.arange(columns) + 0.5) * step)[None, :]
    y = ((np.arange(rows) + 0.5) * step)[:, None]
    for thing in scene.from_far_to_near():
        body = _covers(thing, _BODIES.get(thing.kind, (0.5, 0.5)), x, y)
        parts = {
            "body": body,
            "head": _covers(thing, _HEAD, x, y) if thing.is_person else body,
            "plate": _plate_covers(thing, x, y, least=step)
            if thing.kind in NUMBERED_KINDS
            else body,
        }
        for number, lesson in enumerate(lessons):
            value = lesson.value_of(scene, thing)
            labels[number][body] = 0
            if value:
                labels[number][parts[lesson.part]] = lesson.values.index(value) + 1
    return labels.reshape(len(lessons), -1)


def picture_labels(scene: Scene) -> np.ndarray:
    """(lessons,) class numbers of the whole picture."""
    lessons = lessons_of(scene.edition).picture
    return np.array([lesson.values.index(lesson.value_of(scene)) for lesson in lessons])


def _covers(thing: Thing, body: tuple[float, float], x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Where a thing's body is: an ellipse in its box."""
    up, share = body
    middle = thing.y_px - thing.height_px * up
    least = WIDTH_PX / PATCH_COLUMNS / 2  # the smallest thing still covers a patch's middle
    rx = max(thing.width_px * 0.5, least)
    ry = max(thing.height_px * share, least)
    return ((x - thing.x_px) / rx) ** 2 + ((y - middle) / ry) ** 2 <= 1.0


def _plate_covers(thing: Thing, x: np.ndarray, y: np.ndarray, *, least: float) -> np.ndarray:
    """Where a vehicle's number is: a circle about its plate that covers a patch's middle."""
    aside, up, high = plate_of(thing)
    middle_x, middle_y = thing.x_px + aside * thing.scale, thing.y_px + up * thing.scale
    radius = max(high * 0.6 * thing.scale, least * 0.71)
    return np.hypot(x - middle_x, y - middle_y) <= radius


class DenseHeads(nn.Module):
    """Linear heads that read the lessons off patch features and off their mean."""

    def __init__(self, features: int, lessons: Lessons) -> None:
        super().__init__()
        self._weights = _extra_weights(lessons)
        self._patch_sizes = [len(lesson.values) + 1 for lesson in lessons.patch]
        self._picture_sizes = [len(lesson.values) for lesson in lessons.picture]
        self.patch = nn.Linear(features, sum(self._patch_sizes))
        self.picture = nn.Linear(features, sum(self._picture_sizes))

    def forward(self, features: torch.Tensor, labels: torch.Tensor, whole: torch.Tensor) -> Lesson:
        """What the features get right.

        Args:
            features: (B, N, F) patch features.
            labels: (B, L, N) class numbers of patch_labels.
            whole: (B, P) class numbers of picture_labels.
        """
        patches = self.patch_scores(features)
        pictures = self.picture(features.mean(1)).split(self._picture_sizes, dim=-1)
        return _graded(patches, pictures, labels, whole, self._weights)

    def patch_scores(self, features: torch.Tensor) -> tuple[torch.Tensor, ...]:
        """A lesson each: the scores (B, N, C) of its classes, from patch features (B, N, F)."""
        return self.patch(features).split(self._patch_sizes, dim=-1)


class WordHeads(nn.Module):
    """The same lessons in the language model's own words.

    A token that shows a brown dog is to look like "dog" and "brown": matching a question with the
    picture is then half learnt already.
    """

    def __init__(
        self, features: int, lessons: Lessons, *, word_ids: dict[str, int], tokens: int
    ) -> None:
        super().__init__()
        self._weights = _extra_weights(lessons)
        self.nothing = nn.Parameter(torch.randn(len(lessons.patch), features) * 0.02)
        self.places = nn.Parameter(torch.randn(tokens, features) * 0.02)
        self._patch_ids = [[word_ids[telling_word(v)] for v in n.values] for n in lessons.patch]
        self._picture_ids = [[word_ids[telling_word(v)] for v in n.values] for n in lessons.picture]

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
        lesson = _graded(patches, pictures, labels, whole, self._weights)
        where = seen @ nn.functional.normalize(self.places, dim=-1).T  # (B, N, N)
        own = torch.arange(where.shape[1], device=where.device).expand(len(where), -1)
        place_loss = nn.functional.cross_entropy(where.transpose(1, 2), own)
        return Lesson(lesson.loss + 0.3 * place_loss, lesson.right)


def _extra_weights(lessons: Lessons) -> tuple[float, ...]:
    return tuple(lesson.weight for lesson in lessons.patch)


def _graded(
    patches: Sequence[torch.Tensor],
    pictures: Sequence[torch.Tensor],
    labels: torch.Tensor,
    whole: torch.Tensor,
    extra_weights: Sequence[float],
) -> Lesson:
    """Cross entropy over all lessons; patches that show nothing count a quarter."""
    covered = labels[:, 0] > 0
    right = torch.ones_like(covered)
    loss = labels.new_zeros((), dtype=torch.float32)
    for number, part in enumerate(patches):
        each = nn.functional.cross_entropy(
            part.transpose(1, 2), labels[:, number], reduction="none"
        )
        weight = torch.where(covered, 1.0, 0.25) + extra_weights[number] * (labels[:, number] > 0)
        loss = loss + (each * weight).mean()
        if number < 2:
            right &= part.argmax(-1) == labels[:, number]
    for number, part in enumerate(pictures):
        loss = loss + 0.2 * nn.functional.cross_entropy(part, whole[:, number])
    return Lesson(loss, right[covered].float().mean())
