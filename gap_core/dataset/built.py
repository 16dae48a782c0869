"""A built dataset, read back for whoever looks at it. Called by the studio."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

from gap_core.dataset.building import ALIKE, CONFIG, FINDINGS, LEFT_OUT, REPORT
from gap_core.dataset.findings import Finding
from gap_core.dataset.sample import Sample, sample_of
from gap_core.errors import GapError


class FoundIn(NamedTuple):
    """A finding and the sample that it is in."""

    finding: Finding
    sample: Sample


class Duplicate(NamedTuple):
    """A sample that was left out and the one that says the same."""

    sample: Sample
    twin: Sample


def read_report(folder: Path) -> dict[str, Any]:
    """What became of the samples: the fields of BuildReport as plain values.

    Raises:
        GapError: there is no dataset, or another version built it.
    """
    return _read_json(folder / REPORT)


def read_config(folder: Path) -> dict[str, Any]:
    """How it was built.

    Raises:
        GapError: there is no dataset.
    """
    return _read_json(folder / CONFIG)


def read_findings(
    folder: Path, *, rule: str | None = None, most: int, after: int = 0
) -> list[FoundIn]:
    """So many findings, of one rule if it is named, after the first ones."""
    chosen = (
        one
        for one in _records(folder / FINDINGS)
        if "sample" in one and rule in (None, one["rule"])
    )
    return [
        FoundIn(
            Finding(one["sample_id"], one["rule"], one["where"], one["words"]),
            sample_of(one["sample"]),
        )
        for one in islice(chosen, after, after + most)
    ]


def read_duplicates(folder: Path, *, most: int, after: int = 0) -> list[Duplicate]:
    """So many samples that were left out because another says the same, after the first ones."""
    chosen = (one for one in _records(folder / LEFT_OUT) if "twin" in one)
    return [
        Duplicate(sample_of(one["sample"]), sample_of(one["twin"]))
        for one in islice(chosen, after, after + most)
    ]


def read_alike(folder: Path) -> list[tuple[str, ...]] | None:
    """Ids of the pictures of each group that looks alike, the largest group first.

    None where another version built the dataset and kept none.
    """
    if not (folder / ALIKE).is_file():
        return None
    return [tuple(one["pictures"]) for one in _records(folder / ALIKE)]


def _records(file: Path) -> Iterator[dict[str, Any]]:
    with file.open(encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def _read_json(file: Path) -> dict[str, Any]:
    try:
        return dict(json.loads(file.read_text(encoding="utf-8")))
    except (OSError, ValueError) as err:
        raise GapError(
            f"'{file}' can't be read ({err}). Build the dataset again: "
            "python -m scripts.build_dataset"
        ) from err
