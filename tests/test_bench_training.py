# The bench times real runs in processes of their own; TRL's side runs where TRL is installed.
from __future__ import annotations

import sys
from pathlib import Path

import pytest

from gap_core.errors import GapError
from gap_core.pocket_world import BASIC
from gap_core.training.config import TrainingConfig, made_config
from gap_core.training.speed import compare_speed, drawn_samples
from gap_core.training.speed_worker import run_ours


def made(model: Path) -> TrainingConfig:
    return made_config(
        name="bench", model=str(model), steps=2, batch=2, schedule="constant", warmup_share=0,
        held_back_share=0, evaluate_every_steps=None, checkpoint_every_steps=2, keep="last",
        threads=1,
    )  # fmt: skip


def test_a_run_says_what_it_cost(
    random_pocket_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gap_core.training.train.load_pupil", None)  # put back afterwards
    samples = drawn_samples(2, edition=BASIC, data_dir=tmp_path, seed=1)
    assert samples == drawn_samples(2, edition=BASIC, data_dir=tmp_path, seed=1)
    speed = run_ours(made(random_pocket_folder), samples, tmp_path)
    assert len(speed.losses) == 2 and speed.losses[1] < speed.losses[0]
    assert speed.samples_per_s > 0 and speed.samples_per_cpu_s > 0 and speed.peak_mib > 100


@pytest.mark.long
def test_a_python_that_can_not_run_it_is_told(random_pocket_folder: Path) -> None:
    config = made(random_pocket_folder)
    with pytest.raises(GapError, match="can't be started"):
        compare_speed(config, samples=1, rounds=1, pythons={"trl": Path("/nowhere/python")})
    with pytest.raises(GapError, match="The run of 'no such way' failed"):
        compare_speed(config, samples=1, rounds=1, pythons={"no such way": Path(sys.executable)})
