"""Which pictures a run may learn from: never validation pictures, nor any that look like them.

Called by train.py.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from gap_core.dataset.picture_groups import group_pictures
from gap_core.dataset.picture_hashes import hash_pictures
from gap_core.dataset.sample import Sample, is_replay
from gap_core.dataset.split import split_groups
from gap_core.errors import GapError
from gap_core.language import CATEGORIES


class Lessons(NamedTuple):
    """What is learnt from, and what the run is evaluated on meanwhile."""

    learnt: list[Sample]
    held_back: list[Sample]


def check_pictures_at_hand(samples: Sequence[Sample], *, data_dir: Path) -> None:
    """Refuse samples whose pictures can't be looked at.

    Raises:
        GapError: there are none, or the picture of one is missing.
    """
    if not samples:
        raise GapError("There are no samples to train on. Build a dataset with some.")
    for sample in samples:
        if sample.image_path is None or not (data_dir / sample.image_path).is_file():
            raise GapError(
                f"The picture of sample '{sample.id}' is missing from '{data_dir}' "
                f"('{sample.image_path or sample.image_name}'). Put it back, or build the "
                "dataset without it."
            )


def divide_lessons(
    train: Sequence[Sample],
    validation: Sequence[Sample],
    *,
    data_dir: Path,
    held_back_share: float,
    seed: int,
) -> Lessons:
    """The samples to learn from and those held back, whole groups of alike pictures apart.

    Raises:
        GapError: a training picture is a validation picture or looks like one, or the share
            leaves nothing on one side.
    """
    groups = _groups([*train, *validation], data_dir)
    forbidden = {groups[sample.image_id]: sample for sample in validation}
    for sample in train:
        _refuse_twin(sample, forbidden.get(groups[sample.image_id]))
    counts: dict[str, list[int]] = {}
    for sample in train:
        row = counts.setdefault(groups[sample.image_id], [0] * len(CATEGORIES))
        row[CATEGORIES.index(sample.category)] += not is_replay(sample)
    chosen = split_groups(counts, share=held_back_share, seed=seed)
    lessons = Lessons(
        [sample for sample in train if groups[sample.image_id] not in chosen],
        [s for s in train if groups[s.image_id] in chosen and not is_replay(s)],
    )
    if not lessons.learnt or (held_back_share > 0 and not lessons.held_back):
        raise GapError(
            f"{len(train)} samples on {len(counts)} different pictures can't be divided with "
            f"held_back_share '{held_back_share}'. Add samples, change it, or set it to 0 with "
            "keep: last and without evaluations."
        )
    return lessons


def _refuse_twin(sample: Sample, twin: Sample | None) -> None:
    if twin is None:
        return
    how = "is" if twin.image_id == sample.image_id else "looks like"
    raise GapError(
        f"The picture of training sample '{sample.id}' {how} the one of validation sample "
        f"'{twin.id}', so the score would mean nothing. Build the dataset again, with both in it."
    )


def _groups(samples: Sequence[Sample], data_dir: Path) -> dict[str, str]:
    """The group of alike pictures that each picture is in; its own where it isn't at hand."""
    places = {sample.image_id: sample.image_path or "" for sample in samples}
    hashed = [one for one in hash_pictures(places.items(), root=data_dir) if one.words is not None]
    groups = {image_id: image_id for image_id in places}
    if hashed:
        roots = group_pictures(np.array([one.words for one in hashed], dtype=np.uint64))
        groups |= {
            one.image_id: hashed[root].image_id for one, root in zip(hashed, roots, strict=True)
        }
    return groups
