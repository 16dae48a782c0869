# The load test itself, small: real HTTP against the real application in a process of its own.
from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from gap_core.simulation.load import LoadFigures
from scripts.load_test import main


@pytest.mark.slow
def test_players_play_without_trouble_and_are_timed() -> None:
    arguments = ["--players", "3", "--seconds", "12", "--think-s", "0.05"]
    done = CliRunner().invoke(main, arguments)

    assert done.exit_code == 0, done.output
    record = json.loads(done.output.splitlines()[-1])
    assert record["troubles"] == {} and record["players"] == 3
    assert all(record[step][-1] >= 1 for step in ("begin", "picture", "ask", "judge"))
    assert record["ask"][0] >= record["first words"][0] > 0


def test_memory_that_grows_has_a_slope_and_flat_memory_none() -> None:
    grows, flat = LoadFigures(), LoadFigures()
    grows.memory_mib, flat.memory_mib = [float(n) for n in range(100)], [300.0] * 100

    assert grows.memory_slope() == pytest.approx(60) and flat.memory_slope() == 0
