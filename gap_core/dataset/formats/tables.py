"""Rows of CSV and TSV files, one by one. Called by the two formats that are tables."""

import csv
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from gap_core.dataset.formats.base import Refused, shown
from gap_core.errors import GapError


class Row(NamedTuple):
    """One row by the names of its columns."""

    number: int
    cells: dict[str, str]
    shown: str


def write_table(
    rows: Iterable[Mapping[str, str]],
    file: Path,
    *,
    columns: tuple[str, ...],
    delimiter: str,
    encoding: str = "utf-8",
) -> None:
    """Write a table with a row of column names."""
    with file.open("x", encoding=encoding, errors="replace", newline="") as lines:
        writer = csv.DictWriter(lines, columns, delimiter=delimiter, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def read_table(
    file: Path, *, columns: tuple[str, ...], delimiter: str, most_chars: int
) -> Iterator[Row | Refused]:
    """The rows of a table; a broken one is refused by itself.

    Args:
        file: in UTF-8, with a row of column names.
        columns: that must be there.
        delimiter: between cells.
        most_chars: of one cell.

    Raises:
        GapError: the file can't be read, is in UTF-16, or lacks a column.
    """
    csv.field_size_limit(max(most_chars, csv.field_size_limit()))
    try:
        # Bytes that are no UTF-8 become lone surrogates, by which the row is known.
        with file.open(encoding="utf-8-sig", errors="surrogateescape", newline="") as lines:
            reader = csv.reader(lines, delimiter=delimiter)
            names = _names(reader, file, columns)
            while (row := _next_row(reader, names, most_chars)) is not None:
                yield row
    except OSError as err:
        raise GapError(f"'{file}' can't be read ({err.strerror or err}). Give a file.") from err


def _names(reader: Iterator[list[str]], file: Path, columns: tuple[str, ...]) -> list[str]:
    try:
        names = next(reader, [])
    except csv.Error as err:
        raise GapError(f"The first line of '{file}' can't be read ({err}).") from err
    if names and names[0].startswith(("\udcff\udcfe", "\udcfe\udcff")):
        raise GapError(f"'{file}' is in UTF-16. Save it in UTF-8 and import it again.")
    lacking = [name for name in columns if name not in names]
    if lacking:
        raise GapError(
            f"'{file}' has no column '{lacking[0]}'. Its first line should name: "
            f"{', '.join(columns)}."
        )
    return names


def _next_row(reader, names: list[str], most_chars: int) -> Row | Refused | None:  # type: ignore[no-untyped-def]
    try:
        cells = next(reader, None)
        while cells == []:  # an empty line
            cells = next(reader, None)
    except csv.Error as err:
        return Refused(reader.line_num, f"broken row ({err})", "")
    if cells is None:
        return None
    looks = shown("\t".join(cells)[:10_000])
    if len(cells) != len(names):
        reason = f"{len(cells)} cells where there are {len(names)} columns"
        return Refused(reader.line_num, reason, looks)
    if any("\udc80" <= sign <= "\udcff" for cell in cells for sign in cell[:most_chars]):
        return Refused(reader.line_num, "not UTF-8", looks)
    return Row(reader.line_num, dict(zip(names, cells, strict=True)), looks)
