"""TRL and Hugging Face `datasets`: messages with pictures inside, in Parquet."""

import json
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gap_core.dataset.formats.base import (
    SIDES,
    Export,
    Format,
    Raw,
    Read,
    Refused,
    conversations,
    turns_of,
    without_tags,
)
from gap_core.dataset.sample import Sample
from gap_core.errors import GapError

if TYPE_CHECKING:
    import pyarrow as pa

_ROWS = 64  # written and read at a time: pictures are large


def _write(export: Export) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    schema = _schema()
    for side in SIDES:
        rows = _rows(export, side)
        with pq.ParquetWriter(export.folder / f"{side}.parquet", schema) as writer:
            while group := list(islice(rows, _ROWS)):
                writer.write_table(pa.Table.from_pylist(group, schema=schema))


def _schema() -> "pa.Schema":
    """The columns, with what `datasets` needs to know them for messages and pictures."""
    import pyarrow as pa

    part = pa.struct([("type", pa.string()), ("text", pa.string())])
    message = pa.struct([("role", pa.string()), ("content", pa.list_(part))])
    image = pa.struct([("bytes", pa.binary()), ("path", pa.string())])
    text = {"dtype": "string", "_type": "Value"}
    features = {
        "id": text,
        "messages": [{"role": text, "content": [{"type": text, "text": text}]}],
        "images": [{"_type": "Image"}],
    }
    return pa.schema(
        [("id", pa.string()), ("messages", pa.list_(message)), ("images", pa.list_(image))],
        metadata={"huggingface": json.dumps({"info": {"features": features}})},
    )


def _rows(export: Export, side: str) -> Iterator[dict[str, Any]]:
    for conversation in conversations(export.samples(side)):
        first = conversation[0]
        yield {
            "id": first.conversation,
            "messages": _messages(conversation),
            "images": [{"bytes": export.picture_bytes(first), "path": f"{first.image_id}.png"}],
        }


def _messages(conversation: list[Sample]) -> list[dict[str, Any]]:
    messages: list[dict[str, Any]] = []
    for sample in conversation:
        asked = [{"type": "text", "text": without_tags(sample.question)}]
        if not messages:
            asked.insert(0, {"type": "image"})
        messages.append({"role": "user", "content": asked})
        said = [{"type": "text", "text": without_tags(sample.answer)}]
        messages.append({"role": "assistant", "content": said})
    return messages


def _read(file: Path) -> Read:
    import pyarrow as pa
    import pyarrow.parquet as pq

    number = 0
    try:
        with pq.ParquetFile(file) as opened:
            for batch in opened.iter_batches(batch_size=_ROWS, columns=["messages", "images"]):
                for row in batch.to_pylist():
                    number += 1
                    yield _raw(number, row)
    except (pa.ArrowException, OSError) as err:
        raise GapError(
            f"'{file}' can't be read as Parquet with columns 'messages' and 'images' "
            f"({str(err)[:100]})."
        ) from err


def _raw(number: int, row: dict[str, Any]) -> Raw | Refused:
    turns, images = turns_of(row.get("messages")), row.get("images")
    looks = f"row {number}"
    if isinstance(turns, str):
        return Refused(number, turns, looks)
    if not isinstance(images, list) or len(images) != 1 or not isinstance(images[0], dict):
        return Refused(number, "not exactly one picture", looks)
    image = images[0]
    return Raw(number, turns, image.get("bytes") or image.get("path"), shown=looks)


def _card(name: str) -> str:
    return (
        'Load it with `datasets.load_dataset("parquet", data_files={"train": "train.parquet", '
        '"validation": "validation.parquet"})` and hand it to TRL\'s `SFTTrainer` as it is.'
    )


TRL = Format("trl", "TRL and datasets, pictures inside Parquet", ".parquet", _write, _read, _card)
