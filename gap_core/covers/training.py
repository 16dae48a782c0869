"""Teaches a model the covers task: one LoRA run by this project's own trainer.

Called by scripts/covers.py and the pipeline. The best checkpoint is the one whose letters are most
often right on validation items.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import torch

from gap_core.covers.lessons import CoverLesson, curriculum_of, digest_of, lessons_of
from gap_core.covers.records import LETTERS, CoverItem
from gap_core.errors import GapError
from gap_core.training.collation import Collator, Lesson, collator_of, picture_parts
from gap_core.training.config import TrainingConfig
from gap_core.training.following import OnMeasured
from gap_core.training.held_out import Lessons
from gap_core.training.run_folder import TrainingResult
from gap_core.training.train import Way, train_lessons
from models.chat_prompts import chat_prompt


class CoverCollator(Collator):
    """Batches of lessons with a picture or more where the question has their places."""

    def picture_ids(self, sample: CoverLesson) -> tuple[str, ...]:
        """Paths."""
        return sample.images

    def lesson(self, sample: CoverLesson) -> Lesson:
        """The lesson as tensors. A picture is prepared once for all lessons, while memory lasts."""
        looked = [self._looked_at(path, sample.id) for path in sample.images]
        prompt = chat_prompt(
            self._processor,
            system=sample.system,
            question=sample.prompt,
            markers=self._markers,
            is_placed=True,
        )
        asked: list[int] = []
        for number, text in enumerate(prompt.split(self._processor.image_token)):
            asked += looked[number - 1].token_ids.tolist() if number else []
            asked += self._tokenizer(text, add_special_tokens=False)["input_ids"] if text else []
        pictures = [picture for one in looked for picture in one.pictures]
        return self._taught(torch.tensor(asked), sample.answer, pictures)

    def _looked_at(self, path: str, lesson_id: str) -> Lesson:
        """A picture by itself: the tokens that stand for it, and the model's inputs."""
        known = self._remembered.get(path)
        if known is not None:
            return known
        processed = self._processor(
            images=[[self._opened(path, lesson_id)]],
            text=[self._processor.image_token],
            return_tensors="pt",
        )
        tokens = processed["input_ids"][0]
        made = Lesson(tokens, tokens, [picture_parts(processed)])
        size = sum(part.nbytes for part in made.pictures[0].values())
        if size <= self._free_bytes:
            self._free_bytes -= size
            self._remembered[path] = made
        return made


def train_covers(
    config: TrainingConfig,
    lessons: Sequence[CoverLesson],
    validation: Sequence[CoverItem],
    folder: Path,
    *,
    images_dir: Path,
    is_curriculum: bool,
    on_measured: OnMeasured = lambda measured: None,
) -> TrainingResult:
    """Train, or go on with the run that lies in the folder; a finished one is read.

    Args:
        config: of the run; what is held back is the validation items and no share.
        lessons: to learn from.
        validation: items with their letters, on none of whose pictures anything is learnt.
        folder: of the run.
        images_dir: the folder that pictures are relative to.
        is_curriculum: easy lessons come first; else in an order drawn anew for each epoch.
        on_measured: told the loss of every step, and loss and accuracy of every evaluation.

    Raises:
        GapError: a validation picture would be learnt, or see `train_adapter`.
        ModelError: the model can't be loaded.
    """
    held_back = {item.right_image for item in validation}
    leaks = [one.id for one in lessons if held_back & set(one.images)]
    if leaks:
        raise GapError(
            f"{len(leaks)} lessons show pictures of validation items, '{leaks[0]}' first. Split "
            "and augment again, with all files of the task in the folder."
        )
    if not validation and config.keep == "best":
        raise GapError("keep: best needs validation items. Give some, or write: keep: last")
    learnt = curriculum_of(lessons, config) if is_curriculum else list(lessons)
    asked = lessons_of([item for item in validation if item.letter], name="validation")
    return train_lessons(
        config,
        Lessons(learnt, asked),  # type: ignore[arg-type]
        folder,
        way=Way(
            lambda pupil: collator_of(pupil, data_dir=images_dir, kind=CoverCollator),
            letters=LETTERS,
            is_ordered=is_curriculum,
        ),
        origin={
            "lessons_sha256": digest_of(learnt),
            "validation_sha256": digest_of(asked),
            "curriculum": is_curriculum,
        },
        on_measured=on_measured,
    )
