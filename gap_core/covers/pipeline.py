"""All steps of the task as one YAML file has them; each step is done once and then found again.

Called by scripts/covers.py and table.py. What lies where: `split/`, `lessons/`, `run/`,
`answers/` under the configuration's `out`, and the submissions of all runs beside it.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from gap_core.covers.answer_config import CONFIG, AnswerConfig, checked_config, read_yaml
from gap_core.covers.answering import (
    DECISIONS,
    Answered,
    Answering,
    OnItem,
    refuse_other_settings,
)
from gap_core.covers.answers import accuracy, overall_accuracy, read_answers, write_answers
from gap_core.covers.answers import answer_file as answer_file_of
from gap_core.covers.augmenting import augment
from gap_core.covers.exporting import export_project
from gap_core.covers.lessons import curriculum_of, read_lessons
from gap_core.covers.reading import ItemsRead, files_of, read_items, read_list
from gap_core.covers.reasoning import ReasoningConfig, reason_items
from gap_core.covers.records import TASKS, CoverItem
from gap_core.covers.splitting import split_task
from gap_core.covers.submissions import Submission, keep_submission, submissions_dir
from gap_core.covers.writing import register_files
from gap_core.dataset.folders import sha256_of
from gap_core.errors import GapError
from gap_core.training.config import TrainingConfig, made_config
from gap_core.training.following import OnMeasured
from gap_core.training.run_folder import ADAPTER, TrainingResult
from gap_core.whole_files import write_json

FIGURES = "figures.json"
_REPORT = "augmentation_report.json"


class CoversConfig(BaseModel):
    """The whole of one way to solve the task.

    Attributes:
        folder: the task's files; `images_dir` what their pictures are relative to, if another.
        out: where all steps write.
        validation_share: of training covers set aside to validate on.
        times: new items of each kind for each item; 0 augments nothing.
        telling: how often each cover's story is taught to be told, too, without options.
        exact_leaks: only equal pictures and stories leak: for drawn worlds.
        curriculum: easy lessons come first.
        training: settings of a run, as scripts.train_lora takes them, without a dataset; None
            answers with the model as it is.
        model: that answers where nothing is trained.
        answering: the ways of thinking.
        reasoning: has a model reason about training items; None for no chains of thought.
        submission: the name that the answers are kept under.
        seed: of splitting and augmenting.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    folder: Path
    images_dir: Path | None = None
    out: Path
    validation_share: float = Field(default=0.05, gt=0, lt=0.5)
    times: int = Field(default=1, ge=0, le=20)
    telling: int = Field(default=0, ge=0, le=20)
    exact_leaks: bool = False
    curriculum: bool = True
    training: dict[str, Any] | None = None
    reasoning: ReasoningConfig | None = None
    model: str = "pocket"
    answering: AnswerConfig = AnswerConfig()
    submission: str = "first"
    seed: int = Field(default=1, ge=0)

    @property
    def pictures(self) -> Path:
        """The folder that pictures are relative to."""
        return self.images_dir or self.folder

    def training_config(self) -> TrainingConfig:
        """The run's own configuration.

        Raises:
            GapError: there is no training, or its settings are unfit.
        """
        if self.training is None:
            raise GapError("The configuration has no training. Add some, such as in pocket.yaml.")
        settings = {"name": self.out.name.replace("-", "_"), "seed": self.seed} | self.training
        # Validation items are set aside beforehand, so no share of the lessons is.
        config = made_config(**settings)
        if config.dataset is not None or config.parent is not None:
            raise GapError("Training of covers takes no dataset and no parent. Leave them out.")
        return config


def read_covers_config(file: Path) -> CoversConfig:
    """The configuration of a YAML file.

    Raises:
        GapError: it can't be read, or a setting is unknown or out of range.
    """
    config: CoversConfig = checked_config(CoversConfig, read_yaml(file), source=f"'{file}'")
    return config


@dataclass
class Pipeline:
    """The steps of one configuration, each a method that may be called again.

    Attributes:
        on_measured: told of every step of training.
        on_item: told how many items are answered.
    """

    config: CoversConfig
    on_measured: OnMeasured = lambda measured: None
    on_item: OnItem = lambda done, total: None

    def split(self) -> dict[str, int]:
        """Set validation items aside; how many items each file has."""
        config, folder = self.config, self._split_dir
        read = files_of(config.folder, config.pictures)
        return split_task(
            {name: found.items for name, found in read.items()},
            folder,
            source=config.folder,
            share=config.validation_share,
            seed=config.seed,
        )

    def augment(self) -> dict[str, Any]:
        """Make the lessons; how many of each kind. Nothing where nothing is augmented."""
        config, folder = self.config, self._lessons_dir
        if not self._is_augmented:
            return {}
        made_of = {"times": config.times, "telling": config.telling, "seed": config.seed}
        refuse_other_settings(folder / "settings.json", made_of)
        if (folder / _REPORT).is_file():
            return dict(json.loads((folder / _REPORT).read_text(encoding="utf-8"))["counts"])
        read = files_of(self._split_dir, None)
        made = augment(
            {task: read[f"{task}_train"].items for task in TASKS if f"{task}_train" in read},
            held_out=[
                item
                for name, found in read.items()
                if not name.endswith("_train")
                for item in found.items
            ],
            images_dir=config.pictures,
            times=config.times,
            seed=config.seed,
            is_exact=config.exact_leaks,
            telling=config.telling,
        )
        made.write(folder)
        return made.counts()

    def reason(self) -> dict[str, Any]:
        """Have a model reason about training items; what is kept and dropped of each task."""
        from models.registry import load_model

        config, folder = self.config, self._lessons_dir
        if config.reasoning is None:
            return {}
        refuse_other_settings(
            folder / "reasoning.json", {**config.reasoning.model_dump(), "seed": config.seed}
        )
        model, counts, files = load_model(config.reasoning.model), {}, []
        for task, items in self._originals().items():
            reasoned = reason_items(
                model,
                items,
                folder / f"asked_reasoning_{task}.jsonl",
                config=config.reasoning,
                images_dir=config.pictures,
                seed=config.seed,
                on_item=self.on_item,
            )
            counts[task] = reasoned.counts()
            files.append(folder / f"{task}_reasoned_train.json")
            write_json([one.record() for one in reasoned.lessons], files[-1])
            write_json(
                [{"how": "chain of thought", "from": [one]} for one in reasoned.sources],
                folder / f"{task}_reasoned_train_provenance.json",
            )
        register_files(files, folder)
        write_json(counts, folder / "reasoning_report.json")
        return counts

    def train(self) -> TrainingResult:
        """Teach the lessons, or go on with it."""
        from gap_core.covers.training import train_covers
        from gap_core.covers.training_plot import plot_training

        config = self.config
        result = train_covers(
            config.training_config(),
            read_lessons(self._lesson_files()),
            self._items("dev"),
            self._run_dir,
            images_dir=config.pictures,
            is_curriculum=config.curriculum,
            on_measured=self.on_measured,
        )
        plot_training(self._run_dir)
        return result

    def export(self, folder: Path) -> dict[str, int]:
        """Write a LLaMA-Factory project of the same lessons and settings."""
        config = self.config
        lessons = read_lessons(self._lesson_files())
        if config.curriculum:
            lessons = curriculum_of(lessons, config.training_config())
        return export_project(
            config.training_config(),
            folder,
            lessons=lessons,
            validation=self._items("dev"),
            tests=self._tests(),
            images_dir=config.pictures,
            is_curriculum=config.curriculum,
        )

    def answer(self) -> dict[str, Any]:
        """Answer the test items, or go on with it; figures where their key is known."""
        answered = self.answered()
        for task, items in self._tests().items():
            letters = {
                one.item.id: one.letter
                for one in answered
                if one.item.task == task and one.item.id is not None
            }
            write_answers(letters, items, answer_file_of(self.answers_dir, task))
        figures = self._figures()
        write_json(self.config.model_dump(mode="json"), self.config.out / CONFIG)
        write_json(figures, self.answers_dir / FIGURES)
        return figures

    def answered(self) -> list[Answered]:
        """The answers with their probabilities; what was asked before is not asked again."""
        from models.registry import load_model

        config = self.config
        adapter = self._run_dir / ADAPTER if config.training is not None else None
        weights = None if adapter is None else sha256_of(_weights_in(adapter))
        name = config.training_config().model if config.training is not None else config.model
        model = load_model(name, adapter=adapter)
        tests = [item for items in self._tests().values() for item in items]
        run = Answering(
            model,
            config.answering,
            self.answers_dir,
            images_dir=config.pictures,
            origin={
                "adapter_sha256": weights,
                "items_sha256": {
                    file.name: sha256_of(file)
                    for file in sorted(self._split_dir.glob("*.json"))
                    if file.stem.endswith(("_dev", "_test"))
                },
            },
        )
        return run.answer(tests, self._items("dev"), on_item=self.on_item)

    def submit(self, *, replacing: str | None = None) -> Submission:
        """Keep the answers as one of at most three submissions."""
        config = self.config
        return keep_submission(
            submissions_dir(config.out),
            config.submission,
            answered=self.answered(),
            tests=self._tests(),
            made_by={
                "config": config.model_dump(mode="json"),
                "data_sha256": {file.name: sha256_of(file) for file in self._lesson_files()},
            },
            figures=self._figures(),
            decisions=self.answers_dir / DECISIONS,
            replacing=replacing,
        )

    @property
    def answers_dir(self) -> Path:
        """Where answers and what was asked for them lie."""
        return self.config.out / "answers"

    @property
    def _split_dir(self) -> Path:
        return self.config.out / "split"

    @property
    def _lessons_dir(self) -> Path:
        return self.config.out / "lessons"

    @property
    def _run_dir(self) -> Path:
        return self.config.out / "run"

    def _lesson_files(self) -> list[Path]:
        """Training files: augmented ones, or those of the split."""
        folder = self._lessons_dir if self._is_augmented else self._split_dir
        return sorted(folder.glob("*_train.json"))

    @property
    def _is_augmented(self) -> bool:
        return self.config.times > 0

    def _originals(self) -> dict[str, list[CoverItem]]:
        """Training items that nothing leaks from, as the task has them."""
        found = {}
        for task in TASKS:
            file = self._lessons_dir / f"{task}_train.json"
            if file.is_file():
                made = read_list(file.with_name(f"{file.stem}_provenance.json"))
                read = read_items(file, task=task, images_dir=None, has_answers=True)
                found[task] = [one for one in read.items if made[one.place]["how"] == "original"]
        return found

    def _items(self, side: str) -> list[CoverItem]:
        read = files_of(self._split_dir, None)
        return [
            item for task in TASKS for item in read.get(f"{task}_{side}", ItemsRead([], [])).items
        ]

    def _tests(self) -> dict[str, list[CoverItem]]:
        read = files_of(self._split_dir, None)
        return {task: read[f"{task}_test"].items for task in TASKS if f"{task}_test" in read}

    def _figures(self) -> dict[str, Any]:
        """Accuracies by task and overall, with intervals; nothing without keys."""
        shares = {}
        for task, items in self._tests().items():
            file = self._split_dir / f"{task}_test_key.json"
            if file.is_file():
                said = read_answers(answer_file_of(self.answers_dir, task), items)
                shares[task] = accuracy(said, read_answers(file, items))
        if len(shares) == len(TASKS):
            shares["overall"] = overall_accuracy(list(shares.values()))
        return {name: one._asdict() for name, one in shares.items()}


def _weights_in(adapter: Path) -> Path:
    file = adapter / "adapter_model.safetensors"
    if not file.is_file():
        raise GapError(f"No adapter at '{adapter}'. Run the train step first.")
    return file
