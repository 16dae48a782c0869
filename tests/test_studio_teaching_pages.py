# Dataset, Train and Evaluate under Streamlit's AppTest: what they propose, and say of what runs.
from __future__ import annotations

from collections.abc import Callable
from html import unescape
from pathlib import Path

import pytest
import yaml
from PIL import ImageEnhance
from streamlit.testing.v1 import AppTest

from apps.studio.ledger import Row
from apps.studio.pages import adapters, dataset, train
from apps.studio.pages.dataset_alike import UNKNOWN, group_html
from apps.studio.pictures import picture_address
from apps.studio.tab import Notice, Tab
from db import Store
from gap_core.dataset.build_config import BuildConfig
from gap_core.dataset.building import build_dataset
from gap_core.dataset.formats import FORMATS
from gap_core.dataset.places import dataset_place
from gap_core.dataset.sample import Sample
from gap_core.decks.pictures import picture_id, save_picture
from gap_core.play import utc_now
from models.registry import DEFAULT_MODEL
from tests.fixtures_dataset import made_sample, noise_picture
from tests.fixtures_studio import Started
from tests.fixtures_studio_pages import Open, html, page_past_the_navigation
from tests.test_adapter_registry import made_record


def test_the_adapter_that_is_served_or_newest_is_proposed_for_evaluation(
    visit: Open,
    folder: Path,
) -> None:
    config = BuildConfig(validation_share=0)
    place = dataset_place(folder, "first")
    build_dataset([made_sample("s1", image_id="name:1.jpg")], place, data_dir=folder, config=config)

    def proposed() -> object:
        page = page_past_the_navigation("evaluate")
        assert not page.exception
        return next(one.value for one in page.selectbox if one.label == "Adapter")

    visit("reviewer")
    assert proposed() is None
    with Store.open(folder / "gap.db") as store:
        for name, model in (("old", DEFAULT_MODEL), ("new", DEFAULT_MODEL), ("other", "minicpm-v")):
            adapter = made_record(name, Path(f"runs/{name}/adapter"), model=model)
            store.adapters.add(adapter, image_ids=[])
        assert proposed() == "new"
        store.adapters.request("old", requested_by="Ada", now=utc_now())
        assert proposed() == "old"


def test_a_dataset_in_the_making_is_said_to_come_and_then_to_be_there_or_not(
    visit: Open,
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    running = {"first"}
    monkeypatch.setattr(dataset, "running_jobs", lambda *_: frozenset(running))
    seen: list[str] = []
    monkeypatch.setattr(dataset, "show_ledger", lambda *_, none, **__: seen.append(none))
    visit("reviewer")
    page_past_the_navigation("dataset")
    running.clear()
    page_past_the_navigation("dataset")
    assert seen == [dataset.FIRST_COMES, dataset.NONE]


@pytest.mark.parametrize(("show", "told"), [("train", train.TOLD), ("dataset", dataset.TOLD)])
def test_what_was_said_of_a_start_goes_when_it_has_ended(
    visit: Open,
    monkeypatch: pytest.MonkeyPatch,
    show: str,
    told: str,
) -> None:
    def shown(looks: list[set[str]]) -> bool:
        """Whether the notice stands there after looks at what runs, the last one for good."""
        for page_module in (train, dataset):
            monkeypatch.setattr(
                page_module,
                "running_jobs",
                lambda *_: frozenset(looks.pop(0) if len(looks) > 1 else looks[0]),
            )
        page = AppTest.from_string(f"from apps.studio.pages import {show}\n{show}.show()")
        page.session_state["gap tab"] = Tab(notices={told: Notice("It has started.", "good")})
        page.run(timeout=60)
        assert not page.exception
        return "It has started." in html(page)

    visit("reviewer")
    assert shown([{"first"}])
    assert not shown([{"first"}, set()])  # the page saw it run, the part of it that looks no more


def test_findings_and_duplicates_past_the_first_page_are_reached(
    visit: Open, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: dict[str, list[str]] = {}

    def note(key: str, *, rows: list[Row], **_given: object) -> None:
        seen[key] = [row.id for row in rows]

    monkeypatch.setattr(dataset, "show_ledger", note)
    refusing = [
        made_sample(f"r{n}", image_id=f"name:{n}.jpg", answer="I can't tell.") for n in range(102)
    ]
    alike = [made_sample(f"s{n}", image_id="name:one.jpg") for n in range(103)]
    config = BuildConfig(validation_share=0)
    place = dataset_place(folder, "first")
    build_dataset([*refusing, *alike], place, data_dir=folder, config=config)
    visit("reviewer")
    page = page_past_the_navigation("dataset")
    firsts = {key: set(seen[key]) for key in ("findings", "duplicates")}
    assert [len(rows) for rows in firsts.values()] == [100, 100]
    for field in [one for one in page.number_input if one.label.startswith("Page, of 2 ")]:
        field.set_value(2)
    assert not page.run(timeout=60).exception
    assert [len(seen[key]) for key in firsts] == [2, 2]
    assert all(firsts[key].isdisjoint(seen[key]) for key in firsts)


def test_pictures_that_look_alike_are_shown_in_their_groups(
    visit: Open, folder: Path, pictured: Callable[..., Sample]
) -> None:
    samples = [pictured("first", 1), pictured("other", 2)]
    bright = ImageEnhance.Brightness(noise_picture(1)).enhance(1.05)
    path = save_picture(bright, data_dir=folder / "data")
    twin = made_sample("twin", image_id=picture_id(bright), image_path=path)
    place = dataset_place(folder, "first")
    config = BuildConfig(validation_share=0)
    build_dataset([*samples, twin], place, data_dir=folder / "data", config=config)
    visit("reviewer")
    page = page_past_the_navigation("dataset")
    shown = html(page)
    assert not page.exception and shown.count("gap-alike") == 1 and "2 pictures<" in shown
    assert all(picture_address(one.image_id) in shown for one in (samples[0], twin))
    assert picture_address(samples[1].image_id) not in shown
    (place / "alike_pictures.jsonl").unlink()  # as an earlier version left it
    page = page_past_the_navigation("dataset")
    assert UNKNOWN in [caption.value for caption in page.caption]


def test_an_id_that_is_no_pictures_is_counted_and_never_shown() -> None:
    shown = group_html(["name:<script>", "a" * 64, *["b" * 64] * 9])
    assert "script" not in shown and shown.count("<img") == 6 and "11 pictures, 5 more" in shown


def choose_and_press(page: AppTest, choices: dict[str, str], button: str) -> None:
    """Without a run of the page between: as somebody does who is fast, or whose machine is slow."""
    fields = {one.label: one for one in (*page.selectbox, *page.text_input, *page.text_area)}
    for label, chosen in choices.items():
        fields[label].set_value(chosen)
    next(one for one in page.button if one.label == button).click()
    assert not page.run(timeout=60).exception


def test_what_is_chosen_last_is_what_a_press_starts(
    visit: Open, folder: Path, started: Started
) -> None:
    for name in ("first", "second"):
        place = dataset_place(folder, name)
        config = BuildConfig(validation_share=0)
        sample = made_sample("s1", image_id="name:1.jpg")
        build_dataset([sample], place, data_dir=folder, config=config)
    with Store.open(folder / "gap.db") as store:
        store.adapters.add(made_record("one", Path("runs/one/adapter")), image_ids=[])
    visit("reviewer")

    page = page_past_the_navigation("train")
    typed = {"Name": "typed", "Dataset": "second", "Further settings": "steps: 7\nbatch: 5"}
    choose_and_press(page, typed, "Start")
    run = yaml.safe_load((folder / "recipes" / "typed.yaml").read_text())
    assert (run["name"], run["dataset"], run["steps"], run["batch"]) == ("typed", "second", 7, 5)
    assert "Run 'typed' has started" in unescape(html(page))

    page = page_past_the_navigation("dataset")
    choose_and_press(page, {"Dataset": "second", "For": f"csv: {FORMATS['csv'].says}"}, "Export")
    assert (started.understood()["name"], started.understood()["format_name"]) == (
        "second", "csv",
    )  # fmt: skip

    page = page_past_the_navigation("adapters")
    choose_and_press(page, {"A package for": adapters.PACKAGES["merged"]}, "Make it")
    assert [command[0] for command in started.commands] == [
        "train_lora", "export_dataset", "merge_adapter",
    ]  # fmt: skip
