# What the database itself enforces, whatever the code above it believes.
from __future__ import annotations

import sqlite3
import threading
from datetime import UTC, datetime, timedelta, timezone

import pytest

from db import Store
from db.records import ImageRecord
from db.times import utc_moment, utc_text
from tests.fixtures_play import DECK, START, Table

IMAGE = ImageRecord(
    id="a1", path="images/a1.png", width_px=640, height_px=480, source="pocket",
    licence="Apache-2.0", origin=None, added_utc=START,
)  # fmt: skip


def refused(store: Store, sql: str, **parameters: object) -> bool:
    try:
        store.connection.rows(sql, parameters)
    except sqlite3.IntegrityError:
        return True
    return False


def test_image_comes_back_as_it_was_added(store: Store) -> None:
    assert store.images.add(IMAGE, graph_json="{}")
    assert store.images.get("a1") == IMAGE
    assert (store.images.scene("a1"), store.images.scene("b2")) == ("{}", None)


def test_image_is_added_once(store: Store) -> None:
    assert store.images.add(IMAGE)
    assert not store.images.add(IMAGE, graph_json="{}")
    assert store.images.scene("a1") is None


def test_first_decision_on_a_deck_image_stands(store: Store) -> None:
    store.images.add(IMAGE)
    put = dict(deck=DECK, decided_by="test", decided=START)
    assert store.images.put_in_deck("a1", taint="proposed", **put)
    assert not store.images.put_in_deck("a1", taint="tainted", **put)
    assert store.images.count(DECK, taint="tainted") == 0


def test_proposed_images_are_never_picked(store: Store) -> None:
    store.images.add(IMAGE)
    store.images.put_in_deck("a1", deck=DECK, taint="proposed", decided_by="import", decided=START)
    for tainted in (True, False):
        assert store.images.pick(DECK, player_id="p", tainted=tainted, limit=5) == []


def test_deck_image_needs_its_image(store: Store) -> None:
    with pytest.raises(sqlite3.IntegrityError, match="FOREIGN KEY"):
        store.images.put_in_deck(
            "none", deck=DECK, taint="tainted", decided_by="test", decided=START
        )


def test_second_open_session_is_refused_by_the_database(table: Table) -> None:
    table.started()
    with table.store() as store:
        assert refused(
            store,
            """INSERT INTO sessions (id, player_id, deck, model, started_utc, closes_utc, number)
            SELECT 'x', player_id, deck, model, started_utc, closes_utc, 2 FROM sessions""",
        )


def test_second_open_round_is_refused_by_the_database(table: Table) -> None:
    table.started()
    with table.store() as store:
        assert refused(
            store,
            """UPDATE rounds SET opened_utc = 'now', deadline_utc = 'then'
            WHERE opened_utc IS NULL AND place = 2""",
        )


def test_second_open_turn_is_refused_by_the_database(table: Table) -> None:
    table.open_turn(table.started())
    copy = """INSERT INTO turns (id, round_id, place, question, question_key, told_wrong, model,
        quantization, prompt_version, seed, asked_utc)
        SELECT 'x', round_id, 2, question, question_key, told_wrong, model,
        quantization, prompt_version, seed, asked_utc FROM turns"""
    with table.store() as store:
        assert refused(store, copy)


def test_second_verdict_is_refused_by_the_database(table: Table) -> None:
    player_id = table.started()
    table.mark(player_id, table.ask(player_id), "correct")
    copy = """INSERT INTO verdicts (id, turn_id, verdict, given_utc)
        SELECT 'x', turn_id, 'wrong', given_utc FROM verdicts"""
    with table.store() as store:
        assert refused(store, copy)


def test_every_lookup_of_play_uses_an_index(table: Table) -> None:
    lookups = (
        "SELECT * FROM sessions WHERE player_id = 'a' AND finished_utc IS NULL",
        "SELECT * FROM sessions WHERE finished_utc IS NULL AND closes_utc <= 'a'",
        "SELECT * FROM sessions WHERE finished_utc >= 'a' AND finished_utc < 'b'",
        "SELECT * FROM sessions WHERE player_id = 'a' ORDER BY number DESC LIMIT 1",
        "SELECT * FROM rounds WHERE session_id = 'a' ORDER BY place",
        "SELECT * FROM turns WHERE round_id = 'a' ORDER BY place",
        "SELECT * FROM turns WHERE answer IS NULL AND failure IS NULL",
        "SELECT * FROM verdicts WHERE turn_id = 'a'",
        "SELECT max(id) FROM posteriors WHERE player_id = 'a'",
        "SELECT * FROM deck_images WHERE deck = 'a' AND taint = 'tainted'",
        "SELECT * FROM players WHERE nickname_key = 'a'",
    )
    with table.store() as store:
        for sql in lookups:
            plan = " ".join(
                row["detail"] for row in store.connection.rows(f"EXPLAIN QUERY PLAN {sql}")
            )
            assert "INDEX" in plan and "TEMP B-TREE" not in plan, (sql, plan)


def test_handle_is_refused_to_another_thread(store: Store) -> None:
    errors: list[Exception] = []

    def read() -> None:
        try:
            store.images.get("a1")
        except Exception as err:
            errors.append(err)

    thread = threading.Thread(target=read)
    thread.start()
    thread.join()
    assert isinstance(errors[0], sqlite3.ProgrammingError)


def test_times_are_utc_text_whose_order_is_time_order() -> None:
    east = datetime(2025, 3, 12, 12, 0, tzinfo=timezone(timedelta(hours=2)))
    assert utc_text(east) == "2025-03-12T10:00:00.000+00:00"
    assert utc_moment(utc_text(east)) == east
    whole, later = START, START + timedelta(milliseconds=1)
    assert utc_text(whole) < utc_text(later)


def test_time_without_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="no time zone"):
        utc_text(datetime(2025, 3, 12, tzinfo=UTC).replace(tzinfo=None))
