# The labeler's desk without a browser: what it shows and what each event does.
from __future__ import annotations

from typing import Any

import pytest

from apps.studio.desk import MARKS, Desk, change_lines, counts_line, entry_of, verdict_line
from apps.studio.model_shelf import ModelShelf
from db.labeling_records import LABEL_VERDICTS
from gap_core.labeling import LabelEntry, QueueCounts
from gap_core.language import FactChange
from gap_core.scoring.interval import Interval
from models.base import LanguageModel
from models.errors import ModelError
from tests.fixtures_labeling import Desk as Bench
from tests.serve_small_studio import ScriptedRefiner

NO_MODEL = ModelError("The weights of 'pocket-llama' are missing at '/srv/gap/models'.")


def no_model(_name: str) -> LanguageModel:
    raise NO_MODEL


@pytest.fixture
def own(desk: Bench, ada: str) -> Desk:
    """A desk whose refiner ends what it is given with a full stop and makes three of two."""
    return Desk(desk.bench, ada, ModelShelf(load_refiner=lambda _name: ScriptedRefiner()))


def typed(own: Desk, **changes: Any) -> dict[str, Any]:
    """What the browser sends about the item that is open."""
    item = own.shown()["item"]
    words = {"item": item["id"], "key": item["key"], "text": "Three.", "category": "Counting"}
    return {**words, "verdict": "answer", **changes}


def test_the_first_look_opens_an_item_and_looking_again_keeps_it(own: Desk) -> None:
    first = own.shown()["item"]
    again = own.shown()["item"]
    assert first["id"] == again["id"] and first["visit"] == again["visit"]
    assert first["picture"].startswith("/picture/")


def test_saving_labels_the_item_and_brings_the_next(own: Desk, desk: Bench) -> None:
    words = typed(own)
    own.handle("save", words)
    assert own.shown()["item"]["id"] != words["item"]
    (label,) = desk.rows("SELECT verdict, answer, category FROM labels")
    assert tuple(label) == ("answer", "Three.", "Counting")


def test_saving_twice_labels_once(own: Desk, desk: Bench) -> None:
    words = typed(own)
    own.handle("save", words)
    own.handle("save", words)
    assert len(desk.rows("SELECT * FROM labels")) == 1


def test_a_refusal_keeps_the_item_and_is_told(own: Desk) -> None:
    words = typed(own, text="  ")
    own.handle("save", words)
    shown = own.shown()
    assert shown["item"]["id"] == words["item"] and "answer is empty" in shown["notice"]


@pytest.mark.parametrize(
    "nonsense", [{}, {"item": "x"}, {"item": None, "verdict": 7}, {"item": 2**63}, {"item": True}]
)
def test_nonsense_from_a_browser_labels_nothing(
    own: Desk, desk: Bench, nonsense: dict[str, Any]
) -> None:
    own.shown()
    own.handle("save", nonsense)
    assert own.notice != "" and desk.rows("SELECT * FROM labels") == []


def test_undo_opens_the_last_label_with_what_was_typed(own: Desk) -> None:
    words = typed(own)
    own.handle("save", words)
    own.handle("undo", {})
    item = own.shown()["item"]
    assert item["id"] == words["item"] and item["draft"]["text"] == "Three."
    assert item["draft"]["category"] == "Counting"


def test_undone_is_no_error_and_a_refusal_is_one(own: Desk) -> None:
    own.handle("save", typed(own))
    own.handle("undo", {})
    assert own.shown()["is_good"] and "Undone" in own.shown()["notice"]
    own.handle("undo", {})
    assert not own.shown()["is_good"] and "no label of yours" in own.shown()["notice"]


def test_without_a_label_undo_says_so(own: Desk) -> None:
    own.handle("undo", {})
    assert "no label of yours" in own.notice


# "colour: red → red" stood beside "thing: car → house".
@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ([("colour", "red", "red"), ("thing", "car", "house")], ["thing: car → house"]),
        ([("colour", "red", "red")], ["colour: red, said of something else"]),
        ([("side", "left", "")], ["side: left → nothing"]),
        ([], []),
    ],
)
def test_what_reads_the_same_is_no_change(
    changes: list[tuple[str, str, str]], told: list[str]
) -> None:
    assert change_lines([FactChange(*change) for change in changes]) == told


def test_skipping_brings_another_and_says_how_many_wait(own: Desk) -> None:
    words = typed(own)
    own.handle("skip", words)
    shown = own.shown()
    assert shown["item"]["id"] != words["item"] and "1 skipped by you" in shown["counts"]


def test_the_order_can_be_changed_to_a_known_one(own: Desk) -> None:
    own.handle("order", {"order": "age"})
    own.handle("order", {"order": "luck"})
    assert own.order == "age"


def refined(own: Desk, text: str) -> dict[str, Any]:
    """What the browser gets after it asked for a refinement."""
    own.handle("refine", typed(own, text=text))
    found = own.shown()["refinement"]
    assert found is not None, own.notice
    return found


def refined_again(own: Desk, text: str) -> dict[str, Any]:
    """The same, asked a second time: the model's own words, whatever they are."""
    refined(own, text)
    return refined(own, text)


def judge(own: Desk, found: dict[str, Any], outcome: str, **more: Any) -> None:
    own.handle("judge", {"refinement": found["id"], "outcome": outcome, **more})


def test_a_refinement_comes_with_its_diff_and_the_models_name(own: Desk) -> None:
    found = refined(own, "there are four dogs")
    assert [(part["kind"], part["words"]) for part in found["diff"]] == [
        ("removed", "there"), ("added", "There"), ("same", "are four"),
        ("removed", "dogs"), ("added", "dogs."),
    ]  # fmt: skip
    assert found["is_safe"] and found["model"] == "by scripted-refiner"


def test_an_accepted_refinement_is_saved_beside_the_experts_words(own: Desk, desk: Bench) -> None:
    words = typed(own, text="there are four dogs")
    found = refined(own, "there are four dogs")
    judge(own, found, "accepted")
    assert own.shown()["refinement"]["is_kept"]
    own.handle("save", words | {"refinement": found["id"]})
    (kept,) = desk.rows(
        """SELECT answer, kept_text, model FROM labels
        JOIN label_refinements ON label_id = labels.id
        JOIN refinements ON refinements.id = refinement_id"""
    )
    assert tuple(kept) == ("there are four dogs", "There are four dogs.", "scripted-refiner")


def test_a_model_that_changes_facts_is_not_shown_at_first(own: Desk) -> None:
    found = refined(own, "there are two dogs")
    assert (found["text"], found["is_safe"]) == ("There are two dogs.", True)
    assert "tidied" in found["model"] and "scripted" not in found["model"]


def test_a_changed_fact_is_told_and_not_accepted_by_a_key(own: Desk) -> None:
    found = refined_again(own, "there are two dogs")
    assert not found["is_safe"] and found["changes"] == ["number: two → three"]
    judge(own, found, "accepted")
    shown = own.shown()
    assert "changes facts" in shown["notice"] and not shown["refinement"]["is_kept"]


def test_a_changed_fact_is_kept_only_when_confirmed(own: Desk) -> None:
    found = refined_again(own, "there are two dogs")
    judge(own, found, "accepted", sure=True)
    assert own.shown()["refinement"]["is_kept"]


def test_an_edit_that_puts_the_fact_right_is_kept(own: Desk) -> None:
    found = refined_again(own, "there are two dogs")
    judge(own, found, "edited", edited="There are two dogs.")
    shown = own.shown()["refinement"]
    assert shown["is_kept"] and shown["is_safe"] and shown["text"] == "There are two dogs."


def test_an_edit_that_changes_a_fact_stays_open_to_be_mended(own: Desk) -> None:
    found = refined(own, "there are four dogs")
    judge(own, found, "edited", edited="There are five dogs.")
    shown = own.shown()
    assert "changes facts" in shown["notice"]
    assert shown["refinement"]["edited"] == "There are five dogs."


def test_a_rejected_refinement_is_gone(own: Desk) -> None:
    judge(own, refined(own, "there are two dogs"), "rejected")
    assert own.shown()["refinement"] is None and own.notice == ""


def test_the_next_item_begins_without_a_refinement(own: Desk) -> None:
    refined(own, "there are four dogs")
    own.handle("skip", typed(own))
    assert own.shown()["refinement"] is None


def test_a_labeler_reads_nothing_of_the_machine_where_no_model_refines(own: Desk) -> None:
    own.shelf = ModelShelf(load_refiner=no_model)
    own.handle("refine", typed(own))
    assert own.notice.startswith("Refining does not work just now. Save your answer as it is")
    assert own.shelf.refine_trouble == str(NO_MODEL) and "/srv" not in own.notice
    own.handle("save", typed(own))
    assert own.notice == ""
    own.shelf._load_refiner = lambda _name: ScriptedRefiner()  # the weights have come meanwhile
    refined(own, "there are four dogs")
    assert own.shelf.refine_trouble == ""


def test_an_event_that_nobody_knows_is_our_mistake(own: Desk) -> None:
    with pytest.raises(ValueError, match="no event 'dance'"):
        own.handle("dance", {})


def test_nothing_to_label_comes_with_the_reason(own: Desk, desk: Bench) -> None:
    desk.restarted(theta=1.0)
    own.workbench = desk.bench
    desk.bench.refresh_queue()
    shown = own.shown()
    assert shown["item"] is None and "posterior is not above 1" in shown["reason"]


def test_a_mark_takes_the_text_as_a_note() -> None:
    words = {"verdict": "unclear", "text": "which dog?", "category": ""}
    assert entry_of(words) == LabelEntry("unclear", note="which dog?")


def test_every_verdict_without_an_answer_has_its_mark() -> None:
    assert set(MARKS) == set(LABEL_VERDICTS) - {"answer"}


def test_why_an_item_is_here_is_told_with_its_interval() -> None:
    line = verdict_line(Interval(0.93, 0.88, 0.97), model="pocket", adapter="a1")
    assert line == ("pocket with a1 · a player marked it Wrong · 93% likely to be wrong [88%, 97%]")
    assert verdict_line(None, model="pocket", adapter=None) == "pocket · a player marked it Wrong"


def test_counts_leave_out_what_is_none() -> None:
    counts = QueueCounts(1200, 3, 0, 0, 9, 0, 5, 7, "")
    assert counts_line(counts) == "1,200 to label · 3 skipped by you · 7 labeled by you"
