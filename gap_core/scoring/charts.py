"""Charts of what scoring is worth, for the studio, the README and reports.

Each takes a table (pandas) with the named columns and gives an altair chart; `save_chart` writes
one as SVG or PNG without a browser.
"""

from pathlib import Path

import altair as alt
import pandas as pd

from gap_core.errors import GapError

WIDTH_PX, HEIGHT_PX = 360, 280
SUFFIXES = (".svg", ".png")
PERCENT = alt.Axis(format=".0%")
_UNIT = alt.Scale(domain=[0, 1], nice=False, clamp=True)
# Okabe & Ito 2008: told apart by colour-blind readers too.
_COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#56B4E9", "#E69F00")


def accuracy_chart(accuracy: pd.Series) -> alt.Chart:
    """How many players are how often right on tainted pictures: the paper's U shape.

    Args:
        accuracy: a share in [0, 1] for each player.
    """
    bands = pd.cut(accuracy, [n / 10 for n in range(11)], include_lowest=True, labels=False)
    shares = bands.value_counts(normalize=True).reindex(range(10), fill_value=0.0)
    names = [f"{10 * band}–{10 * band + 10}%" for band in range(10)]
    table = pd.DataFrame({"accuracy": names, "players": shares.to_numpy()})
    return _sized(
        alt.Chart(table, title=f"Players by accuracy on tainted pictures, {len(accuracy):,}")
        .mark_bar(color=_COLOURS[0])
        .encode(
            alt.X(
                "accuracy:N",
                sort=None,
                axis=alt.Axis(labelAngle=-45),
                title="share of verdicts that are right",
            ),
            alt.Y("players:Q", axis=PERCENT, title="share of players"),
        )
    )


def calibration_chart(table: pd.DataFrame) -> alt.LayerChart:
    """What was predicted against what was true; the grey line is where they are equal.

    Args:
        table: columns estimator, predicted, observed, low, high (all in [0, 1]) and n.
    """
    _need(table, "estimator", "predicted", "observed", "low", "high", "n")
    base = alt.Chart(table).encode(
        alt.X("predicted:Q", scale=_UNIT, axis=PERCENT, title="predicted"), _colour("estimator")
    )
    line = base.mark_line(point=True).encode(
        alt.Y("observed:Q", scale=_UNIT, axis=PERCENT, title="observed"),
        tooltip=["estimator", "predicted", "observed", "n"],
    )
    interval = base.mark_rule(opacity=0.6).encode(alt.Y("low:Q"), alt.Y2("high:Q"))
    return _layered(_diagonal("predicted", "observed"), interval, line, title="Calibration")


def roc_chart(table: pd.DataFrame) -> alt.LayerChart:
    """Share of true gaps found against share of false alarms.

    Args:
        table: columns estimator, false_alarms, hits (both in [0, 1]), in the order of the curve.
    """
    _need(table, "estimator", "false_alarms", "hits")
    line = (
        alt.Chart(table)
        .mark_line(interpolate="step-after")
        .encode(
            alt.X("false_alarms:Q", scale=_UNIT, axis=PERCENT, title="false alarms"),
            alt.Y("hits:Q", scale=_UNIT, axis=PERCENT, title="found"),
            _colour("estimator"),
            order=alt.Order("false_alarms:Q"),
        )
    )
    return _layered(_diagonal("false_alarms", "hits"), line, title="ROC")


def posterior_chart(table: pd.DataFrame) -> alt.LayerChart:
    """A posterior with its interval against the sessions played.

    Args:
        table: columns series (an estimator or a player), sessions, mean, low, high.
    """
    _need(table, "series", "sessions", "mean", "low", "high")
    base = alt.Chart(table).encode(
        alt.X("sessions:Q", axis=alt.Axis(tickMinStep=1), title="sessions played"),
        _colour("series"),
    )
    band = base.mark_area(opacity=0.15).encode(
        alt.Y("low:Q", scale=_UNIT, axis=PERCENT, title="posterior"), alt.Y2("high:Q")
    )
    line = base.mark_line(point=True).encode(alt.Y("mean:Q"))
    return _layered(band, line, title="Posterior against sessions")


def precision_chart(table: pd.DataFrame, *, theta: float) -> alt.LayerChart:
    """True precision of the selected questions against how often the model errs.

    Args:
        table: columns estimator, error_rate, precision, low, high, all but the first in [0, 1].
        theta: the precision that selection promises, drawn as a line.
    """
    _need(table, "estimator", "error_rate", "precision", "low", "high")
    base = alt.Chart(table).encode(
        alt.X("error_rate:Q", axis=PERCENT, title="how often the model errs"), _colour("estimator")
    )
    scale = alt.Scale(domain=[0.5, 1], clamp=True)
    title = "selected questions that are true gaps"
    line = base.mark_line(point=True).encode(
        alt.Y("precision:Q", scale=scale, axis=PERCENT, title=title)
    )
    interval = base.mark_rule(opacity=0.6).encode(alt.Y("low:Q", scale=scale), alt.Y2("high:Q"))
    promised = (
        alt.Chart(pd.DataFrame({"theta": [theta]}))
        .mark_rule(color="#777", strokeDash=[5, 4])
        .encode(alt.Y("theta:Q", scale=scale))
    )
    return _layered(promised, interval, line, title=f"Selection at θ = {theta:g}")


def save_chart(chart: alt.TopLevelMixin, path: Path, *, scale: float = 2.0) -> None:
    """Write a chart as .svg or .png.

    Raises:
        GapError: another suffix.
    """
    if path.suffix not in SUFFIXES:
        raise GapError(f"'{path.name}' is no chart file. Choose a name ending in .svg or .png.")
    path.parent.mkdir(parents=True, exist_ok=True)
    chart.save(path, scale_factor=scale)


def _need(table: pd.DataFrame, *columns: str) -> None:
    missing = [column for column in columns if column not in table]
    if missing:
        raise ValueError(f"The table lacks the columns {missing}; it has {list(table)}.")


def _colour(column: str) -> alt.Color:
    return alt.Color(f"{column}:N", scale=alt.Scale(range=list(_COLOURS)), title=None)


def _diagonal(x: str, y: str) -> alt.Chart:
    ends = pd.DataFrame({x: [0.0, 1.0], y: [0.0, 1.0]})
    return alt.Chart(ends).mark_line(color="#999", strokeDash=[4, 4]).encode(x=f"{x}:Q", y=f"{y}:Q")


def _sized(chart: alt.Chart) -> alt.Chart:
    return chart.properties(width=WIDTH_PX, height=HEIGHT_PX)


def _layered(*charts: alt.Chart, title: str) -> alt.LayerChart:
    return alt.LayerChart(layer=list(charts), title=title, width=WIDTH_PX, height=HEIGHT_PX)
