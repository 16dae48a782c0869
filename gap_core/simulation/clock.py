"""The time of simulated play. Called by everything that plays without waiting."""

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass
class SimulatedClock:
    """A time that only whoever plays moves; aware."""

    now: datetime

    def __call__(self) -> datetime:
        """The time as the game reads it."""
        return self.now

    def advance(self, seconds: float) -> None:
        """Let so many seconds pass."""
        self.now += timedelta(seconds=seconds)
