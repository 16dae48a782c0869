# Bounties from the page Dataset: set as the script sets them, by administrators, and taken back.
from __future__ import annotations

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from apps.studio import bounties
from apps.studio.pages.dataset_bounties import ASK, TAKE_BACK
from apps.studio.studio import running_studio
from db import Store
from gap_core.dataset.bounties import ask_players_for
from gap_core.dataset.build_config import BuildConfig
from gap_core.dataset.building import build_dataset
from gap_core.dataset.places import dataset_place
from gap_core.errors import GapError
from tests.fixtures_dataset import made_sample
from tests.fixtures_studio_pages import Open, html, page_past_the_navigation
from tests.test_studio_adapters import ADA

RARE = "Text Recognition"


@pytest.fixture
def short_of_texts(folder: Path) -> None:
    """A dataset that should be half questions about texts and holds none."""
    samples = [made_sample(f"s{n}", image_id=f"name:{n}.jpg") for n in range(12)]
    config = BuildConfig(validation_share=0, target={RARE: 0.5})
    build_dataset(samples, dataset_place(folder, "first"), data_dir=folder, config=config)


def set_now(folder: Path) -> list[str]:
    with Store.open(folder / "gap.db") as store:
        return store.rewards.bounties()


def labels(page: AppTest) -> set[str]:
    assert not page.exception
    return {button.label for button in page.button} & {ASK, TAKE_BACK}


def press(page: AppTest, label: str) -> AppTest:
    return next(button for button in page.button if button.label == label).click().run()


def test_an_administrator_asks_players_for_what_is_short_and_takes_it_back(
    visit: Open, folder: Path, short_of_texts: None
) -> None:
    visit("administrator")
    page = page_past_the_navigation("dataset")
    assert labels(page) == {ASK} and "Players are asked for no category now." in html(page)
    page = press(page, ASK)
    assert set_now(folder) == [RARE]
    assert labels(page) == {TAKE_BACK} and f"double XP: {RARE}." in html(page)
    page = press(page, TAKE_BACK)
    assert (set_now(folder), labels(page)) == ([], {ASK})


def test_a_reviewer_sees_what_is_asked_for_and_sets_nothing(
    visit: Open, folder: Path, short_of_texts: None
) -> None:
    visit("reviewer")
    with Store.open(folder / "gap.db") as store:
        ask_players_for(store, ["counting", "Counting"])
    page = page_past_the_navigation("dataset")
    assert labels(page) == set() and "double XP: Counting." in html(page)
    with pytest.raises(GapError, match="set by administrators"):
        bounties.ask_for(running_studio(), [RARE], by=ADA)
    assert set_now(folder) == ["Counting"]
