"""Playtest: what a facilitator sees while people play, and can do about it."""

from datetime import datetime, timedelta

import streamlit as st

from apps.studio import playtest
from apps.studio.ledger import Act, Column, Deed, show_ledger
from apps.studio.pages.playtest_charts import show_figures, trust_part
from apps.studio.session import attempt, signed_in
from apps.studio.studio import Studio, running_studio
from apps.studio.words import show_notice
from db import Store
from db.playtest_records import PlayerPlay
from gap_core.play import Rules, utc_now
from gap_core.play.doubts import doubted_players
from gap_core.play.facilitating import end_session, suspected_bots, turns_csv
from gap_core.play.nicknames import hide_nickname, restore_nickname

LOOK_EVERY_S = 5
SPANS = {"the last hour": 1, "the last day": 24, "the last week": 168, "everything": 24 * 3650}
SESSION_COLUMNS = (
    Column("Player"), Column("Team"), Column("Picture"), Column("Questions", "number"),
    Column("Last seen"),
)  # fmt: skip
PLAYER_COLUMNS = (
    Column("Player"), Column("Team"), Column("Sessions", "number"), Column("Questions", "number"),
    Column("Posterior", "number"),
)  # fmt: skip
BOT_COLUMNS = (Column("Player"), Column("Why"))
TOLD = "playtest"


def show() -> None:
    """The page."""
    signed_in("reviewer")
    head, span_place = st.columns([4, 1], vertical_alignment="bottom")
    head.title("Playtest", anchor=False)
    span = span_place.selectbox("Show", list(SPANS), index=1)
    since = utc_now() - timedelta(hours=SPANS[span])
    show_notice(TOLD)
    _live_part(since)
    with Store.open(running_studio().db_path) as store:
        players = store.playtest.players(since=since)
    _players(running_studio(), players)
    show_figures(running_studio(), players, since)
    trust_part(since)
    _export(running_studio(), since)


@st.fragment(run_every=LOOK_EVERY_S)
def _live_part(since: datetime) -> None:
    signed_in("reviewer")
    studio, now = running_studio(), utc_now()
    with Store.open(studio.db_path) as store:
        figures = playtest.head_figures(store, since=since, now=now)
        sessions = store.playtest.open_sessions()
    for place, figure in zip(st.columns(len(figures)), figures, strict=True):
        place.metric(figure.name, figure.words)
    st.subheader("Playing now", anchor=False)
    show_ledger(
        "sessions",
        columns=SESSION_COLUMNS,
        rows=[playtest.session_row(session, now=now) for session in sessions],
        deeds={"end": Deed("End", "Really end it")},
        none="Nobody is in a session.",
        do=lambda act: attempt(TOLD, lambda: end(studio, act)),
    )


def end(studio: Studio, act: Act) -> str:
    """End a session, scored as it stands."""
    with Store.open(studio.db_path) as store:
        end_session(store, act.id, rules=Rules(), now=utc_now())
    return "The session has ended; its points count."


def _players(studio: Studio, players: list[PlayerPlay]) -> None:
    players.sort(key=lambda player: (-(player.posterior or 0), player.nickname))
    st.subheader("Players", anchor=False)
    show_ledger(
        "players",
        columns=PLAYER_COLUMNS,
        rows=[playtest.player_row(player) for player in players],
        deeds={"hide": Deed("Hide name", "Really hide it"), "restore": Deed("Show name again")},
        none="Nobody has asked anything.",
        do=lambda act: attempt(TOLD, lambda: rename(studio, act)),
    )
    with Store.open(studio.db_path) as store:
        rows = playtest.suspect_rows(suspected_bots(players), doubted_players(store))
    if rows:
        st.subheader("Perhaps programs, or cheating", anchor=False)
        show_ledger("bots", columns=BOT_COLUMNS, rows=rows, none="")


def rename(studio: Studio, act: Act) -> str:
    """Hide a nickname, or bring it back."""
    with Store.open(studio.db_path) as store:
        renamed = (hide_nickname if act.does == "hide" else restore_nickname)(store, act.id)
    return f"'{renamed.before}' is called '{renamed.now}' now."


def _export(studio: Studio, since: datetime) -> None:
    def content() -> str:
        with Store.open(studio.db_path) as store:
            return turns_csv(store.playtest.played_turns(since=since))

    st.download_button(
        "Export questions and verdicts (CSV)",
        content,
        "playtest.csv",
        "text/csv",
        on_click="ignore",
    )
