# The process of a server keeps few heaps, however many threads it has.
from __future__ import annotations

import platform
import subprocess
import sys

import pytest

THREADS = """
import ctypes, sys, tempfile, threading
from gap_core.memory_arenas import ARENAS, limit_arenas

if "limited" in sys.argv:
    assert limit_arenas()
libc = ctypes.CDLL(None)
libc.malloc.restype, libc.fopen.restype = ctypes.c_void_p, ctypes.c_void_p
libc.malloc_info.argtypes, libc.fclose.argtypes = [ctypes.c_int, ctypes.c_void_p], [ctypes.c_void_p]
wait = threading.Barrier(9)

def keep():
    libc.malloc(1000)
    wait.wait()

threads = [threading.Thread(target=keep) for _ in range(8)]
for thread in threads:
    thread.start()
wait.wait()
with tempfile.NamedTemporaryFile("r") as told:
    file = libc.fopen(told.name.encode(), b"w")
    libc.malloc_info(0, file)
    libc.fclose(file)
    print(told.read().count("<heap nr"), ARENAS)
"""


def heaps(*arguments: str) -> tuple[int, int]:
    """Of a process with eight threads at once, and the limit."""
    done = subprocess.run(
        [sys.executable, "-c", THREADS, *arguments], capture_output=True, text=True, check=True
    )
    found, limit = map(int, done.stdout.split())
    return found, limit


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="other C libraries have no arenas")
def test_many_threads_share_few_heaps() -> None:
    free, limit = heaps()
    limited, _ = heaps("limited")

    assert limited <= limit < free
