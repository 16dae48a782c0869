"""A LLaMA-Factory project of the task, ready to run. Called by scripts/covers.py.

Lessons come in the order that they are to be learnt in, in one file, beside validation, the test
sets and a YAML with the same settings that the own trainer takes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from gap_core.covers.lessons import CoverLesson, lessons_of
from gap_core.covers.records import CoverItem
from gap_core.covers.writing import register_files, write_items
from gap_core.errors import GapError
from gap_core.training.config import ALL_LAYERS, TrainingConfig
from gap_core.whole_files import write_json
from models.registry import HUB_IDS

TRAIN, VALIDATION, SETTINGS, GUIDE = "covers_train", "covers_dev", "train_lora.yaml", "README.md"
TEMPLATES = {"qwen2-vl-2b": "qwen2_vl", "qwen2-vl-7b": "qwen2_vl", "qwen2.5-vl-7b": "qwen2_vl"}


def export_project(
    config: TrainingConfig,
    folder: Path,
    *,
    lessons: Sequence[CoverLesson],
    validation: Sequence[CoverItem],
    tests: Mapping[str, Sequence[CoverItem]],
    images_dir: Path,
    is_curriculum: bool,
) -> dict[str, int]:
    """Write the project; pictures stay where they are.

    Args:
        config: of the run.
        folder: to write into; files of an earlier export are written anew.
        lessons: in the order that they are learnt in.
        validation: items with their letters.
        tests: test items by task.
        images_dir: the folder that pictures are relative to.
        is_curriculum: the order is kept; else LLaMA-Factory shuffles.

    Returns:
        How many records each file has.

    Raises:
        GapError: LLaMA-Factory has no template for the model, or a file can't be written.
    """
    if config.model not in TEMPLATES:
        raise GapError(
            f"No template of LLaMA-Factory is known for '{config.model}'. Choose one of: "
            f"{', '.join(TEMPLATES)}."
        )
    files = {
        folder / f"{TRAIN}.json": [one.record() for one in lessons],
        folder / f"{VALIDATION}.json": [
            one.record() for one in lessons_of(validation, name=VALIDATION)
        ],
    }
    for file, records in files.items():
        write_json(records, file)
    counts = {file.stem: len(records) for file, records in files.items()}
    for task, items in tests.items():
        write_items(items, folder / f"{task}_test.json")
        counts[f"{task}_test"] = len(items)
    register_files([folder / f"{name}.json" for name in counts], folder)
    settings = project_settings(config, images_dir=images_dir, is_curriculum=is_curriculum)
    text = f"# llamafactory-cli train {SETTINGS}   (in this folder)\n"
    text += yaml.safe_dump(settings, sort_keys=False)
    (folder / SETTINGS).write_text(text, encoding="utf-8")
    (folder / GUIDE).write_text(_guide(list(tests), images_dir), encoding="utf-8")
    return counts


def project_settings(
    config: TrainingConfig, *, images_dir: Path, is_curriculum: bool
) -> dict[str, Any]:
    """The run's settings under LLaMA-Factory's names."""
    is_best_kept = config.keep == "best"
    targets = config.targets if config.targets == ALL_LAYERS else ",".join(config.targets)
    length = (
        {"num_train_epochs": config.epochs} if config.steps is None else {"max_steps": config.steps}
    )
    quantized = {"quantization_bit": 4, "quantization_method": "bnb", "double_quantization": True}
    patience = {"early_stopping_steps": config.patience} if config.patience is not None else {}
    return {
        "model_name_or_path": HUB_IDS[config.model],
        "template": TEMPLATES[config.model],
        **(quantized if config.quantize == "nf4" else {}),
        "stage": "sft",
        "do_train": True,
        "finetuning_type": "lora",
        "lora_rank": config.rank,
        "lora_alpha": int(config.alpha),
        "lora_dropout": config.dropout,
        "lora_target": targets,
        "freeze_vision_tower": not config.adapt_vision,
        "dataset_dir": ".",
        "media_dir": str(images_dir.resolve()),
        "dataset": TRAIN,
        "eval_dataset": VALIDATION,
        "disable_shuffling": is_curriculum,
        "cutoff_len": config.max_length_tokens,
        "per_device_train_batch_size": config.batch,
        "per_device_eval_batch_size": config.batch,
        "gradient_accumulation_steps": config.accumulate,
        "disable_gradient_checkpointing": not config.gradient_checkpointing,
        **length,
        "learning_rate": config.learning_rate,
        "lr_scheduler_type": config.schedule,
        "warmup_ratio": config.warmup_share,
        "weight_decay": config.weight_decay,
        "adam_beta2": config.adam_beta2,
        "max_grad_norm": config.max_grad_norm,
        "bf16": True,
        "seed": config.seed,
        "compute_accuracy": True,
        "eval_strategy": "steps",
        "eval_steps": config.evaluate_every_steps,
        "save_strategy": "steps",
        "save_steps": config.checkpoint_every_steps,
        "save_total_limit": 3,
        "load_best_model_at_end": is_best_kept,
        **(
            {"metric_for_best_model": "eval_accuracy", "greater_is_better": True}
            if is_best_kept
            else {}
        ),
        **patience,
        "output_dir": "lora",
        "logging_steps": 10,
        "plot_loss": True,
        "report_to": "none",
    }


def _guide(tasks: Sequence[str], images_dir: Path) -> str:
    """How to train and answer with LLaMA-Factory."""
    answering = "\n".join(
        f"    python scripts/vllm_infer.py --model_name_or_path MODEL --adapter_name_or_path "
        f"PROJECT/lora --template qwen2_vl --dataset {task}_test --dataset_dir PROJECT "
        f"--media_dir {images_dir.resolve()} --save_name {task}.jsonl"
        for task in tasks
    )
    return (
        "# Covers task for LLaMA-Factory\n\n"
        f"Train in this folder: `llamafactory-cli train {SETTINGS}`. `{TRAIN}.json` holds the "
        "lessons in the order that they are learnt in.\n\n"
        "Answer from LLaMA-Factory's own checkout, where PROJECT is this folder:\n\n"
        f"{answering}\n\n"
        "That writes one sampled answer a question. Rotated orders, votes and calibrated "
        "probabilities are in GAP Studio's own answering, which takes the adapter in `lora`.\n"
    )
