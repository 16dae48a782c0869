"""A picture seen several times, moved by few pixels each time; what was seen is averaged.

How a thing falls on the patches of a small tower decides what it is taken for. The pocket's
config.json says by how much its pictures are moved (`looks_px`); a model without it looks once.
Called by whoever loads a checkpoint for transformers.
"""

from types import MethodType
from typing import Any

import torch
from transformers.modeling_outputs import BaseModelOutputWithPooling

Look = tuple[int, int]  # pixels to the right and down
# Askew to the grid of patches: no two looks share a row or a column of pixels.
FOUR_LOOKS: tuple[Look, ...] = ((-1, -3), (3, -1), (1, 3), (-3, 1))


def look_around(model: Any) -> Any:
    """The same model; from now on it looks at pictures as often as its configuration says."""
    if getattr(model.config, "looks_px", None):
        model.model.get_image_features = MethodType(_mean_features, model.model)
    return model


def _mean_features(
    self: Any, pixel_values: torch.Tensor, target_sizes: torch.Tensor, **settings: Any
) -> BaseModelOutputWithPooling:
    """MiniCPM's own features of B pictures, each the mean of its looks.

    Args:
        self: MiniCPM-V without its head.
        pixel_values: (1, C, P, patches * P) as its processor packs the pictures, side by side.
        target_sizes: (B, 2) rows and columns of patches.
        settings: what else MiniCPM takes.

    Returns:
        MiniCPM's output; its tower's states are those of all looks, picture after picture.
    """
    looks = self.config.looks_px
    moved = [
        _moved(picture, sizes.tolist(), look)
        for picture, sizes in zip(_pictures(pixel_values, target_sizes), target_sizes, strict=True)
        for look in looks
    ]
    seen = type(self).get_image_features(
        self,
        torch.cat(moved, dim=-1),
        target_sizes.repeat_interleave(len(looks), dim=0),
        **settings,
    )
    views = list(seen.pooler_output)
    seen.pooler_output = [
        torch.stack(views[first : first + len(looks)]).mean(dim=0)
        for first in range(0, len(views), len(looks))
    ]
    return seen


def _pictures(pixel_values: torch.Tensor, target_sizes: torch.Tensor) -> tuple[torch.Tensor, ...]:
    patch_px = pixel_values.shape[-2]
    return pixel_values.split((target_sizes.prod(dim=-1) * patch_px).tolist(), dim=-1)


def _moved(picture: torch.Tensor, sizes: list[int], look: Look) -> torch.Tensor:
    """A packed picture (1, C, P, patches * P), moved; its own edge fills what comes in."""
    (rows, columns), patch_px = sizes, picture.shape[-2]
    grid = picture.unflatten(-1, (rows, columns, patch_px)).transpose(2, 3)  # (1, C, rows, P, …)
    plane = grid.flatten(2, 3).flatten(3, 4)  # (1, C, H, W)
    aside, down = look
    plane = plane[:, :, _shifted(rows * patch_px, down)][..., _shifted(columns * patch_px, aside)]
    grid = plane.unflatten(-1, (columns, patch_px)).unflatten(2, (rows, patch_px))
    return grid.transpose(2, 3).flatten(3)


def _shifted(length_px: int, by_px: int) -> torch.Tensor:
    return (torch.arange(length_px) - by_px).clamp(0, length_px - 1)
