# The reviewer's docket and the deck's curator without a browser.
from __future__ import annotations

from typing import Any

import pytest

from apps.studio.curator import Curator
from apps.studio.docket import Docket, said_in, sorted_in
from apps.studio.model_shelf import ModelShelf
from gap_core.labeling import LabelEntry
from models.base import VisionModel
from models.errors import ModelError
from tests.fixtures_labeling import Desk as Bench
from tests.fixtures_labeling import right
from tests.fixtures_models import ScriptedModel
from tests.fixtures_play import DECK, Table


@pytest.fixture
def docket(desk: Bench, ada: str, ben: str) -> Docket:
    """A docket with one dispute: three dogs or four."""
    desk.restarted(second_share=1.0)
    item = desk.label(ada, right("Three dogs."))
    while (held := desk.next(ben)).id != item.id:
        desk.bench.skip(held.id, ben)
    desk.submit(item.id, ben, right("Four dogs."))
    return Docket(desk.bench, desk.person("Rita", "reviewer"))


def decide(docket: Docket, does: str, **words: Any) -> None:
    dispute = docket.shown()["dispute"]
    docket.handle({"does": does, "item": dispute["id"], "key": dispute["key"], **words})


def final(desk: Bench) -> list[Any]:
    return desk.rows(
        """SELECT labels.answer, labels.pass FROM label_items
        JOIN labels ON labels.id = final_label_id"""
    )


def test_both_labels_are_shown_without_a_name(docket: Docket) -> None:
    dispute = docket.shown()["dispute"]
    assert {dispute["first"], dispute["second"]} == {"Three dogs.", "Four dogs."}
    assert "different facts" in dispute["differs"]
    assert "Ada" not in str(dispute) and "Ben" not in str(dispute)


@pytest.mark.parametrize(("does", "answer"), [("first", "Three dogs."), ("second", "Four dogs.")])
def test_taking_a_side_makes_it_final(docket: Docket, desk: Bench, does: str, answer: str) -> None:
    decide(docket, does)
    assert [tuple(row) for row in final(desk)] == [(answer, "adjudication")]
    assert docket.shown()["dispute"] is None


def test_a_third_answer_can_be_given(docket: Docket, desk: Bench) -> None:
    decide(docket, "own", text="Five dogs.", category="Counting", verdict="answer")
    assert [row["answer"] for row in final(desk)] == ["Five dogs."]


def test_an_empty_third_answer_is_refused(docket: Docket, desk: Bench) -> None:
    decide(docket, "own", text=" ", category="Counting", verdict="answer")
    assert "answer is empty" in docket.notice and final(desk) == []


def test_an_undone_decision_is_open_again(docket: Docket, desk: Bench) -> None:
    decide(docket, "first")
    docket.handle({"does": "undo"})
    assert docket.shown()["dispute"] is not None and final(desk) == []


def test_later_keeps_it_open(docket: Docket, desk: Bench) -> None:
    decide(docket, "later")
    assert docket.shown()["dispute"] is not None and final(desk) == []


def test_what_is_decided_meanwhile_is_told(docket: Docket) -> None:
    docket.handle({"does": "first", "item": 999_999, "key": "k"})
    assert "decided already" in docket.notice


def test_a_label_is_told_in_words() -> None:
    assert said_in(LabelEntry("unclear", note="which?")) == "(unclear question)"
    assert sorted_in(LabelEntry("answer", "Two.", "Counting", "sure")) == "Counting · sure"


@pytest.fixture
def curator(table: Table) -> Curator:
    """A curator of a deck with three proposed pictures."""
    with table.store() as store:
        store.connection.rows(
            """UPDATE deck_images SET taint = 'proposed' WHERE image_id IN (
                SELECT image_id FROM deck_images WHERE taint = 'untainted' LIMIT 3)"""
        )
    shelf = ModelShelf(load_answerer=lambda _name: ScriptedModel(default="A red square."))
    return Curator(table.db_path, table.data_dir, DECK, "Rita", shelf)


def test_a_proposed_picture_is_shown_with_its_description(curator: Curator) -> None:
    shown = curator.shown()
    assert shown is not None
    assert (shown["said"], shown["model"], shown["counts"]) == (
        "A red square.", "scripted", "3 waiting",
    )  # fmt: skip


def test_each_decision_brings_the_next_picture(curator: Curator, table: Table) -> None:
    seen = []
    for does in ("approve", "reject", "approve"):
        shown = curator.shown()
        assert shown is not None
        seen.append(shown["image"])
        curator.handle({"does": does, "image": shown["image"], "reason": "no cat"})
    assert curator.shown() is None and len(set(seen)) == 3
    with table.store() as store:
        kinds = {image.image_id: image.taint for image in store.curation.images(DECK)}
        (kept,) = store.curation.decisions(DECK, image_id=seen[1])
    assert [kinds[image] for image in seen] == ["tainted", "untainted", "tainted"]
    assert (kept.reason, kept.decided_by) == ("no cat", "Rita")


def test_a_rejection_without_a_reason_keeps_the_picture(curator: Curator) -> None:
    shown = curator.shown()
    assert shown is not None
    curator.handle({"does": "reject", "image": shown["image"], "reason": " "})
    again = curator.shown()
    assert again is not None and again["image"] == shown["image"]
    assert "without a reason" in again["notice"]


def test_without_a_model_the_picture_is_shown_and_the_trouble_told(curator: Curator) -> None:
    def no_model(_name: str) -> VisionModel:
        raise ModelError("The weights of 'pocket' are missing.")

    curator.shelf = ModelShelf(load_answerer=no_model)
    shown = curator.shown()
    assert shown is not None and shown["said"] == ""
    assert "weights of 'pocket' are missing" in shown["notice"]
