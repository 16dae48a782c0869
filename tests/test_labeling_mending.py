# A final label in which something was found is mended by a reviewer; what was said before stays.
from __future__ import annotations

import pytest

from gap_core.errors import GapError
from gap_core.labeling import LabelEntry
from tests.fixtures_labeling import Desk, right
from tests.test_dataset_labels import samples_of
from tests.test_labeling_second import state_of, two_labels


@pytest.fixture
def twice(desk: Desk) -> Desk:
    """The desk where every item gets a second label."""
    desk.restarted(second_share=1.0)
    return desk


@pytest.fixture
def cleo(desk: Desk) -> str:
    return desk.person("Cleo", "reviewer")


def test_a_mended_label_is_what_the_dataset_holds(desk: Desk, ada: str, cleo: str) -> None:
    item = desk.label(ada, right("I can't tell."))
    made = desk.bench.mend_label(item.id, cleo, right("Three.", "Object Recognition"), key="k")
    again = desk.bench.mend_label(item.id, cleo, right("Three.", "Object Recognition"), key="k")
    assert (made.was_repeat, again.was_repeat) == (False, True)
    (sample,) = samples_of(desk)
    assert (sample.answer, sample.category) == ("Three.", "Object Recognition")
    assert sample.provenance.label_id == made.label_id
    categories = desk.bench.categories()
    assert (categories["Counting"], categories["Object Recognition"]) == (0, 1)
    assert [row["answer"] for row in desk.rows("SELECT answer FROM labels ORDER BY id")] == [
        "I can't tell.", "Three.",
    ]  # fmt: skip


def test_a_mended_verdict_goes_back_into_scoring(desk: Desk, ada: str, cleo: str) -> None:
    item = desk.label(ada)
    desk.bench.mend_label(item.id, cleo, LabelEntry("model_right"), key="k")
    (checked,) = desk.rows("SELECT model_was_right FROM checked_turns")
    assert checked["model_was_right"] == 1 and samples_of(desk) == []
    assert desk.bench.categories()["Counting"] == 0


def test_mending_is_undone_step_by_step(desk: Desk, ada: str, cleo: str) -> None:
    item = desk.label(ada, right("One."))
    desk.bench.mend_label(item.id, cleo, right("Two."), key="k1")
    desk.bench.mend_label(item.id, cleo, LabelEntry("off_topic"), key="k2")
    assert samples_of(desk) == []
    for answer in ("Two.", "One."):
        assert desk.bench.undo_adjudication(cleo) == item.id
        assert [one.answer for one in samples_of(desk)] == [answer]
        assert desk.bench.categories()["Counting"] == 1
    assert state_of(desk, item.id) == "done"
    with pytest.raises(GapError, match="no decision"):
        desk.bench.undo_adjudication(cleo)


def test_a_decision_undone_after_mending_is_disputed_again(
    twice: Desk,
    ada: str,
    ben: str,
    cleo: str,
) -> None:
    item = two_labels(twice, ada, ben, right("Three."), right("Four."))
    twice.bench.adjudicate(item.id, cleo, right("Three."), key="k1")
    twice.bench.mend_label(item.id, cleo, right("Five."), key="k2")
    twice.bench.undo_adjudication(cleo)
    assert state_of(twice, item.id) == "done"
    twice.bench.undo_adjudication(cleo)
    assert state_of(twice, item.id) == "disputed"


def test_agreed_labels_stand_again_once_their_mending_is_undone(
    twice: Desk,
    ada: str,
    ben: str,
    cleo: str,
) -> None:
    item = two_labels(twice, ada, ben, right("Three."), right("3"))
    twice.bench.mend_label(item.id, cleo, right("Five."), key="k")
    twice.bench.undo_adjudication(cleo)
    assert [one.answer for one in samples_of(twice)] == ["Three."]


def test_who_may_not_mend(twice: Desk, ada: str, ben: str) -> None:
    waiting = twice.next(ada)
    with pytest.raises(GapError, match="reviewer"):
        twice.bench.mend_label(waiting.id, ada, right("One."), key="k")
    dan, eve = twice.person("Dan", "reviewer"), twice.person("Eve", "reviewer")
    item = two_labels(twice, dan, eve, right("Three."), right("3"))
    with pytest.raises(GapError, match="One of the two labels is yours"):
        twice.bench.mend_label(item.id, dan, right("Four."), key="k")
    with pytest.raises(GapError, match="no final label"):
        twice.bench.mend_label(waiting.id, dan, right("Four."), key="k")


def test_the_labeler_can_not_undo_what_was_mended(desk: Desk, ada: str, cleo: str) -> None:
    item = desk.label(ada)
    desk.bench.mend_label(item.id, cleo, right("Two."), key="k")
    with pytest.raises(GapError, match="worked on your last question"):
        desk.bench.undo(ada)


def test_a_label_is_of_its_own_turn_alone(desk: Desk, ada: str) -> None:
    item = desk.label(ada)
    (sample,) = samples_of(desk)
    turn_id = sample.provenance.turn_id or ""
    found = desk.bench.final_label(item.id, turn_id=turn_id)
    assert found is not None and found.id == sample.provenance.label_id
    assert desk.bench.final_label(item.id, turn_id="of another installation") is None
