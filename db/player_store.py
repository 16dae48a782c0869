"""Players and the consents they gave. Called by play."""

import sqlite3
from datetime import datetime

from db.connection import Connection
from db.records import PlayerRecord
from db.times import utc_moment, utc_text


class PlayerStore:
    """Reads and writes `players` and `consents`."""

    def __init__(self, connection: Connection) -> None:
        """Share the store's handle."""
        self._connection = connection

    def add(self, player: PlayerRecord, *, consent_version: str) -> bool:
        """Add the player and the consent; False, and nothing written, if the nickname is taken."""
        with self._connection.transaction():
            added = self._connection.row(
                """INSERT INTO players
                    (id, nickname, nickname_key, team, hidden_team, created_utc)
                VALUES (:id, :nickname, :nickname_key, :team, :hidden_team, :created_utc)
                ON CONFLICT (nickname_key) DO NOTHING RETURNING id""",
                {
                    "id": player.id,
                    "nickname": player.nickname,
                    "nickname_key": player.nickname_key,
                    "team": player.team,
                    "hidden_team": player.hidden_team,
                    "created_utc": utc_text(player.created_utc),
                },
            )
            if added is not None:
                self._add_consent(player.id, consent_version, player.created_utc)
        return added is not None

    def get(self, player_id: str) -> PlayerRecord | None:
        """The player of this id."""
        row = self._connection.row("SELECT * FROM players WHERE id = :id", {"id": player_id})
        return None if row is None else _player(row)

    def find(self, nickname_key: str) -> PlayerRecord | None:
        """The player who is called so."""
        row = self._connection.row(
            "SELECT * FROM players WHERE nickname_key = :key", {"key": nickname_key}
        )
        return None if row is None else _player(row)

    def rename(
        self, player_id: str, *, nickname: str, nickname_key: str, hidden_nickname: str | None
    ) -> None:
        """Call the player otherwise, everywhere; nobody else may be called so."""
        self._connection.rows(
            """UPDATE players SET nickname = :nickname, nickname_key = :nickname_key,
                hidden_nickname = :hidden_nickname WHERE id = :id""",
            {
                "id": player_id,
                "nickname": nickname,
                "nickname_key": nickname_key,
                "hidden_nickname": hidden_nickname,
            },
        )

    def consents(self, player_id: str) -> list[str]:
        """The versions of the consent text this player agreed to, oldest first."""
        rows = self._connection.rows(
            "SELECT version FROM consents WHERE player_id = :id ORDER BY given_utc, version",
            {"id": player_id},
        )
        return [row["version"] for row in rows]

    def _add_consent(self, player_id: str, version: str, given: datetime) -> None:
        self._connection.rows(
            """INSERT INTO consents (player_id, version, given_utc)
            VALUES (:player_id, :version, :given_utc)""",
            {"player_id": player_id, "version": version, "given_utc": utc_text(given)},
        )


def _player(row: sqlite3.Row) -> PlayerRecord:
    return PlayerRecord(
        id=row["id"],
        nickname=row["nickname"],
        nickname_key=row["nickname_key"],
        team=row["team"],
        created_utc=utc_moment(row["created_utc"]),
        hidden_nickname=row["hidden_nickname"],
        hidden_team=row["hidden_team"],
    )
