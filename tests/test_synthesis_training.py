# The curriculum as four chained runs of the project's own trainer, on the real classes.
from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import torch
from click.testing import CliRunner
from safetensors.torch import load_file

from db import Store
from gap_core.synthesis.config import checked_config
from gap_core.synthesis.curriculum import accepted_items
from gap_core.synthesis.curriculum_training import train_curriculum
from gap_core.synthesis.running import begin_run, run_synthesis
from gap_core.synthesis.starting import open_job
from gap_core.training.packaging import merge_adapter
from models.base import Ask
from models.prompts import HONEST
from models.registry import load_model

QUICK: dict[str, Any] = {
    "epochs": None, "steps": 1, "batch": 2, "rank": 2, "threads": 1,
    "warmup_share": 0.0,
}  # fmt: skip


@pytest.fixture
def run_folder(tmp_path: Path) -> Path:
    config = checked_config(
        source="pocket", count=5, top_up=True, relations=("causal inference",), languages=("en",)
    )
    with Store.open(tmp_path / "gap.db") as store:
        run = begin_run(store, "first", config)
    with open_job(config, db=tmp_path / "gap.db", data_dir=tmp_path) as (job, subject_at):
        run_synthesis(job, run, subject_at)
    return tmp_path


def weights(adapter: Path | None) -> dict[str, torch.Tensor]:
    assert adapter is not None
    return load_file(adapter / "adapter_model.safetensors")


def test_four_steps_are_chained_kept_and_merged(
    run_folder: Path, random_pocket_folder: Path
) -> None:
    with Store.open(run_folder / "gap.db") as store:
        run = store.synthesis.run("first")
        assert run is not None
        items = accepted_items(store, run)
    given: dict[str, Any] = {
        "run": "first", "name": "taught", "data_dir": run_folder, "use": "full",
        "settings": QUICK | {"model": str(random_pocket_folder), "learning_rate": 1e-2},
    }  # fmt: skip
    results = train_curriculum(items, run_folder / "runs", **given)
    first = [weights(result.adapter) for result in results]
    again = train_curriculum(items, run_folder / "runs", **given)

    assert [result.name for result in results] == [f"taught_{n}" for n in (1, 2, 3, 4)]
    assert [result.seconds for result in again] == [result.seconds for result in results]
    for before, after in zip(first, first[1:], strict=False):
        # One step from there: near where the step before ended, and not the same.
        moved = max(float((after[name] - before[name]).abs().max()) for name in before)
        assert 0 < moved < 0.05

    merged = run_folder / "merged"
    last = results[-1].adapter
    assert last is not None
    merge_adapter(last, merged, model=str(random_pocket_folder))
    ask = Ask(load_picture(items[0].subject.image_path), "How many are there?", HONEST, 8)
    by_adapter = load_model(str(random_pocket_folder), adapter=last).answer([ask])[0].text
    assert load_model(str(merged)).answer([ask])[0].text == by_adapter


def load_picture(path: str) -> Any:
    from PIL import Image

    return Image.open(path).convert("RGB")


@pytest.mark.long
def test_command_prints_the_table(run_folder: Path, random_pocket_folder: Path) -> None:
    from scripts.run_curriculum import main

    arguments = ["first", "--model", str(random_pocket_folder), "--data-dir", str(run_folder)]
    done = CliRunner().invoke(
        main, [*arguments, "--seeds", "1", "--held-out", "0.5", "--rank", "2"]
    )

    assert done.exit_code == 0, done.output
    assert "base: one hop 0." in done.output and "curriculum: one hop" in done.output
    folder = run_folder / "synthesis" / "first" / "training-full"
    steps = [steps_taken(folder / "curriculum_1" / f"step_{number}") for number in (1, 2, 3, 4)]
    assert steps_taken(folder / "plain_1") == sum(steps) >= 4


def steps_taken(folder: Path) -> int:
    last = (folder / "metrics.jsonl").read_text(encoding="utf-8").splitlines()[-1]
    return int(json.loads(last)["step"])
