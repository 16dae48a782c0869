"""One LoRA run, from samples to an adapter. Called by train_lora, experiments and the studio.

A run that was stopped or killed goes on from its last whole checkpoint, to the same weights.
"""

from __future__ import annotations

import hashlib
import json
import platform
import shutil
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from importlib.metadata import version
from pathlib import Path
from typing import Any

import torch
from accelerate import PartialState
from transformers import EarlyStoppingCallback, PrinterCallback, Trainer, TrainingArguments

from gap_core.dataset.folders import new_folder
from gap_core.dataset.sample import Sample
from gap_core.dataset.sample_files import sample_line
from gap_core.errors import GapError
from gap_core.hardware import commit_name
from gap_core.training.answer_head import AnswerHead, answer_loss
from gap_core.training.base_model import Pupil, load_pupil
from gap_core.training.collation import Collator
from gap_core.training.config import TrainingConfig
from gap_core.training.eye import Eye
from gap_core.training.following import Follower, OnMeasured, heard_signals
from gap_core.training.held_out import Lessons, check_pictures_at_hand, divide_lessons
from gap_core.training.memory import peak_memory_mib, telling_what_to_lower
from gap_core.training.run_folder import (
    ADAPTER,
    CHECKPOINTS,
    CONFIG,
    TrainingResult,
    forget_stop,
    held_run,
    latest_checkpoint,
    read_result,
    write_result,
)
from models.checkpoints import compute_threads
from models.prompts import PROMPT_VERSION

_LIBRARIES = ("accelerate", "bitsandbytes", "peft", "torch", "transformers")
_MAY_DIFFER = ("commit", "python", "libraries", "config.threads", "config.workers")


def train_adapter(
    config: TrainingConfig,
    train: Sequence[Sample],
    folder: Path,
    *,
    data_dir: Path,
    validation: Sequence[Sample] = (),
    parent: Path | None = None,
    on_measured: OnMeasured = lambda measured: None,
    is_stopped: Callable[[], bool] = lambda: False,
    origin: dict[str, Any] | None = None,
) -> TrainingResult:
    """Train, or go on with the run that lies in the folder; a finished one is read.

    Args:
        config: of the run.
        train: samples to learn from; a share of them is held back to evaluate on.
        folder: of the run; the adapter comes to lie in `adapter/` there, in PEFT's format.
        data_dir: the folder that the samples' pictures are relative to.
        validation: samples whose pictures, and pictures that look like them, must not be learnt.
        parent: folder of the adapter to go on from.
        on_measured: told the loss of every step and evaluation.
        is_stopped: asked after every step; the run can go on later.
        origin: more to write into config.json, such as the dataset's manifest hash.

    Raises:
        GapError: a validation picture would be learnt, a picture is missing, the folder holds
            another run or one that another process trains, or memory ran out.
        ModelError: the model or the parent can't be loaded.
    """
    if (config.parent is None) != (parent is None):
        raise GapError(
            f"Run '{config.name}' names the parent '{config.parent}', and its folder is "
            f"'{parent}'. Give both or neither."
        )
    check_pictures_at_hand(train, data_dir=data_dir)
    record = run_record(config, train, validation, origin=origin or {})
    with _held_by_first_process(folder):
        finished = _open_folder(folder, record)
        if finished is not None:
            return finished
        lessons = divide_lessons(
            train,
            validation,
            data_dir=data_dir,
            held_back_share=config.held_back_share,
            seed=config.seed,
        )
        with telling_what_to_lower(config), heard_signals() as is_signalled:
            run = _Run(config, folder, data_dir, load_pupil(config, parent=parent), record)
            return run.train(
                lessons,
                on_measured=on_measured,
                is_stopped=lambda: is_stopped() or is_signalled(),
            )


def _held_by_first_process(folder: Path) -> AbstractContextManager[None]:
    return held_run(folder) if PartialState().is_main_process else nullcontext()


def run_record(
    config: TrainingConfig,
    train: Sequence[Sample],
    validation: Sequence[Sample],
    *,
    origin: dict[str, Any],
) -> dict[str, Any]:
    """All that the run depends on, for config.json."""
    return {
        "config": config.model_dump(mode="json"),
        "samples_sha256": _digest(train),
        "validation_sha256": _digest(validation),
        "prompt_version": PROMPT_VERSION,
        **origin,
        "commit": commit_name(),
        "python": platform.python_version(),
        "libraries": {name: version(name) for name in _LIBRARIES},
    }


def _digest(samples: Sequence[Sample]) -> str:
    digest = hashlib.sha256()
    for sample in samples:
        digest.update(sample_line(sample).encode())
    return digest.hexdigest()


def _open_folder(folder: Path, record: dict[str, Any]) -> TrainingResult | None:
    """Make the folder, or see that it holds this very run; its result if that is over."""
    file = folder / CONFIG
    if file.is_file():
        kept = json.loads(file.read_text(encoding="utf-8"))
        differing = sorted(_differing(kept, record))
        if differing:
            raise GapError(
                f"'{folder}' holds a run with another '{differing[0]}'. Choose another folder or "
                "name, or remove that one."
            )
        result = read_result(folder)
        if result is not None and result.adapter is not None:
            return result
    if PartialState().is_main_process:
        folder.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")
        forget_stop(folder)
    PartialState().wait_for_everyone()
    return None


def _differing(kept: dict[str, Any], record: dict[str, Any]) -> list[str]:
    """Names of what differs, but for what may."""

    def flat(one: dict[str, Any]) -> dict[str, Any]:
        inner = {f"config.{name}": value for name, value in one.get("config", {}).items()}
        return {name: value for name, value in one.items() if name != "config"} | inner

    ours, theirs = flat(record), flat(kept)
    return [
        name.removeprefix("config.")
        for name in ours.keys() | theirs.keys()
        if name not in _MAY_DIFFER and ours.get(name) != theirs.get(name)
    ]


class _Run:
    """One process of a run."""

    def __init__(
        self,
        config: TrainingConfig,
        folder: Path,
        data_dir: Path,
        pupil: Pupil,
        record: dict[str, Any],
    ) -> None:
        self._config, self._folder, self._pupil, self._record = config, folder, pupil, record
        self._collator = Collator(
            pupil.processor,
            data_dir=data_dir,
            wants_types=pupil.wants_types,
            end_id=pupil.end_id,
        )

    def train(
        self, lessons: Lessons, *, on_measured: OnMeasured, is_stopped: Callable[[], bool]
    ) -> TrainingResult:
        fitting = Lessons(self._fitting(lessons.learnt), self._fitting(lessons.held_back))
        too_long = len(lessons.learnt) + len(lessons.held_back) - sum(map(len, fitting))
        if not fitting.learnt:
            raise GapError(
                f"None of the samples has at most {self._config.max_length_tokens} tokens, "
                "picture included. Raise max_length_tokens."
            )
        follower = Follower(self._folder, on_measured=on_measured, is_stopped=is_stopped)
        trainer = self._trainer(fitting, follower)
        before = torch.get_num_threads()
        torch.set_num_threads(self._config.threads or compute_threads())
        began, checkpoint = time.monotonic(), latest_checkpoint(self._folder)
        first_step = int(checkpoint.name.rpartition("-")[2]) if checkpoint else 0
        try:
            trainer.train(resume_from_checkpoint=str(checkpoint) if checkpoint else None)
        finally:
            torch.set_num_threads(before)
        seconds = time.monotonic() - began
        result = self._result(trainer, fitting, follower, too_long, seconds, first_step)
        if trainer.is_world_process_zero():
            write_result(result, self._folder)
        PartialState().wait_for_everyone()
        return result

    def _fitting(self, samples: Sequence[Sample]) -> list[Sample]:
        most = self._config.max_length_tokens
        return [one for one in samples if len(self._collator.lesson(one).token_ids) <= most]

    def _trainer(self, lessons: Lessons, follower: Follower) -> Trainer:
        config = self._config
        AnswerHead(self._pupil.model)
        Eye(self._pupil.model, is_frozen=not config.adapt_vision)
        callbacks: list[Any] = [follower]
        if config.patience is not None:
            callbacks.append(EarlyStoppingCallback(config.patience))
        trainer = Trainer(
            model=self._pupil.model,
            args=_arguments(config, self._folder / CHECKPOINTS, weights=self._pupil.weights),
            data_collator=self._collator,
            train_dataset=lessons.learnt,
            eval_dataset=lessons.held_back or None,
            compute_loss_func=answer_loss,
            callbacks=callbacks,
        )
        trainer.model_accepts_loss_kwargs = False  # the loss is ours, not the model's
        trainer.remove_callback(PrinterCallback)
        return trainer

    def _result(
        self,
        trainer: Trainer,
        lessons: Lessons,
        follower: Follower,
        too_long: int,
        seconds: float,
        first_step: int,
    ) -> TrainingResult:
        config, state = self._config, trainer.state
        losses = [one["loss"] for one in state.log_history if "loss" in one]
        evaluated = [one["eval_loss"] for one in state.log_history if "eval_loss" in one]
        is_best_kept = config.keep == "best" and state.best_metric is not None
        steps = state.global_step - first_step
        batch = config.batch * config.accumulate * trainer.args.world_size
        adapter = None if follower.was_stopped else self._keep_adapter(trainer)
        return TrainingResult(
            name=config.name,
            adapter=adapter,
            step=state.global_step,
            best_step=(state.best_global_step or 0) if is_best_kept else state.global_step,
            loss=losses[-1] if losses else None,
            held_back_loss=state.best_metric if is_best_kept else (evaluated or [None])[-1],
            learnt=len(lessons.learnt),
            held_back=len(lessons.held_back),
            too_long=too_long,
            trained_images=tuple(sorted({one.image_id for one in lessons.learnt})),
            seconds=round(seconds, 2),
            samples_per_s=round(steps * batch / seconds, 2) if seconds else 0.0,
            peak_mib=round(peak_memory_mib(), 1),
        )

    def _keep_adapter(self, trainer: Trainer) -> Path:
        """The adapter in PEFT's format with what it came from, whole or not at all."""
        folder = self._folder / ADAPTER
        if not trainer.is_world_process_zero():
            return folder
        if folder.exists():  # its process was killed before it could say so
            shutil.rmtree(folder)
        with new_folder(folder) as part:
            for lora in self._pupil.model.peft_config.values():
                lora.base_model_name_or_path = self._config.model  # not a path of this machine
            self._pupil.model.save_pretrained(part, save_embedding_layers=False)
            (part / "training.json").write_text(
                json.dumps(self._record, indent=1) + "\n", encoding="utf-8"
            )
        return folder


def _arguments(config: TrainingConfig, folder: Path, *, weights: str) -> TrainingArguments:
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
        metric_for_best_model="eval_loss",
        greater_is_better=False,
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
