"""LLaMA-Factory: sharegpt records, dataset_info.json, and a YAML to train with."""

import json
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

CONFIG = "train_lora.yaml"
# Any model that LLaMA-Factory knows will do; its template must be changed with it.
_MODEL, _TEMPLATE = "Qwen/Qwen2-VL-2B-Instruct", "qwen2_vl"


def _write(export: Export) -> None:
    for side in SIDES:
        write_array(_records(export, side), export.folder / f"{side}.json")
    listed = {f"{export.name}_{side}": _listed(side) for side in SIDES}
    (export.folder / "dataset_info.json").write_text(
        json.dumps(listed, indent=2) + "\n", encoding="utf-8"
    )
    is_held_out = next(export.samples("validation"), None) is not None
    (export.folder / CONFIG).write_text(_config(export.name, is_held_out), encoding="utf-8")


def _records(export: Export, side: str) -> Iterator[dict[str, Any]]:
    for conversation in conversations(export.samples(side)):
        yield {
            "images": [export.place_picture(conversation[0])],
            "conversations": messages_of(conversation),
        }


def _listed(side: str) -> dict[str, Any]:
    return {
        "file_name": f"{side}.json",
        "formatting": "sharegpt",
        "columns": {"messages": "conversations", "images": "images"},
        "tags": {
            "role_tag": "role",
            "content_tag": "content",
            "user_tag": "user",
            "assistant_tag": "assistant",
        },
    }


def _config(name: str, is_held_out: bool) -> str:
    """The run's YAML; the learning rate is for few samples and LoRA, not the paper's."""
    evaluation = (
        f"eval_dataset: {name}_validation\nper_device_eval_batch_size: 1\neval_strategy: epoch\n"
        if is_held_out
        else ""
    )
    return (
        f"# llamafactory-cli train {CONFIG}   (in this folder)\n"
        f"model_name_or_path: {_MODEL}\ntemplate: {_TEMPLATE}\n\n"
        "stage: sft\ndo_train: true\nfinetuning_type: lora\nlora_rank: 8\nlora_target: all\n\n"
        f"dataset_dir: .\nmedia_dir: .\ndataset: {name}_train\n{evaluation}cutoff_len: 2048\n\n"
        "output_dir: lora\nlogging_steps: 10\nsave_strategy: epoch\nreport_to: none\n\n"
        "per_device_train_batch_size: 1\ngradient_accumulation_steps: 16\n"
        "learning_rate: 1.0e-4\nnum_train_epochs: 3.0\nlr_scheduler_type: cosine\n"
        "warmup_ratio: 0.03\nbf16: true\n"
    )


def _read(file: Path) -> Read:
    for record in read_records(file):
        if isinstance(record, Refused):
            yield record
            continue
        turns = turns_of(record.value.get("conversations", record.value.get("messages")))
        images = record.value.get("images")
        if isinstance(turns, str):
            yield Refused(record.number, turns, record.shown)
        elif not isinstance(images, list) or len(images) != 1:
            yield Refused(record.number, "not exactly one picture", record.shown)
        else:
            yield Raw(record.number, turns, images[0], shown=record.shown)


def _card(name: str) -> str:
    return f"Train in this folder: `llamafactory-cli train {CONFIG}`."


LLAMA_FACTORY = Format(
    "llama-factory", "LLaMA-Factory, with a YAML to train with", ".json", _write, _read, _card
)
