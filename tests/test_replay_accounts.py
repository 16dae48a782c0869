# Weeks of accounts through the game's own functions: who comes, what is kept, and a kill between.
from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from db import Store
from db.bulk_play import busiest_minute, last_asked, play_by_nickname
from gap_core.errors import GapError
from gap_core.simulation.account_visits import nickname_of, planned_visits
from gap_core.simulation.replay_report import figures_of
from gap_core.simulation.replaying import TIMES, Replay, ReplaySize, kept_rows
from scripts.replay_accounts import deal, main

SIZE = ReplaySize(accounts=60, weeks=1, seed=1)
ARGUMENTS = ["--pictures", "6", "--reads", "3", "--fits", "1"]


def run(folder: Path, *arguments: str) -> dict[str, Any]:
    done = CliRunner().invoke(main, [*ARGUMENTS, "--folder", str(folder), *arguments])
    assert done.exit_code == 0, done.output
    record: dict[str, Any] = json.loads(done.output.splitlines()[-1])
    return record


def count(folder: Path, what: str) -> int:
    with Store.open(folder / "gap.db") as store:
        return int(store.connection.rows(f"SELECT count(*) AS n FROM {what}")[0]["n"])


def test_three_in_ten_come_in_a_week_and_few_twice() -> None:
    sessions = Counter(
        Counter(one.account for one in planned_visits(20_000, weeks=1, seed=1)).values()
    )

    assert sum(sessions.values()) / 20_000 == pytest.approx(0.304, abs=0.01)
    assert sessions[1] / 20_000 == pytest.approx(0.2775, abs=0.01)


def test_visits_come_in_order_by_day_and_hardly_at_night() -> None:
    at_s = [one.at_s for one in planned_visits(20_000, weeks=2, seed=1)]
    by_hour = Counter(int(one % 86_400 // 3600) for one in at_s)

    assert at_s == sorted(at_s) and 0 <= at_s[0] and 13 * 86_400 < at_s[-1] < 14 * 86_400
    assert by_hour[4] < 0.05 * by_hour[16]


def test_a_small_week_is_played_to_its_end(tmp_path: Path) -> None:
    record = run(tmp_path, "--accounts", "60")

    planned = {one.account for one in planned_visits(60, weeks=1, seed=1)}
    with Store.open(tmp_path / "gap.db") as store:
        played = play_by_nickname(store)
    begun = {name for name, own in played.items() if own.sessions or own.is_open}
    assert record["is_done"] and len(played) == 60
    assert begun == {nickname_of(account) for account in planned}
    assert record["verdicts"] == count(tmp_path, "verdicts") > 100
    assert count(tmp_path, "turns WHERE answer IS NULL AND failure IS NULL") == 0
    assert record["waits_ms"]["0.5"]["low"] <= record["waits_ms"]["0.5"]["mean"]
    assert record["bytes"] > record["turn_bytes"] > 500


def test_one_clock_goes_forward_through_all_visits(tmp_path: Path) -> None:
    run(tmp_path, "--accounts", "60")
    with Store.open(tmp_path / "gap.db") as store:
        asked = [
            row[0] for row in store.connection.rows("SELECT asked_utc FROM turns ORDER BY rowid")
        ]
        assert last_asked(store).isoformat()[:19] == asked[-1][:19]  # type: ignore[union-attr]
        assert 1 <= busiest_minute(store) < len(asked)
    assert asked == sorted(asked)


def test_a_break_between_is_gone_on_from(tmp_path: Path) -> None:
    scenes = deal(tmp_path, 6)
    first = Replay(tmp_path, SIZE, scenes=scenes)
    first.join_all()

    class Break(Exception):
        pass

    def break_after(at: Any) -> None:
        if at.verdicts > 60:
            raise Break

    with pytest.raises(Break):
        first.play(on_progress=break_after)
    before = count(tmp_path, "verdicts")
    again = Replay(tmp_path, SIZE, scenes=scenes)
    again.join_all()

    assert again.play() is True
    assert count(tmp_path, "verdicts") > before > 60
    planned = {one.account for one in planned_visits(60, weeks=1, seed=1)}
    with Store.open(tmp_path / "gap.db") as store:
        played = play_by_nickname(store)
    assert sum(bool(own.sessions) or own.is_open for own in played.values()) == len(planned)


def test_time_that_is_up_ends_it_and_the_next_run_goes_on(tmp_path: Path) -> None:
    # So many that no machine is done within 0.6 s.
    cut = run(tmp_path, "--accounts", "240", "--within-min", "0.01")
    whole = run(tmp_path, "--accounts", "240")

    assert not cut["is_done"] and whole["is_done"]
    assert whole["verdicts"] == count(tmp_path, "verdicts") > cut["verdicts"] > 0


@pytest.mark.slow
def test_killed_in_the_middle_it_goes_on(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "scripts.replay_accounts", *ARGUMENTS, "--accounts", "200"]
    running = subprocess.Popen([*command, "--folder", str(tmp_path)], stdout=subprocess.DEVNULL)
    try:
        end = time.monotonic() + 120
        while not (tmp_path / TIMES).exists() or len(kept_rows(tmp_path)) < 8:
            assert time.monotonic() < end and running.poll() is None
            time.sleep(0.05)
    finally:
        running.send_signal(signal.SIGKILL)
        running.wait()
    before = count(tmp_path, "verdicts")
    record = run(tmp_path, "--accounts", "200")

    assert record["is_done"] and count(tmp_path, "verdicts") > before > 0
    assert count(tmp_path, "turns WHERE answer IS NULL AND failure IS NULL") == 0
    assert count(tmp_path, "players") == 200


def test_a_folder_of_another_size_is_refused(tmp_path: Path) -> None:
    run(tmp_path, "--accounts", "20")
    arguments = [*ARGUMENTS, "--accounts", "30", "--folder", str(tmp_path)]
    done = CliRunner().invoke(main, arguments)

    assert done.exit_code == 1 and "20 accounts" in done.output


def test_a_line_cut_off_by_a_kill_is_left_out(tmp_path: Path) -> None:
    row = {"kind": "hour", "hour": 1, "wall_s": 1.0, "cpu_s": 0.5, "refusals": 0}
    kept = json.dumps(row | {"verdict_ms": [1.0, 3.0]})
    (tmp_path / TIMES).write_text(f"{kept}\n{kept[:30]}")
    figures = figures_of(tmp_path, seed=1)

    assert figures.verdicts == 2 and figures.per_s.mean == 2.0 and figures.cpu_ms.mean == 250.0


def test_nothing_played_is_told(tmp_path: Path) -> None:
    with pytest.raises(GapError, match="No verdict"):
        figures_of(tmp_path, seed=1)
