"""Long work in processes of its own, each with a folder that tells how it stands. Called by pages.

A job is a script of the project with its arguments, so that what a page starts is what somebody
could type. It outlives the studio; a studio that starts again finds it by its folder.
"""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from gap_core.dataset.places import checked_name
from gap_core.errors import GapError
from gap_core.file_lock import held_file, is_held

ROOT = Path(__file__).parents[2]
ORDER, LOCK, PID, OUT, ERR = "order.json", "lock", "pid", "out.txt", "err.txt"
# What a shell starts with "&" ignores Ctrl+C, and so would everything that it starts in turn.
_STOPPABLE = """\
import runpy, signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)
del sys.argv[0]
runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
"""
LAST_BYTES = 64 * 1024  # of what it said

State = Literal["running", "done", "refused", "broken off"]


@dataclass(frozen=True)
class Job:
    """A job as its folder tells it.

    Attributes:
        command: what somebody would type, without the interpreter.
        begun_by: the name of whoever started it last.
        said: the last line of its progress.
        result: the object that it ended with; None before, or where it ended otherwise.
        refusal: what a person can mend, as the script put it; empty where it named nothing.
    """

    kind: str
    name: str
    command: tuple[str, ...]
    begun_by: str
    is_running: bool
    said: str
    result: dict[str, Any] | None
    refusal: str

    @property
    def state(self) -> State:
        """How it stands; "broken off" where it was stopped or killed, or broke."""
        if self.is_running:
            return "running"
        if self.result is not None:
            return "done"
        return "refused" if self.refusal else "broken off"


class Jobs:
    """The jobs of one installation.

    Args:
        data_dir: that they work in; their folders lie in `jobs/KIND/NAME` there.
        db_path: that they work on.
        env: of their processes; None for that of this one.
    """

    def __init__(
        self, data_dir: Path, *, db_path: Path, env: Mapping[str, str] | None = None
    ) -> None:
        self._data_dir, self._db_path, self._env = data_dir.resolve(), db_path.resolve(), env

    def start(
        self, kind: str, name: str, *command: str, begun_by: str, needs_db: bool = True
    ) -> None:
        """Start a script with its arguments; one that ended goes on or begins again.

        Args:
            kind: of the job, one of the project's own words.
            name: tells it from others of the kind.
            command: the script's name in scripts/, then its arguments.
            begun_by: who wants it.
            needs_db: whether the script is told the database.

        Raises:
            GapError: it runs already, the name can't be a folder's, or nothing can be written.
        """
        folder = self._folder(kind, name)
        busy = f"'{name}' is running already. Watch it, or stop it first."
        places = ["--data-dir", str(self._data_dir)]
        if needs_db:
            places += ["--db", str(self._db_path)]
        order = json.dumps({"command": command, "begun_by": begun_by})
        try:
            with held_file(folder / LOCK, busy=busy) as lock:
                (folder / ORDER).write_text(order + "\n", encoding="utf-8")
                process = self._spawned([*command, *places], folder, lock_number=lock.fileno())
                (folder / PID).write_text(str(process.pid), encoding="utf-8")
        except OSError as error:
            raise GapError(
                f"'{name}' can't be started ({error.strerror}). Free some space or memory."
            ) from error
        threading.Thread(target=process.wait, daemon=True).start()  # its end leaves no trace

    def _spawned(
        self, command: Sequence[str], folder: Path, *, lock_number: int
    ) -> subprocess.Popen[bytes]:
        with (folder / OUT).open("w") as out, (folder / ERR).open("w") as err:
            return subprocess.Popen(
                [sys.executable, "-c", _STOPPABLE, f"scripts.{command[0]}", *command[1:]],
                cwd=ROOT,
                env=self._env,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=err,
                pass_fds=[lock_number],  # held as long as it lives
                start_new_session=True,  # Ctrl+C in the studio's terminal is not for it
            )

    def stop(self, kind: str, name: str) -> bool:
        """Ask it to stop as Ctrl+C does; False where it isn't running."""
        folder = self._folder(kind, name)
        if not is_held(folder / LOCK):
            return False
        try:
            os.kill(int((folder / PID).read_text(encoding="utf-8")), signal.SIGINT)
        except (OSError, ValueError):  # it has ended meanwhile, or has only just begun
            return False
        return True

    def look(self, kind: str, name: str) -> Job | None:
        """How it stands; None where it was never started."""
        folder = self._folder(kind, name)
        is_running = is_held(folder / LOCK)
        try:
            order = json.loads((folder / ORDER).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return None
        out, err = last_words(folder / OUT), last_words(folder / ERR)
        return Job(
            kind=kind,
            name=name,
            command=tuple(order["command"]),
            begun_by=order["begun_by"],
            is_running=is_running,
            said=last_line(err),
            result=None if is_running else result_in(out),
            refusal=refusal_in(err),
        )

    def all(self, kind: str) -> list[Job]:
        """Every job of the kind, the last started first."""
        orders = sorted(
            (self._data_dir / "jobs" / kind).glob(f"*/{ORDER}"),
            key=lambda file: file.stat().st_mtime,
            reverse=True,
        )
        found = (self.look(kind, order.parent.name) for order in orders)
        return [job for job in found if job is not None]

    def _folder(self, kind: str, name: str) -> Path:
        return self._data_dir / "jobs" / kind / checked_name(name)


def last_words(file: Path) -> str:
    """The end of a file; empty where there is none."""
    try:
        with file.open("rb") as opened:
            opened.seek(max(0, file.stat().st_size - LAST_BYTES))
            return opened.read().decode("utf-8", "replace")
    except OSError:
        return ""


def last_line(words: str) -> str:
    """The last line that isn't empty; progress writes one over the other."""
    lines = [line.strip() for line in re.split(r"[\r\n]", words)]
    return next((line for line in reversed(lines) if line), "")


def result_in(out: str) -> dict[str, Any] | None:
    """The object that a script's last line is; None where it came to no end."""
    try:
        found = json.loads(last_line(out))
    except ValueError:
        return None
    return found if isinstance(found, dict) else None


def refusal_in(err: str) -> str:
    """What the script refused with; empty where it didn't. Its progress may stand on that line."""
    found = re.split(r"(?<!\w)Error: ", err)
    return found[-1].strip() if len(found) > 1 else ""
