"""ms-swift: messages and images, a JSON object a line, and a command to train with."""

from collections.abc import Iterator
from typing import Any

from gap_core.dataset.formats import llama_factory
from gap_core.dataset.formats.base import SIDES, Export, Format, conversations, messages_of
from gap_core.dataset.formats.json_records import write_lines

COMMAND = "train_lora.sh"


def _write(export: Export) -> None:
    for side in SIDES:
        write_lines(_records(export, side), export.folder / f"{side}.jsonl")
    is_held_out = next(export.samples("validation"), None) is not None
    file = export.folder / COMMAND
    file.write_text(_command(is_held_out), encoding="utf-8")
    file.chmod(0o755)


def _records(export: Export, side: str) -> Iterator[dict[str, Any]]:
    for conversation in conversations(export.samples(side)):
        yield {
            "messages": messages_of(conversation),
            "images": [export.place_picture(conversation[0])],
        }


def _command(is_held_out: bool) -> str:
    held_out = "--val_dataset validation.jsonl" if is_held_out else "--split_dataset_ratio 0"
    return (
        "#!/usr/bin/env bash\n"
        "# Pictures are named relative to this folder, so it is run from here.\n"
        'cd "$(dirname "$0")"\n'
        "# ms-swift 4; in version 3 --tuner_type was --train_type.\n"
        "swift sft --model Qwen/Qwen2-VL-2B-Instruct --use_hf true \\\n"
        f"  --dataset train.jsonl {held_out} \\\n"
        "  --tuner_type lora --lora_rank 8 --lora_alpha 32 --target_modules all-linear \\\n"
        "  --torch_dtype bfloat16 --num_train_epochs 3 --learning_rate 1e-4 \\\n"
        "  --warmup_ratio 0.03 --per_device_train_batch_size 1 \\\n"
        "  --gradient_accumulation_steps 16 --max_length 2048 \\\n"
        '  --output_dir lora "$@"\n'
    )


def _card(name: str) -> str:
    return f"Train: `./{COMMAND}`."


MS_SWIFT = Format(
    "ms-swift", "ms-swift, with a command to train with", ".jsonl", _write,
    llama_factory.LLAMA_FACTORY.read, _card,
)  # fmt: skip
