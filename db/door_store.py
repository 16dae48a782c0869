"""Who came in through another service's sign-in. Called by play."""

from db.connection import Connection


class DoorStore:
    """Reads and writes `door_accounts`; an account is a keyed hash, never a number or a name."""

    def __init__(self, connection: Connection) -> None:
        """Share the store's handle."""
        self._connection = connection

    def player_id(self, account_key: str) -> str | None:
        """The player that an account plays as."""
        row = self._connection.row(
            "SELECT player_id FROM door_accounts WHERE account_key = :key", {"key": account_key}
        )
        return None if row is None else str(row["player_id"])

    def add(self, account_key: str, *, player_id: str) -> None:
        """From now on the account plays as this player."""
        self._connection.rows(
            "INSERT INTO door_accounts (account_key, player_id) VALUES (:key, :player_id)",
            {"key": account_key, "player_id": player_id},
        )
