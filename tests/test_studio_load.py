# Fifteen labelers at once, each with a real session over HTTP and WebSocket.
from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.fixtures_studio import StudioProcess, mark_wrong
from tests.fixtures_studio_wire import WireLabeler

pytestmark = pytest.mark.slow
LABELERS = 15
QUESTIONS = 60


@pytest.fixture
def crowded(tmp_path: Path) -> Iterator[StudioProcess]:
    mark_wrong(tmp_path, [(f"Question {number}?", "One.") for number in range(QUESTIONS)])
    with StudioProcess(tmp_path) as running:
        yield running


def work(studio: StudioProcess, name: str) -> list[str]:
    """Drafts and labels until nothing is left; what was labeled."""
    done: list[str] = []
    with WireLabeler(studio, name) as labeler:
        while labeler.desk["item"] is not None:
            assert labeler.keep_draft("there are")
            done.append(labeler.label(f"There are {len(done)} dogs."))
    return done


@pytest.mark.long
@pytest.mark.timeout(500)
def test_fifteen_labelers_share_a_queue_without_a_clash(crowded: StudioProcess) -> None:
    names = [crowded.person() for _ in range(LABELERS)]
    with ThreadPoolExecutor(LABELERS) as pool:
        done = list(pool.map(lambda name: work(crowded, name), names))

    with crowded.store() as store:
        labels = store.connection.rows("SELECT item_id, account_id, pass FROM labels")
    first = [row["item_id"] for row in labels if row["pass"] == "first"]
    second = [row["item_id"] for row in labels if row["pass"] == "second"]
    assert len(first) == len(set(first)) == QUESTIONS  # none twice, none lost
    assert len(second) == len(set(second)) < QUESTIONS / 2  # only where it was asked for
    assert len({(row["item_id"], row["account_id"]) for row in labels}) == len(labels)
    assert sum(len(own) for own in done) == len(labels)
    assert {question for own in done for question in own} == {
        f"Question {number}?" for number in range(QUESTIONS)
    }
    assert not any("Traceback" in line for line in crowded.said), "".join(crowded.said[-40:])


def test_a_question_whose_labeler_went_away_is_served_again(crowded: StudioProcess) -> None:
    first, second = crowded.person(), crowded.person()
    with WireLabeler(crowded, first) as labeler:
        left = labeler.desk["item"]["id"]
    with crowded.store() as store:  # as if the lease's time had passed
        store.connection.rows(
            """UPDATE label_items SET leased_until_utc = '2020-01-01T00:00:00.000+00:00'
            WHERE leased_by IS NOT NULL"""
        )
    with WireLabeler(crowded, second) as labeler:
        seen = set()
        for _ in range(3):  # the surest comes first, and that is what the other had open
            seen.add(labeler.desk["item"]["id"])
            labeler.label("There is one.")
    assert left in seen
