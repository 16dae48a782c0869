"""A run over a built dataset, as one YAML file has it. Called by train_lora and the studio."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import NamedTuple

from db import Store
from gap_core.dataset.building import TRAIN, VALIDATION
from gap_core.dataset.folders import MANIFEST, sha256_of
from gap_core.dataset.places import checked_folder, dataset_place
from gap_core.dataset.sample import Sample
from gap_core.dataset.sample_files import read_samples
from gap_core.errors import GapError
from gap_core.training.config import TrainingConfig
from gap_core.training.following import OnMeasured
from gap_core.training.registry import adapter_place, register_run
from gap_core.training.run_folder import TrainingResult, run_place


class Course(NamedTuple):
    """What a dataset gives a run.

    Attributes:
        train: to learn from.
        validation: never to learn from; those of the datasets to keep out among them.
        manifest_sha256: of the dataset's manifest, which holds the hash of every file.
    """

    train: list[Sample]
    validation: list[Sample]
    manifest_sha256: str


def read_course(config: TrainingConfig, *, data_dir: Path) -> Course:
    """The samples that the run's dataset gives it.

    Raises:
        GapError: no dataset is named, or one is missing or was changed.
    """
    if config.dataset is None:
        raise GapError(f"Run '{config.name}' names no dataset. Add a line such as: dataset: first")
    folders = [dataset_place(data_dir, name) for name in (config.dataset, *config.keep_out)]
    for folder in folders:
        checked_folder(folder, what="dataset", made_by="build_dataset")
    return Course(
        train=list(read_samples(folders[0] / TRAIN)),
        validation=[one for folder in folders for one in read_samples(folder / VALIDATION)],
        manifest_sha256=sha256_of(folders[0] / MANIFEST),
    )


def train_from_config(
    config: TrainingConfig,
    *,
    data_dir: Path,
    parent: Path | None = None,
    learnt_before: Collection[str] = (),
    on_measured: OnMeasured = lambda measured: None,
) -> TrainingResult:
    """Train on the dataset that the configuration names, in `runs/NAME` of the data folder.

    Raises:
        GapError: see `read_course` and `train_adapter`; or the parent has learnt, by the pictures
            that were learnt before, what this dataset asks.
        ModelError: the model or the parent can't be loaded.
    """
    from gap_core.training.train import train_adapter

    course = read_course(config, data_dir=data_dir)
    _refuse_learnt(config, course.validation, learnt_before)
    return train_adapter(
        config,
        course.train,
        run_place(data_dir, config.name),
        data_dir=data_dir,
        validation=course.validation,
        parent=parent,
        on_measured=on_measured,
        origin={"dataset": config.dataset, "dataset_sha256": course.manifest_sha256},
    )


def _refuse_learnt(
    config: TrainingConfig, validation: list[Sample], learnt_before: Collection[str]
) -> None:
    known = {one.image_id for one in validation}.intersection(learnt_before)
    if known:
        pictures = "picture" if len(known) == 1 else "pictures"
        raise GapError(
            f"'{config.parent}' has learnt {len(known):,} {pictures} on which dataset "
            f"'{config.dataset}' measures, so the score would mean nothing. Leave out 'parent', "
            "and the run begins from the model itself."
        )


def train_registered(
    store: Store,
    config: TrainingConfig,
    *,
    data_dir: Path,
    on_measured: OnMeasured = lambda measured: None,
) -> TrainingResult:
    """The same, with a parent by its registered name; the finished adapter is registered.

    Raises:
        GapError, ModelError: see `train_from_config`; or the parent isn't registered.
        StoreError: another run's adapter has the name.
    """
    parent, learnt_before = None, frozenset[str]()
    if config.parent is not None:
        parent = adapter_place(store, config.parent, data_dir=data_dir)
        learnt_before = store.adapters.learnt_images(config.parent)
    result = train_from_config(
        config,
        data_dir=data_dir,
        parent=parent,
        learnt_before=learnt_before,
        on_measured=on_measured,
    )
    if result.adapter is not None and is_first_process():
        register_run(store, run_place(data_dir, config.name), data_dir=data_dir)
    return result


def is_first_process() -> bool:
    """Whether this is the process that speaks for all of a run over several GPUs."""
    from accelerate import PartialState

    return bool(PartialState().is_main_process)
