"""A run of synthesis through a server at its worst. Called by scripts.bench_synthesis."""

from __future__ import annotations

import tempfile
from collections import Counter
from pathlib import Path

from db import Store
from gap_core.simulation.author_server import AuthorServer
from gap_core.synthesis.config import checked_config
from gap_core.synthesis.report import RunReport, report_of
from gap_core.synthesis.running import begin_run, run_synthesis
from gap_core.synthesis.starting import open_job
from models.server_connection import ServerLimits

SHARE = 0.2  # of calls that go wrong, each kind of fault in turn
SLOW_S = 2.0  # longer than the run waits for a reply
LIMITS = ServerLimits(connect_s=2, silence_s=1.0, answer_s=10, repeats=0)


def work_through_faults(items: int, *, in_flight: int, seed: int) -> tuple[RunReport, Counter[str]]:
    """So many texts in English and Chinese, from nothing; what became of them, and the faults."""
    with AuthorServer(faults=SHARE, slow_s=SLOW_S, seed=seed) as server:
        config = checked_config(
            source="text", model=server.model, count=items, in_flight=in_flight, seed=seed
        )
        with tempfile.TemporaryDirectory() as folder:
            db = Path(folder) / "bench.db"
            with Store.open(db) as store:
                run = begin_run(store, "bench", config)
            with open_job(config, db=db, data_dir=Path(folder), limits=LIMITS) as (job, subject_at):
                run_synthesis(job, run, subject_at)
            with Store.open(db) as store:
                report = report_of(store, run)
        return report, server.met
