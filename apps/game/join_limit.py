"""How often people may join, and how often they may miss the event code. Called by the pages.

A whole stand can share one address, so joining is limited generously; an event code is found by
trying many, so wrong ones are limited strictly, and while they are even the right one waits.
"""

import math
import time
from collections.abc import Callable
from typing import NamedTuple

from apps.rates import Rates
from gap_core.errors import Sentence

WINDOW_S = 60.0
JOINS_PER_ADDRESS = 120
JOINS_OF_ALL = 300
WRONG_CODES_PER_ADDRESS = 8
WRONG_CODES_OF_ALL = 60
ALL = "all"  # no address
MANY_JOIN = Sentence("Very many people are joining just now.")
MANY_GUESS = Sentence("Too many wrong event codes came from your network.")


class Wait(NamedTuple):
    """How long to wait, and why, in words for the player."""

    seconds: int
    why: Sentence


class JoinLimit:
    """Counts by the address of the client, and all of them together."""

    def __init__(self, *, clock: Callable[[], float] = time.monotonic) -> None:
        def rates(most: int) -> Rates:
            return Rates(most, window_s=WINDOW_S, clock=clock)

        self._joins, self._all_joins = rates(JOINS_PER_ADDRESS), rates(JOINS_OF_ALL)
        self._wrong, self._all_wrong = rates(WRONG_CODES_PER_ADDRESS), rates(WRONG_CODES_OF_ALL)

    def wait(self, address: str) -> Wait | None:
        """What stands against another try from this address; None if nothing does."""
        guessing_s = max(self._wrong.wait_s(address), self._all_wrong.wait_s(ALL))
        joining_s = max(self._joins.wait_s(address), self._all_joins.wait_s(ALL))
        if guessing_s == joining_s == 0:
            return None
        seconds = math.ceil(max(guessing_s, joining_s))
        return Wait(seconds, MANY_GUESS if guessing_s else MANY_JOIN)

    def count_join(self, address: str) -> None:
        """Note a try to join, whatever comes of it."""
        self._joins.count(address)
        self._all_joins.count(ALL)

    def count_wrong_code(self, address: str) -> None:
        """Note a wrong event code."""
        self._wrong.count(address)
        self._all_wrong.count(ALL)
