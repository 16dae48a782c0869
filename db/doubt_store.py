"""Players whose untainted verdicts are doubted, from which session on. Called by play."""

from collections.abc import Sequence
from typing import NamedTuple

from db.connection import Connection

MARKS = """
SELECT player_id, number, untainted_marked_wrong, untainted_marked_correct
FROM sessions JOIN session_counts ON session_id = sessions.id ORDER BY player_id, number
"""
DOUBTED_MARKS = """
SELECT player_id, sum(untainted_marked_wrong) AS wrong, sum(untainted_marked_correct) AS correct
FROM player_doubts
JOIN sessions USING (player_id)
JOIN session_counts ON session_id = sessions.id
WHERE number >= since_session GROUP BY player_id
"""


class SessionMarksRecord(NamedTuple):
    """A player's verdicts on untainted pictures in the session of this number."""

    player_id: str
    session: int
    wrong: int
    correct: int


class DoubtRecord(NamedTuple):
    """Nothing that this player says on untainted pictures counts from this session on."""

    player_id: str
    since_session: int
    surprise: float


class DoubtedMarks(NamedTuple):
    """A player's verdicts on untainted pictures in doubted sessions."""

    wrong: int
    correct: int


class DoubtStore:
    """Reads verdicts by session; writes `player_doubts`."""

    def __init__(self, connection: Connection) -> None:
        """Share the store's handle."""
        self._connection = connection

    def session_marks(self) -> list[SessionMarksRecord]:
        """Every session with a verdict, player by player, in the order they were played."""
        return [SessionMarksRecord(*row) for row in self._connection.rows(MARKS)]

    def replace(self, doubts: Sequence[DoubtRecord]) -> None:
        """Doubt these players and no others."""
        with self._connection.transaction():
            self._connection.rows("DELETE FROM player_doubts")
            for doubt in doubts:
                self._connection.rows(
                    "INSERT INTO player_doubts VALUES (:player_id, :since_session, :surprise)",
                    doubt._asdict(),
                )

    def all(self) -> dict[str, DoubtRecord]:
        """Who is doubted, by player."""
        rows = self._connection.rows("SELECT * FROM player_doubts")
        return {row["player_id"]: DoubtRecord(*row) for row in rows}

    def marks(self) -> dict[str, DoubtedMarks]:
        """What doubted players said in doubted sessions, by player."""
        return {
            row["player_id"]: DoubtedMarks(row["wrong"], row["correct"])
            for row in self._connection.rows(DOUBTED_MARKS)
        }

    def session_numbers(self, player_id: str) -> list[int]:
        """The numbers of a player's sessions with a verdict."""
        rows = self._connection.rows(
            """SELECT number FROM sessions JOIN session_counts ON session_id = sessions.id
            WHERE player_id = :player_id ORDER BY number""",
            {"player_id": player_id},
        )
        return [row["number"] for row in rows]
