# A demonstration: its folder is made whole, its two programs begin and end together.
from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest
from click.testing import CliRunner

from db import Store
from db.truth_store import TRUTH_FILE
from gap_core.errors import GapError
from gap_core.experiments.demo import PRESENTER, SERVED_FROM, fill_demo
from gap_core.experiments.parts import model_errors
from gap_core.labeling import LabelRules, Workbench
from gap_core.play import utc_now
from models.registry import DEFAULT_MODEL
from scripts import serve_demo
from scripts.serve_demo import main, run_together
from scripts.simulate_playtest import play
from tests.waiting import wait_until

WAIT = "import time; time.sleep(60)"
END = "import sys; sys.exit(3)"


def python(words: str) -> list[str]:
    return [sys.executable, "-c", words]


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_folder_holds_play_labels_and_the_presenters_account(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gap_core.experiments.demo.PICTURES", (20, 40))
    folder = tmp_path / "demo"
    (tmp_path / "demo.part").mkdir()  # of one that was killed
    password = fill_demo(play, folder, players=12, left=1, seed=1, now=utc_now())
    rules = LabelRules(theta=SERVED_FROM, errors=model_errors(DEFAULT_MODEL))
    bench = Workbench(folder / "gap.db", data_dir=folder, rules=rules)
    presenter = bench.check_password(PRESENTER, password)
    assert presenter is not None
    bench.refresh_queue()  # as the studio does
    counts = bench.queue_counts(presenter.id)
    with Store.open(folder / "gap.db") as store:
        shown = store.highlights.chosen(limit=9)
        labels = store.connection.rows("SELECT count(*) AS n FROM labels")[0]["n"]

    assert presenter.role == "administrator" and counts.labeled == 0
    assert counts.servable == 1 and labels > 0
    assert len(shown) == 3
    assert sorted(one.name for one in tmp_path.iterdir()) == ["demo"]
    assert not (folder / TRUTH_FILE).exists()


def test_demonstration_without_anything_to_label_is_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gap_core.experiments.demo.SERVED_FROM", 1.0)  # which nobody is above
    monkeypatch.setattr("gap_core.experiments.demo.PICTURES", (6, 6))
    monkeypatch.setattr("gap_core.experiments.demo.MOST_PLAYS", 2)
    with pytest.raises(GapError, match="2 playtests of 2 simulated players found too little"):
        fill_demo(play, tmp_path / "demo", players=2, left=4, seed=1, now=utc_now())

    assert not list(tmp_path.iterdir())


def test_demonstration_with_no_more_than_is_left_is_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gap_core.experiments.demo._served", lambda *_: 4)
    monkeypatch.setattr("gap_core.experiments.demo.PICTURES", (6, 6))
    monkeypatch.setattr("gap_core.experiments.demo.MOST_PLAYS", 1)
    with pytest.raises(GapError, match="the last one 4, where more than 4 are wanted"):
        fill_demo(play, tmp_path / "demo", players=1, left=4, seed=1, now=utc_now())


def test_one_that_ends_ends_the_other() -> None:
    assert run_together(python(WAIT), python(END)) == 3


def test_the_first_ends_when_the_second_can_not_begin(tmp_path: Path) -> None:
    before = psutil.Process().children()
    with pytest.raises(FileNotFoundError):
        run_together(python(WAIT), [str(tmp_path / "nothing")])

    assert psutil.Process().children() == before


def test_one_that_begins_at_the_moment_of_the_stop_ends_too(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class StoppedAtOnce(subprocess.Popen):
        def __init__(self, command: list[str]) -> None:
            super().__init__(command)
            os.kill(os.getpid(), signal.SIGTERM)

    before = psutil.Process().children()
    monkeypatch.setattr(serve_demo.subprocess, "Popen", StoppedAtOnce)

    assert run_together(python(WAIT), python(WAIT)) == 0
    assert psutil.Process().children() == before


def test_both_end_when_the_whole_is_told_to(tmp_path: Path) -> None:
    child = f"import pathlib, time; pathlib.Path({str(tmp_path)!r}, 'on').touch(); time.sleep(60)"
    ends = f"{child!r}, {WAIT!r}"
    whole = subprocess.Popen(
        python(
            "import sys; from scripts.serve_demo import run_together;"
            f"sys.exit(run_together(*([sys.executable, '-c', one] for one in ({ends}))))"
        )
    )
    wait_until(lambda: (tmp_path / "on").exists())
    whole.send_signal(signal.SIGTERM)

    assert whole.wait(timeout=20) == 0  # which waits for both


@pytest.mark.parametrize(
    ("code", "said"),
    [(0, "\nStopped. All is kept in '{}'; start again and it goes on.\n"), (3, "")],
)
def test_a_stopped_demonstration_says_goodbye_and_a_broken_one_does_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int, said: str
) -> None:
    monkeypatch.setattr(serve_demo, "run_together", lambda *_: code)
    result = CliRunner().invoke(main, ["--data-dir", str(tmp_path)])
    assert (result.exit_code, result.output) == (code, said.format(tmp_path))


def test_afresh_keeps_what_was_there_beside(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, begun = tmp_path / "demo", list[list[str]]()
    folder.mkdir()
    (folder / "old").touch()
    monkeypatch.setattr(serve_demo, "fill", lambda data_dir, **_numbers: data_dir.mkdir())
    monkeypatch.setattr(serve_demo, "run_together", lambda *given: begun.extend(given) or 0)
    result = CliRunner().invoke(main, ["--afresh", "--kiosk", "--data-dir", str(folder)])

    assert result.exit_code == 0, result.output
    (kept,) = [one for one in tmp_path.iterdir() if one != folder]
    assert (kept / "old").exists() and not list(folder.iterdir())
    studio, game = begun
    assert studio[2] == "scripts.serve_studio" and "--kiosk" not in studio
    assert game[2] == "scripts.serve_game" and game[-1] == "--kiosk"
