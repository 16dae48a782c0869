# From a built dataset and a YAML file to a registered adapter, and what accelerate is given.
from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import yaml
from accelerate.commands.config.config_args import load_config_from_file
from click.testing import CliRunner

from db import Store
from gap_core.dataset.build_config import BuildConfig
from gap_core.dataset.building import build_dataset
from gap_core.dataset.folders import MANIFEST, sha256_of
from gap_core.dataset.places import dataset_place
from gap_core.dataset.sample import Sample
from scripts.draw_dataset import main as draw_dataset
from scripts.evaluate_model import main as evaluate_model
from scripts.train_lora import main as train_lora


def write_run(file: Path, model: Path, **given: object) -> Path:
    settings = {
        "name": "one", "model": str(model), "dataset": "first", "steps": 2, "batch": 2, "rank": 2,
        "held_back_share": 0, "evaluate_every_steps": None, "keep": "last", "threads": 1,
    }  # fmt: skip
    file.write_text(yaml.safe_dump(settings | given))
    return file


def test_a_dataset_becomes_a_registered_adapter_and_its_child_another(
    pictured: Callable[..., Sample], tmp_path: Path, random_pocket_folder: Path
) -> None:
    data_dir = tmp_path / "data"
    samples = [pictured(f"s{n}", n, question=f"How many dogs are in row {n}?") for n in range(8)]
    folder = dataset_place(data_dir, "first")
    report = build_dataset(samples, folder, data_dir=data_dir, config=BuildConfig(0.25))
    at = ["--data-dir", str(data_dir)]
    done = CliRunner().invoke(
        train_lora, [str(write_run(tmp_path / "run.yaml", random_pocket_folder)), *at]
    )
    assert done.exit_code == 0, done.output
    told = json.loads(done.stdout.splitlines()[-1])
    assert (told["learnt"], told["step"]) == (report.train, 2)
    child = write_run(tmp_path / "child.yaml", random_pocket_folder, name="two", parent="one")
    assert CliRunner().invoke(train_lora, [str(child), *at]).exit_code == 0
    with Store.open(data_dir / "gap.db") as store:
        one = store.adapters.get("one")
        assert one is not None and one.dataset_sha256 == sha256_of(folder / MANIFEST)
        assert one.folder == "runs/one/adapter" and one.parent is None
        two = store.adapters.get("two")
        assert two is not None and two.parent == "one"
        assert len(store.adapters.learnt_images("two")) == report.train
        assert list(store.adapters.learnt_samples("two").values()) == [1] * report.train


def test_a_parent_that_learnt_what_is_asked_is_refused_and_told_of(
    pictured: Callable[..., Sample], tmp_path: Path, random_pocket_folder: Path
) -> None:
    data_dir = tmp_path / "data"
    samples = [pictured(f"s{n}", n, question=f"How many dogs are in row {n}?") for n in range(6)]
    for name, share in (("few", 0.2), ("first", 0.6)):
        config, folder = BuildConfig(share), dataset_place(data_dir, name)
        build_dataset(samples, folder, data_dir=data_dir, config=config)
    asked = (dataset_place(data_dir, "first") / "validation.jsonl").read_text().splitlines()
    at = ["--data-dir", str(data_dir)]
    run = write_run(tmp_path / "run.yaml", random_pocket_folder, dataset="few")
    assert CliRunner().invoke(train_lora, [str(run), *at]).exit_code == 0
    with Store.open(data_dir / "gap.db") as store:
        learnt = store.adapters.learnt_images("one")
    known = sum(json.loads(line)["image_id"] in learnt for line in asked)
    assert known > 0
    child = write_run(tmp_path / "child.yaml", random_pocket_folder, name="two", parent="one")
    refused = CliRunner().invoke(train_lora, [str(child), *at])
    assert refused.exit_code == 1 and f"'one' has learnt {known} picture" in refused.output
    adapter = ["--adapter", str(data_dir / "runs" / "one" / "adapter"), "--dataset", "first"]
    told = (
        CliRunner()
        .invoke(evaluate_model, ["--model", str(random_pocket_folder), *adapter, *at])
        .output
    )
    assert f"It has learnt {known} of the {len(asked)} pictures" in told, told


def test_what_is_missing_is_told(tmp_path: Path, random_pocket_folder: Path) -> None:
    at = ["--data-dir", str(tmp_path)]
    run = write_run(tmp_path / "run.yaml", random_pocket_folder)
    assert "No dataset at" in CliRunner().invoke(train_lora, [str(run), *at]).output
    none = write_run(tmp_path / "none.yaml", random_pocket_folder, dataset=None)
    assert "names no dataset" in CliRunner().invoke(train_lora, [str(none), *at]).output
    orphan = write_run(tmp_path / "orphan.yaml", random_pocket_folder, parent="gone")
    assert "No adapter 'gone'" in CliRunner().invoke(train_lora, [str(orphan), *at]).output


def test_accelerate_can_read_what_is_written_for_it(
    tmp_path: Path, random_pocket_folder: Path
) -> None:
    run, file = write_run(tmp_path / "run.yaml", random_pocket_folder), tmp_path / "launch.yaml"
    options = ["--gpus", "4", "--machines", "2", "--launch-file", str(file)]
    told = CliRunner().invoke(train_lora, [str(run), *options]).output
    assert f"accelerate launch --config_file {file} -m scripts.train_lora {run}" in told
    read = load_config_from_file(str(file))
    assert (read.num_processes, read.num_machines) == (4, 2)
    odd = CliRunner().invoke(train_lora, [str(run), "--gpus", "3", "--machines", "2"])
    assert "can't be shared evenly" in odd.output


def test_drawn_scenes_make_a_dataset_to_try_it_with(tmp_path: Path) -> None:
    given = ["--name", "tried", "--samples", "20", "--data-dir", str(tmp_path)]
    done = CliRunner().invoke(draw_dataset, given)
    told = json.loads(done.stdout.splitlines()[-1])
    assert told["train"] + told["validation"] + sum(told["left_out"].values()) == 20
    assert told["train"] >= 10 and told["validation"] >= 1
    assert "is there already" in CliRunner().invoke(draw_dataset, given).output
