"""Scenes drawn once and kept scaled to the pocket model's eye, for training in many passes.

Called by the training stages. A shard is a .npy file of uint8 (n, height, width, 3); its scenes
are made again from their seeds, so only the pixels are stored.
"""

import os
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import numpy as np
from PIL import Image

from gap_core.pocket_world import Scene, render_scene, sample_scene

MODEL_WIDTH_PX, MODEL_HEIGHT_PX = 160, 120
SHARD_SCENES = 500


class Level(NamedTuple):
    """A difficulty: how many things its scenes hold, and how many scenes are kept."""

    name: str
    fewest_things: int
    most_things: int
    scenes: int
    first_seed: int


LEVELS = (
    Level("one", 1, 1, 7_000, 10_000_000),
    Level("two", 2, 2, 12_000, 20_000_000),
    Level("crowd", 3, 9, 8_000, 30_000_000),
)


def scene_of(level: Level, index: int) -> Scene:
    """The scene with this index in the level's cache."""
    span = level.most_things - level.fewest_things + 1
    return sample_scene(level.first_seed + index, things=level.fewest_things + index % span)


def scaled_for_model(image: Image.Image) -> np.ndarray:
    """The picture as the processor scales it: uint8 (height, width, 3)."""
    size = (MODEL_WIDTH_PX, MODEL_HEIGHT_PX)
    return np.array(image.resize(size, Image.Resampling.BICUBIC))


def shard_path(folder: Path, level: Level, shard: int) -> Path:
    """Where a level's shard is kept."""
    return folder / f"{level.name}-{shard:03d}.npy"


def shard_count(level: Level) -> int:
    """How many shards the level has in all."""
    return level.scenes // SHARD_SCENES


def draw_shard(folder: Path, level: Level, shard: int) -> Path:
    """Draw one shard unless it is there; written whole or not at all."""
    path = shard_path(folder, level, shard)
    if path.exists():
        return path
    folder.mkdir(parents=True, exist_ok=True)
    first = shard * SHARD_SCENES
    pixels = np.stack(
        [scaled_for_model(render_scene(scene_of(level, first + i))) for i in range(SHARD_SCENES)]
    )
    part = path.with_suffix(f".{os.getpid()}.part.npy")
    np.save(part, pixels)
    part.replace(path)
    return path


def draw_cache(
    folder: Path, *, on_shard: Callable[[int, int], None] = lambda done, total: None
) -> None:
    """Draw all shards of all levels, the first ones of each level first."""
    jobs = [
        (shard / shard_count(level), i, shard)
        for i, level in enumerate(LEVELS)
        for shard in range(shard_count(level))
    ]
    for done, (_, level_index, shard) in enumerate(sorted(jobs), start=1):
        draw_shard(folder, LEVELS[level_index], shard)
        on_shard(done, len(jobs))


def open_shard(folder: Path, level: Level, shard: int) -> np.ndarray:
    """A shard's pixels, uint8 (n, height, width, 3), mapped from disk; drawn now if missing."""
    return np.load(draw_shard(folder, level, shard), mmap_mode="r")
