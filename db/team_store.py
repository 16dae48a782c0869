"""Names of teams, and those that the host has hidden. Called by play."""

from collections.abc import Sequence

from db.connection import Connection


class TeamStore:
    """Reads and writes `hidden_teams` and the teams in `players`."""

    def __init__(self, connection: Connection) -> None:
        """Share the store's handle."""
        self._connection = connection

    def shown(self) -> list[str]:
        """Every team name that stands on pages."""
        rows = self._connection.rows("SELECT DISTINCT team FROM players ORDER BY team")
        return [row["team"] for row in rows]

    def hidden(self) -> dict[str, str]:
        """The neutral name of each hidden team, by what the hidden name is compared by."""
        rows = self._connection.rows("SELECT team_key, neutral FROM hidden_teams")
        return {row["team_key"]: row["neutral"] for row in rows}

    def hide(self, spelt: Sequence[str], *, key: str, neutral: str) -> None:
        """Put the neutral name in the place of these, for good."""
        with self._connection.transaction():
            self._connection.rows(
                "INSERT INTO hidden_teams (team_key, neutral) VALUES (:key, :neutral)",
                {"key": key, "neutral": neutral},
            )
            for name in spelt:
                self._connection.rows(
                    """UPDATE players SET hidden_team = team, team = :neutral
                    WHERE team = :name""",
                    {"neutral": neutral, "name": name},
                )

    def restore(self, neutral: str) -> str:
        """Give everybody back what they typed; one of the names."""
        values = {"neutral": neutral}
        with self._connection.transaction():
            self._connection.rows("DELETE FROM hidden_teams WHERE neutral = :neutral", values)
            rows = self._connection.rows(
                """UPDATE players SET team = hidden_team, hidden_team = NULL
                WHERE team = :neutral AND hidden_team IS NOT NULL RETURNING team""",
                values,
            )
        return str(rows[0]["team"])
