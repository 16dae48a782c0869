# What a run depends on: refused where it contradicts itself, read from one YAML file.
from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from gap_core.errors import GapError
from gap_core.training.config import made_config, read_config

CONFIGS = sorted((Path(__file__).parents[1] / "gap_core/training/configs").glob("*.yaml"))
WHOLE: dict[str, Any] = {"name": "one", "steps": 4}


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"epochs": 2.0}, "either epochs or steps"),
        ({"steps": None}, "either epochs or steps"),
        ({"name": "a-b"}, "letters, digits and '_'"),
        ({"name": "naïve"}, "letters, digits and '_'"),
        ({"targets": []}, "name at least one layer"),
        ({"targets": "q_proj"}, r"Write a list, such as: targets: \[q_proj\]"),
        ({"steps": None, "epochs": float("inf")}, "'epochs' can't be 'inf'"),
        ({"steps": None, "epochs": float("nan")}, "'epochs' can't be 'nan'"),
        ({"max_grad_norm": float("inf")}, "'max_grad_norm' can't be 'inf'"),
        ({"rank": 0}, "'rank' can't be '0'"),
        ({"learning_rate": 0}, "'learning_rate' can't be '0'"),
        ({"quantize": "int8"}, "'quantize' can't be 'int8'"),
        ({"rnak": 4}, "no setting 'rnak'. Did you mean 'rank'"),
        ({"held_back_share": 0}, "keep: best needs evaluations"),
        ({"evaluate_every_steps": None}, "keep: best needs evaluations"),
        ({"held_back_share": 0, "keep": "last", "patience": 2}, "patience needs evaluations"),
        ({"checkpoint_every_steps": 30}, "multiple of evaluate_every_steps"),
        ({"evaluate_every_steps": None, "keep": "last"}, "nothing evaluates"),
    ],
)
def test_a_contradiction_is_refused(given: dict[str, Any], words: str) -> None:
    with pytest.raises(GapError, match=words):
        made_config(**WHOLE | given)


def test_a_config_never_changes() -> None:
    with pytest.raises(ValueError, match="frozen"):
        made_config(**WHOLE).rank = 3  # type: ignore[misc]


@pytest.mark.parametrize("file", CONFIGS, ids=lambda file: file.stem)
def test_the_ready_files_can_be_read(file: Path) -> None:
    assert read_config(file).dataset == "first"


@pytest.mark.parametrize("text", ["rank: [", "- 3", "", "\x00", "!!python/object:os.system x"])
def test_a_file_that_is_no_config_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "run.yaml").write_text(text)
    with pytest.raises(GapError, match=r"run\.yaml"):
        read_config(tmp_path / "run.yaml")


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(GapError, match=r"Give the file of a run"):
        read_config(tmp_path / "none.yaml")


def test_a_setting_that_stands_twice_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "run.yaml"
    file.write_text("name: one\nsteps: 4\nrank: 2\nrank: 8\n")
    with pytest.raises(GapError, match=r"'rank' stands there twice(.|\n)*line 4"):
        read_config(file)
