# The benchmark of datasets: one tiny run, one refusal.
from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from gap_core.dataset.speed import FAULTY
from scripts.bench_dataset import main


@pytest.mark.long
def test_benchmark_builds_two_sizes_and_loses_no_sample(tmp_path: Path) -> None:
    sizes = ["--samples", "1000", "--pictures", "20", "--folder", str(tmp_path)]
    result = CliRunner().invoke(main, sizes)

    assert result.exit_code == 0, result.output
    few, many = json.loads(result.stdout.splitlines()[-1])["builds"]
    assert (few["samples"], many["samples"]) == (100, 1000)
    for cost in (few, many):
        assert cost["kept"] + sum(cost["left_out"].values()) == cost["samples"]
        assert cost["peak_mib"] > 50
    faults = sum(count for reason, count in many["left_out"].items() if reason != "duplicate")
    assert 500 / FAULTY < faults < 2000 / FAULTY
    assert list(tmp_path.iterdir()) == []


def test_too_few_samples_are_refused() -> None:
    result = CliRunner().invoke(main, ["--samples", "1000", "--pictures", "200"])

    assert result.exit_code == 1
    assert "too few to compare" in result.output
