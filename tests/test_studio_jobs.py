# Long work of the studio: processes that outlive it, told by their folders.
from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from apps.studio import jobs as jobs_module
from apps.studio.jobs import Job, Jobs, last_line, refusal_in
from apps.studio.pages.job_parts import progress_words
from gap_core.errors import GapError
from gap_core.file_lock import held_file, is_held
from tests.waiting import wait_until

ROOT = Path(__file__).parents[1]
WAIT = """
import json, pathlib, sys, time
print("\\r1 of 2 steps ", end="", file=sys.stderr, flush=True)
try:
    while not pathlib.Path(sys.argv[1]).exists():
        time.sleep(0.01)
except KeyboardInterrupt:
    raise SystemExit("Aborted!")
if sys.argv[2] == "refuse":
    raise SystemExit("Error: No picture at 'x'. Put it back.")
print("2 of 2 steps")
print(json.dumps({"done": sys.argv[2:]}))
"""


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project with one script, which waits for a file."""
    (tmp_path / "scripts").mkdir()
    (tmp_path / "scripts" / "wait.py").write_text(WAIT)
    monkeypatch.setattr(jobs_module, "ROOT", tmp_path)
    return tmp_path


@pytest.fixture
def jobs(root: Path) -> Iterator[Jobs]:
    made = Jobs(root / "data", db_path=root / "gap.db")
    yield made
    (root / "go").touch()


def look(jobs: Jobs, name: str = "one") -> Job:
    found = jobs.look("kind", name)
    assert found is not None
    return found


def start(jobs: Jobs, root: Path, words: str = "do", name: str = "one") -> None:
    jobs.start("kind", name, "wait", str(root / "go"), words, begun_by="Ada")


def test_a_job_tells_its_progress_and_its_result(jobs: Jobs, root: Path) -> None:
    assert jobs.look("kind", "one") is None and jobs.all("kind") == []
    start(jobs, root)
    wait_until(lambda: look(jobs).said == "1 of 2 steps")
    assert (look(jobs).state, look(jobs).result, look(jobs).begun_by) == ("running", None, "Ada")
    (root / "go").touch()
    wait_until(lambda: look(jobs).state == "done")
    places = ["--data-dir", str(root / "data"), "--db", str(root / "gap.db")]
    assert look(jobs).result == {"done": ["do", *places]}
    assert [job.name for job in jobs.all("kind")] == ["one"]


def test_a_refusal_is_told_as_it_was_put(jobs: Jobs, root: Path) -> None:
    (root / "go").touch()
    start(jobs, root, "refuse")
    wait_until(lambda: not look(jobs).is_running)
    assert (look(jobs).state, look(jobs).refusal) == ("refused", "No picture at 'x'. Put it back.")


def test_a_job_runs_once_at_a_time_and_can_begin_again(jobs: Jobs, root: Path) -> None:
    start(jobs, root)
    with pytest.raises(GapError, match="'one' is running already"):
        start(jobs, root)
    (root / "go").touch()
    wait_until(lambda: look(jobs).state == "done")
    start(jobs, root, "again")
    wait_until(lambda: look(jobs).state == "done")
    assert (look(jobs).result or {})["done"][0] == "again"


def test_a_stopped_job_says_that_it_broke_off(jobs: Jobs, root: Path) -> None:
    start(jobs, root)
    wait_until(lambda: look(jobs).said == "1 of 2 steps")
    assert jobs.stop("kind", "one")
    wait_until(lambda: not look(jobs).is_running)
    assert look(jobs).state == "broken off" and not jobs.stop("kind", "one")


def test_a_job_of_a_studio_that_ignores_interrupts_can_be_stopped(jobs: Jobs, root: Path) -> None:
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)  # as a shell's "&" does
    try:
        start(jobs, root)
    finally:
        signal.signal(signal.SIGINT, before)
    wait_until(lambda: look(jobs).said == "1 of 2 steps")
    assert jobs.stop("kind", "one")
    wait_until(lambda: not look(jobs).is_running)
    assert look(jobs).state == "broken off"


def test_a_job_outlives_the_process_that_started_it(jobs: Jobs, root: Path) -> None:
    begin = f"""
import os, signal
from pathlib import Path
from apps.studio import jobs
jobs.ROOT = Path({str(root)!r})
made = jobs.Jobs(jobs.ROOT / "data", db_path=jobs.ROOT / "gap.db")
made.start("kind", "one", "wait", {str(root / "go")!r}, "do", begun_by="Ada")
os.kill(os.getpid(), signal.SIGKILL)
"""
    killed = subprocess.run([sys.executable, "-c", begin], cwd=ROOT, check=False)
    assert killed.returncode == -signal.SIGKILL and look(jobs).is_running
    (root / "go").touch()
    wait_until(lambda: look(jobs).state == "done")


def test_a_killed_job_is_no_longer_running(jobs: Jobs, root: Path) -> None:
    start(jobs, root)
    pid = int((root / "data" / "jobs" / "kind" / "one" / "pid").read_text())
    os.kill(pid, signal.SIGKILL)
    wait_until(lambda: look(jobs).state != "running")

    assert look(jobs).state == "broken off"


@pytest.mark.parametrize("name", ["../one", "", "a/b", ".hidden", "-x"])
def test_a_name_stays_within_its_folder(jobs: Jobs, root: Path, name: str) -> None:
    with pytest.raises(GapError, match="can't be a name"):
        start(jobs, root, name=name)


@pytest.mark.parametrize(
    ("err", "told"),
    [
        ("", ""),
        ("\rstep 3 of 9   Error: Memory ran out.\n", "Memory ran out."),
        ("Traceback\nRuntimeError: broken\n", ""),
        ("Error: One.\nTwo.", "One.\nTwo."),
    ],
)
def test_only_what_a_script_put_so_is_a_refusal(err: str, told: str) -> None:
    assert refusal_in(err) == told


def test_the_last_line_is_the_last_with_words() -> None:
    assert last_line("one\n\rtwo\rthree \n\n") == "three" and last_line("") == ""


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("Loading weights:  95%|█████████▍| 130/137 [00:00<00:00]", "The model is loaded ..."),
        ("24 of 54 questions", "24 of 54 questions"),
        ("", "It starts ..."),
    ],
)
def test_a_librarys_own_line_is_put_into_words(said: str, shown: str) -> None:
    assert progress_words(said) == shown


def test_a_held_file_is_let_go(tmp_path: Path) -> None:
    file = tmp_path / "lock"
    assert not is_held(file)
    with held_file(file, busy="busy"):
        assert is_held(file)
        with pytest.raises(GapError, match="busy"), held_file(file, busy="busy"):
            pass
    assert not is_held(file)
