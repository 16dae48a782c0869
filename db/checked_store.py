"""What experts found of answers that players marked Wrong. Called by labeling."""

from db.connection import Connection


class CheckedStore:
    """Writes `checked_turns`; triggers keep `checked_counts`, which scoring reads."""

    def __init__(self, connection: Connection) -> None:
        """Share the store's handle."""
        self._connection = connection

    def add(self, turn_id: str, *, player_id: str, model_was_right: bool, label_id: int) -> None:
        """Record the truth about a marked answer."""
        self._connection.rows(
            """INSERT INTO checked_turns (turn_id, player_id, model_was_right, label_id)
            VALUES (:turn_id, :player_id, :model_was_right, :label_id)""",
            {
                "turn_id": turn_id,
                "player_id": player_id,
                "model_was_right": int(model_was_right),
                "label_id": label_id,
            },
        )

    def remove(self, turn_id: str) -> bool:
        """Forget it, since its label is undone; False if nothing was recorded."""
        row = self._connection.row(
            "DELETE FROM checked_turns WHERE turn_id = :id RETURNING turn_id", {"id": turn_id}
        )
        return row is not None
