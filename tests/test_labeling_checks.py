# Accepted labels are held against the model: how often it is wrong, resumed where it stopped.
from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from PIL import Image

from gap_core.errors import GapError
from gap_core.labeling import LabelEntry
from gap_core.labeling.checking import WORDINGS, wording
from gap_core.language import are_equivalent, category_of
from models.errors import ModelError
from models.prompts import HONEST, PROMPT_VERSION
from tests.fixtures_labeling import Desk, right
from tests.fixtures_models import ScriptedModel


@pytest.fixture
def pictured(desk: Desk) -> Desk:
    """The desk with its picture files, all grey."""
    (desk.db_path.parent / "images").mkdir()
    for row in desk.rows("SELECT path FROM images"):
        Image.new("RGB", (8, 6), "grey").save(desk.db_path.parent / row["path"], format="PNG")
    return desk


def model_that_says(*replies: str | Exception) -> ScriptedModel:
    model = ScriptedModel(default="There are nine dogs.")
    for reply in replies:
        model.enqueue(reply)
    return model


@pytest.mark.parametrize(
    ("replies", "wrong", "untold", "informative"),
    [
        (["Three dogs.", "There are 3 dogs."], 0, 0, False),
        (["Three dogs.", "Four dogs."], 1, 0, True),
        (["No.", "Four dogs."], 2, 0, True),
        (["Three dogs.", "Some dogs."], 0, 1, None),
        (["Some dogs.", "Many dogs."], 0, 2, None),
    ],
)
def test_replies_that_were_wrong_and_whether_informative(
    pictured: Desk,
    ada: str,
    replies: list[str],
    wrong: int,
    untold: int,
    informative: bool | None,
) -> None:
    item = pictured.label(ada, right("Three dogs."))
    found = pictured.bench.check_label(item.id, model_that_says(*replies), times=2)
    assert found.replies == tuple(replies)
    assert (found.wrong, found.untold) == (wrong, untold)
    assert found.is_informative is informative
    (row,) = pictured.rows("SELECT * FROM label_checks")
    assert (row["model"], row["prompt_version"]) == ("scripted", PROMPT_VERSION)
    assert pictured.bench.label_checks(item.id) == [found]


def test_model_is_asked_honestly_and_first_in_the_players_words(pictured: Desk, ada: str) -> None:
    item, model = pictured.label(ada), model_that_says()
    pictured.bench.check_label(item.id, model, times=5)
    assert {ask.system for ask in model.calls} == {HONEST}
    assert model.calls[0].question == item.question
    assert len({ask.question for ask in model.calls}) == 5


@pytest.mark.parametrize(
    "question", ["How many dogs are there?", "Is there a red car on the left?", "What is it"]
)
def test_other_wordings_ask_the_same(question: str) -> None:
    for place in range(len(WORDINGS)):
        asked = wording(question, place)
        assert are_equivalent("Two.", "Three.", question=asked) == are_equivalent(
            "Two.", "Three.", question=question
        )
        assert category_of(asked).category == category_of(question).category


def test_check_that_was_cut_off_goes_on_where_it_was(pictured: Desk, ada: str) -> None:
    item = pictured.label(ada, right("Three dogs."))
    dying = model_that_says("Three dogs.", "Four dogs.", ModelError("out of memory"))
    with pytest.raises(ModelError):
        pictured.bench.check_label(item.id, dying, times=3)
    (begun,) = pictured.bench.label_checks(item.id)
    assert (begun.replies, begun.wrong) == (("Three dogs.", "Four dogs."), None)
    model = model_that_says("Three dogs.")
    found = pictured.restarted().check_label(item.id, model, times=3)
    assert len(model.calls) == 1
    assert (found.replies[2], found.wrong) == ("Three dogs.", 1)


def test_finished_check_asks_nothing_more(pictured: Desk, ada: str) -> None:
    item = pictured.label(ada)
    found = pictured.bench.check_label(item.id, model_that_says(), times=2)
    again = model_that_says()
    assert pictured.bench.check_label(item.id, again, times=2) == found
    assert again.calls == []


def test_another_adapter_is_another_check(pictured: Desk, ada: str) -> None:
    item, model = pictured.label(ada), model_that_says()
    pictured.bench.check_label(item.id, model, times=1)
    model.adapter = "run-7"
    pictured.bench.check_label(item.id, model, times=1)
    checks = pictured.bench.label_checks(item.id)
    assert [check.checked_by.adapter for check in checks] == ["", "run-7"]


@pytest.mark.parametrize("verdict", ["unclear", "model_right"])
def test_label_without_an_answer_has_nothing_to_check(
    pictured: Desk, ada: str, verdict: str
) -> None:
    item = pictured.label(ada, LabelEntry(verdict))  # type: ignore[arg-type]
    with pytest.raises(GapError, match="no accepted answer"):
        pictured.bench.check_label(item.id, model_that_says())


def test_label_that_is_not_final_is_not_checked(pictured: Desk, ada: str, ben: str) -> None:
    pictured.restarted(second_share=1.0)
    item = pictured.label(ada)
    assert pictured.bench.check_labels(model_that_says()) == 0
    pictured.label(ben)
    assert pictured.bench.check_labels(model_that_says(), times=1) == 1
    assert [check.times for check in pictured.bench.label_checks(item.id)] == [1]


def test_background_checks_all_once_and_passes_missing_pictures_by(
    pictured: Desk, ada: str
) -> None:
    items = [pictured.label(ada) for _ in range(3)]
    Path(items[1].image_path).unlink()
    missing = {item.id for item in items if item.image_path == items[1].image_path}
    model = model_that_says()
    assert pictured.bench.check_labels(model, times=2) == 3 - len(missing)
    assert pictured.bench.check_labels(model, times=2) == 0
    assert len(model.calls) == 2 * (3 - len(missing))
    with pytest.raises(GapError, match="can't be read"):
        pictured.bench.check_label(items[1].id, model)


def test_background_stops_when_told(pictured: Desk, ada: str) -> None:
    for _ in range(3):
        pictured.label(ada)
    rounds = iter([True, False])
    assert pictured.bench.check_labels(model_that_says(), go_on=lambda: next(rounds)) == 1


def test_undone_label_takes_its_check_along(pictured: Desk, ada: str) -> None:
    item = pictured.label(ada)
    pictured.bench.check_label(item.id, model_that_says(), times=1)
    pictured.bench.undo(ada)
    assert pictured.bench.label_checks(item.id) == []
    pictured.submit(item.id, ada, right("Nine dogs."))
    found = pictured.bench.check_label(item.id, model_that_says(), times=1)
    assert (found.wrong, found.is_informative) == (0, False)


def test_replies_can_not_be_changed(pictured: Desk, ada: str) -> None:
    pictured.bench.check_label(pictured.label(ada).id, model_that_says(), times=1)
    for statement in ("DELETE FROM {}", "UPDATE {} SET reply = ''"):
        with pytest.raises(sqlite3.IntegrityError, match="append only"):
            pictured.rows(statement.format("label_check_replies"))
