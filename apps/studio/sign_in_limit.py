"""How often somebody may try to sign in. Called by the sign-in routes.

A password is found by trying many. Tries are counted for the name at one address strictly, for
the address, the name and all together generously: a stranger elsewhere hardly locks anybody out.
"""

import math
import time
from collections.abc import Callable

from apps.rates import Rates

WINDOW_S = 60.0
PER_NAME_AND_ADDRESS = 6
PER_ADDRESS = 60
PER_NAME = 60
OF_ALL = 240
ALL = "all"


class SignInLimit:
    """Counts in memory; while there were too many tries, even the right password waits."""

    def __init__(self, *, clock: Callable[[], float] = time.monotonic) -> None:
        def rates(most: int) -> Rates:
            return Rates(most, window_s=WINDOW_S, clock=clock)

        self._both = rates(PER_NAME_AND_ADDRESS)
        self._addresses, self._names = rates(PER_ADDRESS), rates(PER_NAME)
        self._all = rates(OF_ALL)

    def wait_s(self, name: str, address: str) -> int:
        """Whole seconds until this name may be tried again from this address; 0 for now."""
        waits = [rates.wait_s(who) for rates, who in self._counted(name, address)]
        return math.ceil(max(waits))

    def count(self, name: str, address: str) -> None:
        """Note a try, whatever comes of it."""
        for rates, who in self._counted(name, address):
            rates.count(who)

    def _counted(self, name: str, address: str) -> tuple[tuple[Rates, str], ...]:
        key = name.strip().casefold()
        both = (self._both, f"{key}\n{address}")
        return both, (self._addresses, address), (self._names, key), (self._all, ALL)
