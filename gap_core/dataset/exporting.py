"""From a built dataset to a folder that another tool reads. Called by export_dataset.

Beside the tool's own files stand the pictures, every sample with its provenance, a card, and a
manifest. The folder appears whole or not at all.
"""

import json
import shutil
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from gap_core.dataset.folders import new_folder
from gap_core.dataset.formats import FORMATS, Format
from gap_core.dataset.formats.base import SIDES, Export
from gap_core.dataset.places import checked_folder, checked_name
from gap_core.dataset.sample import Sample
from gap_core.dataset.sample_files import read_samples, sample_line
from gap_core.errors import GapError

PROVENANCE, CARD = "provenance.jsonl", "README.md"
Pictures = Literal["copy", "link"]


@dataclass(frozen=True)
class ExportReport:
    """What was exported.

    Attributes:
        train, validation: samples.
        unseen: samples whose picture is not at hand; they name it as their source did.
    """

    folder: Path
    train: int
    validation: int
    unseen: int


def format_of(name: str) -> Format:
    """The format of this name.

    Raises:
        GapError: there is none.
    """
    if name not in FORMATS:
        raise GapError(f"No format is called '{name}'. There are: {', '.join(FORMATS)}.")
    return FORMATS[name]


def export_dataset(
    dataset: Path,
    folder: Path,
    *,
    format_name: str,
    data_dir: Path,
    pictures: Pictures = "copy",
    replace: bool = False,
) -> ExportReport:
    """Write a dataset in another tool's format.

    Args:
        dataset: the folder of a built dataset, named as the dataset.
        folder: to make.
        format_name: one of FORMATS.
        data_dir: the folder that the samples' pictures are relative to.
        pictures: copies of them, or hard links, which take no space but change with the original.
        replace: put it in the place of an earlier export.

    Raises:
        GapError: no such dataset or format, the dataset has changed since it was built, a picture
            is missing that the format holds, or the folder is taken or can't be written.
    """
    form = format_of(format_name)
    name = checked_name(dataset.name)
    checked_folder(dataset, what="dataset", made_by="build_dataset")
    counts = dict.fromkeys((*SIDES, "unseen"), 0)
    with new_folder(folder, replace=replace) as part:
        placer = _PicturePlacer(data_dir, part, pictures)
        form.write(
            Export(
                name=name,
                folder=part,
                samples=lambda side: read_samples(dataset / f"{side}.jsonl"),
                place_picture=placer.place,
                picture_bytes=placer.read,
            )
        )
        with (part / PROVENANCE).open("x", encoding="utf-8", errors="replace") as lines:
            for side, sample in _all_samples(dataset):
                lines.write(sample_line(sample))
                counts[side] += 1
                counts["unseen"] += sample.image_path is None
        (part / CARD).write_text(_card(form, name, dataset), encoding="utf-8")
    return ExportReport(folder, counts["train"], counts["validation"], counts["unseen"])


def _all_samples(dataset: Path) -> Iterator[tuple[str, Sample]]:
    for side in SIDES:
        for sample in read_samples(dataset / f"{side}.jsonl"):
            yield side, sample


class _PicturePlacer:
    """Puts pictures into an export, each once."""

    def __init__(self, data_dir: Path, folder: Path, pictures: Pictures) -> None:
        self._data_dir, self._folder, self._pictures = data_dir, folder, pictures

    def place(self, sample: Sample) -> str:
        """The picture's path in the export; the name its source gave it where it isn't at hand."""
        if sample.image_path is None:
            return sample.image_name
        source = self._source(sample)
        place = f"images/{source.stem[:2]}/{source.name}"
        target = self._folder / place
        if not target.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            self._put(source, target)
        return place

    def read(self, sample: Sample) -> bytes:
        """The picture's bytes."""
        return self._source(sample).read_bytes()

    def _put(self, source: Path, target: Path) -> None:
        if self._pictures == "link":
            with suppress(OSError):  # another disk: copied
                target.hardlink_to(source)
                return
        shutil.copyfile(source, target)

    def _source(self, sample: Sample) -> Path:
        if sample.image_path is None:
            raise GapError(
                f"The picture '{sample.image_name}' of sample '{sample.id}' is not at hand, and "
                "this format holds pictures. Import the dataset again with its pictures."
            )
        source = (self._data_dir / sample.image_path).resolve()
        if not source.is_relative_to(self._data_dir.resolve()) or not source.is_file():
            raise GapError(
                f"The picture '{sample.image_path}' of sample '{sample.id}' is missing from "
                f"'{self._data_dir}'. Put it back, or build the dataset without it."
            )
        return source


def _card(form: Format, name: str, dataset: Path) -> str:
    """The dataset's own card under a head that says which format this is and how it is used."""
    try:
        own = (dataset / CARD).read_text(encoding="utf-8").split("\n## Files")[0]
    except OSError:
        own = f"# {name}"
    head = f"For {form.says}. {form.card(name)}"
    own = own.replace("\n\n", f"\n\n{head}\n\n", 1)
    files = (
        f"## Files\n\nOne file each for training and validation, format `{form.name}`. "
        f"`{PROVENANCE}`: every sample with where it came from; "
        "`python -m scripts.import_dataset` reads it back with them. "
        "`manifest.json`: sha256 of each file."
    )
    return f"{_front_matter(form)}{own.rstrip()}\n\n{files}\n"


def _front_matter(form: Format) -> str:
    """What tells `datasets.load_dataset(folder)` which files are meant."""
    if form.suffix != ".parquet":
        return ""
    files = [{"split": side, "path": f"{side}.parquet"} for side in SIDES]
    configs = json.dumps([{"config_name": "default", "data_files": files}])
    return f"---\nconfigs: {configs}\n---\n"
