# Handles that are lent again: as good as new ones, whatever happens to the file or the process.
from __future__ import annotations

import os
import threading
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

import db.pool
from db import Store, StoreError
from db.pool import MOST_IDLE, StorePool
from db.records import PlayerRecord
from tests.fixtures_play import START


def add_player(store: Store, name: str) -> None:
    store.players.add(
        PlayerRecord(name, name, name, team="", created_utc=START), consent_version="1"
    )


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "gap.db"


def test_a_store_that_was_given_back_is_lent_again(path: Path) -> None:
    pool = StorePool(path)
    with pool.lend() as first:
        pass
    with pool.lend() as second:
        assert second is first


def test_two_who_borrow_at_once_get_a_store_each(path: Path) -> None:
    pool = StorePool(path)
    with pool.lend() as one, pool.lend() as other:
        add_player(one, "Ada")

        assert one is not other and other.players.get("Ada") is not None


def test_after_a_crowd_no_more_stay_open_than_some(path: Path) -> None:
    pool = StorePool(path)
    with ExitStack() as crowd:
        lent = [crowd.enter_context(pool.lend()) for _ in range(MOST_IDLE + 4)]
    with ExitStack() as crowd:
        again = {id(crowd.enter_context(pool.lend())) for _ in range(MOST_IDLE + 4)}

    assert len(again & {id(store) for store in lent}) == MOST_IDLE


def test_a_step_that_fails_leaves_a_store_without_its_changes(path: Path) -> None:
    pool = StorePool(path)
    with pytest.raises(ValueError, match="half"), pool.lend() as store, store.transaction():
        add_player(store, "Ada")
        raise ValueError("half-way")
    with pool.lend() as again:
        assert again is store and again.players.get("Ada") is None


def test_another_file_in_its_place_is_what_is_read(path: Path, tmp_path: Path) -> None:
    pool = StorePool(path)
    with Store.open(tmp_path / "restored.db") as restored:
        add_player(restored, "Ada")
    for file in (path, Path(f"{path}-wal"), Path(f"{path}-shm")):
        file.unlink(missing_ok=True)
    (tmp_path / "restored.db").rename(path)
    with pool.lend() as store:
        assert store.players.get("Ada") is not None


def test_a_file_that_was_deleted_is_made_anew(path: Path) -> None:
    pool = StorePool(path)
    for file in path.parent.iterdir():
        file.unlink()
    with pool.lend() as store:
        add_player(store, "Ada")

    with Store.open(path) as other:
        assert other.players.get("Ada") is not None


def test_writers_of_many_threads_lose_nothing(path: Path) -> None:
    pool = StorePool(path)
    barrier = threading.Barrier(8)

    def add_some(number: int) -> None:
        barrier.wait()
        for turn in range(10):
            with pool.lend() as store, store.transaction():
                add_player(store, f"{number} {turn}")

    threads = [threading.Thread(target=add_some, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    with pool.lend() as store:
        (count,) = store.connection.rows("SELECT count(*) FROM players")[0]
    assert count == 80


def test_whoever_waits_too_long_for_a_writer_is_told(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pool = StorePool(path)
    monkeypatch.setattr("db.connection.BUSY_TIMEOUT_S", 0.05)
    with pool.lend() as writer, writer.transaction(), pool.lend() as waits:
        with pytest.raises(StoreError, match="kept the database"), waits.transaction():
            pass
    with pool.lend() as store, store.transaction():
        add_player(store, "Ada")


def test_a_forked_child_uses_no_handle_of_its_parent(path: Path) -> None:
    pool = StorePool(path)
    with pool.lend() as parents, parents.transaction():  # which holds the lock meanwhile
        child = os.fork()
        if child == 0:
            with pool.lend() as own:
                os._exit(0 if own is not parents and own.players.get("Ada") is None else 1)
        assert os.waitpid(child, 0)[1] == 0
        add_player(parents, "Ada")

    with pool.lend() as store:
        assert store is parents and store.players.get("Ada") is not None


def test_a_store_that_was_left_in_a_transaction_is_not_lent_again(path: Path) -> None:
    pool = StorePool(path)
    with pool.lend() as left:
        left.connection.database.conn.execute("BEGIN IMMEDIATE")
        add_player(left, "Ada")
    with pool.lend() as store:
        assert store is not left and store.players.get("Ada") is None
        add_player(store, "Bob")  # nobody holds the lock


def test_a_file_replaced_while_it_is_opened_is_opened_again(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The handle would be taken for one on the new file and be lent for ever.
    with Store.open(tmp_path / "restored.db") as restored:
        add_player(restored, "Ada")
    pool = StorePool(path)
    opening = db.pool.open_database

    def open_and_replace(*arguments: Any, **options: Any) -> Any:
        opened = opening(*arguments, **options)
        if (tmp_path / "restored.db").exists():
            for file in (path, Path(f"{path}-wal"), Path(f"{path}-shm")):
                file.unlink(missing_ok=True)
            (tmp_path / "restored.db").rename(path)
        return opened

    monkeypatch.setattr(db.pool, "open_database", open_and_replace)
    with pool.lend(), pool.lend() as second:
        assert second.players.get("Ada") is not None
    with pool.lend() as later:
        assert later.players.get("Ada") is not None


def test_a_grandchild_keeps_its_parents_handles_unclosed(path: Path) -> None:
    # A handle that is closed in a child could write the log back beneath its parent.
    pool = StorePool(path)
    child = os.fork()
    if child == 0:
        with pool.lend():
            pass
        grandchild = os.fork()
        if grandchild == 0:
            with pool.lend():
                pass
            os._exit(len(pool._inherited))
        os._exit(os.waitstatus_to_exitcode(os.waitpid(grandchild, 0)[1]))

    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 2
