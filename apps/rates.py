"""How often somebody may do something within a span of time. Called by both apps' gates."""

import time
from collections import OrderedDict, deque
from collections.abc import Callable

MOST_KEPT = 20_000  # of those who came last; the others are forgotten


class Rates:
    """Counts in memory, for many at a time; a restart forgets them.

    Args:
        most: times within the window.
        window_s: its length in seconds.
        clock: gives seconds; tests pass their own.
    """

    def __init__(
        self, most: int, *, window_s: float, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._most = most
        self._window_s = window_s
        self._clock = clock
        self._times: OrderedDict[str, deque[float]] = OrderedDict()

    def wait_s(self, who: str) -> float:
        """Seconds until `who` may do it again; 0 for now."""
        times = self._times.get(who, ())
        if len(times) < self._most:
            return 0.0
        return max(0.0, times[0] + self._window_s - self._clock())

    def count(self, who: str) -> None:
        """Note that `who` does it now."""
        self._times.setdefault(who, deque(maxlen=self._most)).append(self._clock())
        self._times.move_to_end(who)
        if len(self._times) > MOST_KEPT:
            self._times.popitem(last=False)
