"""CSV for spreadsheets; nothing in it is taken for a formula."""

from collections.abc import Iterator
from pathlib import Path

from gap_core.dataset.formats.base import SIDES, Export, Format, Raw, RawTurn, Read, Refused
from gap_core.dataset.formats.tables import read_table, write_table
from gap_core.spreadsheets import quoted, unquoted

COLUMNS = (
    "id", "image", "question", "answer", "category", "model_answer", "licence", "model", "adapter",
    "posterior", "player", "labeler", "labeled_utc", "origin",
)  # fmt: skip
_MOST_CELL_CHARS = 1 << 20


def _write(export: Export) -> None:
    for side in SIDES:
        # With a mark at its beginning, or Excel takes UTF-8 for another encoding.
        write_table(
            _rows(export, side), export.folder / f"{side}.csv", columns=COLUMNS, delimiter=",",
            encoding="utf-8-sig",
        )  # fmt: skip


def _rows(export: Export, side: str) -> Iterator[dict[str, str]]:
    for sample in export.samples(side):
        made = sample.provenance
        cells = {
            "id": sample.id,
            "image": export.place_picture(sample),
            "question": sample.question,
            "answer": sample.answer,
            "category": sample.category,
            "model_answer": sample.model_answer,
            "licence": sample.licence,
            "model": made.model,
            "adapter": made.adapter,
            "posterior": made.posterior,
            "player": made.player,
            "labeler": made.labeler,
            "labeled_utc": made.labeled_utc,
            "origin": made.origin,
        }
        yield {name: quoted("" if cell is None else str(cell)) for name, cell in cells.items()}


def _read(file: Path) -> Read:
    needed = ("image", "question", "answer")
    for row in read_table(file, columns=needed, delimiter=",", most_chars=_MOST_CELL_CHARS):
        if isinstance(row, Refused):
            yield row
            continue
        cells = {name: unquoted(cell) for name, cell in row.cells.items()}
        yield Raw(
            row.number,
            (RawTurn(cells["question"], cells["answer"]),),
            cells["image"],
            category=cells.get("category") or None,
            model_answer=cells.get("model_answer") or None,
            licence=cells.get("licence") or None,
            shown=row.shown,
        )


def _card(name: str) -> str:
    return "An apostrophe before a cell keeps a spreadsheet from calculating it."


CSV = Format("csv", "spreadsheets, safe against formulas", ".csv", _write, _read, _card)
