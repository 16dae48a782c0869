"""The Playtest page's charts: gaps and players, and how far "Wrong" could be believed."""

from collections.abc import Sequence
from datetime import datetime

import altair as alt
import pandas as pd
import streamlit as st

from apps.studio import playtest
from apps.studio.session import signed_in
from apps.studio.studio import Studio, running_studio
from apps.studio.words import say, tell
from db import Store
from db.playtest_records import PlayerPlay
from gap_core.labeling import LabelRules
from gap_core.play import Rules
from gap_core.play.facilitating import trap_accuracy
from gap_core.play.selecting import selected_questions
from gap_core.play.trust_figures import TrustFigures, posteriors_by_session, trust_figures
from gap_core.scoring.charts import (
    accuracy_chart,
    calibration_chart,
    posterior_chart,
    roc_chart,
)
from models.measured import MeasuredErrors, read_measured, trap_warning

BAR_PX, AXIS_PX = 22, 80
SHOW_TRUST = "Work out calibration, ROC and posteriors by session"
TRUST_EXPLAINED = (
    "Each answer that an expert looked at is held against the posterior of the player who had "
    "marked it Wrong: joint as the expert saw it, the others as they are now. "
    "Experts look at what was selected, so low posteriors are rare here."
)
NOTHING_FOUND = "No expert has found out about a marked answer yet. Label some on the Label page."
ALL_ALIKE = "All findings are alike, so there is no ROC yet."


def show_figures(studio: Studio, players: Sequence[PlayerPlay], since: datetime) -> None:
    """Gaps by category, accuracy on traps, posteriors, and how far the model does as it is told."""
    st.subheader("Gaps and players", anchor=False)
    with Store.open(studio.db_path) as store:
        played = store.playtest.models(since=since)
        measured = measured_of(studio, studio.shelf.answerer_name)
        gaps = gap_figures(store, measured, rules=studio.workbench.rules)
    names = [(model.name, model.quantization) for model in played]
    for name, quantization in dict.fromkeys(names or [(studio.shelf.answerer_name, "")]):
        measured = measured_of(studio, name, quantization)
        words = [f"{f.name} {f.words}" for f in playtest.error_figures(measured, model=name)]
        say(" · ".join(words), kind="soft")
        if warning := trap_warning(measured, loaded_as(studio, name)):
            tell(warning)
    left, right = st.columns(2)
    if counted := int(gaps["questions"].sum()):
        left.altair_chart(
            bars(gaps, "category", "questions", title=f"Selected questions, {counted:,}"),
            width="stretch",
        )
    else:
        left.caption("No question is selected for labeling yet.")
    accuracy = trap_accuracy(players)
    if accuracy:
        right.altair_chart(accuracy_chart(pd.Series(accuracy)), width="stretch")
    posteriors = playtest.posterior_table(players)
    if known := int(posteriors["players"].sum()):
        right.altair_chart(
            bars(posteriors, "posterior", "players", title=f"Players by posterior, {known:,}"),
            width="stretch",
        )


def measured_of(studio: Studio, name: str, quantization: str = "") -> MeasuredErrors:
    """What was measured of a model that played, under its own name or the one that loads it."""
    known_as = loaded_as(studio, name)
    return read_measured(known_as, quantization=quantization, data_dir=studio.data_dir)


def loaded_as(studio: Studio, name: str) -> str:
    """The name that loads a model: a server's is recorded without the address."""
    known_as = studio.shelf.answerer_name
    return known_as if known_as.endswith(f"#{name}") else name


def gap_figures(store: Store, measured: MeasuredErrors, *, rules: LabelRules) -> pd.DataFrame:
    """Selected questions by category, selected as for labeling."""
    errors = Rules(**measured._asdict()).model_errors
    found = selected_questions(store, theta=rules.theta, by=rules.selected_by, errors=errors)
    return playtest.gap_table(found)


def bars(table: pd.DataFrame, name: str, count: str, *, title: str) -> alt.Chart:
    """A bar for each name, in the table's order, with every name beside it."""
    axis = alt.Axis(labelLimit=240, labelOverlap=False)
    return (
        alt.Chart(table, title=title, height=AXIS_PX + BAR_PX * len(table))
        .mark_bar(color="#0072B2")
        .encode(
            alt.X(f"{count}:Q", axis=alt.Axis(tickMinStep=1)),
            alt.Y(f"{name}:N", sort=None, title=None, axis=axis),
        )
    )


@st.fragment
def trust_part(since: datetime) -> None:
    """Worked out only when somebody asks: it reads every finding."""
    signed_in("reviewer")
    st.subheader("How far can “Wrong” be believed?", anchor=False)
    if not st.toggle(SHOW_TRUST):
        return
    with Store.open(running_studio().db_path) as store:
        found = trust_figures(store.checked.findings())
        by_session = posteriors_by_session(store, store.playtest.players(since=since))
    st.caption(TRUST_EXPLAINED)
    _show_trust(found)
    if not by_session.empty:
        st.altair_chart(posterior_chart(by_session), width="stretch")
        st.caption("The players with most sessions, with 95% intervals.")


def _show_trust(found: TrustFigures) -> None:
    if not found.found.n:
        st.caption(NOTHING_FOUND)
        return
    st.caption(f"Of the answers that experts looked at, were wrong indeed: {found.found}")
    left, right = st.columns(2)
    left.altair_chart(calibration_chart(found.calibration), width="stretch")
    if not found.auc:
        right.caption(ALL_ALIKE)
        return
    right.altair_chart(roc_chart(found.roc), width="stretch")
    right.caption(
        "Area under the curve: "
        + ", ".join(
            f"{name} {auc.mean:.2f} [{auc.low:.2f}, {auc.high:.2f}]"
            for name, auc in found.auc.items()
        )
    )
