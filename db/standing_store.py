"""Points of a week. Called by play; triggers keep the tables whenever a session ends."""

import sqlite3
from datetime import datetime, timedelta

from db.connection import Connection
from db.records import StandingRecord

TOP = """
SELECT player_id, nickname, team, points, sessions
FROM week_totals JOIN players ON players.id = player_id
WHERE week = :week ORDER BY points DESC, reached_utc LIMIT :limit
"""

OWN = """
SELECT own.player_id, nickname, team, own.points, own.sessions, 1 + (
    SELECT coalesce(sum(players), 0) FROM week_points AS others
    WHERE others.week = :week AND others.points > own.points
) AS rank
FROM week_totals AS own JOIN players ON players.id = own.player_id
WHERE own.week = :week AND own.player_id = :player_id
"""


class StandingStore:
    """Reads the points of sessions that ended in an ISO week, UTC.

    `week_totals` has them by player. `week_points` counts the players by points, of which there
    are few different values, so that nobody's place is found by counting everybody above.
    """

    def __init__(self, connection: Connection) -> None:
        """Share the store's handle."""
        self._connection = connection

    def top(self, moment: datetime, *, limit: int) -> list[StandingRecord]:
        """The best of the week that holds this moment.

        Equal points share a rank; who had them first stands first.
        """
        rows = self._connection.rows(TOP, {"week": week_of(moment), "limit": max(0, limit)})
        points = [row["points"] for row in rows]
        return [_standing(row, rank=1 + points.index(row["points"])) for row in rows]

    def own(self, moment: datetime, *, player_id: str) -> StandingRecord | None:
        """One player's place in that week; None where no session of theirs ended in it."""
        row = self._connection.row(OWN, {"week": week_of(moment), "player_id": player_id})
        return None if row is None else _standing(row, rank=row["rank"])

    def players(self, moment: datetime) -> int:
        """How many players have a place in that week."""
        row = self._connection.rows(
            "SELECT coalesce(sum(players), 0) AS players FROM week_points WHERE week = :week",
            {"week": week_of(moment)},
        )[0]
        return int(row["players"])


def week_of(moment: datetime) -> str:
    """The Monday of the ISO week, as the trigger writes it."""
    return (moment.date() - timedelta(days=moment.weekday())).isoformat()


def _standing(row: sqlite3.Row, *, rank: int) -> StandingRecord:
    return StandingRecord(
        rank=rank,
        player_id=row["player_id"],
        nickname=row["nickname"],
        team=row["team"],
        points=row["points"],
        sessions=row["sessions"],
    )
