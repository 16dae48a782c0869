# What was measured of a model lies beside its weights, and the game plays by it.
from __future__ import annotations

from pathlib import Path

import pytest

from gap_core.play import Rules
from gap_core.scoring.rates import ModelErrors
from models.errors import ModelError
from models.measured import (
    AS_TOLD,
    FILE_NAME,
    MeasuredErrors,
    read_measured,
    trap_warning,
    write_measured,
)


def test_written_figures_are_read_again(tmp_path: Path) -> None:
    errors = MeasuredErrors(honest_wrong=0.04, told_right=0.09, measured_on=2_000)
    path = write_measured(str(tmp_path), errors)

    assert path == tmp_path / FILE_NAME
    assert read_measured(str(tmp_path)) == errors


def test_figures_of_4_bit_are_kept_apart(tmp_path: Path) -> None:
    full, small = MeasuredErrors(0.04, 0.02, 2_000), MeasuredErrors(0.06, 0.03, 500)
    write_measured(str(tmp_path), full, quantization="bf16")
    write_measured(str(tmp_path), small, quantization="nf4")

    assert read_measured(str(tmp_path), quantization="fp32") == full
    assert read_measured(str(tmp_path), quantization="nf4") == small


def test_a_servers_figures_lie_in_the_data_folder(tmp_path: Path) -> None:
    errors = MeasuredErrors(0.04, 0.02, 300)
    name = "server:https://models.example/v1#lab/model"
    path = write_measured(name, errors, data_dir=tmp_path, about={"deck": "city"})

    assert path.parent == tmp_path / "measured" and path.name.startswith("model-")
    assert read_measured(name, data_dir=tmp_path) == errors
    assert read_measured(name + "2", data_dir=tmp_path) == AS_TOLD


def test_unmeasured_model_is_taken_to_do_as_told(tmp_path: Path) -> None:
    assert read_measured(str(tmp_path)) == AS_TOLD


@pytest.mark.parametrize("text", ["", "[]", '{"honest_wrong": "x", "told_right": 0}', "{}"])
def test_broken_figures_are_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / FILE_NAME).write_text(text)

    with pytest.raises(ModelError, match="Measure again: python -m scripts.measure_traps"):
        read_measured(str(tmp_path))


def test_rules_hand_the_figures_to_scoring() -> None:
    rules = Rules(**MeasuredErrors(0.04, 0.09, 2_000)._asdict())

    assert rules.model_errors == ModelErrors(0.04, 0.09, measured_on=2_000)
    assert Rules().model_errors.measured_on is None


@pytest.mark.parametrize(
    ("errors", "told"),
    [
        (AS_TOLD, "Nobody measured how often 'lab/model' does as it is told"),
        (MeasuredErrors(0.11, 0.02, 300), "is wrong in 11.0% of honest answers"),
        (MeasuredErrors(0.04, 0.04, 300), "is right in 4.0% of answers that it was told"),
        (MeasuredErrors(0.2, 0.3, 300), "honest answers on traps and is right in 30.0%"),
    ],
)
def test_operator_is_warned_of_a_model_that_does_not_do_as_told(
    errors: MeasuredErrors, told: str
) -> None:
    warning = trap_warning(errors, "lab/model")

    assert warning is not None and told in warning
    assert "python -m scripts.measure_traps --model lab/model --write" in warning


@pytest.mark.parametrize("errors", [MeasuredErrors(0.1, 0.09, 300), MeasuredErrors(0.04, 0, 9)])
def test_model_that_does_as_told_gives_no_warning(errors: MeasuredErrors) -> None:
    assert trap_warning(errors, "lab/model") is None


def test_pocket_gives_no_warning() -> None:
    assert trap_warning(read_measured("pocket"), "pocket") is None


def test_pocket_is_measured() -> None:
    errors = read_measured("pocket")

    assert 0 < errors.honest_wrong < 0.5
    assert 0 < errors.told_right < 0.5
