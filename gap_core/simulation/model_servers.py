"""Other people's servers, started for a measurement and stopped after it.

Called by scripts/bench_serving.py. Each is a process of its own on the loopback.
"""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from gap_core.errors import GapError
from models.errors import ModelError
from models.openai_server import ServerVision
from models.registry import SERVER_PREFIX

START_LIMIT_S = 600.0  # a full-size model is read from disk first
LOOK_S = 0.5
KINDS = ("transformers serve", "vllm")
HOST = "127.0.0.1"


@dataclass(frozen=True)
class RunningServer:
    """A server that answers, and its process."""

    model: ServerVision
    pid: int

    def peak_mib(self) -> float | None:
        """The most main memory that its first process held; None where the system won't tell."""
        return peak_mib(f"/proc/{self.pid}/status")


def peak_mib(status_file: str) -> float | None:
    """The high-water mark of a process' memory, from the file where Linux keeps it."""
    file = Path(status_file)
    if not file.is_file():
        return None
    for line in file.read_text(encoding="ascii", errors="replace").splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    return None


def server_command(kind: str, folder: Path, *, port: int) -> list[str]:
    """The command that serves a checkpoint folder.

    Raises:
        GapError: that server isn't installed.
    """
    beside = Path(sys.executable).with_name(kind.split()[0])
    program = str(beside) if beside.is_file() else shutil.which(kind.split()[0])
    if program is None:
        raise GapError(f"{kind} is not installed.")
    where = ["--host", HOST, "--port", str(port)]
    if kind == "vllm":
        return [program, "serve", str(folder), *where, "--gpu-memory-utilization", "0.4"]
    return [program, "serve", str(folder), *where]


@contextmanager
def running_server(kind: str, folder: Path) -> Iterator[RunningServer]:
    """Starts a server, waits until it answers a question on a picture, stops it at the end.

    Raises:
        GapError: it isn't installed, or can't serve this model; the text says why.
    """
    with socket.create_server((HOST, 0)) as free:
        port = free.getsockname()[1]
    command = server_command(kind, folder.absolute(), port=port)
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT)
        try:
            model = wait_for_answer(f"{SERVER_PREFIX}http://{HOST}:{port}/v1", folder, process)
            if model is None:
                raise GapError(f"{kind} can't serve this model: {last_words(log)}")
            yield RunningServer(model, process.pid)
        finally:
            process.terminate()
            try:
                process.wait(timeout=30)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def wait_for_answer(
    address: str, folder: Path, process: subprocess.Popen[bytes]
) -> ServerVision | None:
    """The model once it has answered; None if the process ended or answers with an error."""
    port = int(address.rsplit(":", 1)[1].partition("/")[0])
    end = time.monotonic() + START_LIMIT_S
    while process.poll() is None and time.monotonic() < end:
        if is_open(port):
            try:
                return ServerVision.open(f"{address}#{folder.absolute()}")
            except ModelError:
                return None
        time.sleep(LOOK_S)
    return None


def is_open(port: int) -> bool:
    """Whether something listens there."""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex((HOST, port)) == 0


def last_words(log: IO[bytes]) -> str:
    """The last line that isn't empty of what a server printed."""
    log.seek(0)
    lines = log.read().decode("utf-8", errors="replace").splitlines()
    said = [line.strip() for line in lines if line.strip()]
    return said[-1][:200] if said else "it said nothing"
