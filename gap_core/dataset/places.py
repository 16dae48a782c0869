"""Where datasets and imports lie in the data folder. Called by the scripts and the studio."""

import re
from pathlib import Path

from gap_core.errors import GapError

DATASETS = "datasets"
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")


def dataset_place(data_dir: Path, name: str) -> Path:
    """The folder of the dataset of this name, there or not.

    Raises:
        GapError: the name can't be a folder's.
    """
    return data_dir / DATASETS / checked_name(name)


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
