# Runs of synthesis in the studio: started with what the script takes, browsed, items rejected.
from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlite_utils import Database

from apps.studio import synthesis
from apps.studio.jobs import Job
from apps.studio.studio import Studio
from apps.studio.synthesis import Wanted
from db import Store
from db.schema import migrations
from db.synthesis_records import SynthesisRun
from gap_core.errors import GapError
from gap_core.synthesis.config import SynthesisConfig, checked_config
from gap_core.synthesis.curriculum import accepted_items
from gap_core.synthesis.report import report_of
from scripts.synthesize import main
from tests.fixtures_play import SECRET, START
from tests.fixtures_studio import Started, workbench_of
from tests.test_studio_adapters import ADA
from tests.test_studio_training import ROOT_ACCOUNT

WANTED = Wanted("new", "pocket", "", "graph", (), ("en",), 12, True, 3)
COUNTS = dict.fromkeys(("waiting", "seeded", "composed", "accepted", "refused", "given_up"), 0)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a finished run of twelve items, drawn and composed without a model."""
    folder = tmp_path_factory.mktemp("synthesis")
    options = ["--count", "12", "--language", "en", "--in-flight", "1", "--data-dir", str(folder)]
    assert CliRunner().invoke(main, ["drawn", *options]).exit_code == 0
    return folder


@pytest.fixture
def studio(made: Path) -> Studio:
    return Studio(workbench_of(made), made / "gap.db", made, "test", SECRET)


def run_in(studio: Studio) -> SynthesisRun:
    with Store.open(studio.db_path) as store:
        found = store.synthesis.run("drawn")
    assert found is not None
    return found


def test_a_run_is_shown_with_its_items_by_state(studio: Studio) -> None:
    run = run_in(studio)
    with Store.open(studio.db_path) as store:
        counts = store.synthesis.state_counts(run.id)
        report = report_of(store, run)
    row = synthesis.run_row(run, counts, None)
    assert row.cells[:5] == ("drawn", "pocket-full", "graph", "finished", "0")
    assert sum(int(cell) for cell in row.cells[5:8]) == 12 and row.does == ("show",)
    assert [one.cells[0] for one in synthesis.check_rows(report)][0] == "verified answer"
    assert "n=" in synthesis.check_rows(report)[0].cells[1]


def test_items_are_browsed_page_by_page_with_all_that_was_made_of_them(studio: Studio) -> None:
    run = run_in(studio)
    with Store.open(studio.db_path) as store:
        first = store.synthesis.page(run.id, state="accepted", offset=0, limit=2)
        second = store.synthesis.page(run.id, state="accepted", offset=2, limit=2)
    assert len({item.id for item in [*first, *second]}) == 4
    row = synthesis.item_row(first[0])
    assert [synthesis.item_row(one).cells[0] for one in first] == [
        str(one.place + 1) for one in first
    ]
    assert row.cells[1].startswith("/picture/") and row.cells[2].endswith("?")
    assert row.does == ("look", "reject")
    names = [name for name, _ in synthesis.item_words(first[0])]
    assert names[:2] == ["Step 1", "Step 2"] and {"Thinking", "Answer", "Check"} <= set(names)


def test_a_rejected_item_stays_out_with_its_reason(studio: Studio) -> None:
    run = run_in(studio)
    with Store.open(studio.db_path) as store:
        before = accepted_items(store, run)
        (item,) = store.synthesis.page(run.id, state="accepted", offset=0, limit=1)
    with pytest.raises(GapError, match="without a reason"):
        synthesis.reject(studio, str(item.id), "  ", by=ADA)
    synthesis.reject(studio, str(item.id), "dull", by=ADA)
    with pytest.raises(GapError, match="rejected before"):
        synthesis.reject(studio, str(item.id), "again", by=ADA)
    with pytest.raises(GapError, match="Item 0 is no accepted one"):
        synthesis.reject(studio, "x", "why not", by=ADA)
    with Store.open(studio.db_path) as store:
        assert len(accepted_items(store, run)) == len(before) - 1
        assert store.synthesis.rejected_count(run.id) == 1
        (again,) = store.synthesis.page(run.id, state="accepted", offset=0, limit=1)
    assert synthesis.item_row(again).cells[6] == "rejected by Ada: dull"
    assert synthesis.item_row(again).does == ("look", "restore")


def test_a_rejected_item_is_taken_back_and_may_be_rejected_again(studio: Studio) -> None:
    run = run_in(studio)
    with Store.open(studio.db_path) as store:
        item = store.synthesis.page(run.id, state="accepted", offset=3, limit=1)[0]
        before = len(accepted_items(store, run))
    with pytest.raises(GapError, match="is not rejected"):
        synthesis.restore(studio, str(item.id), by=ADA)
    synthesis.reject(studio, str(item.id), "dull", by=ADA)
    assert f"Item {item.place + 1} is in" in synthesis.restore(studio, str(item.id), by=ADA)
    with Store.open(studio.db_path) as store:
        assert len(accepted_items(store, run)) == before
        again = store.synthesis.item(item.id)
        kept = store.connection.rows(
            "SELECT is_rejected, reason FROM synthesis_decisions WHERE item_id = :id",
            {"id": item.id},
        )
    assert not again.is_rejected and synthesis.item_row(again).does == ("look", "reject")
    assert [tuple(row) for row in kept] == [(1, "dull"), (0, "")]
    synthesis.reject(studio, str(item.id), "dull all the same", by=ADA)
    with Store.open(studio.db_path) as store:
        assert store.synthesis.item(item.id).rejected_because == "dull all the same"
        store.synthesis.decide(
            item.id, is_rejected=False, reason="", decided_by="Ada", decided=START
        )


def test_earlier_rejections_are_kept_by_the_new_schema(tmp_path: Path) -> None:
    earlier = Database(tmp_path / "gap.db")
    migrations.apply(earlier, stop_before="m098_synthesis_decisions")
    earlier.executescript(
        """INSERT INTO synthesis_runs (name, config_json, begun_utc) VALUES ('r', '{}', '2026');
        INSERT INTO synthesis_items (run_id, place, subject_json, state, ended_utc)
        VALUES (1, 0, '{}', 'accepted', '2026-01-01T00:00:00.000000Z');
        INSERT INTO synthesis_rejections VALUES (1, 'dull', 'Ada', '2026');"""
    )
    earlier.close()
    with Store.open(tmp_path / "gap.db") as store:
        (row,) = store.connection.rows(
            "SELECT item_id, is_rejected, reason, decided_by FROM synthesis_decisions"
        )
    assert tuple(row) == (1, 1, "dull", "Ada")


def test_the_script_understands_what_the_page_starts_and_resumes(
    studio: Studio, started: Started
) -> None:
    wanted = WANTED._replace(relations=("spatial reasoning", "causal inference"))
    synthesis.start_synthesis(studio, wanted, by=ADA)
    given = started.understood()
    assert (given["run"], given["source"], given["count"], given["seed"]) == (
        "new", "pocket", 12, 3,
    )  # fmt: skip
    assert given["relations"] == ("spatial reasoning", "causal inference") and given["top_up"]
    synthesis.resume_synthesis(studio, "drawn", by=ADA)
    given = started.understood()
    config = SynthesisConfig.model_validate_json(run_in(studio).config_json)
    assert (given["run"], given["languages"], given["in_flight"]) == ("drawn", ("en",), 1)
    names = ("source", "model", "count", "seed", "samples", "relations", "languages")
    assert checked_config(**{name: given[name] for name in names}, in_flight=1) == config
    synthesis.start_synthesis(
        studio, WANTED._replace(source="folder:x", model="pocket"), by=ROOT_ACCOUNT
    )
    assert started.understood()["source"] == f"folder:{Path('x').absolute()}"


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"source": "folder:/etc"}, "'folder:/etc' is on none of the lists"),
        ({"model": "server:http://10.0.0.1#x"}, "named by administrators"),
        ({"pictures": "/etc"}, "'/etc' is on none"),
        ({"name": "../x"}, "can't be a name"),
        ({"name": "drawn"}, "a run 'drawn' already"),
        ({"source": "text"}, "Nothing is known of what 'text' shows"),
        ({"languages": ()}, "languages"),
        ({"count": 0}, "count"),
    ],
)
def test_what_can_not_be_synthesized_is_told_at_once(
    studio: Studio, started: Started, changed: dict[str, object], told: str
) -> None:
    with pytest.raises(GapError, match=told):
        synthesis.start_synthesis(studio, WANTED._replace(**changed), by=ADA)
    assert started.commands == []


def test_a_run_is_over_once_enough_is_accepted_or_tried(studio: Studio) -> None:
    config = checked_config(source="pocket", count=10, top_up=True)
    enough = COUNTS | {"accepted": 10, "refused": 3}
    short = COUNTS | {"accepted": 4, "refused": 6}
    tried = COUNTS | {"accepted": 4, "refused": 36}
    assert [synthesis.is_over(config, one) for one in (enough, short, tried)] == [True, False, True]  # type: ignore[arg-type]
    assert synthesis.progress_of(config, short) == 0.4  # type: ignore[arg-type]
    job = Job("synthesis", "drawn", (), "Ada", True, "", None, "")
    run = run_in(studio)
    assert synthesis.run_row(run, short, job).does == ("show", "stop")  # type: ignore[arg-type]
    stopped = replace(job, is_running=False)
    assert synthesis.run_row(run, short, stopped).does == ("show", "resume")  # type: ignore[arg-type]
