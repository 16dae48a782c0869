"""Figures of a running playtest, as the Playtest page shows them. Called by that page."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

import numpy as np
import pandas as pd

from apps.studio.ledger import Row
from db import Store
from db.playtest_records import OpenSession, PlayerPlay, TurnTotals
from gap_core.language import CATEGORIES, category_of
from gap_core.play.doubts import DoubtedPlayer
from gap_core.play.facilitating import SuspectedBot
from gap_core.play.views import SelectedQuestion
from gap_core.scoring.shares import share_of
from models.measured import MeasuredErrors

LIVE_S = 300.0  # somebody who did something within it is there
PACE_S = 60.0


class Figure(NamedTuple):
    """A number with its name."""

    name: str
    words: str


def head_figures(store: Store, *, since: datetime, now: datetime) -> list[Figure]:
    """The figures of the page's first line."""
    open_sessions = store.playtest.open_sessions()
    live = sum((now - session.last_utc).total_seconds() < LIVE_S for session in open_sessions)
    sessions = store.playtest.session_totals(since=since)
    turns = store.playtest.turn_totals(since=since)
    minute = store.playtest.turn_totals(since=now - timedelta(seconds=PACE_S))
    return [
        Figure("Players now", f"{live:,}"),
        Figure("Sessions", f"{sessions.finished:,} of {sessions.sessions:,} ended"),
        Figure("Answers a second", f"{minute.answered / PACE_S:.2f}"),
        Figure("Waiting", f"{turns.waiting:,}"),
        Figure("First word", first_word(turns)),
        Figure("Marked Wrong", wrong_share(turns)),
    ]


def first_word(turns: TurnTotals) -> str:
    """Median and 95th percentile of the time to the first word."""
    if not turns.first_word_s:
        return "–"
    middle, late = np.quantile(turns.first_word_s, [0.5, 0.95])
    return f"{middle:.1f} s, 95%: {late:.1f} s"


def wrong_share(turns: TurnTotals) -> str:
    """The share of answers marked Wrong, with n."""
    marked = turns.marked_wrong + turns.marked_correct
    return f"{turns.marked_wrong / marked:.0%} of {marked:,}" if marked else "–"


def session_row(session: OpenSession, *, now: datetime) -> Row:
    """An open session as a row."""
    idle_s = max(0.0, (now - session.last_utc).total_seconds())
    state = "waits for an answer" if session.is_waiting else f"{_span(idle_s)} ago"
    cells = (
        session.nickname,
        session.team,
        f"{session.place} of {session.pictures}",
        f"{session.questions:,}",
        state,
    )
    return Row(session.session_id, cells, ("end",))


def player_row(player: PlayerPlay) -> Row:
    """A player as a row, with the posterior and its interval."""
    return Row(
        player.nickname,
        (
            player.nickname,
            player.team,
            f"{player.sessions:,}",
            f"{player.questions:,}",
            posterior_words(player),
        ),
        ("restore",) if player.is_hidden else ("hide",),
    )


def posterior_words(player: PlayerPlay) -> str:
    """P(wrong | marked Wrong by this player) with its interval."""
    if player.posterior is None or player.posterior_low is None or player.posterior_high is None:
        return "–"
    return f"{player.posterior:.2f} [{player.posterior_low:.2f}, {player.posterior_high:.2f}]"


def suspect_rows(bots: Iterable[SuspectedBot], doubted: Iterable[DoubtedPlayer]) -> list[Row]:
    """Suspected programs, and players who seem to know the traps, with the reasons for either."""
    names, reasons = {}, defaultdict(list)
    for player in doubted:
        names[player.player_id] = player.nickname
        reasons[player.player_id].append(
            f"seems to know the traps since session {player.since_session} of {player.sessions}: "
            "from there on nothing is selected"
        )
    for bot in bots:
        names[bot.player_id] = bot.nickname
        reasons[bot.player_id] += bot.reasons
    return [Row(known, (names[known], "; ".join(why))) for known, why in reasons.items()]


def error_figures(measured: MeasuredErrors, *, model: str) -> list[Figure]:
    """Epsilon and delta of the model that plays, with n and interval."""
    n = measured.measured_on
    if not n:
        return [Figure(f"{model}: ε and δ", "not measured, taken as 0")]
    honest = share_of(round(measured.honest_wrong * n), n)
    told = share_of(round(measured.told_right * n), n)
    return [
        Figure(f"{model}: ε, wrong though told to be right", str(honest)),
        Figure("δ, right though told to be wrong", str(told)),
    ]


def gap_table(selected: Iterable[SelectedQuestion]) -> pd.DataFrame:
    """How many selected questions there are of each category; rare ones show as 0."""
    counts = Counter(category_of(question.question).category for question in selected)
    rows = [(name, counts.get(name, 0)) for name in CATEGORIES]
    return pd.DataFrame(rows, columns=["category", "questions"])


def posterior_table(players: Sequence[PlayerPlay]) -> pd.DataFrame:
    """How many players have which posterior, in tenths."""
    known = [player.posterior for player in players if player.posterior is not None]
    counts, _edges = np.histogram(known, bins=10, range=(0, 1))
    names = [f"{low / 10:.1f}–{(low + 1) / 10:.1f}" for low in range(10)]
    return pd.DataFrame({"posterior": names, "players": counts})


def _span(seconds: float) -> str:
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.0f} h"
