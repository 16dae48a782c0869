# A run that was cut ends where one that never was ends: patience and the last step.
from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from gap_core.dataset.sample import Sample
from gap_core.training.config import TrainingConfig, made_config
from gap_core.training.run_folder import ADAPTER, RESULT, Measured, TrainingResult, request_stop
from gap_core.training.train import train_adapter
from tests.test_training_runs import assert_same

ENDS_AT = 4  # in the middle of an epoch


@pytest.fixture
def config(random_pocket_folder: Path) -> TrainingConfig:
    """With steps so wide, the first one's loss on what is held back is not reached for long."""
    return made_config(
        name="one", model=str(random_pocket_folder), steps=12, batch=2, rank=2, dropout=0.1,
        learning_rate=0.2, schedule="constant", warmup_share=0, held_back_share=0.25,
        evaluate_every_steps=1, checkpoint_every_steps=1, patience=3, keep="last", threads=1,
    )  # fmt: skip


@pytest.fixture
def train(pictured: Callable[..., Sample], tmp_path: Path) -> Callable[..., TrainingResult]:
    samples = [pictured(f"s{seed}", seed, answer=f"There are {seed} dogs.") for seed in range(8)]

    def run(config: TrainingConfig, folder: str, **given: Any) -> TrainingResult:
        return train_adapter(
            config, samples, tmp_path / folder, data_dir=tmp_path / "data", **given
        )  # fmt: skip

    return run


def stopping_after(step: int, folder: Path) -> Callable[[Measured], None]:
    def stop(measured: Measured) -> None:  # heard when the next step ends
        if measured.step == step - 1 and measured.held_back_loss is not None:
            request_stop(folder)

    return stop


@pytest.mark.parametrize("cut_at", [3, ENDS_AT])
def test_patience_runs_out_at_the_same_step_though_the_run_was_stopped(
    config: TrainingConfig, train: Callable[..., TrainingResult], tmp_path: Path, cut_at: int
) -> None:
    whole = train(config, "whole")
    assert whole.step == ENDS_AT
    stopped = train(config, "cut", on_measured=stopping_after(cut_at, tmp_path / "cut"))
    # Whoever stops it where it is over anyway has a finished run.
    assert (stopped.step, stopped.adapter is None) == (cut_at, cut_at < ENDS_AT)
    resumed = train(config, "cut")
    assert resumed.step == ENDS_AT
    assert_same(whole.adapter, resumed.adapter)


@pytest.mark.parametrize("patience", [3, None])
def test_a_run_killed_after_its_last_checkpoint_takes_no_step_more(
    config: TrainingConfig, train: Callable[..., TrainingResult], tmp_path: Path, patience: int
) -> None:
    changed = {"patience": patience, "steps": 12 if patience else ENDS_AT}
    config = config.model_copy(update=changed)
    whole = train(config, "whole")
    kept = shutil.move(str(whole.adapter), tmp_path / ADAPTER)
    (tmp_path / "whole" / RESULT).unlink()
    resumed = train(config, "whole")
    assert whole.step == resumed.step == ENDS_AT
    assert_same(Path(kept), resumed.adapter)
