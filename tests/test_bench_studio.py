# The browser benchmark of the studio: one tiny run, one refusal.
from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from scripts.bench_studio import main


@pytest.mark.browser
@pytest.mark.long
def test_benchmark_labels_in_a_browser_and_keeps_every_wait(tmp_path: Path) -> None:
    sizes = ["--items", "200", "--labels", "3"]
    result = CliRunner().invoke(main, [*sizes, "--folder", str(tmp_path)])

    assert result.exit_code == 0, result.output
    record = json.loads(result.stdout.splitlines()[-1])
    assert record["n"] == 3 and 0 < record["of_200"]["p50_ms"] <= record["of_200"]["most_ms"]
    assert list(tmp_path.iterdir()) == []


def test_queue_that_would_run_empty_is_refused() -> None:
    result = CliRunner().invoke(main, ["--items", "100", "--labels", "95"])

    assert result.exit_code == 1
    assert "used up" in result.output
