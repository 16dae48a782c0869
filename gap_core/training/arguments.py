"""From a run's configuration to transformers' own settings. Called by train.py."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch
from transformers import TrainingArguments

from gap_core.training.config import TrainingConfig


def trainer_arguments(config: TrainingConfig, folder: Path, *, best_by: str) -> TrainingArguments:
    """A run's settings as transformers names them.

    Args:
        config: of the run.
        folder: for checkpoints.
        best_by: "loss" or "accuracy", of what is held back.
    """
    on_gpu = config.device != "cpu" and torch.cuda.is_available()
    is_evaluated = config.held_back_share > 0
    warmup: Any = config.warmup_share if config.warmup_share else 0
    return TrainingArguments(
        output_dir=str(folder),
        per_device_train_batch_size=config.batch,
        per_device_eval_batch_size=config.batch,
        gradient_accumulation_steps=config.accumulate,
        num_train_epochs=config.epochs or 1.0,
        max_steps=config.steps or -1,
        learning_rate=config.learning_rate,
        lr_scheduler_type=_schedule(config),
        warmup_steps=warmup,
        weight_decay=config.weight_decay,
        adam_beta2=config.adam_beta2,
        max_grad_norm=config.max_grad_norm,
        bf16=on_gpu if config.bf16 is None else config.bf16,
        activation_checkpointing=config.gradient_checkpointing,
        activation_checkpointing_kwargs={"use_reentrant": False},
        logging_steps=1,
        eval_strategy="steps" if is_evaluated else "no",
        eval_steps=config.evaluate_every_steps if is_evaluated else None,
        prediction_loss_only=True,
        save_strategy="steps",
        save_steps=config.checkpoint_every_steps,
        save_total_limit=3,
        load_best_model_at_end=config.keep == "best",
        metric_for_best_model=f"eval_{best_by}",
        greater_is_better=best_by == "accuracy",
        seed=config.seed,
        use_cpu=not on_gpu,
        dataloader_num_workers=config.workers,
        dataloader_pin_memory=on_gpu,
        remove_unused_columns=False,
        label_names=["labels"],
        ddp_find_unused_parameters=False,
        report_to="none",
        disable_tqdm=True,
    )


def _schedule(config: TrainingConfig) -> str:
    is_flat = config.schedule == "constant"
    return "constant_with_warmup" if is_flat and config.warmup_share else config.schedule
