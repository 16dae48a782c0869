"""One LoRA run, from samples to an adapter. Called by train_lora, experiments and the studio.

A run that was stopped or killed goes on from its last whole checkpoint, to the same weights.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any, NamedTuple

import torch
from accelerate import PartialState
from transformers import PrinterCallback, Trainer

from gap_core.dataset.sample import Sample, is_replay
from gap_core.errors import GapError
from gap_core.training.answer_head import AnswerHead, answer_loss
from gap_core.training.arguments import trainer_arguments
from gap_core.training.base_model import Pupil, load_pupil
from gap_core.training.collation import Collator, collator_of
from gap_core.training.config import TrainingConfig
from gap_core.training.ending import LastStep, Patience
from gap_core.training.eye import Eye
from gap_core.training.following import Follower, OnMeasured, heard_signals
from gap_core.training.held_out import Lessons, check_pictures_at_hand, divide_lessons
from gap_core.training.kept_adapter import keep_adapter
from gap_core.training.letter_accuracy import LessonTrainer, LetterLoss
from gap_core.training.memory import peak_memory_mib, telling_what_to_lower
from gap_core.training.record import open_folder, record_of, run_record
from gap_core.training.run_folder import (
    ADAPTER,
    CHECKPOINTS,
    TrainingResult,
    held_run,
    latest_checkpoint,
    write_result,
)
from models.checkpoints import compute_threads


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
    return _train_in_folder(
        config,
        lambda: divide_lessons(
            train,
            validation,
            data_dir=data_dir,
            held_back_share=config.held_back_share,
            seed=config.seed,
        ),
        folder,
        record=record,
        way=Way(lambda pupil: collator_of(pupil, data_dir=data_dir)),
        parent=parent,
        on_measured=on_measured,
        is_stopped=is_stopped,
    )


class Way(NamedTuple):
    """How lessons are taught.

    Attributes:
        collator: makes batches of them for the model that is taught.
        letters: where given, an evaluation counts how often the likeliest of these is the right
            first word of an answer, and the best checkpoint is the most often right.
        is_ordered: lessons come in the order they are given in, every time.
    """

    collator: Callable[[Pupil], Collator]
    letters: tuple[str, ...] = ()
    is_ordered: bool = False


def train_lessons(
    config: TrainingConfig,
    lessons: Lessons,
    folder: Path,
    *,
    way: Way,
    origin: dict[str, Any],
    on_measured: OnMeasured = lambda measured: None,
) -> TrainingResult:
    """Teach lessons that are divided already, or go on with the run that lies in the folder.

    Args:
        config: of the run; its held_back_share was heeded by whoever divided the lessons.
        lessons: of any kind that the way's collator knows.
        folder: of the run.
        way: how they are taught.
        origin: what the lessons were made of; a run with another origin is another run.
        on_measured: told the loss of every step and evaluation.

    Raises:
        GapError, ModelError: see `train_adapter`.
    """
    return _train_in_folder(
        config,
        lambda: lessons,
        folder,
        record=record_of(config, origin),
        way=way,
        on_measured=on_measured,
    )


def _train_in_folder(
    config: TrainingConfig,
    divide: Callable[[], Lessons],
    folder: Path,
    *,
    record: dict[str, Any],
    way: Way,
    parent: Path | None = None,
    on_measured: OnMeasured,
    is_stopped: Callable[[], bool] = lambda: False,
) -> TrainingResult:
    with _held_by_first_process(folder):
        finished = open_folder(folder, record)
        if finished is not None:
            return finished
        lessons = divide()
        with telling_what_to_lower(config), heard_signals() as is_signalled:
            run = _Run(config, folder, way, load_pupil(config, parent=parent), record)
            return run.train(
                lessons,
                on_measured=on_measured,
                is_stopped=lambda: is_stopped() or is_signalled(),
            )


def _held_by_first_process(folder: Path) -> AbstractContextManager[None]:
    return held_run(folder) if PartialState().is_main_process else nullcontext()


class _Run:
    """One process of a run."""

    def __init__(
        self,
        config: TrainingConfig,
        folder: Path,
        way: Way,
        pupil: Pupil,
        record: dict[str, Any],
    ) -> None:
        self._config, self._folder, self._pupil, self._record = config, folder, pupil, record
        self._way, self._collator = way, way.collator(pupil)

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
        patience = None if self._config.patience is None else Patience(self._config.patience)
        trainer = self._trainer(fitting, [follower, LastStep(), *([patience] if patience else [])])
        before = torch.get_num_threads()
        torch.set_num_threads(self._config.threads or compute_threads())
        began, checkpoint = time.monotonic(), latest_checkpoint(self._folder)
        first_step = int(checkpoint.name.rpartition("-")[2]) if checkpoint else 0
        try:
            trainer.train(resume_from_checkpoint=str(checkpoint) if checkpoint else None)
        finally:
            torch.set_num_threads(before)
        seconds = time.monotonic() - began
        was_stopped = follower.was_stopped and not (patience is not None and patience.is_over)
        adapter = None if was_stopped else self._keep_adapter(trainer)
        result = self._result(trainer, fitting, adapter, too_long, seconds, first_step)
        if trainer.is_world_process_zero():
            write_result(result, self._folder)
        PartialState().wait_for_everyone()
        return result

    def _fitting(self, samples: Sequence[Any]) -> list[Any]:
        most = self._config.max_length_tokens
        return [one for one in samples if len(self._collator.lesson(one).token_ids) <= most]

    def _trainer(self, lessons: Lessons, callbacks: list[Any]) -> Trainer:
        config = self._config
        AnswerHead(self._pupil.model)
        Eye(self._pupil.model, is_frozen=not config.adapt_vision)
        letters = self._letter_loss()
        trainer = LessonTrainer(
            model=self._pupil.model,
            args=trainer_arguments(
                config,
                self._folder / CHECKPOINTS,
                best_by="accuracy" if letters else "loss",
            ),
            data_collator=self._collator,
            train_dataset=lessons.learnt,
            eval_dataset=lessons.held_back or None,
            compute_loss_func=letters or answer_loss,
            callbacks=callbacks,
        )
        trainer.letters, trainer.is_ordered = letters, self._way.is_ordered
        trainer.model_accepts_loss_kwargs = False  # the loss is ours, not the model's
        trainer.remove_callback(PrinterCallback)
        return trainer

    def _letter_loss(self) -> LetterLoss | None:
        if not self._way.letters:
            return None
        read = self._pupil.processor.tokenizer
        return LetterLoss(
            [read(one, add_special_tokens=False).input_ids[0] for one in self._way.letters]
        )

    def _result(
        self,
        trainer: Trainer,
        lessons: Lessons,
        adapter: Path | None,
        too_long: int,
        seconds: float,
        first_step: int,
    ) -> TrainingResult:
        config, state = self._config, trainer.state
        losses = [one["loss"] for one in state.log_history if "loss" in one]
        evaluated = [one["eval_loss"] for one in state.log_history if "eval_loss" in one]
        found = [one["eval_accuracy"] for one in state.log_history if "eval_accuracy" in one]
        by_letters = trainer.args.metric_for_best_model == "eval_accuracy"
        is_best_kept = config.keep == "best" and state.best_metric is not None
        steps = state.global_step - first_step
        batch = config.batch * config.accumulate * trainer.args.world_size
        trained = self._trained(lessons.learnt)
        return TrainingResult(
            name=config.name,
            adapter=adapter,
            step=state.global_step,
            best_step=(state.best_global_step or 0) if is_best_kept else state.global_step,
            loss=losses[-1] if losses else None,
            held_back_loss=(
                state.best_metric if is_best_kept and not by_letters else (evaluated or [None])[-1]
            ),
            held_back_accuracy=(
                state.best_metric if is_best_kept and by_letters else (found or [None])[-1]
            ),
            learnt=len(lessons.learnt),
            held_back=len(lessons.held_back),
            too_long=too_long,
            trained_images=tuple(sorted(trained)),
            trained_samples=tuple(trained[one] for one in sorted(trained)),
            seconds=round(seconds, 2),
            samples_per_s=round(steps * batch / seconds, 2) if seconds else 0.0,
            peak_mib=round(peak_memory_mib(), 1),
        )

    def _trained(self, learnt: Sequence[Any]) -> dict[str, int]:
        """The pictures that were learnt from, replay's left out, and the labels of each.

        What was imported or made up tells nothing of what the model got wrong in the game, so
        samples count where a turn is known.
        """
        trained: dict[str, int] = {}
        for one in learnt:
            if isinstance(one, Sample) and is_replay(one):
                continue
            is_label = not isinstance(one, Sample) or one.provenance.turn_id is not None
            for picture in self._collator.picture_ids(one):
                trained[picture] = trained.get(picture, 0) + is_label
        return trained

    def _keep_adapter(self, trainer: Trainer) -> Path:
        folder = self._folder / ADAPTER
        if trainer.is_world_process_zero():
            keep_adapter(self._pupil.model, folder, config=self._config, record=self._record)
        return folder
