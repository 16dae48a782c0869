# Datasets that are built, looked at, mended and exported from the studio.
from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from apps.studio import bounties, datasets
from apps.studio.datasets import Brought, Build
from apps.studio.ledger import Row
from apps.studio.studio import Studio
from db import Store
from gap_core.dataset.build_config import BuildConfig
from gap_core.dataset.building import build_dataset
from gap_core.dataset.built import FoundIn, read_duplicates, read_findings, read_report
from gap_core.dataset.formats import FORMATS
from gap_core.dataset.labels import accepted_samples
from gap_core.dataset.places import dataset_names, dataset_place
from gap_core.dataset.sample import Sample
from gap_core.errors import GapError
from models.registry import DEFAULT_MODEL
from tests.fixtures_labeling import Desk, right
from tests.fixtures_play import SECRET, START
from tests.fixtures_studio import Started
from tests.test_adapter_registry import day, made_record  # noqa: F401 (a fixture)
from tests.test_dataset_hostile import source  # noqa: F401 (a fixture)
from tests.test_dataset_mending import came_in, file  # noqa: F401 (a fixture)
from tests.test_studio_adapters import ADA
from tests.test_studio_training import ROOT_ACCOUNT
from tests.waiting import wait_until

BUILD = Build("first", True, (), 0.2, 1, (), "", False)


@pytest.fixture
def studio(desk: Desk) -> Studio:
    folder = desk.db_path.parent
    return Studio(desk.bench, desk.db_path, folder, "test", SECRET)


def build(studio: Studio, samples: list[Sample], **given: object) -> Path:
    folder = dataset_place(studio.data_dir, "first")
    config = BuildConfig(validation_share=0.2)
    build_dataset(samples, folder, data_dir=studio.data_dir, config=config, replace=True)
    return folder


def from_labels(studio: Studio, desk: Desk) -> Path:
    with desk.store() as store:
        return build(studio, list(accepted_samples(store, secret=SECRET)))


def rows_of(studio: Studio, found: list[FoundIn]) -> list[Row]:
    return [datasets.finding_row(studio, one, keep_rules=()) for one in found]


def test_a_finding_is_mended_in_place_and_gone_after_the_next_build(
    studio: Studio, desk: Desk, ada: str
) -> None:
    desk.label(ada, right("I can't tell."))
    desk.label(ada)
    folder = from_labels(studio, desk)
    found = read_findings(folder, most=9)
    (row,) = rows_of(studio, found)
    assert row.cells[1] == "refusal: The answer refuses to answer."
    assert (row.cells[4:], row.does) == (("I can't tell.", "left out"), ("mend",))
    cleo = replace(ADA, id=desk.person("Cleo", "reviewer"))
    said = datasets.mend(
        studio, found[0].sample, way="answer", answer="Probably four.", category="Counting", by=cleo
    )
    assert said.endswith("Lint still finds: hedge.")
    assert rows_of(studio, found)[0].cells[5] == "mended since"
    found = read_findings(from_labels(studio, desk), most=9)
    assert [row.cells[1:] for row in rows_of(studio, found)] == [
        ("hedge: The answer is not sure of itself.", "probably", found[0].sample.question,
         "Probably four.", "told only"),
    ]  # fmt: skip


def test_a_label_may_be_mended_into_no_answer(studio: Studio, desk: Desk, ada: str) -> None:
    desk.label(ada, right("I can't tell."))
    desk.label(ada)
    (found,) = read_findings(from_labels(studio, desk), most=9)
    cleo = replace(ADA, id=desk.person("Cleo", "reviewer"))
    given = {"answer": "left in the field", "category": "Counting", "by": cleo}
    with pytest.raises(GapError, match="no way to mend"):
        datasets.mend(studio, found.sample, way=datasets.LEAVE_OUT, **given)  # type: ignore[arg-type]
    with pytest.raises(GapError, match="stays as it was asked"):
        datasets.mend(studio, found.sample, way="answer", question="Else?", **given)  # type: ignore[arg-type]
    datasets.mend(studio, found.sample, way="unanswerable", **given)  # type: ignore[arg-type]
    with desk.store() as store:
        left = list(accepted_samples(store, secret=SECRET))
    assert [one.answer for one in left] == ["Three dogs."]


def test_an_imported_sample_is_mended_beside_its_import(
    studio: Studio,
    file: Path,  # noqa: F811
    tmp_path: Path,
) -> None:
    studio = replace(studio, data_dir=tmp_path / "data")
    first, second = came_in(file)
    assert datasets.own_label(studio, first) is None
    assert datasets.ways_of(studio, first) == datasets.IMPORT_WAYS
    with pytest.raises(GapError, match="The answer is empty"):
        datasets.mend(studio, first, way="answer", answer=" ", category="Counting", by=ADA)
    datasets.mend(studio, first, way="leave out", answer="x", category="Counting", by=ADA)
    assert came_in(file) == [second] and datasets.was_mended(studio, first)
    given = {"answer": "Two.", "category": "Counting", "by": ADA, "question": "Are you a bot?"}
    said = datasets.mend(studio, second, way="answer", **given)  # type: ignore[arg-type]
    assert came_in(file)[0].question == "Are you a bot?" and "Lint still finds: off-p" in said


def test_a_duplicate_is_shown_beside_the_one_that_stayed(
    studio: Studio, pictured: Callable[..., Sample]
) -> None:
    samples = [
        pictured("good", 1),
        pictured("again", 1, question="How many dogs do you see?", answer="Two."),
        pictured("other", 2),
    ]
    folder = build(studio, samples)
    (found,) = read_duplicates(folder, most=9)
    assert {found.sample.answer, found.twin.answer} == {"There are three dogs.", "Two."}
    assert datasets.duplicate_row(found).cells[1:] == (
        found.sample.question, found.sample.answer, found.twin.question, found.twin.answer,
    )  # fmt: skip
    report = read_report(folder)
    (row,) = datasets.dataset_rows(studio)
    assert row.cells[:5] == ("first", f"{report['train']}", f"{report['validation']}", "1", "1")
    assert sum(train + held for _, train, held in datasets.split_table(report)) == 2
    counting = dict((name, share) for name, share, _ in datasets.category_lines(report))["Counting"]
    assert (counting.hits, counting.n) == (2, 2)
    assert "2 pictures, as if 2.0" in datasets.spread_words(
        "picture", report["diversity"]["pictures"]
    )
    assert bounties.bounty_words(report).startswith("No category is short")


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"name": "../x"}, "can't be a name"),
        ({"with_labels": False}, "Nothing was chosen"),
        ({"targets": "Counting"}, "can't be read"),
        ({"targets": "Dogs=0.1"}, "Category 'Dogs' is not one of"),
        ({"targets": "Counting=2"}, "is not between 0 and 1"),
        ({"name": "taken"}, "a dataset 'taken' already"),
    ],
)
def test_what_can_not_be_built_is_told_at_once(
    studio: Studio, changed: dict[str, object], told: str
) -> None:
    dataset_place(studio.data_dir, "taken").mkdir(parents=True)
    with pytest.raises(GapError, match=told):
        datasets.start_build(studio, BUILD._replace(**changed), by=ADA)
    assert studio.jobs.all(datasets.BUILD) == []


def test_only_an_administrator_brings_in_a_file_of_this_machine(
    studio: Studio, started: Started
) -> None:
    brought = Brought("x/rows.jsonl", "ms-swift", "in", "pictures", "CC0", True, True)
    with pytest.raises(GapError, match="named by administrators"):
        datasets.start_import(studio, brought, by=ADA)
    with pytest.raises(GapError, match="No file was named"):
        datasets.start_import(studio, brought._replace(source=" "), by=ROOT_ACCOUNT)
    datasets.start_import(studio, brought, by=ROOT_ACCOUNT)
    given = started.understood()
    assert given["source"] == Path("x/rows.jsonl").absolute() and given["without_pictures"]
    assert (given["name"], given["licence"], given["replace"]) == ("in", "CC0", True)


def test_the_scripts_understand_what_the_page_starts(studio: Studio, started: Started) -> None:
    chosen = BUILD._replace(
        imports=("gap",), targets="Counting=0.2\n", keep=("refusal", "premise"), with_labels=False
    )
    datasets.start_build(studio, chosen, by=ADA)
    given = started.understood()
    assert (given["imported"], given["keep"]) == (("gap",), ("refusal", "premise"))
    assert (given["target"], given["no_labels"], given["replace"]) == (
        ("Counting=0.2",), True, False,
    )  # fmt: skip
    datasets.start_drawing(studio, "drawn", samples=40, seed=3, is_replaced=True, by=ADA)
    given = started.understood()
    assert (given["name"], given["samples"], given["seed"]) == ("drawn", 40, 3)
    for name in FORMATS:
        datasets.start_export(studio, "first", name, by=ADA)
        assert started.understood()["format_name"] == name


def test_replay_is_answered_by_the_model_that_plays_with_the_served_adapter(
    studio: Studio,
    started: Started,
    day: Path,  # noqa: F811
) -> None:
    def asked_of(replay: int) -> tuple[int, str, Path | None]:
        datasets.start_build(studio, BUILD._replace(replay=replay), by=ADA)
        given = started.understood()
        return given["replay"], given["model"], given["adapter"]

    assert asked_of(9) == (9, DEFAULT_MODEL, None)
    with Store.open(studio.db_path) as store:
        for name, model in (("day", DEFAULT_MODEL), ("other", "elsewhere")):
            store.adapters.add(made_record(name, day, model), image_ids=[])
        store.adapters.request("day", requested_by="Ada", now=START)
        assert asked_of(9) == (9, DEFAULT_MODEL, day)
        store.adapters.request("other", requested_by="Ada", now=START)
    assert asked_of(9) == (9, DEFAULT_MODEL, None)
    assert asked_of(0)[0] == 0


@pytest.mark.slow
def test_a_dataset_is_built_in_a_process_of_its_own(studio: Studio, desk: Desk, ada: str) -> None:
    for _ in range(3):
        desk.label(ada)
    chosen = BUILD._replace(validation_share=0.0)
    datasets.start_build(studio, chosen, by=ADA)
    wait_until(lambda: not studio.jobs.all("dataset")[0].is_running, limit_s=90)
    assert (studio.jobs.all("dataset")[0].result or {})["train"] == 3
    assert dataset_names(studio.data_dir) == ["first"]
    with pytest.raises(GapError, match="replace it"):
        datasets.start_build(studio, chosen, by=ADA)
