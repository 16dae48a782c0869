# The benchmark of labeling: one tiny run, one refusal.
from __future__ import annotations

import json
from pathlib import Path

from click.testing import CliRunner

from scripts.bench_labeling import main


def test_benchmark_times_every_step_and_loses_nothing(tmp_path: Path) -> None:
    sizes = ["--items", "200", "--rounds", "5", "--labelers", "3", "--labels", "4"]
    result = CliRunner().invoke(main, [*sizes, "--folder", str(tmp_path)])

    assert result.exit_code == 0, result.output
    record = json.loads(result.stdout.splitlines()[-1])
    assert (record["items"], record["errors"]) == (200, [])
    assert record["next_by_category"]["n"] == 5
    assert record["save_to_next,_3_at_once"]["n"] == 12
    assert list(tmp_path.iterdir()) == []


def test_queue_that_would_run_empty_is_refused() -> None:
    result = CliRunner().invoke(main, ["--items", "100", "--rounds", "50"])

    assert result.exit_code == 1
    assert "used up" in result.output
