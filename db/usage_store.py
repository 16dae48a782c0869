"""How much was played, cheaply. Called by metrics at every scrape."""

from typing import NamedTuple

from db.connection import Connection

# What only grows is told by its last row's number.
COUNTS = """
SELECT (SELECT coalesce(max(rowid), 0) FROM players) AS players,
    (SELECT coalesce(max(rowid), 0) FROM sessions) AS sessions,
    (SELECT coalesce(max(rowid), 0) FROM turns) AS questions,
    (SELECT coalesce(max(rowid), 0) FROM verdicts) AS verdicts,
    (SELECT count(*) FROM sessions WHERE finished_utc IS NULL) AS open_sessions,
    (SELECT count(*) FROM turns WHERE answer IS NULL AND failure IS NULL) AS waiting
"""


class UsageCounts(NamedTuple):
    """Ever: players, sessions, questions, verdicts; now: open sessions, waiting questions."""

    players: int
    sessions: int
    questions: int
    verdicts: int
    open_sessions: int
    waiting: int


class UsageStore:
    """Reads how much there is."""

    def __init__(self, connection: Connection) -> None:
        """Share the store's handle."""
        self._connection = connection

    def counts(self) -> UsageCounts:
        """All counts at once."""
        return UsageCounts(*self._connection.rows(COUNTS)[0])
