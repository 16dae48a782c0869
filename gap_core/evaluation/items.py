"""What is evaluated: questions on pictures with the right answers. Called by evaluating."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Literal, NamedTuple

from gap_core.dataset.places import checked_folder
from gap_core.dataset.sample import Sample, is_replay
from gap_core.dataset.sample_files import read_samples
from gap_core.errors import GapError

Side = Literal["train", "validation"]


class Item(NamedTuple):
    """A question on a picture and what is right.

    Attributes:
        image_id: the picture; answers on one are not independent of each other.
        image_path: relative to the data folder.
    """

    image_id: str
    image_path: str
    question: str
    reference: str
    category: str


class Answered(NamedTuple):
    """An item and what a model said to it."""

    item: Item
    answer: str


def dataset_items(folder: Path, side: Side = "validation") -> list[Item]:
    """The items of one side of a built dataset, each question on a picture once.

    Raises:
        GapError: no such dataset, it has changed since it was built, or nothing can be asked.
    """
    checked_folder(folder, what="dataset", made_by="build_dataset")
    items = list(_distinct(read_samples(folder / f"{side}.jsonl")))
    if not items:
        raise GapError(
            f"The {side} side of '{folder}' has no sample whose picture is at hand. Build it with "
            "more samples, or import its pictures."
        )
    return items


def _distinct(samples: Iterable[Sample]) -> Iterator[Item]:
    seen = set()
    for sample in samples:
        key = sample.image_id, sample.question
        if sample.image_path is not None and key not in seen and not is_replay(sample):
            seen.add(key)
            yield Item(
                image_id=sample.image_id,
                image_path=sample.image_path,
                question=sample.question,
                reference=sample.answer,
                category=sample.category,
            )
