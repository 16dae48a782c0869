# Adapters in the studio: where they come from, what they are worth, which one is asked for.
from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from apps.studio.adapters import adapter_rows, asked_words, served_adapter
from apps.studio.ledger import Act
from apps.studio.pages.adapters import PACKAGES, pack, serve, serve_base
from apps.studio.pages.deck import candidate_row, promote
from apps.studio.studio import Studio
from db import Store
from db.adapter_store import ServeRequest
from db.curation_records import SampledImage
from db.evaluation_records import AnsweredBy
from gap_core.errors import GapError
from gap_core.labeling import Account
from tests.fixtures_play import SECRET, START
from tests.fixtures_studio import Started, workbench_of
from tests.test_adapter_registry import day, made_record  # noqa: F401 (a fixture)
from tests.waiting import wait_until

ADA = Account("a1", "Ada", "reviewer", 1, START, False)


@pytest.fixture
def studio(tmp_path: Path) -> Studio:
    return Studio(workbench_of(tmp_path), tmp_path / "gap.db", tmp_path, "test", SECRET)


def report(mean: float, n: int = 40) -> dict[str, object]:
    interval = {"mean": mean, "low": mean - 0.1, "high": mean + 0.1}
    figure = {"mean": mean, "interval": interval, "n": n, "pictures": n, "unscored": 0}
    return {"figures": {"factual": {"all": figure}}}


def keep(store: Store, mean: float, *, adapter: str, dataset: str = "first") -> None:
    by = AnsweredBy("random", "w", "none", adapter, "1")
    store.evaluations.add_report(
        by, dataset=dataset, side="validation", report=report(mean), finished=datetime.now(UTC)
    )


def test_an_adapter_is_shown_with_what_it_came_from_and_is_worth(tmp_path: Path) -> None:
    with Store.open(tmp_path / "gap.db") as store:
        one = made_record("one", tmp_path, dataset_sha256="0123456789abcdef")
        two = replace(one, name="two", folder="runs/two/adapter", parent="one")
        store.adapters.add(one, image_ids=[])
        store.adapters.add(two, image_ids=[])
        keep(store, 0.3, adapter="two_adapter 12ab")
        keep(store, 0.5, adapter="two_adapter 12ab")  # the newer one counts
        keep(store, 0.7, adapter="two_adapter 12ab", dataset="other")
        keep(store, 0.9, adapter="")
        rows = adapter_rows(store, data_dir=tmp_path, served="one")
    assert rows[0].cells[:6] == ("two", "random", "first 0123456789ab", "one", "9", "0.5000")
    assert rows[0].cells[6] == (
        "other, validation: factual 0.700 [0.600, 0.800] n=40; "
        "first, validation: factual 0.500 [0.400, 0.600] n=40"
    )
    assert rows[1].cells[6] == "none yet"
    assert (rows[0].does, rows[1].does) == (("serve",), ())


@pytest.mark.parametrize(
    ("given", "told", "served"),
    [
        ({}, "follows once nobody is in the middle", "day"),
        ({"switched_utc": START}, "answers with it since 10:00:00", "day"),
        ({"switched_utc": START, "problem": "No <b>room</b>."}, "can't: No <b>room</b>.", None),
        ({"adapter": None}, "asked for the model without an adapter", None),
    ],
)
def test_what_became_of_a_wish_is_told(
    given: dict[str, object], told: str, served: str | None
) -> None:
    request = replace(ServeRequest(1, "day", "Ada", START, None, None), **given)
    assert told in asked_words(request) and served_adapter(request) == served
    assert served_adapter(None) is None and "Nothing was asked for" in asked_words(None)


def test_an_adapter_is_asked_for_by_name_and_given_back(studio: Studio, day: Path) -> None:  # noqa: F811
    with pytest.raises(GapError, match="No adapter 'day'"):
        serve(studio, Act("serve", "day"), ADA)
    with Store.open(studio.db_path) as store:
        store.adapters.add(made_record("day", day), image_ids=[])
        serve(studio, Act("serve", "day"), ADA)
        asked = store.adapters.last_request()
        assert asked is not None and (asked.adapter, asked.requested_by) == ("day", "Ada")
        serve_base(studio, ADA)
        asked = store.adapters.last_request()
    assert asked is not None and asked.adapter is None


def test_a_package_is_made_beside_the_studio(studio: Studio, day: Path) -> None:  # noqa: F811
    with Store.open(studio.db_path) as store:
        store.adapters.add(made_record("day", day), image_ids=[])
    pack(studio, "day", "vllm", by=ADA)
    wait_until(lambda: not studio.jobs.all("package")[0].is_running, limit_s=60)
    (job,) = studio.jobs.all("package")
    assert job.result is not None and "--enable-lora" in job.result["usage"]
    file = Path(job.result["out"]) / "adapter_config.json"
    assert json.loads(file.read_text())["target_modules"] == [
        "k_proj", "o_proj", "q_proj", "v_proj",
    ]  # fmt: skip
    (file.parent / "stray.txt").write_text("of the package that was made before")
    pack(studio, "day", "vllm", by=ADA)
    wait_until(lambda: not studio.jobs.all("package")[0].is_running, limit_s=60)
    assert studio.jobs.all("package")[0].state == "done"
    assert file.exists() and not (file.parent / "stray.txt").exists()


def test_the_scripts_understand_what_the_pages_start(
    studio: Studio, started: Started, tmp_path: Path
) -> None:
    with_llama = replace(studio, llama_cpp=tmp_path / "llama.cpp")
    for form in PACKAGES:
        pack(with_llama, "day", form, by=ADA)
        given = started.understood()
        assert (given["name"], given["out"]) == ("day", tmp_path / "packages" / f"day-{form}")
        assert given.get("form", "merged") == form and given["replace"]
        assert given.get("llama_cpp") == (tmp_path / "llama.cpp" if form == "gguf" else None)
    promote(studio, "day", "pocket", by=ADA)
    assert [started.understood()[name] for name in ("adapter", "deck", "by")] == [
        "day", "pocket", "Ada",
    ]  # fmt: skip


def test_the_deck_page_names_who_was_trained_on_a_picture(tmp_path: Path) -> None:
    with Store.open(tmp_path / "gap.db") as store:
        store.adapters.add(made_record("one", tmp_path), image_ids=["a", "b"])
        store.adapters.add(made_record("two", tmp_path, parent="one"), image_ids=["c"])
        store.adapters.add(made_record("other", tmp_path), image_ids=["b"])
        learners = store.adapters.learners(["a", "b", "c", "d"])
    assert learners == {"a": ["one", "two"], "b": ["one", "two", "other"], "c": ["two"], "d": []}
    told = [candidate_row(SampledImage(name, 11), learners[name]).cells[3] for name in "ad"]
    assert told == ["one, two", "not yet"]
