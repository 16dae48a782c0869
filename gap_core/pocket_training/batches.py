"""What a training step needs, made on the CPU: here, or ahead of time by other processes.

Called by train.py. A batch depends on the configuration, the step and the stage alone.
"""

import os
import random
import signal
from collections import deque
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context

import numpy as np
import torch
from transformers import PreTrainedTokenizerFast

from gap_core.pocket_training.config import PocketConfig
from gap_core.pocket_training.dense import PATCH_COLUMNS, PATCH_ROWS, patch_labels, picture_labels
from gap_core.pocket_training.examples import Packed, Packer, sample_row
from gap_core.pocket_training.moving import moved
from gap_core.pocket_training.scene_cache import Level, SceneCache
from gap_core.pocket_world import BASIC, FULL, Scene

_DENSE_MIX = {BASIC.name: (0.3, 0.4, 0.3), FULL.name: (0.2, 0.3, 0.1, 0.4)}  # of the levels
_FIRST_SHARDS, _STEPS_PER_SHARD = 4, 60
_AHEAD_PER_WORKER = 2
_WRITTEN_SHARE, _WRITTEN_TRIES = 0.3, 12


@dataclass(frozen=True)
class Batch:
    """Pictures with their dense labels and, after the dense steps, packed questions."""

    pixels: np.ndarray  # (B, H, W, 3) uint8
    fine: np.ndarray  # (B, L, 192) class numbers of the tower's patches
    coarse: np.ndarray  # (B, L, 48) class numbers of the merged tokens
    whole: np.ndarray  # (B, P) class numbers of the pictures
    packed: Packed | None
    honest: np.ndarray  # (B,) bool


class BatchMaker:
    """Makes the batch of any step."""

    def __init__(
        self, config: PocketConfig, cache: SceneCache, tokenizer: PreTrainedTokenizerFast
    ) -> None:
        self._config, self._cache = config, cache
        self._packer = Packer(tokenizer)

    def make(self, step: int, stage: int) -> Batch:
        """The batch of a step in a stage."""
        config = self._config
        is_dense = step < config.dense_steps
        scenes, pixels = self._scenes(
            step, _DENSE_MIX[config.edition] if is_dense else config.stages[stage]
        )
        packed, honest = None, np.ones(len(scenes), dtype=bool)
        if not is_dense:
            packed, honest = self._questions(scenes, step, stage)
        columns, rows = PATCH_COLUMNS, PATCH_ROWS
        return Batch(
            pixels=pixels,
            fine=np.stack([patch_labels(s, columns=columns, rows=rows) for s in scenes]),
            coarse=np.stack(
                [patch_labels(s, columns=columns // 2, rows=rows // 2) for s in scenes]
            ),
            whole=np.stack([picture_labels(s) for s in scenes]),
            packed=packed,
            honest=honest,
        )

    def _questions(self, scenes: list[Scene], step: int, stage: int) -> tuple[Packed, np.ndarray]:
        config = self._config
        rng = random.Random(f"{config.seed} questions {step}")
        share = config.wrong_shares[stage]
        rows = [
            sample_row(s, rng=rng, questions=config.questions, told_wrong=rng.random() < share)
            for s in scenes
        ]
        return self._packer.pack(rows), np.array([not row.told_wrong for row in rows])

    def _scenes(self, step: int, mix: tuple[float, ...]) -> tuple[list[Scene], np.ndarray]:
        """Random cached scenes with their pixels, by level weights."""
        config, size = self._config, self._cache.shard_scenes
        rng, moves = (random.Random(f"{config.seed} {what} {step}") for what in ("scenes", "moves"))
        opened: dict[tuple[Level, int], np.ndarray] = {}
        scenes, pixels = [], []
        levels = self._cache.levels[: len(mix)]
        for level in rng.choices(levels, mix[: len(levels)], k=config.pictures):
            # Early steps draw from the first shards only, so training need not wait for the rest.
            reach = size * (_FIRST_SHARDS + step // _STEPS_PER_SHARD)
            scenes_kept = level.scenes if config.is_cache_drawn else min(level.scenes, reach)
            index = choose_scene(self._cache, level, scenes_kept, rng)
            key = (level, index // size)
            if key not in opened:
                opened[key] = self._cache.open_shard(*key)
            scene, picture = self._cache.scene_of(level, index), opened[key][index % size]
            if config.is_moving:
                scene, picture = moved(scene, picture, rng=moves)
            scenes.append(scene)
            pixels.append(picture)
        return scenes, np.stack(pixels)


def choose_scene(cache: SceneCache, level: Level, scenes: int, rng: random.Random) -> int:
    """The index of one of the level's first so many scenes; in the full world often a written one.

    By chance one in six shows a word, a number or a clock, so that each time and number would
    hardly ever be seen.
    """
    index = rng.randrange(scenes)
    if cache.edition == BASIC.name or rng.random() > _WRITTEN_SHARE:
        return index
    for _ in range(_WRITTEN_TRIES):
        if any(thing.word for thing in cache.scene_of(level, index).things):
            break
        index = rng.randrange(scenes)
    return index


class BatchSource:
    """The batches of a run in their order; with workers they are made before they are needed."""

    def __init__(
        self,
        config: PocketConfig,
        cache: SceneCache,
        tokenizer: PreTrainedTokenizerFast,
        *,
        workers: int = 0,
    ) -> None:
        self._maker = BatchMaker(config, cache, tokenizer)
        self._last_step = config.total_steps
        self._coming: deque[tuple[int, Future[Batch]]] = deque()
        self._ahead = workers * _AHEAD_PER_WORKER
        self._pool = None
        if workers:
            self._pool = ProcessPoolExecutor(
                workers,
                mp_context=get_context("spawn"),
                initializer=_start_worker,
                initargs=(config, cache, tokenizer),
            )

    def take(self, step: int, stage: int) -> Batch:
        """The batch of this step; those after it are ordered, in the present stage."""
        if self._pool is None:
            return self._maker.make(step, stage)
        while self._coming and self._coming[0][0] != step:
            self._coming.popleft()[1].cancel()
        first = self._coming[-1][0] + 1 if self._coming else step
        for number in range(first, min(step + self._ahead + 1, self._last_step)):
            self._coming.append((number, self._pool.submit(_make_batch, number, stage)))
        return self._coming.popleft()[1].result()

    def close(self) -> None:
        """End the workers."""
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)


_worker_maker: list[BatchMaker] = []  # one a process, made when the process starts


def _start_worker(
    config: PocketConfig, cache: SceneCache, tokenizer: PreTrainedTokenizerFast
) -> None:
    os.environ["TOKENIZERS_PARALLELISM"] = "false"
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C is for the run, which ends its workers
    torch.set_num_threads(1)
    _worker_maker.append(BatchMaker(config, cache, tokenizer))


def _make_batch(step: int, stage: int) -> Batch:
    return _worker_maker[0].make(step, stage)
