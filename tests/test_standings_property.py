# Whatever is played, hidden or corrected: the kept standings are those of a full recount.
from __future__ import annotations

import tempfile
from collections import defaultdict
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from db import Store
from db.records import StandingRecord
from db.times import utc_moment, utc_text
from tests.test_standings import MONDAY, add_player, play

NAMES = ("Ada", "Ben", "Cy", "Di")
WEEKS = (MONDAY - timedelta(days=7), MONDAY, MONDAY + timedelta(days=7))
Step = Callable[[Store], None]


def play_one(store: Store, *, name: str, points: int, ended: datetime) -> None:
    play(store, name, points, ended=ended)


def hide(store: Store, *, name: str) -> None:
    neutral = f"player {name}"
    store.players.rename(name, nickname=neutral, nickname_key=neutral, hidden_nickname=name)


def change(store: Store, *, number: int, set_to: str, **values: object) -> None:
    """Alters one session behind the game's back; none where there are not so many."""
    store.connection.rows(
        f"UPDATE sessions SET {set_to} WHERE id = :id", {"id": f"s{number}", **values}
    )


def correct(store: Store, *, number: int, points: int, ended: datetime) -> None:
    set_to = "points = :points, finished_utc = :ended"
    change(store, number=number, set_to=set_to, points=points, ended=utc_text(ended))


def end_again(store: Store, *, number: int, points: int, ended: datetime) -> None:
    reopened = "points = NULL, finished_utc = NULL, finish_reason = NULL"
    change(store, number=number, set_to=reopened)
    store.sessions.finish(f"s{number}", finished=ended, reason="played", points=points)


def give_away(store: Store, *, number: int, name: str) -> None:
    change(store, number=number, set_to="player_id = :name, number = number + 100", name=name)


def remove(store: Store) -> None:
    """The newest session, so that the next one's id is free."""
    store.connection.rows("DELETE FROM sessions WHERE rowid = (SELECT max(rowid) FROM sessions)")


name = st.sampled_from(NAMES)
points = st.integers(0, 5).map(lambda traps: 20 * traps)
ended = st.integers(0, 20 * 24).map(lambda hours: WEEKS[0] + timedelta(hours=hours))
number = st.integers(0, 8)
steps = st.one_of(
    st.builds(partial, st.just(play_one), name=name, points=points, ended=ended),
    st.builds(partial, st.just(hide), name=name),
    st.builds(partial, st.just(correct), number=number, points=points, ended=ended),
    st.builds(partial, st.just(end_again), number=number, points=points, ended=ended),
    st.builds(partial, st.just(give_away), number=number, name=name),
    st.just(remove),
)


def recounted(store: Store, week: datetime) -> list[StandingRecord]:
    """The standings of the week from its sessions alone."""
    own = defaultdict(list)
    for row in store.connection.rows("SELECT player_id, points, finished_utc FROM sessions"):
        if week <= utc_moment(row["finished_utc"]) < week + timedelta(days=7):
            own[row["player_id"]].append((row["points"], row["finished_utc"]))
    totals = {
        player_id: (-sum(points for points, _ in ends), max(at for _, at in ends), player_id)
        for player_id, ends in own.items()
    }
    return [
        StandingRecord(
            rank=1 + sum(other < minus_points for other, _, _ in totals.values()),
            player_id=player_id,
            nickname=store.players.get(player_id).nickname,
            team="",
            points=-minus_points,
            sessions=len(own[player_id]),
        )
        for minus_points, _, player_id in sorted(totals.values())
    ]


@settings(max_examples=60)
@given(st.lists(steps, max_size=25))
def test_kept_standings_are_those_of_a_full_recount(taken: list[Step]) -> None:
    with tempfile.TemporaryDirectory() as folder, Store.open(Path(folder, "gap.db")) as store:
        for name in NAMES:
            add_player(store, name)
        for step in taken:
            step(store)
        for week in WEEKS:
            expected = recounted(store, week)
            found = [store.standings.own(week, player_id=line.player_id) for line in expected]

            assert store.standings.top(week, limit=50) == found == expected
            assert store.standings.players(week) == len(expected)
        assert store.connection.rows("SELECT * FROM week_points WHERE players < 1") == []
