"""How often a run's image tower names what its patches show, lesson by lesson.

Called by scripts/measure_lessons.py. Held against pictures of the training itself it tells a tower
that has learnt its pictures by heart from one that has learnt to see.
"""

from collections import Counter
from collections.abc import Sequence

import torch

from gap_core.pocket_training.dense import PATCH_COLUMNS, PATCH_ROWS, patch_labels
from gap_core.pocket_training.lessons import lessons_of
from gap_core.pocket_training.scene_cache import drawn_scaled
from gap_core.pocket_training.train import PocketTrainer
from gap_core.pocket_world import Scene
from gap_core.scoring.shares import Share, share_of

_BATCH = 32


def lesson_shares(trainer: PocketTrainer, scenes: Sequence[Scene]) -> dict[str, Share]:
    """The share of things whose value is the one that their patches speak for, by lesson.

    Things that are not the only one of their kind, or of which no patch shows the value, are left
    out; whether a patch shows anything at all is not asked.
    """
    right, n = Counter[str](), Counter[str]()
    for start in range(0, len(scenes), _BATCH):
        batch = scenes[start : start + _BATCH]
        scores = [part.cpu() for part in trainer.patch_scores(drawn_scaled(batch))]
        for number, scene in enumerate(batch):
            for name, is_right in _named(scene, [part[number] for part in scores]):
                n[name] += 1
                right[name] += is_right
    return {name: share_of(right[name], n[name]) for name in n}


def _named(scene: Scene, scores: list[torch.Tensor]) -> list[tuple[str, bool]]:
    """Lessons with whether the scores (192, C) of a thing's patches add up to its value."""
    lessons = lessons_of(scene.edition).patch
    labels = patch_labels(scene, columns=PATCH_COLUMNS, rows=PATCH_ROWS)
    named = []
    for thing in scene.things:
        if len(scene.of_kind(thing.kind)) > 1:
            continue
        is_covered = labels[0] == lessons[0].values.index(thing.kind) + 1
        for number, lesson in enumerate(lessons):
            if not (value := lesson.value_of(scene, thing)):
                continue
            place = lesson.values.index(value)
            patches = torch.from_numpy(is_covered & (labels[number] == place + 1))
            if patches.any():
                said = scores[number][patches][:, 1:].sum(0).argmax().item()
                named.append((lesson.name, said == place))
    return named
