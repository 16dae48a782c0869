"""VLMEvalKit: a TSV a side, with pictures in base64."""

import base64
import binascii
import re
from collections.abc import Iterator
from itertools import takewhile
from pathlib import Path
from string import ascii_uppercase

from gap_core.dataset.formats.base import SIDES, Export, Format, Raw, RawTurn, Read, Refused
from gap_core.dataset.formats.tables import read_table, write_table

COLUMNS = ("index", "image", "question", "answer", "category")
_MOST_CELL_CHARS = 96 << 20  # base64 of the largest picture that is read
_LONGEST_REFERENCE = 64  # shorter images name the row that has the picture: VLMEvalKit's own rule
# pandas, which VLMEvalKit reads with, takes these for missing; a full stop keeps them.
_READ_AS_MISSING = re.compile(
    r"(?:#N/A|#N/A N/A|#NA|-1\.#IND|-1\.#QNAN|-NaN|-nan|1\.#IND|1\.#QNAN|<NA>|N/A|NA|NULL|NaN|"
    r"None|n/a|nan|null)\.*"
)


def _write(export: Export) -> None:
    for side in SIDES:
        file = export.folder / f"{export.name}_{side}.tsv"
        write_table(_rows(export, side), file, columns=COLUMNS, delimiter="\t")


def _rows(export: Export, side: str) -> Iterator[dict[str, str]]:
    shown_before, index_of_picture = "", ""
    for index, sample in enumerate(export.samples(side)):
        if sample.image_id == shown_before:
            image = index_of_picture
        else:
            image = base64.b64encode(export.picture_bytes(sample)).decode()
            shown_before, index_of_picture = sample.image_id, str(index)
        yield {
            "index": str(index),
            "image": image,
            "question": sample.question,
            "answer": kept_from_pandas(sample.answer),
            "category": sample.category,
        }


def kept_from_pandas(text: str) -> str:
    """The text, with one more full stop if pandas would take it for a missing value."""
    return f"{text}." if _READ_AS_MISSING.fullmatch(text) else text


def given_back(text: str) -> str:
    """What `kept_from_pandas` was given."""
    return text[:-1] if text.endswith(".") and _READ_AS_MISSING.fullmatch(text) else text


def _read(file: Path) -> Read:
    needed = ("index", "image", "question", "answer")
    for row in read_table(file, columns=needed, delimiter="\t", most_chars=_MOST_CELL_CHARS):
        yield row if isinstance(row, Refused) else _raw(row.number, row.cells)


def _raw(number: int, cells: dict[str, str]) -> Raw | Refused:
    looks = "\t".join(cell[:200] for cell in cells.values())
    turns = (RawTurn(cells["question"] + _options(cells), given_back(cells["answer"])),)
    image, category = cells["image"], cells.get("category") or None
    if len(image) <= _LONGEST_REFERENCE:
        return Raw(number, turns, "", category=category, same_as=image, shown=looks)
    try:
        decoded = base64.b64decode(image, validate=True)
    except (binascii.Error, ValueError):
        return Refused(number, "the picture is no base64", looks)
    return Raw(number, turns, decoded, category=category, key=cells["index"], shown=looks)


def _options(cells: dict[str, str]) -> str:
    """The options of a multiple-choice row, which has a column for each letter."""
    letters = takewhile(lambda letter: cells.get(letter), ascii_uppercase)
    return "".join(f"\n{letter}. {given_back(cells[letter])}" for letter in letters)


def _card(name: str) -> str:
    return (
        f"Evaluate a model, with this folder as LMUData: `LMUData=$PWD python run.py --data "
        f"{name}_validation --model NAME`, run in VLMEvalKit's folder."
    )


VLMEVALKIT = Format("vlmevalkit", "VLMEvalKit, pictures inside a TSV", ".tsv", _write, _read, _card)
