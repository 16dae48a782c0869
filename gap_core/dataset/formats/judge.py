"""The GAP repository's judge format: what a judge model compares."""

from collections.abc import Iterator
from pathlib import Path

from gap_core.dataset.formats.base import SIDES, Export, Format, Raw, RawTurn, Read, Refused
from gap_core.dataset.formats.json_records import read_records, write_array
from gap_core.dataset.sample import is_replay


def _write(export: Export) -> None:
    for side in SIDES:
        write_array(_records(export, side), export.folder / f"{side}.json")


def _records(export: Export, side: str) -> Iterator[dict[str, str]]:
    for sample in export.samples(side):
        if is_replay(sample):  # the model's own answer: nothing to judge
            continue
        yield {
            "imageLink": export.place_picture(sample),
            "question": sample.question,
            "modelAnswer": sample.model_answer or "",
            "correctAnswer": sample.answer,
        }


def _read(file: Path) -> Read:
    for record in read_records(file):
        if isinstance(record, Refused):
            yield record
            continue
        value = record.value
        yield Raw(
            record.number,
            (RawTurn(value.get("question"), value.get("correctAnswer")),),
            value.get("imageLink"),
            model_answer=value.get("modelAnswer") or None,
            shown=record.shown,
        )


def _card(name: str) -> str:
    return (
        "`modelAnswer` is what the model said in the game; put other answers there to judge them."
    )


JUDGE = Format("judge", "the GAP repository's judge", ".json", _write, _read, _card)
