"""What experts found of answers that players marked Wrong. Called by labeling and play."""

from typing import NamedTuple

from db.connection import Connection

# None of these knows the finding itself: an item's posterior stays as it was when the item was
# labeled, and the other estimators learn nothing from experts.
FINDINGS = """
SELECT checked_turns.player_id, NOT model_was_right AS model_was_wrong,
    label_items.posterior AS joint, latest.smoothed, latest.paper
FROM checked_turns JOIN label_items ON label_items.turn_id = checked_turns.turn_id
JOIN posteriors AS latest ON latest.id = (
    SELECT max(id) FROM posteriors WHERE player_id = checked_turns.player_id)
WHERE label_items.posterior IS NOT NULL ORDER BY label_items.id
"""


class Finding(NamedTuple):
    """What an expert found of a marked answer, and what was thought of its player.

    Attributes:
        joint: the item's posterior, as the expert saw it.
        smoothed, paper: the player's, as they are now.
    """

    player_id: str
    model_was_wrong: bool
    joint: float
    smoothed: float
    paper: float | None


class CheckedStore:
    """Reads and writes `checked_turns`; triggers keep `checked_counts`, which scoring reads."""

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

    def findings(self) -> list[Finding]:
        """Everything that experts found, in the order of the items."""
        rows = self._connection.rows(FINDINGS)
        return [Finding(**{**dict(row), "model_was_wrong": bool(row[1])}) for row in rows]
