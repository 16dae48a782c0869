"""Charts of a dataset's diversity. Called by the studio."""

from collections.abc import Iterable

import altair as alt
import pandas as pd

from gap_core.scoring.shares import Share

ROW_PX, AXIS_PX = 22, 60
PERCENT = alt.Axis(format=".0%")
_COLOUR, _TARGET = "#0072B2", "#D55E00"  # Okabe & Ito 2008


def category_chart(lines: Iterable[tuple[str, Share, float]]) -> alt.LayerChart:
    """The share of each category with its interval; a tick where it should be.

    Args:
        lines: category, share of the samples, share that it should have.
    """
    rows = [
        (name, share.mean or 0.0, share.low or 0.0, share.high or 0.0, target, share.hits)
        for name, share, target in lines
    ]
    columns = ["category", "share", "low", "high", "target", "samples"]
    table = pd.DataFrame(rows, columns=columns)
    axis = alt.Axis(labelLimit=240, labelOverlap=False)
    base = alt.Chart(table).encode(
        alt.Y("category:N", sort=None, title=None, axis=axis), tooltip=columns
    )
    bars = base.mark_bar(color=_COLOUR, opacity=0.85).encode(
        alt.X("share:Q", axis=PERCENT, title="share of the samples, 95% interval; orange: target")
    )
    rules = base.mark_rule(strokeWidth=2, color="#777").encode(alt.X("low:Q"), alt.X2("high:Q"))
    ticks = base.mark_tick(color=_TARGET, thickness=3, size=ROW_PX - 6).encode(alt.X("target:Q"))
    return alt.LayerChart(layer=[bars, rules, ticks], height=AXIS_PX + ROW_PX * len(rows))


def opening_chart(lines: Iterable[tuple[str, Share]]) -> alt.Chart:
    """How questions open, most often first."""
    table = pd.DataFrame(
        [(opening, share.mean, share.hits) for opening, share in lines],
        columns=["opening", "share", "samples"],
    )
    axis = alt.Axis(labelLimit=240, labelOverlap=False)
    return (
        alt.Chart(table, height=AXIS_PX + ROW_PX * len(table))
        .mark_bar(color=_COLOUR)
        .encode(
            alt.X("share:Q", axis=PERCENT, title="share of the questions"),
            alt.Y("opening:N", sort=None, title=None, axis=axis),
            tooltip=["opening", "samples"],
        )
    )
