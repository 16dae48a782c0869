# The week's points: added up as sessions end, ranked, and kept for each week apart.
from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlite_utils import Database

from db import Store
from db.records import PlayerRecord, SessionRecord
from db.schema import migrations

SUNDAY_NIGHT = datetime(2025, 3, 16, 23, 59, 59, tzinfo=UTC)
MONDAY = datetime(2025, 3, 17, tzinfo=UTC)


def add_player(store: Store, nickname: str) -> str:
    record = PlayerRecord(nickname, nickname, nickname.casefold(), "", MONDAY)
    with store.transaction():
        store.players.add(record, consent_version="1")
    return record.id


def play(store: Store, player_id: str, points: int, *, ended: datetime = MONDAY) -> None:
    """One session from its start to its end."""
    number = store.connection.rows("SELECT count(*) FROM sessions")[0][0]
    session = SessionRecord(f"s{number}", player_id, "test", "m", ended, ended + timedelta(hours=6))
    with store.transaction():
        store.sessions.add(session, rounds=[])
        store.sessions.finish(session.id, finished=ended, reason="played", points=points)


@pytest.fixture
def three(store: Store) -> Store:
    """Cy and Ada have 60 points each, Ben 20; Cy was there last."""
    for hours, (nickname, points) in enumerate((("Ben", 20), ("Ada", 60), ("Cy", 60))):
        ended = MONDAY + timedelta(hours=hours)
        play(store, add_player(store, nickname), points, ended=ended)
    return store


def test_best_come_first_and_equal_points_share_a_rank(three: Store) -> None:
    lines = [(line.rank, line.nickname) for line in three.standings.top(MONDAY, limit=50)]

    assert lines == [(1, "Ada"), (1, "Cy"), (3, "Ben")]


def test_who_had_the_points_first_stands_first(three: Store) -> None:
    play(three, "Ben", 40, ended=MONDAY + timedelta(days=1))

    assert [line.nickname for line in three.standings.top(MONDAY, limit=50)] == ["Ada", "Cy", "Ben"]


def test_own_line_is_that_of_the_whole_list(three: Store) -> None:
    every = three.standings.top(MONDAY, limit=50)

    assert [three.standings.own(MONDAY, player_id=line.player_id) for line in every] == every
    assert three.standings.players(MONDAY) == 3


def test_limit_cuts_the_list(three: Store) -> None:
    assert [line.nickname for line in three.standings.top(MONDAY, limit=1)] == ["Ada"]
    assert three.standings.top(MONDAY, limit=-1) == []


def test_sessions_of_a_week_add_up(store: Store) -> None:
    ada = add_player(store, "Ada")
    for points in (40, 0, 20):
        play(store, ada, points)
    line = store.standings.own(MONDAY + timedelta(days=6), player_id=ada)

    assert (line.points, line.sessions) == (60, 3)


def test_week_begins_on_monday_at_midnight(store: Store) -> None:
    ada = add_player(store, "Ada")
    play(store, ada, 20, ended=SUNDAY_NIGHT)
    play(store, ada, 80, ended=MONDAY)

    assert store.standings.own(SUNDAY_NIGHT, player_id=ada).points == 20
    assert store.standings.own(MONDAY, player_id=ada).points == 80


def test_unfinished_session_has_no_place(store: Store) -> None:
    ada = add_player(store, "Ada")
    session = SessionRecord("s", ada, "test", "m", MONDAY, MONDAY)
    with store.transaction():
        store.sessions.add(session, rounds=[])

    assert store.standings.own(MONDAY, player_id=ada) is None
    assert store.standings.players(MONDAY) == 0


def test_sessions_of_an_older_file_are_counted(tmp_path: Path) -> None:
    older = Database(tmp_path / "gap.db")
    migrations.apply(older, stop_before="m010_week_totals")
    older.execute("INSERT INTO players VALUES ('ada', 'Ada', 'ada', '', '2025-03-17', NULL)")
    for number, points in enumerate((20, 60)):
        older.execute(
            """INSERT INTO sessions VALUES (?, 'ada', 'test', 'm', '2025-03-17', '2025-03-17',
            '2025-03-17T10:00:00.000+00:00', 'played', ?, ?)""",
            [f"s{number}", points, number],
        )
    older.conn.commit()
    older.close()

    with Store.open(tmp_path / "gap.db") as store:
        assert store.standings.own(MONDAY, player_id="ada").points == 80
        assert store.standings.players(MONDAY) == 1
        (reached,) = store.connection.rows("SELECT reached_utc FROM week_totals")[0]
        assert reached == "2025-03-17T10:00:00.000+00:00"
