# scripts/environment.sh with a fake Python on a fake PATH: nothing is really installed here.
from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
TOOLS = ("bash", "awk", "cat", "chmod", "cmp", "cp", "df", "dirname", "grep", "id", "mkdir")
TOOLS += ("mktemp", "mv", "rm", "sleep", "touch")

# Plays python3.11, and the .venv's python too: notes each call, makes .venv by copying itself.
# Real Python does the locking. PIP_BREAKS names the pip command that fails.
FAKE_PYTHON = r"""#!BASH
echo "$*" >>"$CALLS"
case "$*" in
"-c import sys;"*) exit 0 ;;
"-c import fcntl;"*) exec REAL_PYTHON "$@" ;;
"-m venv"*)
    mkdir -p .venv/bin .venv/lib/python3.11/site-packages
    cp "$0" .venv/bin/python
    ;;
"-m pip install"*"--dry-run"*) [[ -f .venv/packages ]] || exit 1 ;;
"-m pip"*download*) [[ "${PIP_BREAKS:-}" != registry ]] || exit 1 ;;
"-m pip install"*)
    if [[ "${PIP_BREAKS:-}" == disk ]]; then
        echo "ERROR: No space left on device" >.venv/install.log
        exit 1
    fi
    [[ "${PIP_BREAKS:-}" != install ]] || exit 1
    sleep "${PIP_TAKES_S:-0}"
    touch .venv/packages
    ;;
"-m mypy"*) [[ -z "${MYPY_BREAKS:-}" ]] ;;
"-m scripts.serve_game"*) echo "game started: $*" ;;
esac
"""


class Checkout:
    """A copy of the start-up files in an empty folder, with its own PATH."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "a checkout"
        self.calls_file = folder / "calls.txt"
        self.bin = folder / "bin"
        self.bin.mkdir()
        for tool in TOOLS:
            (self.bin / tool).symlink_to(shutil.which(tool) or "/nowhere")
        (self.folder / "scripts").mkdir(parents=True)
        for name in ("environment.sh", "play", "test"):
            shutil.copy(ROOT / "scripts" / name, self.folder / "scripts" / name)
        (self.folder / "requirements.txt").write_text("itsdangerous==2.2.0\n")

    def add_python(self, name: str = "python3.11", body: str | None = None) -> None:
        text = (body or FAKE_PYTHON).replace("BASH", shutil.which("bash") or "/bin/bash")
        (self.bin / name).write_text(text.replace("REAL_PYTHON", sys.executable))
        (self.bin / name).chmod(0o755)

    def environment(self, **extra: str) -> dict[str, str]:
        return {"PATH": str(self.bin), "CALLS": str(self.calls_file), **extra}

    def start(self, *args: str, script: str = "play", **extra: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [self.bin / "bash", self.folder / "scripts" / script, *args],
            env=self.environment(**extra),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def play(self, *args: str, script: str = "play", **extra: str) -> tuple[int, str]:
        """Exit status, and everything that was said."""
        process = self.start(*args, script=script, **extra)
        out, err = process.communicate(timeout=60)
        return process.returncode, out + err

    def calls(self, containing: str) -> int:
        return self.calls_file.read_text().count(containing) if self.calls_file.exists() else 0

    def wait_for_call(self, containing: str) -> None:
        deadline = time.monotonic() + 20
        while not self.calls(containing):
            if time.monotonic() > deadline:
                pytest.fail(f"{containing!r} was never called")
            time.sleep(0.02)


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    made = Checkout(tmp_path)
    made.add_python()
    return made


INSTALL = "-m pip install --no-compile"


def test_first_start_installs_then_plays(checkout: Checkout) -> None:
    status, said = checkout.play("--port", "7000")

    assert status == 0
    assert "Installing the packages" in said
    assert "game started: -m scripts.serve_game --port 7000" in said
    assert checkout.calls("-m compileall") == 1


def test_second_start_installs_nothing(checkout: Checkout) -> None:
    checkout.play()
    checkout.calls_file.unlink()
    started = time.monotonic()
    status, _ = checkout.play()

    assert status == 0
    assert time.monotonic() - started < 1
    assert checkout.calls_file.read_text() == "-m scripts.serve_game\n"


def test_changed_requirements_are_installed(checkout: Checkout) -> None:
    checkout.play()
    (checkout.folder / "requirements.txt").write_text("itsdangerous==2.2.1\n")
    (checkout.folder / ".venv" / "packages").unlink()
    checkout.play()

    assert checkout.calls(INSTALL) == 2


def test_complete_environment_without_stamp_needs_no_registry(checkout: Checkout) -> None:
    checkout.play()
    (checkout.folder / ".venv" / "requirements-installed.txt").unlink()
    status, _ = checkout.play(PIP_BREAKS="registry")

    assert status == 0
    assert checkout.calls(INSTALL) == 1


def test_killed_install_goes_on_at_the_next_start(checkout: Checkout) -> None:
    first = checkout.start(PIP_TAKES_S="30")
    checkout.wait_for_call(INSTALL)
    os.killpg(first.pid, signal.SIGKILL)
    first.communicate()
    status, said = checkout.play()

    assert status == 0
    assert "Going on with the installation" in said
    assert checkout.calls("-m venv") == 1
    assert checkout.calls(INSTALL) == 2


def test_half_written_package_is_dropped_before_going_on(checkout: Checkout) -> None:
    # pip takes a dist-info folder for a whole package, though a killed pip never wrote its RECORD.
    checkout.play(PIP_BREAKS="install")
    half = checkout.folder / ".venv/lib/python3.11/site-packages/torch-2.13.0.dist-info"
    half.mkdir()
    checkout.play()

    assert not half.exists()


def test_two_starts_at_once_install_once(checkout: Checkout) -> None:
    first = checkout.start(PIP_TAKES_S="2")
    checkout.wait_for_call(INSTALL)
    status, said = checkout.play()
    first.communicate(timeout=30)

    assert (first.returncode, status) == (0, 0)
    assert "Another start is installing" in said
    assert checkout.calls(INSTALL) == 1


def test_missing_python_is_named(tmp_path: Path) -> None:
    checkout = Checkout(tmp_path)
    old = "#!BASH\n[[ $1 == --version ]] && echo Python 3.9.2 && exit 0\nexit 1\n"
    checkout.add_python("python3", old)
    status, said = checkout.play()

    assert status == 1
    assert "Python 3.11 was not found (here: Python 3.9.2). Install it and start again" in said


def test_python3_that_is_3_11_is_enough(tmp_path: Path) -> None:
    checkout = Checkout(tmp_path)
    checkout.add_python("python3")

    assert checkout.play()[0] == 0


def test_full_disk_is_told_before_anything_is_made(checkout: Checkout) -> None:
    (checkout.bin / "df").unlink()
    (checkout.bin / "df").write_text(
        f"#!{shutil.which('bash')}\nprintf 'head\\n/dev/vda 9 9 1048576 9%% /\\n'\n"
    )
    (checkout.bin / "df").chmod(0o755)
    status, said = checkout.play()

    assert status == 1
    assert "Only 1024 MiB are free" in said
    assert not (checkout.folder / ".venv").exists()


@pytest.mark.parametrize(
    ("breaks", "sentence"),
    [
        ("registry", "The Python package registry doesn't answer"),
        ("disk", "The disk is full, so the installation stopped"),
        ("install", "The installation stopped"),
    ],
)
def test_failed_install_says_why(checkout: Checkout, breaks: str, sentence: str) -> None:
    status, said = checkout.play(PIP_BREAKS=breaks)

    assert status == 1
    assert sentence in said
    assert "game started" not in said
    assert not (checkout.folder / ".venv" / "requirements-installed.txt").exists()


def test_test_command_runs_every_check_and_hands_on_arguments(checkout: Checkout) -> None:
    status, said = checkout.play("-k", "deck", script="test")

    assert status == 0
    assert "All checks passed" in said
    assert [checkout.calls(f"-m {tool}") for tool in ("ruff check .", "mypy")] == [1, 1]
    side_by_side = "--numprocesses 2 --dist loadfile --no-loadscope-reorder"
    assert checkout.calls(f"-m pytest {side_by_side} -k deck") == 1


def test_test_command_goes_on_after_a_failed_check_and_fails(checkout: Checkout) -> None:
    status, said = checkout.play(script="test", MYPY_BREAKS="1")

    assert status == 1
    assert "Failed: mypy: types" in said
    assert checkout.calls("-m pytest") == 1


def test_help_texts_are_checked_once_the_readme_has_them(checkout: Checkout) -> None:
    (checkout.folder / "README.md").write_text("<!-- [[[cog print() ]]] -->\n")
    checkout.play(script="test")

    assert checkout.calls("-m cogapp --check README.md") == 1


def test_ci_runs_exactly_the_test_command() -> None:
    assert 'exec ./scripts/test "$@"' in (ROOT / ".ci" / "run").read_text()


def test_every_requirement_is_pinned_exactly() -> None:
    lines = (ROOT / "requirements.txt").read_text().splitlines()
    wanted = [line.split("#")[0].strip() for line in lines]

    assert [line for line in wanted if line and "==" not in line] == []
