"""A run's accepted items as four curriculum steps for ms-swift, with commands ready to run.

Called by scripts.export_curriculum. The folder appears whole or not at all.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from gap_core.dataset.folders import new_folder, sha256_of
from gap_core.dataset.formats.base import IMAGE_TAG, TRAIN, VALIDATION, without_tags
from gap_core.dataset.formats.json_records import write_lines
from gap_core.errors import GapError
from gap_core.synthesis.curriculum import (
    STEPS,
    Made,
    Use,
    is_held_out,
    items_of_step,
    lesson_of,
)
from gap_core.synthesis.records import published_record

DEFAULT_MODEL = "Qwen/Qwen2.5-VL-7B-Instruct"
HELD_OUT_SHARE = 0.03  # as published
RECORDS, EVERYTHING = "records.jsonl", "train_all.sh"


def export_curriculum(
    items: Sequence[Made],
    folder: Path,
    *,
    use: Use,
    name: str,
    model: str = DEFAULT_MODEL,
    replace: bool = False,
) -> dict[str, dict[str, int]]:
    """Write step_1 to step_4, the pictures, a command each, one for all, and the records.

    Args:
        items: accepted ones.
        folder: to make.
        use: "split" gives each item to one step in turn, as published; "full" to all.
        name: of the run.
        model: that the commands train.
        replace: put it in the place of an earlier export.

    Returns:
        By step, how many lessons are for training and for validation.

    Raises:
        GapError: a picture is missing, or the folder is taken or can't be written.
    """
    counts: dict[str, dict[str, int]] = {}
    with new_folder(folder, replace=replace) as part:
        pictures = {item.place: _place_picture(item, part) for item in items}
        for step in range(len(STEPS)):
            step_folder = part / f"step_{step + 1}"
            step_folder.mkdir()
            chosen = items_of_step(items, step, use)
            counts[step_folder.name] = {
                side: _write_side(chosen, step, pictures, step_folder, side)
                for side in (TRAIN, VALIDATION)
            }
            has_held_out = counts[step_folder.name][VALIDATION] > 0
            _write_command(part / f"{step_folder.name}.sh", _command(step, model, has_held_out))
        _write_command(part / EVERYTHING, _all_commands())
        write_lines(_records(items, pictures), part / RECORDS)
        (part / "README.md").write_text(_card(name, use, counts), encoding="utf-8")
    return counts


def _write_side(
    items: Iterable[Made], step: int, pictures: dict[int, str], folder: Path, side: str
) -> int:
    records = [
        _messages(item, step, pictures[item.place])
        for item in items
        if is_held_out(item, HELD_OUT_SHARE) == (side == VALIDATION)
    ]
    write_lines(records, folder / f"{side}.jsonl")
    return len(records)


def _messages(item: Made, step: int, picture: str) -> dict[str, Any]:
    lesson = lesson_of(item, step)
    tag = f"{IMAGE_TAG}\n" if picture else ""
    return {
        "messages": [
            {"role": "user", "content": tag + without_tags(lesson.prompt)},
            {"role": "assistant", "content": without_tags(lesson.response)},
        ],
        "images": [picture] if picture else [],
    }


def _place_picture(item: Made, folder: Path) -> str:
    """Copy the item's picture, once; its path in the export, empty for texts."""
    if item.subject.kind == "text":
        return ""
    source = Path(item.subject.image_path)
    if not source.is_file():
        raise GapError(f"The picture '{source}' of item {item.place} is missing. Put it back.")
    place = f"images/{sha256_of(source)[:32]}{source.suffix.lower()}"
    target = folder / place
    if not target.exists():
        target.parent.mkdir(exist_ok=True)
        shutil.copyfile(source, target)
    return place


def _records(items: Iterable[Made], pictures: dict[int, str]) -> Iterator[dict[str, Any]]:
    for item in items:
        record = published_record(item.subject, item.seed, item.multi_hop)
        if "image" in record:
            record["image"] = pictures[item.place]
        yield record


def _write_command(file: Path, text: str) -> None:
    file.write_text(text, encoding="utf-8")
    file.chmod(0o755)


def _command(step: int, model: str, has_held_out: bool) -> str:
    """One LoRA run with the published settings, from the adapter of the step before."""
    here = f"step_{step + 1}"
    held_out = (
        f"--val_dataset {here}/validation.jsonl" if has_held_out else "--split_dataset_ratio 0"
    )
    before = f'  --adapters "$(ls -d lora/step_{step}/checkpoint-* | sort -V | tail -n 1)" \\\n'
    return (
        "#!/usr/bin/env bash\n"
        f"# {STEPS[step]}. Pictures are named relative to this folder, so it is run from here.\n"
        'set -euo pipefail\ncd "$(dirname "$0")"\n'
        "# ms-swift 4; in version 3 --tuner_type was --train_type.\n"
        f"swift sft --model {model} --use_hf true \\\n"
        f"{before if step else ''}"
        f"  --dataset {here}/train.jsonl {held_out} \\\n"
        "  --tuner_type lora --lora_rank 8 --lora_alpha 32 --target_modules all-linear \\\n"
        "  --freeze_vit true --freeze_aligner false --torch_dtype bfloat16 \\\n"
        "  --num_train_epochs 1 --learning_rate 1e-5 --warmup_ratio 0.05 --max_length 4096 \\\n"
        "  --per_device_train_batch_size 1 --gradient_accumulation_steps 8 \\\n"
        f'  --add_version false --output_dir lora/{here} "$@"\n'
    )


def _all_commands() -> str:
    return (
        "#!/usr/bin/env bash\n"
        "# The four steps one after another, then one merged model. A step that is there is kept.\n"
        'set -euo pipefail\ncd "$(dirname "$0")"\n'
        f"for step in {' '.join(f'step_{n}' for n in range(1, len(STEPS) + 1))}; do\n"
        '  ls -d "lora/$step"/checkpoint-* >/dev/null 2>&1 || "./$step.sh" "$@"\n'
        "done\n"
        'swift export --adapters "$(ls -d lora/step_4/checkpoint-* | sort -V | tail -n 1)" \\\n'
        "  --merge_lora true --output_dir merged\n"
    )


def _card(name: str, use: Use, counts: dict[str, dict[str, int]]) -> str:
    lines = [
        f"{number}. {says}: {counts[f'step_{number}'][TRAIN]:,} lessons, "
        f"{counts[f'step_{number}'][VALIDATION]:,} held out"
        for number, says in enumerate(STEPS, start=1)
    ]
    shared = "each item in one step, in turn" if use == "split" else "each item in every step"
    return (
        f"# {name}\n\nA thinking-induced curriculum (MindGYM, arXiv 2503.09499) for ms-swift: "
        f"{shared}. Train all of it, and merge: `./{EVERYTHING}`; one step: `./step_1.sh` and so "
        f"on, each from the adapter of the step before.\n\n" + "\n".join(lines) + "\n\n"
        f"`{RECORDS}`: every item with its sub-questions, thinking and answer. `manifest.json`: "
        "sha256 of each file.\n"
    )


def counts_json(counts: dict[str, dict[str, int]], folder: Path) -> str:
    """The counts as one JSON object."""
    return json.dumps({"folder": str(folder), **counts})
