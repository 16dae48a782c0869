"""What every patch of a scene shows, as labels: the first lesson of the image tower.

Called by train.py. The linear heads are thrown away afterwards.
"""

import numpy as np
import torch
from torch import nn

from gap_core.pocket_world import Scene
from gap_core.pocket_world.render import drawing_order
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
_KINDS, _COLOURS = list(KINDS), list(COLOURS)
# Classes of each lesson; 0 means "nothing here" in those about a patch.
LESSONS = {
    "kind": len(_KINDS) + 1, "colour": len(_COLOURS) + 1, "size": len(SIZES) + 1,
    "word": len(SIGN_WORDS) + 1,
}  # fmt: skip
PICTURE_LESSONS = {"place": len(PLACES), "weather": len(WEATHERS)}


def patch_labels(scene: Scene, *, columns: int, rows: int) -> np.ndarray:
    """(4, rows * columns) class numbers in the order of LESSONS, for patches of an even grid."""
    labels = np.zeros((len(LESSONS), rows, columns), dtype=np.int64)
    step = WIDTH_PX / columns
    x = (np.arange(columns) + 0.5) * step
    y = (np.arange(rows) + 0.5) * step
    for thing in drawing_order(scene):
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

    def forward(
        self, features: torch.Tensor, labels: torch.Tensor, whole: torch.Tensor
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Loss, and the share of covered patches whose kind and colour are both right.

        Args:
            features: (B, N, F) patch features.
            labels: (B, 4, N) class numbers of patch_labels.
            whole: (B, 2) class numbers of picture_labels.
        """
        loss = features.new_zeros(())
        right = torch.ones_like(labels[:, 0], dtype=torch.bool)
        covered = labels[:, 0] > 0
        parts = self.patch(features).split(list(LESSONS.values()), dim=-1)  # (B, N, classes) each
        for number, part in enumerate(parts):
            each = nn.functional.cross_entropy(
                part.transpose(1, 2), labels[:, number], reduction="none"
            )
            loss = loss + (each * torch.where(covered, 1.0, 0.25)).mean()
            if number < 2:
                right &= part.argmax(-1) == labels[:, number]
        parts = self.picture(features.mean(1)).split(list(PICTURE_LESSONS.values()), dim=-1)
        for number, part in enumerate(parts):
            loss = loss + 0.2 * nn.functional.cross_entropy(part, whole[:, number])
        return loss, right[covered].float().mean()
