"""The curve of a run as a picture: loss of steps, loss and accuracy on validation.

Called by the pipeline.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import altair as alt
import pandas as pd

from gap_core.scoring.charts import HEIGHT_PX, WIDTH_PX, save_chart
from gap_core.training.run_folder import read_curve

PLOT = "training.svg"
_SMOOTHED_STEPS = 10


def plot_training(folder: Path) -> Path:
    """Draw the run's curve beside it."""
    rows = pd.DataFrame(read_curve(folder))
    losses = rows.dropna(subset=["loss"])[["step", "loss"]].assign(of="training")
    losses["loss"] = losses["loss"].rolling(_SMOOTHED_STEPS, min_periods=1).mean()
    held = rows.dropna(subset=["held_back_loss"])
    validation = held[["step", "held_back_loss"]].set_axis(["step", "loss"], axis=1)
    both = pd.concat([losses, validation.assign(of="validation")])
    charts = [_line(both, "loss", "Loss", colour="of:N")]
    accuracies = rows.dropna(subset=["held_back_accuracy"])
    if len(accuracies):
        charts.append(_line(accuracies, "held_back_accuracy", "Validation accuracy"))
    save_chart(alt.hconcat(*charts), folder / PLOT)
    return folder / PLOT


def _line(table: pd.DataFrame, column: str, title: str, *, colour: str | None = None) -> alt.Chart:
    channels: dict[str, Any] = {"x": alt.X("step:Q"), "y": alt.Y(f"{column}:Q", title=title)}
    if colour is not None:
        channels["color"] = alt.Color(colour, title=None)
    kept = table[[name for name in ("step", column, "of") if name in table]]
    return alt.Chart(kept, title=title, width=WIDTH_PX, height=HEIGHT_PX).mark_line().encode(
        **channels
    )  # fmt: skip
