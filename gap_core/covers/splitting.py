"""Sets a share of the training items aside to validate on. Called by scripts and the pipeline.

Ten development items are too few to choose a checkpoint or to weigh evidence by.
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path

from gap_core.covers.records import TASKS, CoverItem
from gap_core.covers.writing import register_files, write_items
from gap_core.errors import GapError


def split_task(
    items: Mapping[str, Sequence[CoverItem]], folder: Path, *, source: Path, share: float, seed: int
) -> dict[str, int]:
    """Write the task's files anew, with a share of training moved to development.

    Both tasks ask about the same covers, so all items about a cover go to the same side.

    Args:
        items: usable items by file name without ending, such as image2text_train.
        folder: to write into.
        source: the folder that test files and their keys are copied from, as they are.
        share: of the covers of training that are set aside.
        seed: of which these are.

    Returns:
        How many items each file has.

    Raises:
        GapError: the share leaves nothing on one side.
    """
    counts, files = {}, []
    for task in TASKS:
        training = items.get(f"{task}_train", ())
        aside = [one for one in training if _is_aside(one, share, seed)]
        learnt = [one for one in training if not _is_aside(one, share, seed)]
        if training and not (aside and learnt):
            raise GapError(
                f"A share of {share} leaves nothing of {len(training)} items of {task} on one "
                "side. Choose another."
            )
        sides = {"train": learnt, "dev": [*items.get(f"{task}_dev", ()), *aside]}
        for side, chosen in sides.items():
            files.append(folder / f"{task}_{side}.json")
            write_items(chosen, files[-1])
            counts[files[-1].stem] = len(chosen)
        for name in (f"{task}_test.json", f"{task}_test_key.json"):
            if (source / name).is_file():
                shutil.copyfile(source / name, folder / name)
    register_files(files, folder)
    return counts


def _is_aside(item: CoverItem, share: float, seed: int) -> bool:
    drawn = hashlib.blake2b(f"{seed} {item.right_image}".encode(), digest_size=4).digest()
    return int.from_bytes(drawn) < share * 2**32
