"""Training and validation pictures: whole groups of pictures, categories balanced, seeded.

Called by building. The split depends on the seed and on what the groups hold, never on the order
in which samples came.
"""

import hashlib
from collections.abc import Mapping, Sequence

import numpy as np

from gap_core.errors import GapError


def split_groups(counts: Mapping[str, Sequence[int]], *, share: float, seed: int) -> frozenset[str]:
    """The groups that go to validation; the others are for training.

    Groups are taken one by one, those of the rarest category first and large ones before small
    ones, ties by lot. A group goes to validation if that brings its rarest category, and all
    categories together, nearer to their shares. So each category is as near to its share as the
    sizes of the groups allow, and within half a sample where every group holds one sample.

    Args:
        counts: samples of each category, by group; all of one length.
        share: of the samples that go to validation, in [0, 1).
        seed: of the lots.

    Raises:
        GapError: the share is out of range.
    """
    if not 0 <= share < 1:
        raise GapError(f"Validation share '{share}' is not between 0 and 1. Choose 0.2, say.")
    if not counts:
        return frozenset()
    totals = np.array(list(counts.values()), dtype=np.float64).sum(axis=0)
    weights = 1 / np.maximum(totals, 1)
    lacking = share * totals
    chosen = []
    for group in _taken_in_order(counts, totals, seed):
        held = np.asarray(counts[group], dtype=np.float64)
        changes = weights * held * (held - 2 * lacking)  # of the weighted squared distances
        if changes[_rarest(held, totals)] < 0 and changes.sum() < 0:
            chosen.append(group)
            lacking -= held
    return frozenset(chosen)


def _taken_in_order(
    counts: Mapping[str, Sequence[int]], totals: np.ndarray, seed: int
) -> list[str]:
    def order(group: str) -> tuple[float, int, bytes]:
        held = np.asarray(counts[group])
        rarest = float(totals[_rarest(held, totals)])
        return rarest, -int(held.sum()), _lot(group, seed)

    return sorted(counts, key=order)


def _rarest(held: np.ndarray, totals: np.ndarray) -> int:
    return int(np.argmin(np.where(held > 0, totals, np.inf)))


def _lot(group: str, seed: int) -> bytes:
    return hashlib.sha256(f"{seed}\n{group}".encode()).digest()
