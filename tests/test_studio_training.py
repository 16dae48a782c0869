# Runs that are started, watched, stopped and resumed from the studio's Train page.
from __future__ import annotations

import json
import os
import signal
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from apps.studio import training
from apps.studio.jobs import Job
from apps.studio.studio import Studio
from db import Store
from gap_core.dataset.build_config import BuildConfig
from gap_core.dataset.building import build_dataset
from gap_core.dataset.places import dataset_place
from gap_core.dataset.sample import Sample
from gap_core.errors import GapError
from gap_core.training.config import made_config
from gap_core.training.recipes import recipe_names, recipe_settings, recipe_yaml
from gap_core.training.run_folder import Measured, held_run, known_runs, read_run, run_place
from tests.fixtures_play import SECRET, START
from tests.fixtures_studio import workbench_of
from tests.test_adapter_registry import made_record
from tests.test_studio_adapters import ADA
from tests.waiting import wait_until

ROOT_ACCOUNT = replace(ADA, id="r1", name="Root", role="administrator")
JOB = Job("train", "one", ("train_lora",), "Ada", False, "", None, "")


@pytest.fixture
def studio(tmp_path: Path) -> Studio:
    data = tmp_path / "data"
    return Studio(workbench_of(data), data / "gap.db", data, "test", SECRET)


def test_every_recipe_is_a_run_and_comes_back_from_its_yaml() -> None:
    assert recipe_names()[0] == "pocket"
    for name in recipe_names():
        config = training.composed_config(recipe_settings(name), {}, "")
        again = training.composed_config({}, {}, recipe_yaml(config))
        assert again == config


def test_what_is_typed_stands_in_the_recipes_place() -> None:
    fields = {"rank": 4, "parent": None, "dataset": "other"}
    config = training.composed_config(recipe_settings("pocket"), fields, "steps: 7\npatience: 2")
    assert (config.rank, config.dataset, config.steps, config.epochs) == (4, "other", 7, None)
    assert config.patience == 2 and config.alpha == 32
    assert "parent" not in recipe_yaml(config) and "steps: 7" in recipe_yaml(config)


@pytest.mark.parametrize(
    ("further", "told"),
    [
        ("rank: [", "can't be read"),
        ("rank", "'rank' is no setting"),
        ("ranks: 3", "no setting 'ranks'. Did you mean 'rank'"),
        ("zzzz: 3", "no setting 'zzzz'. There are: name, "),
        ("rank: 0", "'rank' can't be '0'"),
        ("!!python/object/apply:os.system ['true']", "can't be read"),
    ],
)
def test_settings_that_can_not_be_meant_are_told(further: str, told: str) -> None:
    with pytest.raises(GapError, match=told):
        training.composed_config(recipe_settings("pocket"), {}, further)


@pytest.mark.parametrize("model", ["/etc", "server:http://10.0.0.1/v1#x", "somebody/model"])
def test_only_an_administrator_names_folders_and_addresses(studio: Studio, model: str) -> None:
    config = made_config(name="one", model=model, dataset="first", epochs=1)
    with pytest.raises(GapError, match="have an administrator"):
        training.start_run(studio, config, by=ADA)
    training.check_model(model, ROOT_ACCOUNT, ["pocket"])
    assert studio.jobs.all("train") == []


def test_a_name_that_is_taken_is_refused_before_anything_is_trained(
    studio: Studio, tmp_path: Path
) -> None:
    config = made_config(name="one", dataset="first", epochs=1)
    with Store.open(studio.db_path) as store:
        store.adapters.add(made_record("one", tmp_path), image_ids=[])
    with pytest.raises(GapError, match="an? adapter 'one' already. Choose another"):
        training.start_run(studio, config, by=ADA)
    assert training.free_name(studio, "one") == "one_2"
    with pytest.raises(GapError, match="no run 'two' to resume"):
        training.resume_run(studio, "two", by=ADA)


def made_run(data_dir: Path, curve: list[Measured], result: dict[str, Any] | None = None) -> Path:
    folder = run_place(data_dir, "one")
    folder.mkdir(parents=True)
    config = made_config(name="one", dataset="first", epochs=1, batch=6)
    (folder / "config.json").write_text(json.dumps({"config": config.model_dump(mode="json")}))
    lines = [json.dumps(one._asdict()) + "\n" for one in curve]
    (folder / "metrics.jsonl").write_text("".join(lines))
    if result is not None:
        (folder / "result.json").write_text(json.dumps(result))
    return folder


CURVE = [
    Measured(1, 8, loss=2.0, seconds=10.0),
    Measured(2, 8, loss=1.0, seconds=20.0),
    Measured(2, 8, held_back_loss=1.5, seconds=21.0),
    Measured(3, 8, loss=0.9, seconds=3.0),  # it went on in another process
    Measured(4, 8, loss=0.8, seconds=5.0),
]
STOPPED = {
    "name": "one", "adapter": None, "step": 4, "best_step": 4, "loss": 0.8, "held_back_loss": 1.5,
    "learnt": 9, "held_back": 1, "too_long": 0, "trained_images": [], "seconds": 5.0,
    "samples_per_s": 2.0, "peak_mib": 700.0,
}  # fmt: skip


def test_a_run_is_told_by_its_folder(tmp_path: Path) -> None:
    folder = made_run(tmp_path, CURVE)
    row = training.run_row(read_run(folder), None)
    assert row.cells[:7] == (
        "one", "pocket-full", "first", "broken off", "4 of 8", "0.8000", "1.5000",
    )  # fmt: skip
    assert row.does == ("show", "resume")
    with held_run(folder):
        (run,) = known_runs(tmp_path)
        assert training.run_row(run, JOB).cells[3] == "running"
        assert training.run_row(run, JOB).does == ("show", "stop")
        with pytest.raises(GapError, match="Another process trains"), held_run(folder):
            pass
    assert training.progress_of(read_run(folder)) == (0.5, "step 4 of 8, 0.1 min left")
    assert "batch: 3 with accumulate: 2" in training.broken_words(read_run(folder))


def test_a_stopped_and_a_finished_run_differ(tmp_path: Path) -> None:
    folder = made_run(tmp_path, CURVE, STOPPED)
    assert read_run(folder).state == "stopped" and training.result_words(read_run(folder)) == ""
    (folder / "result.json").write_text(json.dumps(STOPPED | {"adapter": "adapter"}))
    run = read_run(folder)
    assert (run.state, training.run_row(run, None).does) == ("finished", ("show",))
    assert training.result_words(run).startswith("Kept step 4 of 4 with loss 1.5000")


@pytest.mark.parametrize(
    ("adapter", "told"), [(None, "Resume it below"), ("adapter", "finished run 'one' already")]
)
def test_only_a_run_that_can_go_on_is_called_so(
    studio: Studio, adapter: str | None, told: str
) -> None:
    made_run(studio.data_dir, CURVE, STOPPED | {"adapter": adapter})
    config = made_config(name="one", dataset="first", epochs=1)
    with pytest.raises(GapError, match=told) as refused:
        training.start_run(studio, config, by=ADA)
    assert ("Resume" in str(refused.value)) == (adapter is None)


def test_a_folder_that_is_no_run_hides_no_other(tmp_path: Path) -> None:
    folder = made_run(tmp_path, CURVE)
    half = run_place(tmp_path, "half")
    half.mkdir()
    (half / "config.json").write_text('{"config": {"na')  # as it is while it is written
    assert [run.folder for run in known_runs(tmp_path)] == [folder]


def test_a_start_that_made_no_run_is_shown_too() -> None:
    refused = replace(JOB, refusal="No dataset at 'x'.")
    (row,) = training.run_rows([], [refused])
    assert (row.cells[3], row.does) == ("refused", ("show",))


@pytest.mark.long
def test_a_killed_run_is_resumed_from_the_page_and_registered(
    studio: Studio, pictured: Callable[..., Sample], random_pocket_folder: Path
) -> None:
    samples = [pictured(f"s{seed}", seed, answer=f"There are {seed} dogs.") for seed in range(8)]
    config = BuildConfig(validation_share=0.2)
    build_dataset(
        samples, dataset_place(studio.data_dir, "first"), data_dir=studio.data_dir, config=config
    )
    run = made_config(
        name="one", model=str(random_pocket_folder), dataset="first", steps=12, batch=2, rank=2,
        evaluate_every_steps=2, checkpoint_every_steps=2, held_back_share=0.25, threads=1,
    )  # fmt: skip
    training.start_run(studio, run, by=ROOT_ACCOUNT)
    folder = run_place(studio.data_dir, "one")
    wait_until(lambda: (folder / "checkpoints" / "checkpoint-4").exists(), limit_s=90)
    assert read_run(folder).state == "running"
    os.kill(int((studio.data_dir / "jobs/train/one/pid").read_text()), signal.SIGKILL)
    wait_until(lambda: read_run(folder).state == "broken off")
    training.resume_run(studio, "one", by=ROOT_ACCOUNT)
    wait_until(lambda: read_run(folder).state == "finished", limit_s=90)
    assert len([one for one in read_run(folder).curve if one.loss is not None]) == 12
    wait_until(lambda: not studio.jobs.all("train")[0].is_running)
    with Store.open(studio.db_path) as store:
        registered = store.adapters.get("one")
    assert registered is not None and registered.created_utc > START
