# Environments of other projects, made once in .peers and found again.
from __future__ import annotations

import subprocess
import sys
import sysconfig
import venv
from collections.abc import Callable
from pathlib import Path

import pytest

PEERS = Path(__file__).parents[1] / ".peers"
INSTALL_LIMIT_S = 900


@pytest.fixture(scope="session")
def peer_python() -> Callable[..., Path]:
    """The Python of an environment with these packages; what they lack comes from this one.

    So torch is not installed twice. Packages must therefore name all that they need in a version
    of its own.
    """

    def make(name: str, *packages: str) -> Path:
        folder = PEERS / name
        python = folder / "bin" / "python"
        wanted, stamp = "\n".join(packages), folder / "installed.txt"
        if stamp.is_file() and stamp.read_text() == wanted:
            return python
        venv.create(folder, with_pip=True, clear=True)
        version = f"python{sys.version_info.major}.{sys.version_info.minor}"
        shared = folder / "lib" / version / "site-packages" / "shared.pth"
        shared.write_text(sysconfig.get_path("purelib") + "\n")
        subprocess.run(
            [str(python), "-m", "pip", "install", "--quiet", "--no-deps", *packages],
            check=True,
            timeout=INSTALL_LIMIT_S,
        )
        stamp.write_text(wanted)
        return python

    return make
