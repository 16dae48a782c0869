"""Which machine and which commit a figure was measured on, and what the machine is made for.

Called by the measuring and training scripts.
"""

from __future__ import annotations

import os
import platform
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def describe_hardware() -> str:
    """One line: processor, cores, GPU, versions, commit."""
    import torch

    gpu = torch.cuda.get_device_name() if torch.cuda.is_available() else "no GPU"
    return (
        f"{processor_name()}, {usable_cores()} cores ({torch.get_num_threads()} threads), {gpu}, "
        f"Python {platform.python_version()}, torch {torch.__version__}, commit {commit_name()}"
    )


def is_made_for_bfloat16() -> bool:
    """Whether the processor multiplies in bfloat16 itself; others take many times as long."""
    import torch

    return torch.backends.cpu.get_cpu_capability().startswith("AVX512")


def usable_cores() -> int:
    """Cores this process may use, which in a container are fewer than the machine has."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def processor_name() -> str:
    """The processor as the system calls it."""
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.is_file():
        for line in cpuinfo.read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    return platform.processor() or platform.machine()


def commit_name() -> str:
    """Short hash of the checked-out commit, with `+` where files differ from it."""
    commit = _git("rev-parse", "--short", "HEAD")
    if not commit:
        return "unknown"
    return commit + ("+" if _git("status", "--porcelain", "--untracked-files=no") else "")


def _git(*arguments: str) -> str:
    try:
        done = subprocess.run(
            ["git", *arguments], cwd=ROOT, capture_output=True, text=True, timeout=10, check=True
        )
    except (OSError, subprocess.SubprocessError):
        return ""
    return done.stdout.strip()
