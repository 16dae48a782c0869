"""Makes a larger training set from a smaller one, and says of each item how it was made.

Called by scripts/covers.py. What would leak from development or test is dropped and counted.
"""

import random
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from gap_core.covers.asks import TELL
from gap_core.covers.leaks import HeldOut
from gap_core.covers.lessons import CoverLesson
from gap_core.covers.options import common_rest, parts_of
from gap_core.covers.pairs import Pair, one_each, pairs_of
from gap_core.covers.recombining import Made, Recombiner, shuffle_options
from gap_core.covers.records import CoverItem, Problem
from gap_core.covers.writing import register_files, write_items
from gap_core.dataset.picture_hashes import hash_pictures
from gap_core.errors import GapError
from gap_core.whole_files import write_json


@dataclass
class Augmented:
    """Both tasks' training items, old and new.

    Attributes:
        made: new items by task.
        told: lessons that tell the story of a cover, and of which item each is.
        dropped: those that leak, and originals whose options can't be told apart, with why.
    """

    originals: dict[str, list[CoverItem]]
    made: dict[str, list[Made]] = field(default_factory=dict)
    told: list[tuple[CoverLesson, str]] = field(default_factory=list)
    dropped: list[Problem] = field(default_factory=list)

    def counts(self) -> dict[str, dict[str, int]]:
        """How many items of each task, by how they were made."""
        counts = {
            task: {"original": len(items)}
            | dict(sorted(Counter(one.how for one in self.made.get(task, ())).items()))
            for task, items in self.originals.items()
        }
        return counts | ({"both": {"telling": len(self.told)}} if self.told else {})

    def write(self, folder: Path) -> None:
        """Training files with their provenance, the report, and dataset_info.json."""
        files = []
        for task, items in self.originals.items():
            made = self.made.get(task, [])
            files.append(folder / f"{task}_train.json")
            write_items([*items, *(one.item for one in made)], files[-1])
            write_json(
                [*({"how": "original", "from": [f"{task} {one.name}"]} for one in items),
                 *({"how": one.how, "from": list(one.sources)} for one in made)],
                folder / f"{task}_train_provenance.json",
            )  # fmt: skip
        if self.told:
            files.append(folder / "tell_train.json")
            write_json([one.record() for one, _ in self.told], files[-1])
            write_json(
                [{"how": "telling", "from": [source]} for _, source in self.told],
                folder / "tell_train_provenance.json",
            )
        register_files(files, folder)
        write_json(self.report(), folder / "augmentation_report.json")

    def report(self) -> dict[str, Any]:
        """Counts by kind, and what was dropped with its reasons."""
        return {"counts": self.counts(), "dropped": [str(one) for one in self.dropped]}


def augment(
    training: dict[str, list[CoverItem]],
    *,
    held_out: Sequence[CoverItem],
    images_dir: Path,
    times: int,
    seed: int,
    is_exact: bool = False,
    telling: int = 0,
) -> Augmented:
    """So many new items of each kind for every item.

    Args:
        training: the items of each task, their letters known.
        held_out: development and test of both tasks.
        images_dir: the folder that pictures are relative to.
        times: new items of each kind from every item or pair.
        seed: of every choice.
        is_exact: only the same bytes and the same words leak: for drawn worlds, where all
            covers look alike.
        telling: how often each cover's story is told, too, without options.

    Raises:
        GapError: times is below 1, or a training item has no letter.
    """
    if times < 1:
        raise GapError(f"{times} new items for each make none. Take 1 or more.")
    nameless = [item for items in training.values() for item in items if item.letter is None]
    if nameless:
        raise GapError(f"{nameless[0].name} has no output; training items need their letter.")
    found = Augmented({task: list(items) for task, items in training.items()})
    guard = HeldOut(held_out, images_dir=images_dir, is_exact=is_exact)
    for task, items in found.originals.items():
        found.originals[task] = _without_leaks(items, guard, found.dropped)
    rng = random.Random(f"covers {seed}")
    pairs = one_each([pair for items in found.originals.values() for pair in pairs_of(items)])
    for made in _all_made(found, pairs, images_dir=images_dir, times=times, rng=rng):
        found.made.setdefault(made.item.task, []).append(made)
    found.told = [
        (CoverLesson(f"tell {pair.source}", "", TELL, pair.story, (pair.image,)), pair.source)
        for _ in range(telling)
        for pair in pairs
    ]
    return found


def _without_leaks(
    items: list[CoverItem], guard: HeldOut, dropped: list[Problem]
) -> list[CoverItem]:
    """The originals that are safe; all that is made is made of these alone."""
    leaks = guard.leaks(items)
    dropped += leaks
    leaking = {one.name for one in leaks}
    return [item for item in items if item.name not in leaking]


def _all_made(
    found: Augmented, pairs: Sequence[Pair], *, images_dir: Path, times: int, rng: random.Random
) -> Iterator[Made]:
    for items in found.originals.values():
        rest = common_rest(items)
        for item in items:
            parts = parts_of(item, rest=rest)
            if parts is None:
                reason = "its options can't be told apart, so nothing was made from it"
                found.dropped.append(Problem(f"{item.task} {item.name}", reason))
                continue
            for _ in range(times):
                yield shuffle_options(item, parts, rng=rng)
    if not pairs:
        return
    maker = Recombiner(pairs, look=_bits_apart(pairs, images_dir))
    for place in range(len(pairs)):
        for _ in range(times):
            for made in (maker.image2text(place, rng=rng), maker.text2image(place, rng=rng)):
                if made is not None:
                    yield made


def _bits_apart(pairs: Sequence[Pair], images_dir: Path) -> np.ndarray:
    """(N, N) in how many bits the hashes of two covers differ; unreadable ones are far."""
    places = [(pair.image, pair.image) for pair in pairs]
    hashed = list(hash_pictures(places, root=images_dir))
    far = np.array([one.words is None for one in hashed])
    blank = np.zeros_like(next((one.words for one in hashed if one.words is not None), np.zeros(4)))
    words = np.array([blank if one.words is None else one.words for one in hashed])
    apart = np.array([np.bitwise_count(words ^ own).sum(axis=1) for own in words], dtype=float)
    apart[far] = apart[:, far] = np.inf
    return apart
