"""Pictures and Markdown of experiments' reports. Called by the experiments."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import altair as alt
import pandas as pd

from gap_core.evaluation.bootstrap import Figure

WIDTH_PX, ROW_PX = 360, 26
_COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7")  # Okabe & Ito 2008


def before_after_chart(
    figures: Mapping[str, Mapping[str, Figure]], *, title: str
) -> alt.LayerChart:
    """Mean scores with their intervals, a row a name and a colour a way.

    Args:
        figures: by way ("before", "after") and then by row.
        title: above it.
    """
    rows = [
        {
            "way": way,
            "what": name,
            "score": figure.mean,
            "low": figure.mean if figure.interval is None else figure.interval.low,
            "high": figure.mean if figure.interval is None else figure.interval.high,
            "n": figure.n,
        }
        for way, own in figures.items()
        for name, figure in own.items()
        if figure.mean is not None
    ]
    ways, names = list(figures), list(dict.fromkeys(str(row["what"]) for row in rows))
    base = alt.Chart(pd.DataFrame(rows), title=title).encode(
        alt.Y("what:N", sort=names, title=None, axis=alt.Axis(labelLimit=240)),
        alt.YOffset("way:N", sort=ways),
        alt.Color("way:N", sort=ways, title=None, scale=alt.Scale(range=_COLOURS)),
    )
    scale = alt.Scale(domain=[0, 1])
    points = base.mark_point(filled=True, size=60).encode(
        alt.X("score:Q", scale=scale, title="score, with 95% interval"), tooltip=["what", "n"]
    )
    rules = base.mark_rule().encode(alt.X("low:Q", scale=scale), alt.X2("high:Q"))
    height = max(2, len(names)) * ROW_PX * max(1, len(ways)) / 1.5
    return alt.LayerChart(layer=[rules, points]).properties(width=WIDTH_PX, height=height)


def save_report(folder: Path, name: str, text: str, charts: Mapping[str, alt.LayerChart]) -> Path:
    """Write report.md with its pictures beside it; the report's file."""
    from gap_core.scoring.charts import save_chart

    shown = []
    for chart_name, chart in charts.items():
        save_chart(chart, folder / f"{chart_name}.svg")
        shown.append(f"![{chart_name}]({chart_name}.svg)")
    file = folder / "report.md"
    file.write_text("\n\n".join([f"# {name}", text, *shown]) + "\n", encoding="utf-8")
    return file


def table(head: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """A table in Markdown."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(map(str, line)) + " |" for line in lines)
