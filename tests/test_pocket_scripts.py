# The scripts about the pocket model, each run once on a small real model and refused once.
from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from models.registry import WORLD_FILE, load_model
from scripts import (
    build_pocket,
    compare_errors,
    draw_contact_sheet,
    measure_lessons,
    measure_pocket,
    simulate_playtest,
    train_pocket,
)


def last_json(output: str) -> dict[str, object]:
    return json.loads(output.strip().splitlines()[-1])


def test_training_writes_a_model_that_can_be_measured(
    tmp_path: Path,
) -> None:
    out, run_dir = tmp_path / "out", tmp_path / "runs" / "one"
    sizes = ["--dense-steps", "1", "--steps", "1", "--pictures", "2", "--threads", "1"]
    sizes += ["--shard-scenes", "2"]
    trained = CliRunner().invoke(
        train_pocket.main, ["--run-dir", str(run_dir), "--out", str(out), *sizes]
    )
    assert trained.exit_code == 0, trained.output
    assert last_json(trained.stdout)["step"] == 2
    command = ["--model", str(out), "--scenes", "10"]
    measured = CliRunner().invoke(measure_pocket.main, command)
    assert measured.exit_code == 0, measured.output
    assert last_json(measured.stdout)["n"] == 10 and "basic world" in measured.stdout
    (out / WORLD_FILE).unlink()
    refused = CliRunner().invoke(measure_pocket.main, command)
    assert refused.exit_code == 1 and "Add --edition basic or full" in refused.output
    seen = CliRunner().invoke(measure_lessons.main, ["--run-dir", str(run_dir), "--scenes", "40"])
    assert seen.exit_code == 0, seen.output
    step, _, kind, *others = seen.stdout.splitlines()
    assert step == "step 2"
    assert re.fullmatch(r"kind( +[01][.]\d{3} \[.*\] n=\d+){2}", kind)
    assert {line.split()[0] for line in others} == {"colour", "size", "word"}


def test_what_is_no_run_has_no_lessons_to_measure(tmp_path: Path) -> None:
    result = CliRunner().invoke(measure_lessons.main, ["--run-dir", str(tmp_path)])
    assert (result.exit_code, "No training run" in result.output) == (1, True)


def test_a_model_errs_just_as_it_does_itself() -> None:
    compared = CliRunner().invoke(compare_errors.main, ["pocket", "pocket", "--scenes", "40"])
    assert compared.exit_code == 0, compared.output
    figures = last_json(compared.stdout)
    assert figures["alpha"] == 1.0
    assert figures["first_wrong"] == figures["second_wrong"]
    assert 0.1 < float(str(figures["first_wrong"])) < 0.7


def test_comparing_on_too_few_scenes_is_refused() -> None:
    result = CliRunner().invoke(compare_errors.main, ["pocket", "pocket", "--scenes", "3"])
    assert (result.exit_code, "Take 10 or more" in result.output) == (1, True)


def test_too_few_scenes_are_refused() -> None:
    result = CliRunner().invoke(measure_pocket.main, ["--scenes", "3"])
    assert (result.exit_code, "Take 10 or more" in result.output) == (1, True)


def test_a_contact_sheet_is_drawn_into_the_named_file(tmp_path: Path) -> None:
    out = tmp_path / "new" / "sheet.png"
    result = CliRunner().invoke(draw_contact_sheet.main, ["--scenes", "3", "--out", str(out)])
    assert result.exit_code == 0, result.output
    assert last_json(result.stdout) == {
        "scenes": 3, "out": str(out), "bytes": out.stat().st_size,
    }  # fmt: skip


def test_the_sheet_is_built_beside_the_models(tmp_path: Path) -> None:
    built = CliRunner().invoke(build_pocket.main, ["--part", "sheet", "--out", str(tmp_path)])
    assert built.exit_code == 0, built.output
    assert (tmp_path / "pocket_world.png").stat().st_size < 700_000
    assert len(last_json(built.stdout)["sheet"]["sha256"]) == 64


def test_nothing_to_build_is_refused() -> None:
    result = CliRunner().invoke(build_pocket.main, [])
    assert (result.exit_code, "Choose --all or a --part" in result.output) == (1, True)


def test_an_unknown_model_is_refused() -> None:
    result = CliRunner().invoke(simulate_playtest.main, ["--model", "nobody"])
    assert (result.exit_code, "No model called 'nobody'" in result.output) == (1, True)


def test_training_without_steps_is_refused(tmp_path: Path) -> None:
    result = CliRunner().invoke(train_pocket.main, ["--run-dir", str(tmp_path), "--steps", "0"])
    assert (result.exit_code, "Steps must be positive" in result.output) == (1, True)


@pytest.mark.slow
def test_simulated_players_play_whole_sessions_through_the_handlers(tmp_path: Path) -> None:
    report = simulate_playtest.play(
        load_model("pocket"), folder=tmp_path, players=3, sessions=1, seed=1, pictures=(8, 12)
    )
    assert report["sessions finished"] == 3
    # A picture's time may be up between an answer and its mark.
    assert report["turns"] >= report["verdicts"] >= 25
    assert report["questions refused"] == 0
    assert report["answers truly wrong"].n == report["turns"]


@pytest.mark.long
def test_pocket_llama_is_built_with_its_manifest(tmp_path: Path) -> None:
    options = ["--part", "pocket-llama", "--steps", "1", "--seed", "3", "--scenes", "1"]
    built = CliRunner().invoke(build_pocket.main, [*options, "--out", str(tmp_path)])
    assert built.exit_code == 0, built.output
    manifest = json.loads((tmp_path / "pocket-llama" / "model" / "manifest.json").read_text())
    assert (manifest["steps"], manifest["config"]["seed"], manifest["figures"]["n"]) == (1, 3, 1)
    assert len(manifest["data_sha256"]) == 64
