# How SQLite finds what play asks for: no step of play reads the whole of a table that play fills.
from __future__ import annotations

import re
import sqlite3
from collections.abc import Mapping
from typing import Any

import pytest

from db import Store
from db.connection import NO_PARAMETERS, Connection
from gap_core.play import GameView
from tests.fixtures_play import Table

# What may be read whole: it grows with decks, decisions or fits, or with one player's own play.
SMALL = {
    "deck_images": "a row a picture of a deck",
    "seen": "the pictures that one player has seen",
    "bounties": "a row a decision of the host; the last is read",
    "populations": "a row a fit; the last is read",
    "hidden_teams": "a row a decision of the host",
    "highlights": "a row a decision of the host",
    "fresh_marks": "its largest number is the key of its last row",
}
# Without a condition in brackets SQLite says SEARCH of a max() for which it reads all.
WHOLE = re.compile(r"(?:SCAN (?!CONSTANT)|SEARCH (?!.*\())(\w+)(?:.*INDEX (\w+))?")
BODY = re.compile(r"BEGIN(.*)END\s*$", re.S)
OF_ROW = re.compile(r"\b(?:NEW|OLD)\.(\w+)")

Asked = dict[str, Mapping[str, Any]]


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Asked:
    """Every statement that a store runs from now on, with its last parameters."""
    found: Asked = {}
    plain = Connection.rows

    def rows(
        self: Connection, sql: str, parameters: Mapping[str, Any] = NO_PARAMETERS
    ) -> list[sqlite3.Row]:
        found[sql] = parameters
        return plain(self, sql, parameters)

    monkeypatch.setattr(Connection, "rows", rows)
    return found


def read_whole(store: Store, sql: str, parameters: Mapping[str, Any]) -> set[str]:
    """What the statement goes through from end to end, but for partial indexes."""
    database = store.connection.database
    database.execute("PRAGMA foreign_keys=OFF")  # else an INSERT shows checks that are never run
    plan = database.execute(f"EXPLAIN QUERY PLAN {sql}", dict(parameters)).fetchall()
    partial = {
        row[0]
        for row in database.execute(
            "SELECT name FROM sqlite_master WHERE type = 'index' AND sql LIKE '%WHERE%'"
        )
    }
    scans = [WHOLE.match(str(row[3])) for row in plan]
    return {scan[1] for scan in scans if scan and scan[2] not in partial}


def trigger_statements(store: Store) -> dict[str, list[str]]:
    """What each trigger runs, the row's columns as parameters; those that only refuse left out."""
    rows = store.connection.database.execute(
        "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND sql NOT LIKE '%RAISE%'"
    )
    found = {}
    for name, sql in rows.fetchall():
        body = BODY.search(sql)
        assert body is not None, sql
        found[name] = [OF_ROW.sub(r":\1", one) for one in body[1].split(";") if one.strip()]
    return found


def play_everything(table: Table) -> None:
    """Two players through all that can happen in a session, and what others look at meanwhile."""
    game = table.game
    game.release_lost_turns()
    ada, bob = table.join("Ada"), table.join("Bob")
    for player_id, catches in ((ada, True), (bob, False), (ada, True)):
        ended: GameView = table.play_session(player_id, catches_traps=catches)
        assert ended.session is not None and ended.session.finished is not None
    game.start_session(bob)
    given_up = table.open_turn(bob)
    game.picture_path(bob, round_token=table.token(bob))
    game.fail_turn(given_up.turn_id, failure="gone")
    table.clock.advance(table.rules.session_s + 1)
    game.view(bob)
    game.leaderboard()
    game.week_rewards()
    game.highlights(limit=5)
    assert game.player(ada) is not None and game.player_at_door("nobody") is None


def test_no_step_of_play_reads_a_whole_table(table: Table, asked: Asked) -> None:
    play_everything(table)
    steps = dict(asked)
    with table.store() as store:
        store.rewards.has_first_find("anybody")
        steps |= asked
        found = {sql: read_whole(store, sql, own) - set(SMALL) for sql, own in steps.items()}

    assert len(found) > 45
    assert {sql: scans for sql, scans in found.items() if scans} == {}


def test_no_trigger_reads_a_whole_table(table: Table) -> None:
    with table.store() as store:
        found = {
            sql: read_whole(store, sql, dict.fromkeys(re.findall(r":(\w+)", sql)))
            for statements in trigger_statements(store).values()
            for sql in statements
        }

    assert len(found) > 15
    assert {sql: scans for sql, scans in found.items() if scans} == {}


def test_a_statement_that_reads_a_whole_table_is_found(store: Store) -> None:
    assert read_whole(store, "SELECT * FROM turns WHERE question = 'x'", {}) == {"turns"}
    assert read_whole(store, "SELECT max(points) FROM week_totals", {}) == {"week_totals"}
    assert read_whole(store, "SELECT sum(points) FROM week_totals", {}) == {"week_totals"}
    assert read_whole(store, "SELECT * FROM turns WHERE id = 'x'", {}) == set()
