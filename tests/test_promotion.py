# Ordinary pictures become traps for the served adapter, and ordinary ones again after it.
from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from PIL import Image

from db import Store
from db.curation_records import SampledImage
from gap_core.decks import promotion
from gap_core.decks.demotion import take_back_promotions, words_of_promotions_left
from gap_core.decks.promotion import PromotionCheck, learnt_candidates, promote_learnt_images
from gap_core.errors import GapError
from scripts.promote_images import main as promote_images
from scripts.serve_adapter import main as serve_adapter
from tests.fixtures_labeling import Desk, right
from tests.fixtures_models import ScriptedModel
from tests.fixtures_play import START
from tests.test_adapter_registry import made_record

DECK = "city"


@pytest.fixture
def image_id(desk: Desk, ada: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """An ordinary picture with one sample, which is enough here."""
    monkeypatch.setattr(promotion, "PROMOTED_ABOVE", 0)
    data_dir = desk.db_path.parent
    (data_dir / "images").mkdir()
    for row in desk.rows("SELECT path FROM images"):
        Image.new("RGB", (8, 6), "grey").save(data_dir / row["path"], format="PNG")
    item = desk.label(ada, right("Three dogs."))
    (image,) = desk.rows(
        f"""SELECT image_id FROM label_items JOIN turns ON turns.id = turn_id
        JOIN rounds ON rounds.id = round_id WHERE label_items.id = {item.id}"""
    )
    with desk.store() as store:
        store.images.put_in_deck(
            image["image_id"], deck=DECK, taint="untainted", decided_by="test", decided=START
        )
    return str(image["image_id"])


@pytest.fixture
def promote(desk: Desk) -> Callable[..., list[PromotionCheck]]:
    def run(store: Store, adapter: str, *, says: str = "Three dogs.") -> list[PromotionCheck]:
        model = ScriptedModel(default=says)
        model.adapter = adapter
        return promote_learnt_images(
            store, deck=DECK, model=model, data_dir=desk.db_path.parent, decided_by="test",
            clock=desk.clock,
        )  # fmt: skip

    return run


def register(store: Store, name: str, *image_ids: str, **given: Any) -> None:
    """An adapter that the game was asked for."""
    samples = given.pop("samples", None)
    store.adapters.add(
        made_record(name, Path("runs"), **given), image_ids=image_ids, samples=samples
    )
    store.adapters.request(name, requested_by="test", now=START)


def taint_of(store: Store, image_id: str) -> str:
    (row,) = store.connection.rows(
        "SELECT taint FROM deck_images WHERE image_id = :id", {"id": image_id}
    )
    return str(row["taint"])


@pytest.mark.parametrize(("says", "taint"), [("Three dogs.", "tainted"), ("Two.", "untainted")])
def test_a_learnt_picture_is_promoted_if_the_model_is_right_on_it_now(
    desk: Desk, image_id: str, promote: Callable[..., Any], says: str, taint: str
) -> None:
    with desk.store() as store:
        register(store, "day")
        assert promote(store, "day", says=says) == []  # it has learnt nothing of it
        register(store, "two", image_id, parent="day")
        (check,) = promote(store, "two", says=says)
        assert (check.samples, check.is_promoted) == (1, taint == "tainted")
        assert taint_of(store, image_id) == taint
        register(store, "three", image_id)
        # What a model says that has learnt a sample does not make it less informative.
        assert len(promote(store, "three", says=says)) == (taint == "untainted")


def test_only_the_served_adapter_promotes(
    desk: Desk, image_id: str, promote: Callable[..., Any]
) -> None:
    with desk.store() as store:
        store.adapters.add(made_record("day", Path("runs")), image_ids=[image_id])
        with pytest.raises(GapError, match=r"serves no adapter.*scripts\.serve_adapter day"):
            promote(store, "day")
        register(store, "night")
        with pytest.raises(GapError, match="serves 'night'"):
            promote(store, "day")
        asked = store.adapters.request("day", requested_by="test", now=START)
        assert promote(store, "day")[0].is_promoted  # it will be served between sessions
        store.adapters.answer_request(asked, problem="No room.", now=START)
        with pytest.raises(GapError, match=r"can't serve 'day': No room\."):
            promote(store, "day")


def test_a_picture_of_which_too_few_samples_were_learnt_is_no_candidate(
    desk: Desk, image_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with desk.store() as store:
        found = SampledImage(image_id, 12)
        monkeypatch.setattr(store.curation, "sampled", lambda *_, **__: [found])
        monkeypatch.setattr(promotion, "PROMOTED_ABOVE", 10)
        register(store, "few", image_id, samples={image_id: 10})
        register(store, "child", image_id, samples={image_id: 9}, parent="few")
        register(store, "enough", image_id, samples={image_id: 11}, parent="few")
        register(store, "uncounted", image_id)
        candidates = {
            name: learnt_candidates(store, deck=DECK, adapter=name)
            for name in ("few", "child", "enough", "uncounted")
        }
    assert candidates == {"few": [], "child": [], "enough": [found], "uncounted": [found]}


def test_pictures_promoted_for_an_adapter_that_is_left_are_told_and_taken_back(
    desk: Desk, image_id: str, promote: Callable[..., Any]
) -> None:
    with desk.store() as store:
        register(store, "day", image_id)
        promote(store, "day")
        assert words_of_promotions_left(store, served="day") == ""
        words = words_of_promotions_left(store, served=None)
        assert words.startswith("1 picture is a trap because 'day' was right there.")
        assert "scripts.promote_images day --deck city --undo" in words
        assert take_back_promotions(store, "night", deck=None, decided_by="test") == 0
        assert take_back_promotions(store, "day", deck="elsewhere", decided_by="test") == 0
        assert take_back_promotions(store, "day", deck=None, decided_by="test") == 1
        assert taint_of(store, image_id) == "untainted"
        assert words_of_promotions_left(store, served=None) == ""
        kept = store.curation.decisions(DECK, image_id=image_id)
        assert [one.decision for one in kept] == ["promoted", "rejected"]
        promote(store, "day")  # its checks do not stand in the way
        assert taint_of(store, image_id) == "tainted"


def test_scripts_tell_and_take_back(desk: Desk, image_id: str, promote: Callable[..., Any]) -> None:
    at = ["--data-dir", str(desk.db_path.parent), "--db", str(desk.db_path)]
    refused = CliRunner().invoke(promote_images, ["day", *at])
    assert "No adapter 'day' is registered" in refused.output
    with desk.store() as store:
        register(store, "day", image_id)
        promote(store, "day")
        register(store, "night")
    refused = CliRunner().invoke(promote_images, ["day", "--deck", DECK, *at])
    assert refused.exit_code == 1 and "The game serves 'night'" in refused.output
    told = CliRunner().invoke(serve_adapter, ["--none", *at]).output
    assert "1 picture is a trap because 'day' was right there." in told
    done = CliRunner().invoke(promote_images, ["day", "--deck", DECK, "--undo", *at])
    assert json.loads(done.output) == {"taken_back": 1, "adapter": "day"}
    assert "is a trap" not in CliRunner().invoke(serve_adapter, ["--none", *at]).output
