# What was measured of a model lies beside its weights, and the game plays by it.
from __future__ import annotations

from pathlib import Path

import pytest

from gap_core.play import Rules
from gap_core.scoring.rates import ModelErrors
from models.errors import ModelError
from models.measured import AS_TOLD, FILE_NAME, MeasuredErrors, read_measured, write_measured


def test_written_figures_are_read_again(tmp_path: Path) -> None:
    errors = MeasuredErrors(honest_wrong=0.04, told_right=0.09, measured_on=2_000)
    path = write_measured(str(tmp_path), errors)

    assert path == tmp_path / FILE_NAME
    assert read_measured(str(tmp_path)) == errors


def test_unmeasured_model_is_taken_to_do_as_told(tmp_path: Path) -> None:
    assert read_measured(str(tmp_path)) == AS_TOLD


@pytest.mark.parametrize("text", ["", "[]", '{"honest_wrong": "x", "told_right": 0}', "{}"])
def test_broken_figures_are_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / FILE_NAME).write_text(text)

    with pytest.raises(ModelError, match="Measure again: python -m scripts.measure_pocket"):
        read_measured(str(tmp_path))


def test_rules_hand_the_figures_to_scoring() -> None:
    rules = Rules(**MeasuredErrors(0.04, 0.09, 2_000)._asdict())

    assert rules.model_errors == ModelErrors(0.04, 0.09, measured_on=2_000)
    assert Rules().model_errors.measured_on is None


def test_pocket_is_measured() -> None:
    errors = read_measured("pocket")

    assert 0 < errors.honest_wrong < 0.5
    assert 0 < errors.told_right < 0.5
