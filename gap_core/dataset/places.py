"""Where datasets and imports lie in the data folder. Called by the scripts and the studio."""

import re
from collections.abc import Iterator
from pathlib import Path

from gap_core.dataset.folders import MANIFEST, changed_files
from gap_core.dataset.mending import with_mended
from gap_core.dataset.sample import Sample
from gap_core.dataset.sample_files import read_samples
from gap_core.errors import GapError

DATASETS, IMPORTS = "datasets", "imports"
SAMPLES = "samples.jsonl"
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")


def dataset_place(data_dir: Path, name: str) -> Path:
    """The folder of the dataset of this name, there or not.

    Raises:
        GapError: the name can't be a folder's.
    """
    return data_dir / DATASETS / checked_name(name)


def import_place(data_dir: Path, name: str) -> Path:
    """The folder of the import of this name, there or not.

    Raises:
        GapError: the name can't be a folder's.
    """
    return data_dir / IMPORTS / checked_name(name)


def dataset_names(data_dir: Path) -> list[str]:
    """The datasets that are there, the last built first."""
    return _names(data_dir / DATASETS)


def import_names(data_dir: Path) -> list[str]:
    """The imports that are there, the last made first."""
    return _names(data_dir / IMPORTS)


def _names(folder: Path) -> list[str]:
    manifests = sorted(
        folder.glob(f"[!.]*/{MANIFEST}"), key=lambda one: one.stat().st_mtime, reverse=True
    )
    return [manifest.parent.name for manifest in manifests]


def checked_name(name: str) -> str:
    """The name itself.

    Raises:
        GapError: it can't be a folder's name on every system.
    """
    if not _NAME.fullmatch(name):
        raise GapError(
            f"'{name[:80]}' can't be a name. Use letters, digits, '.', '_' and '-', at most 64."
        )
    return name


def imported_samples(data_dir: Path, name: str) -> Iterator[Sample]:
    """The samples of an import, as they were mended since.

    Raises:
        GapError: there is none of this name, or its files have changed.
    """
    folder = import_place(data_dir, name)
    checked_folder(folder, what="import", made_by="import_dataset")
    return with_mended(read_samples(folder / SAMPLES), imports=data_dir / IMPORTS)


def checked_folder(folder: Path, *, what: str, made_by: str) -> Path:
    """The folder itself.

    Raises:
        GapError: it is not there, or a file of it is not what its manifest says.
    """
    if not folder.is_dir():
        raise GapError(f"No {what} at '{folder}'. Make one: python -m scripts.{made_by}")
    changed = changed_files(folder)
    if changed:
        raise GapError(
            f"'{changed[0]}' of '{folder}' is not what its manifest says, so the {what} can't be "
            f"trusted. Make it again: python -m scripts.{made_by}"
        )
    return folder
