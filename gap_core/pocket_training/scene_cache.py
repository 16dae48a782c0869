"""Scenes drawn once and kept scaled to the pocket model's eye, for training in many passes.

Called by the training stages. A shard is a .npy file of uint8 (n, height, width, 3); its scenes
are made again from their seeds, so only the pixels are stored. A world that makes other scenes of
the same seeds finds none of them: they would be labeled as what they don't show.
"""

import hashlib
from collections.abc import Callable, Iterable
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from functools import lru_cache
from multiprocessing import get_context
from pathlib import Path
from typing import NamedTuple

import numpy as np
from PIL import Image

from gap_core.pocket_training.lesson_scenes import lesson_scene
from gap_core.pocket_world import (
    BASIC,
    EDITIONS,
    FULL,
    Scene,
    render_scene,
    sample_scene,
    scene_to_json,
)
from gap_core.whole_files import whole_file

MODEL_WIDTH_PX, MODEL_HEIGHT_PX = 160, 120
SHARD_SCENES = 500
_HASHED_SCENES = 20  # of each shard
_LESSON = "full-lesson"


class Level(NamedTuple):
    """A difficulty: how many things its scenes hold, and how many scenes are kept."""

    name: str
    fewest_things: int
    most_things: int
    scenes: int
    first_seed: int


LEVELS: dict[str, tuple[Level, ...]] = {
    BASIC.name: (
        Level("one", 1, 1, 7_000, 10_000_000),
        Level("two", 2, 2, 12_000, 20_000_000),
        Level("crowd", 3, 9, 8_000, 30_000_000),
    ),
    FULL.name: (
        Level("full-one", 1, 1, 30_000, 110_000_000),
        Level("full-two", 2, 2, 40_000, 120_000_000),
        Level("full-crowd", 3, 12, 30_000, 130_000_000),
        Level(_LESSON, 2, 12, 16_000, 150_000_000),
    ),
}


@dataclass(frozen=True)
class SceneCache:
    """The drawn scenes of one edition in one folder."""

    folder: Path
    edition: str = BASIC.name
    shard_scenes: int = SHARD_SCENES

    @property
    def levels(self) -> tuple[Level, ...]:
        """The edition's difficulties, easiest first."""
        return LEVELS[self.edition]

    def scene_of(self, level: Level, index: int) -> Scene:
        """The scene with this index in the level's cache."""
        if level.name == _LESSON:
            return lesson_scene(level.first_seed + index)
        span = level.most_things - level.fewest_things + 1
        things = level.fewest_things + index % span
        return sample_scene(level.first_seed + index, things=things, edition=EDITIONS[self.edition])

    def shard_path(self, level: Level, shard: int) -> Path:
        """Where a level's shard is kept, for the scenes that its seeds make now."""
        return self.folder / f"{level.name}-{shard:03d}-{_scenes_hash(self, level, shard)}.npy"

    def shards(self) -> list[tuple[Level, int]]:
        """All shards of all levels, the first ones of each level first."""
        counts = {level: max(1, level.scenes // self.shard_scenes) for level in self.levels}
        jobs = [(level, shard) for level, count in counts.items() for shard in range(count)]
        return sorted(jobs, key=lambda job: job[1] / counts[job[0]])

    def draw_shard(self, level: Level, shard: int) -> Path:
        """Draw one shard unless it is there; written whole or not at all."""
        path = self.shard_path(level, shard)
        if path.exists():
            return path
        first = shard * self.shard_scenes
        pixels = drawn_scaled(self.scene_of(level, first + i) for i in range(self.shard_scenes))
        with whole_file(path) as part:
            np.save(part, pixels)
        return path

    def open_shard(self, level: Level, shard: int) -> np.ndarray:
        """A shard's pixels, uint8 (n, height, width, 3), mapped from disk; drawn now if missing."""
        return np.load(self.draw_shard(level, shard), mmap_mode="r")

    def draw_all(
        self,
        *,
        workers: int = 0,
        on_shard: Callable[[int, int], None] = lambda done, total: None,
    ) -> None:
        """Draw all shards, in so many processes beside this one."""
        jobs = self.shards()
        if not workers:
            for done, job in enumerate(jobs, start=1):
                self.draw_shard(*job)
                on_shard(done, len(jobs))
            return
        with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
            drawn = [pool.submit(self.draw_shard, *job) for job in jobs]
            for done, future in enumerate(as_completed(drawn), start=1):
                future.result()
                on_shard(done, len(jobs))


@lru_cache(maxsize=1_024)
def _scenes_hash(cache: SceneCache, level: Level, shard: int) -> str:
    """Of the graphs of the shard's first scenes."""
    first = shard * cache.shard_scenes
    seen = range(first, first + min(_HASHED_SCENES, cache.shard_scenes))
    return graphs_sha256(cache.scene_of(level, index) for index in seen)[:8]


def graphs_sha256(scenes: Iterable[Scene]) -> str:
    """The sha256 of the scenes' graphs: another world, another hash."""
    digest = hashlib.sha256()
    for scene in scenes:
        digest.update(scene_to_json(scene).encode())
    return digest.hexdigest()


def drawn_scaled(scenes: Iterable[Scene]) -> np.ndarray:
    """Pictures of the scenes as the model gets them: uint8 (n, height, width, 3)."""
    return np.stack([scaled_for_model(render_scene(scene)) for scene in scenes])


def scaled_for_model(image: Image.Image) -> np.ndarray:
    """The picture as the processor scales it: uint8 (height, width, 3)."""
    size = (MODEL_WIDTH_PX, MODEL_HEIGHT_PX)
    return np.array(image.resize(size, Image.Resampling.BICUBIC))
