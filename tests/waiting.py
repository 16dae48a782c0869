# Waiting for what another thread or process does.
from __future__ import annotations

import time
from collections.abc import Callable


def wait_until(is_so: Callable[[], object], *, limit_s: float = 20) -> None:
    """Looks again until it is so; fails where it never is."""
    end = time.monotonic() + limit_s
    while not is_so():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.01)
