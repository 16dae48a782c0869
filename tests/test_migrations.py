# The schema: from a blank file, from every earlier step, and when a step fails.
from __future__ import annotations

import sqlite3
import threading
from pathlib import Path

import pytest
from sqlite_utils import Database, Migrations

from db import Store, StoreError
from db.connection import Connection, open_database
from db.schema import migrations

STEPS = [step.name for step in migrations.pending(Database(memory=True))]


def schema(database: Database) -> list[tuple[str, str]]:
    rows = database.execute("SELECT name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite_%'")
    return sorted((name, sql) for name, sql in map(tuple, rows))


def test_blank_file_gets_every_table(store: Store) -> None:
    tables = set(store.connection.database.table_names())
    assert tables >= {
        "images", "scenes", "deck_images", "players", "consents", "sessions", "rounds", "turns",
        "verdicts", "posteriors", "populations", "week_totals", "verdict_counts",
        "deck_decisions", "descriptions", "adapters", "adapter_images", "adapter_requests",
        "adapter_switches",
    }  # fmt: skip


@pytest.mark.parametrize("step", STEPS)
def test_every_earlier_schema_reaches_the_same_end(tmp_path: Path, step: str) -> None:
    earlier = Database(tmp_path / "earlier.db")
    migrations.apply(earlier, stop_before=step)
    earlier.close()
    one, other = open_database(tmp_path / "earlier.db"), open_database(tmp_path / "blank.db")
    assert schema(one) == schema(other)


def test_adapter_that_pictures_were_promoted_for_is_read_from_old_reasons(tmp_path: Path) -> None:
    earlier = Database(tmp_path / "earlier.db")
    migrations.apply(earlier, stop_before="m101_promoted_for")
    earlier.execute("PRAGMA foreign_keys = OFF")
    decided = [
        ("promoted", "12 samples learnt; right on all with 'day_2'"),
        ("promoted", "decided by hand"),
        ("approved", "right on all with 'day_2'"),
    ]
    for decision, reason in decided:
        earlier.execute(
            "INSERT INTO deck_decisions (deck, image_id, decision, reason, decided_by, decided_utc)"
            " VALUES ('city', 'one', ?, ?, 'test', '2026-11-29')",
            [decision, reason],
        )
    earlier.conn.commit()
    earlier.close()
    with Store.open(tmp_path / "earlier.db") as store:
        rows = store.connection.rows("SELECT adapter FROM deck_decisions ORDER BY id")
        with pytest.raises(sqlite3.IntegrityError, match="append only"):
            store.connection.rows("UPDATE deck_decisions SET adapter = 'other'")

    assert [row["adapter"] for row in rows] == ["day_2", None, None]


def test_failing_step_leaves_nothing_behind(tmp_path: Path, monkeypatch: object) -> None:
    broken = Migrations("gap")

    @broken()
    def m001_half(db: Database) -> None:
        db.executescript("CREATE TABLE half (id INTEGER);\nCREATE TABLE half (id INTEGER);")

    monkeypatch.setattr("db.connection.migrations", broken)  # type: ignore[attr-defined]
    with pytest.raises(StoreError, match="already exists"):
        Store.open(tmp_path / "gap.db")
    with sqlite3.connect(tmp_path / "gap.db") as conn:
        assert conn.execute("SELECT count(*) FROM sqlite_master").fetchone() == (0,)


def test_file_is_set_up_for_readers_beside_a_writer(store: Store) -> None:
    (mode,) = store.connection.rows("PRAGMA journal_mode")[0]
    (keys,) = store.connection.rows("PRAGMA foreign_keys")[0]
    (busy_ms,) = store.connection.rows("PRAGMA busy_timeout")[0]
    assert (mode, keys, busy_ms) == ("wal", 1, 30_000)


def test_many_threads_may_make_the_file_at_once(tmp_path: Path) -> None:
    errors: list[BaseException] = []
    barrier = threading.Barrier(8)

    def open_once() -> None:
        barrier.wait()
        try:
            Store.open(tmp_path / "gap.db").close()
        except BaseException as err:
            errors.append(err)

    threads = [threading.Thread(target=open_once) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []


def test_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    (tmp_path / "gap.db").write_text("these are my notes, not a database " * 30)
    with pytest.raises(StoreError, match="can't be used as a database"):
        Store.open(tmp_path / "gap.db")


def test_folder_in_place_of_the_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="No database can be opened"):
        Store.open(tmp_path)


def test_transaction_that_fails_leaves_nothing(store: Store) -> None:
    with pytest.raises(RuntimeError), store.transaction():
        store.connection.rows("INSERT INTO scenes VALUES (:id, '{}')", {"id": None})
        raise RuntimeError
    assert store.connection.rows("SELECT * FROM scenes") == []


def test_locked_database_is_explained(tmp_path: Path) -> None:
    with Store.open(tmp_path / "gap.db") as holder, holder.transaction():
        waiting = Connection(open_database(tmp_path / "gap.db"))
        waiting.rows("PRAGMA busy_timeout=10")
        with pytest.raises(StoreError, match="Another program"), waiting.transaction():
            pass
