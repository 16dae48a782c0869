"""The GAP repository's training format: what MiniCPM's fine-tuning script reads."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from gap_core.dataset.formats.base import (
    SIDES,
    Export,
    Format,
    Raw,
    Read,
    Refused,
    conversations,
    messages_of,
    turns_of,
)
from gap_core.dataset.formats.json_records import read_records, write_array


def _write(export: Export) -> None:
    for side in SIDES:
        write_array(_records(export, side), export.folder / f"{side}.json")


def _records(export: Export, side: str) -> Iterator[dict[str, Any]]:
    for conversation in conversations(export.samples(side)):
        yield {
            "id": conversation[0].conversation,
            "image": export.place_picture(conversation[0]),
            "conversations": messages_of(conversation),
        }


def _read(file: Path) -> Read:
    for record in read_records(file):
        if isinstance(record, Refused):
            yield record
            continue
        turns = turns_of(record.value.get("conversations"))
        if isinstance(turns, str):
            yield Refused(record.number, turns, record.shown)
        else:
            image = record.value.get("image")
            yield Raw(record.number, turns, image, shown=record.shown)


def _card(name: str) -> str:
    return (
        "Train with MiniCPM-V's own script, from this folder: "
        "`finetune.py --data_path train.json --eval_data_path validation.json`."
    )


MINICPM = Format(
    "minicpm", "the GAP repository, MiniCPM's fine-tuning script", ".json", _write, _read, _card
)
