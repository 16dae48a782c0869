# Fifteen labelers over one file, in threads and in processes: nothing twice, nothing lost, no lock.
from __future__ import annotations

import multiprocessing
import random
import threading
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from gap_core.errors import GapError
from gap_core.labeling import Draft, LabelEntry, LabelRules, Workbench
from tests.fixtures_labeling import CHEAP, Desk, right

LABELERS = 15
GIVE_UP_S = 90


def workbench(path: Path, **rules: float) -> Workbench:
    given = LabelRules(theta=0.0, **rules)  # type: ignore[arg-type]
    return Workbench(path, data_dir=path.parent, rules=given, hasher=CHEAP)


def careless_labeler(bench: Workbench, account_id: str, seed: int) -> None:
    """Labels until nothing is left, with every detour there is; refusals are part of the day."""
    chance, end = random.Random(seed), time.monotonic() + GIVE_UP_S
    while time.monotonic() < end:
        item = bench.next_item(account_id)
        if item is None:
            counts = bench.queue_counts(account_id)
            if counts.with_others == 0 and counts.servable == 0:
                return
            time.sleep(0.01)
            continue
        try:
            one_item(bench, account_id, item.id, item.submission_key, chance)
        except GapError:
            continue


def one_item(
    bench: Workbench, account_id: str, item_id: int, key: str, chance: random.Random
) -> None:
    what = chance.random()
    if what < 0.1:
        bench.skip(item_id, account_id)
    elif what < 0.2:
        bench.release(item_id, account_id)
    else:
        bench.save_draft(item_id, account_id, Draft("answer", "Thr"))
        time.sleep(chance.random() * 0.01)
        bench.heartbeat(item_id, account_id)
        entry = chance.choice([right(), LabelEntry("unclear"), LabelEntry("model_right")])
        bench.submit(item_id, account_id, entry, key=key)
        if what < 0.4:
            bench.submit(item_id, account_id, entry, key=key)  # the impatient second press
        elif what < 0.5:
            bench.undo(account_id)


def run_all(steps: list[Callable[[], None]]) -> list[str]:
    errors: list[str] = []

    def guarded(step: Callable[[], None]) -> None:
        try:
            step()
        except Exception as err:
            errors.append(f"{type(err).__name__}: {err}")

    threads = [threading.Thread(target=guarded, args=(step,)) for step in steps]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return errors


def process_of_labelers(
    path: Path, account_ids: list[str], rules: dict[str, float], told: multiprocessing.Queue
) -> None:
    bench = workbench(path, **rules)
    told.put(
        run_all(
            [
                lambda own=own, n=n: careless_labeler(bench, own, n)  # type: ignore[misc]
                for n, own in enumerate(account_ids)
            ]
        )
    )


def standing_labels(desk: Desk) -> dict[int, list[str]]:
    """Who has labels that stand, item by item."""
    rows = desk.rows(
        """SELECT item_id, account_id FROM labels
        WHERE id NOT IN (SELECT label_id FROM label_undos)"""
    )
    found: dict[int, list[str]] = {}
    for row in rows:
        found.setdefault(row["item_id"], []).append(row["account_id"])
    return found


def check_whole(desk: Desk, *, labels_each: int) -> None:
    """Each item has so many labels of different people, and all that is counted fits."""
    items = {row["id"]: row for row in desk.rows("SELECT * FROM label_items")}
    labels = standing_labels(desk)
    assert set(labels) == set(items)
    assert {len(own) for own in labels.values()} == {labels_each}
    assert all(len(set(own)) == labels_each for own in labels.values())
    assert {row["state"] for row in items.values()} <= {"done", "disputed"}
    assert all(row["leased_by"] is None for row in items.values())
    finals = desk.rows("SELECT labels.* FROM label_items JOIN labels ON labels.id = final_label_id")
    accepted = Counter(row["category"] for row in finals if row["verdict"] == "answer")
    assert {name: n for name, n in desk.bench.categories().items() if n} == dict(accepted)
    checked = {row["label_id"] for row in desk.rows("SELECT * FROM checked_turns")}
    assert checked == {row["id"] for row in finals if row["verdict"] in ("answer", "model_right")}


@pytest.mark.long
@pytest.mark.parametrize(("lease_s", "second_share"), [(0.01, 1), (0.01, 0), (60, 0), (60, 1)])
def test_fifteen_labelers_in_threads(desk: Desk, second_share: float, lease_s: float) -> None:
    people = [desk.person(f"Labeler {n}") for n in range(LABELERS)]
    bench = workbench(desk.db_path, second_share=second_share, lease_s=lease_s)
    steps = [lambda own=own, n=n: careless_labeler(bench, own, n) for n, own in enumerate(people)]
    assert run_all(steps) == []  # type: ignore[arg-type]
    check_whole(desk, labels_each=1 + int(second_share))


@pytest.mark.long
def test_fifteen_labelers_in_three_processes(desk: Desk) -> None:
    people = [desk.person(f"Labeler {n}") for n in range(LABELERS)]
    context = multiprocessing.get_context("spawn")
    told = context.Queue()
    crews = [
        context.Process(
            target=process_of_labelers,
            args=(desk.db_path, people[n::3], {"second_share": 1.0, "lease_s": 0.05}, told),
        )
        for n in range(3)
    ]
    for crew in crews:
        crew.start()
    errors = [told.get(timeout=GIVE_UP_S + 60) for _ in crews]
    for crew in crews:
        crew.join()
    assert errors == [[], [], []]
    check_whole(desk, labels_each=2)


def test_two_windows_of_one_labeler_hold_one_item(desk: Desk, ada: str) -> None:
    seen: list[int] = []
    start = threading.Barrier(8)

    def ask() -> None:
        start.wait()
        item = desk.bench.next_item(ada)
        assert item is not None
        seen.append(item.id)

    assert run_all([ask] * 8) == []
    assert len(seen) == 8 and len(set(seen)) == 1


def test_same_key_from_eight_windows_labels_once(desk: Desk, ada: str) -> None:
    item = desk.next(ada)
    repeats: list[bool] = []
    start = threading.Barrier(8)

    def press() -> None:
        start.wait()
        sent = desk.bench.submit(item.id, ada, right(), key=item.submission_key)
        repeats.append(sent.was_repeat)

    assert run_all([press] * 8) == []
    assert sorted(repeats) == [False] + [True] * 7
    assert len(desk.rows("SELECT * FROM labels")) == 1


def test_labeling_goes_on_while_the_queue_is_filled_and_scored(desk: Desk) -> None:
    people = [desk.person(f"Labeler {n}") for n in range(4)]
    done = threading.Event()

    def refill() -> None:
        thetas = (0.1, 0.0)
        while not done.is_set():
            for theta in thetas:
                Workbench(
                    desk.db_path, data_dir=desk.db_path.parent, rules=LabelRules(theta=theta)
                ).refresh_queue()

    filler = threading.Thread(target=refill)
    filler.start()
    bench = workbench(desk.db_path, second_share=0.0)
    try:
        steps = [
            lambda own=own, n=n: careless_labeler(bench, own, n) for n, own in enumerate(people)
        ]
        assert run_all(steps) == []  # type: ignore[arg-type]
    finally:
        done.set()
        filler.join()
    assert all(len(own) == 1 for own in standing_labels(desk).values())
