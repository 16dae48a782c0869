# Runs of synthesis through a real OpenAI-compatible server on the loopback that does its worst.
from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from db import Store
from gap_core.errors import GapError
from gap_core.simulation.author_server import FAULTS, AuthorServer
from gap_core.synthesis.config import SynthesisConfig, checked_config
from gap_core.synthesis.report import RunReport, report_of
from gap_core.synthesis.running import begin_run, run_synthesis
from gap_core.synthesis.starting import open_job
from models.server_connection import ServerLimits

ROOT = Path(__file__).resolve().parents[1]
QUICK = ServerLimits(connect_s=2, silence_s=0.6, answer_s=5, repeats=0)


def config_for(server: AuthorServer, **values: Any) -> SynthesisConfig:
    plain = {
        "source": "text",
        "model": server.model,
        "languages": ("en",),
        "relations": ("bridging",),
    }
    return checked_config(**{**plain, "count": 6, "in_flight": 6, "samples": 1, **values})


def work_on(config: SynthesisConfig, folder: Path, *, limits: ServerLimits = QUICK) -> RunReport:
    db = folder / "gap.db"
    with Store.open(db) as store:
        run = begin_run(store, "first", config)
    with open_job(config, db=db, data_dir=folder, limits=limits) as (job, subject_at):
        run_synthesis(job, run, subject_at)
    with Store.open(db) as store:
        return report_of(store, run)


def kept_calls(db: Path) -> list[tuple[Any, ...]]:
    with Store.open(db) as store:
        rows = store.connection.rows("SELECT * FROM synthesis_calls ORDER BY item_id, step, place")
        return [tuple(row) for row in rows]


def test_healthy_server_gets_texts_accepted(tmp_path: Path) -> None:
    with AuthorServer() as server:
        report = work_on(config_for(server, languages=("en", "zh")), tmp_path)
    with Store.open(tmp_path / "gap.db") as store:
        items = list(store.synthesis.items(1))

    assert report.states["accepted"] == 6, report
    assert all(share.mean == 1.0 and share.n == 6 for share in report.checks.values())
    made = json.loads(items[0].multihop_json or "")
    assert made["question"].startswith("How many years lie between")
    assert int(made["answer"]) >= 0


def test_pictures_are_shown_and_needed(tmp_path: Path) -> None:
    with AuthorServer() as server:
        config = config_for(
            server, source="pocket", relations=("spatial reasoning",), count=3, in_flight=3
        )
        report = work_on(config, tmp_path)

    assert report.states["accepted"] == 3, report
    assert report.checks["needs the picture"].mean == 1.0


def test_every_item_is_accounted_for_whatever_goes_wrong(tmp_path: Path) -> None:
    with AuthorServer(faults=0.25, slow_s=1.0) as server:
        report = work_on(config_for(server, count=24, in_flight=12), tmp_path)

    assert report.is_whole and sum(report.states.values()) == 24
    assert set(server.met) == set(FAULTS)
    assert report.failures > 0 and sum(report.misses.values()) > 0
    assert report.states["accepted"] >= 12, report
    assert sum(report.reasons.values()) == report.states["refused"] + report.states["given_up"]


def test_prose_around_json_costs_no_call(tmp_path: Path) -> None:
    with AuthorServer() as server:
        server.draw_fault = lambda: "prose"  # type: ignore[method-assign]
        report = work_on(config_for(server, count=2), tmp_path)

    steps = {step for step, _ in report.misses}
    assert not steps & {"sub-questions", "multi-hop"}


def test_run_that_goes_on_asks_nothing_again(tmp_path: Path) -> None:
    with AuthorServer() as server:
        config = config_for(server)
        work_on(config, tmp_path)
        asked = dict(server.answered)
        report = work_on(config, tmp_path)

        assert dict(server.answered) == {key: n for key, n in asked.items()} | opening(server)
    assert report.states["accepted"] == 6


def opening(server: AuthorServer) -> dict[tuple[str, int], int]:
    """The word that is written whenever a model is opened."""
    return {key: n for key, n in server.answered.items() if "Ready?" in key[0]}


def test_killed_run_repeats_no_finished_call(tmp_path: Path) -> None:
    # In flight when the process is killed are 4 calls at most: only those may be asked again.
    with AuthorServer(think_s=0.05) as server:
        command = [
            sys.executable, "-m", "scripts.synthesize", "first", "--source", "text",
            "--model", server.model, "--language", "en", "--relation", "bridging",
            "--count", "8", "--in-flight", "4", "--samples", "1", "--data-dir", str(tmp_path),
        ]  # fmt: skip
        environment = {**os.environ, "OMP_NUM_THREADS": "1", "PYTHONPATH": str(ROOT)}
        process = subprocess.Popen(
            command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
        end = time.monotonic() + 90
        while sum(server.answered.values()) < 20 and time.monotonic() < end:
            time.sleep(0.01)
        process.send_signal(signal.SIGKILL)
        process.wait()
        before = kept_calls(tmp_path / "gap.db")
        done = subprocess.run(
            command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True
        )
        asked = {key: n for key, n in server.answered.items() if key not in opening(server)}

    assert 0 < len(before) < 8 * 8
    after = kept_calls(tmp_path / "gap.db")
    assert set(before) <= set(after)
    assert sum(n - 1 for n in asked.values()) <= 4
    report = json.loads(done.stdout.splitlines()[-1])
    assert sum(report["states"].values()) == 8 and report["states"]["waiting"] == 0


def test_server_that_is_away_gives_up_no_item(tmp_path: Path) -> None:
    with AuthorServer() as server:
        config = config_for(server, count=20, in_flight=4)
        server.draw_fault = lambda: "500"  # type: ignore[method-assign]
        with pytest.raises(GapError, match="Nothing is lost: run the same command again"):
            work_on(config, tmp_path)
        with Store.open(tmp_path / "gap.db") as store:
            given_up = store.synthesis.state_counts(1)["given_up"]
        server.draw_fault = lambda: ""  # type: ignore[method-assign]
        report = work_on(config, tmp_path)

    assert given_up <= 4
    assert report.states["accepted"] == 20 - given_up


def test_broken_picture_costs_its_item_and_no_retry(tmp_path: Path) -> None:
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "broken.png").write_bytes(b"no picture")
    with AuthorServer() as server:
        config = config_for(
            server, source=f"folder:{tmp_path / 'photos'}", relations=("spatial reasoning",)
        )
        report = work_on(config, tmp_path)

    assert report.reasons == {("given_up", "picture unreadable"): 6}
    assert (report.replies, report.failures) == (0, 0)


def test_run_of_another_kind_is_refused(tmp_path: Path) -> None:
    with Store.open(tmp_path / "gap.db") as store:
        begin_run(store, "first", checked_config(source="pocket"))
        with pytest.raises(GapError, match="was begun with source 'pocket', not 'pocket-full'"):
            begin_run(store, "first", checked_config(source="pocket-full"))


def test_benchmark_tells_what_became_of_every_item() -> None:
    from click.testing import CliRunner

    from scripts.bench_synthesis import main

    done = CliRunner().invoke(main, ["--blocks", "0", "--documents", "0", "--faulty-items", "3"])

    assert done.exit_code == 0, done.output
    record = json.loads(done.output.splitlines()[-1])
    assert record["is_whole"] and sum(record["states"].values()) == 3
    assert "none lost" in done.output and sum(record["faults"].values()) > 0
