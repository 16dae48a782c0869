# Charts show what they are given, and are written as pictures.
from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from PIL import Image

from gap_core.errors import GapError
from gap_core.scoring.charts import (
    accuracy_chart,
    calibration_chart,
    posterior_chart,
    precision_chart,
    roc_chart,
    save_chart,
)

CALIBRATION = pd.DataFrame(
    {
        "estimator": ["joint", "joint", "paper"],
        "predicted": [0.1, 0.9, 0.9],
        "observed": [0.12, 0.88, 0.7],
        "low": [0.1, 0.85, 0.65],
        "high": [0.14, 0.91, 0.75],
        "n": [100, 200, 200],
    }
)
ROC = pd.DataFrame({"estimator": "joint", "false_alarms": [0, 0.2, 1], "hits": [0, 0.8, 1]})
POSTERIOR = pd.DataFrame(
    {
        "series": "joint",
        "sessions": [1, 2],
        "mean": [0.6, 0.7],
        "low": [0.3, 0.5],
        "high": [0.9] * 2,
    }
)
PRECISION = pd.DataFrame(
    {
        "estimator": ["joint", "paper"],
        "error_rate": [0.2, 0.2],
        "precision": [0.9, 0.75],
        "low": [0.88, 0.73],
        "high": [0.92, 0.77],
    }
)


def rows_of(chart: object) -> list[dict[str, object]]:
    """Every row of every dataset in a chart."""
    return [row for rows in chart.to_dict()["datasets"].values() for row in rows]


def test_accuracy_is_counted_in_ten_bands() -> None:
    accuracy = pd.Series([0.0, 0.05, 0.1, 0.55, 0.95, 1.0, 1.0, 1.0])
    shares = {row["accuracy"]: row["players"] for row in rows_of(accuracy_chart(accuracy))}

    assert len(shares) == 10
    assert shares["0–10%"] == 3 / 8
    assert shares["90–100%"] == 4 / 8
    assert shares["20–30%"] == 0


def test_calibration_shows_every_band_and_the_line_of_equality() -> None:
    rows = rows_of(calibration_chart(CALIBRATION))

    assert [row["observed"] for row in rows if "n" in row] == [0.12, 0.88, 0.7]
    assert {"predicted": 1.0, "observed": 1.0} in rows


def test_precision_is_drawn_against_theta() -> None:
    rows = rows_of(precision_chart(PRECISION, theta=0.8))

    assert {"theta": 0.8} in rows
    assert [row["precision"] for row in rows if "precision" in row] == [0.9, 0.75]


@pytest.mark.parametrize("suffix", [".png", ".svg"])
def test_charts_are_written_as_pictures(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / "made" / f"roc{suffix}"
    save_chart(roc_chart(ROC), path, scale=1)

    if suffix == ".png":
        with Image.open(path) as picture:
            assert len(picture.convert("RGB").getcolors(100_000)) > 10
    else:
        assert "false alarms" in path.read_text()


def test_posterior_keeps_its_interval() -> None:
    assert [row["low"] for row in rows_of(posterior_chart(POSTERIOR))] == [0.3, 0.5]


def test_missing_column_is_refused() -> None:
    with pytest.raises(ValueError, match=r"lacks the columns \['hits'\]"):
        roc_chart(ROC.drop(columns="hits"))


def test_other_suffix_is_refused(tmp_path: Path) -> None:
    with pytest.raises(GapError, match="ending in .svg or .png"):
        save_chart(roc_chart(ROC), tmp_path / "roc.gif")
