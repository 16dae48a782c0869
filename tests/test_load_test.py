# The load test itself, small: real HTTP against the real application in a process of its own.
from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable

import pytest
from click.testing import CliRunner

from gap_core.simulation.labelers import label_until
from gap_core.simulation.memory_slope import Reading, by_minute, slope_of_last_half
from scripts.load_test import main
from tests.fixtures_labeling import Desk


@pytest.mark.long
def test_players_play_and_labelers_label_without_trouble() -> None:
    arguments = ["--players", "3", "--labelers", "2", "--label-s", "0.5", "--think-s", "0.05"]
    done = CliRunner().invoke(main, [*arguments, "--minutes", "0.4"])

    assert done.exit_code == 0, done.output
    record = json.loads(done.output.splitlines()[-1])
    assert record["troubles"] == {} and record["players"] == 3 and not record["is_cut_short"]
    steps = ("begin", "picture", "ask", "judge", "draft", "save", "save to next")
    assert all(record[step][-1] >= 1 for step in steps)
    assert record["ask"][0] >= record["first words"][0] > 0
    assert record["save to next"][0] >= record["save"][0] > 0


@pytest.mark.long
def test_ctrl_c_ends_the_play_and_leaves_the_report() -> None:
    arguments = ["--players", "2", "--labelers", "1", "--think-s", "0.1", "--minutes", "5"]
    running = subprocess.Popen(
        [sys.executable, "-m", "scripts.load_test", *arguments],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, process_group=0,
    )  # fmt: skip
    try:
        assert running.stderr is not None
        assert "Playing" in running.stderr.readline()
        time.sleep(5)
        os.killpg(running.pid, signal.SIGINT)  # as a terminal does it: to the whole group
        told = running.communicate(timeout=60)[0]
    finally:
        running.kill()
    assert running.returncode == 0
    record = json.loads(told.splitlines()[-1])
    assert record["is_cut_short"] and record["seconds"] < 60 and record["troubles"] == {}


def test_labelers_label_what_is_there_until_it_is_over(desk: Desk) -> None:
    people = [desk.person(f"Labeler {n}") for n in range(3)]
    looks = iter(range(10**6))
    figures = label_until(
        desk.bench, people, pause_s=1.0, seed=1, is_over=lambda _wait_s: next(looks) > 60
    )

    saved = len(figures.times_s["save"])
    assert not figures.troubles and 3 < saved == len(desk.rows("SELECT * FROM labels"))
    assert len(figures.times_s["draft"]) >= 2 * saved


def readings(mib_at: Callable[[float], float], *, seconds: int = 3600) -> list[Reading]:
    return [Reading(float(at_s), mib_at(at_s)) for at_s in range(seconds)]


def test_memory_that_grows_in_its_second_half_has_a_slope() -> None:
    slope = slope_of_last_half(readings(lambda at_s: 300 + at_s / 60))

    assert slope is not None
    assert slope.mean == pytest.approx(60) and slope.low == pytest.approx(60, abs=0.1)


def test_memory_that_grew_only_at_first_is_flat() -> None:
    noise = random.Random(1)
    slope = slope_of_last_half(readings(lambda at_s: min(at_s, 900) + noise.gauss(0, 5)))

    assert slope is not None and slope.low < 0 < slope.high < 10


def test_memory_that_wanders_has_a_wider_interval_than_one_that_trembles() -> None:
    # Readings beside each other are alike: taken as independent they would prove anything.
    noise, at = random.Random(1), [0.0]

    def wandering(_at_s: float) -> float:
        at[0] += noise.gauss(0, 0.2)
        return at[0]

    trembling = slope_of_last_half(readings(lambda _at_s: noise.gauss(0, 5)))
    wanders = slope_of_last_half(readings(wandering))
    assert trembling is not None and wanders is not None
    assert wanders.high - wanders.low > 2 * (trembling.high - trembling.low)


def test_a_short_run_tells_nothing_of_memory() -> None:
    assert slope_of_last_half(readings(lambda at_s: at_s, seconds=500)) is None


def test_memory_is_told_by_the_minute() -> None:
    assert by_minute(readings(lambda at_s: at_s // 60, seconds=180)) == [0, 1, 2]
    assert by_minute([]) == []
