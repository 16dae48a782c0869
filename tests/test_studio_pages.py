# The pages' own logic under Streamlit's AppTest: who sees which, what they hold, what they say.
from __future__ import annotations

from html import unescape
from pathlib import Path

import pytest

from apps.studio.accounts import AccountReader
from apps.studio.session import attempt
from db import Store
from db.curation_records import SampledImage
from db.curation_store import CurationStore
from gap_core.dataset.build_config import BuildConfig
from gap_core.dataset.building import build_dataset
from gap_core.dataset.places import dataset_place
from tests.fixtures_dataset import made_sample
from tests.fixtures_play import START
from tests.fixtures_studio_pages import Open, html, page_past_the_navigation, titles
from tests.test_adapter_registry import made_record


def test_without_a_cookie_nothing_but_the_way_to_sign_in(visit: Open) -> None:
    test = visit(None)
    assert not test.exception and titles(test) == []
    assert "You are signed out" in html(test)


PAGES = [
    "playtest", "deck", "agreement", "adjudicate", "accounts", "dataset", "train", "evaluate",
    "synthesis",
    "adapters", "covers",
]  # fmt: skip


@pytest.mark.parametrize("show", PAGES)
def test_every_page_asks_for_the_role_itself(visit: Open, show: str) -> None:
    visit("labeler")
    page = page_past_the_navigation(show)
    assert not page.exception and titles(page) == []
    assert "This page is for" in html(page) and "your role is labeler" in html(page)


@pytest.mark.parametrize(
    "show",
    ["Playtest", "Deck", "Agreement", "Dataset", "Train", "Evaluate", "Synthesis", "Adapters"],
)
def test_a_reviewer_opens_the_page(visit: Open, show: str) -> None:
    visit("reviewer")
    page = page_past_the_navigation(show.lower())
    assert not page.exception and titles(page) == [show]


def test_the_recipe_that_is_run_is_shown_with_what_was_chosen(visit: Open, folder: Path) -> None:
    sample = made_sample("s1", image_id="name:1.jpg")
    config = BuildConfig(validation_share=0)
    build_dataset([sample], dataset_place(folder, "first"), data_dir=folder, config=config)
    visit("reviewer")
    page = page_past_the_navigation("train")
    assert not page.exception and "model: pocket" in page.code[0].value
    (recipe,) = [one for one in page.selectbox if one.label == "Recipe"]
    recipe.select("minicpm_qlora").run()
    assert not page.exception and "quantize: nf4" in page.code[0].value
    (rank,) = [one for one in page.number_input if one.label == "Rank"]
    rank.set_value(8).run()
    assert "rank: 8" in page.code[0].value and "model: minicpm-v" in page.code[0].value
    (further,) = [one for one in page.text_area if one.label == "Further settings"]
    further.set_value("pacience: 3").run()
    (start,) = [one for one in page.button if one.label == "Start"]
    assert start.disabled and not page.code  # it stays where it was, grey


def test_a_dataset_built_meanwhile_does_not_take_the_shown_ones_place(
    visit: Open, folder: Path
) -> None:
    def build(name: str) -> None:
        config = BuildConfig(validation_share=0)
        place = dataset_place(folder, name)
        build_dataset(
            [made_sample("s1", image_id="name:1.jpg")], place, data_dir=folder, config=config
        )

    build("first")
    visit("reviewer")
    page = page_past_the_navigation("train")
    build("another")
    page.run()

    (shown,) = [one for one in page.selectbox if one.label == "Dataset"]
    assert set(shown.options) == {"another", "first"} and shown.value == "first"
    assert "dataset: first" in page.code[0].value


def test_a_press_of_somebody_who_is_out_by_now_does_nothing(
    visit: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    visit("reviewer")
    pressed: list[str] = []
    monkeypatch.setattr(AccountReader, "behind", lambda _self, _cookie: None)
    attempt("place", lambda: pressed.append("step") or "done")
    assert pressed == []


def test_the_deck_page_offers_no_adapter_but_the_served_one(
    visit: Open, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def offered() -> list[str]:
        page = page_past_the_navigation("deck")
        assert not page.exception
        said.append(html(page))
        return [one.label for one in page.button if "promote" in one.label]

    said: list[str] = []
    monkeypatch.setattr(CurationStore, "sampled", lambda *_, **__: [SampledImage("one", 12)])
    visit("reviewer")
    with Store.open(folder / "gap.db") as store:
        assert offered() == [] and "Pictures are promoted" not in said[-1]  # nobody learnt it
        store.adapters.add(made_record("day", folder), image_ids=["one"])
        assert offered() == []
        assert "it serves the model without an adapter. Serve 'day'" in unescape(said[-1])
        store.adapters.add(made_record("other", folder), image_ids=["two"])
        store.adapters.request("other", requested_by="test", now=START)
        assert offered() == []
        assert "it serves 'other', which learnt none of these" in unescape(said[-1])
        store.adapters.request("day", requested_by="test", now=START)
        assert offered() == ["Check with 'day' and promote"]
