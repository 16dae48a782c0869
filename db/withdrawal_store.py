"""Taking a player's words and name out of the database. Called by withdrawing.

Counts stay: verdicts say nothing of a person once nobody can tell whose they are.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from db.connection import Connection
from db.times import utc_text

OWN_TURNS = """
SELECT turns.id FROM turns JOIN rounds ON rounds.id = turns.round_id
JOIN sessions ON sessions.id = rounds.session_id WHERE sessions.player_id = :id
"""
# Of the first kind nobody has said anything yet; they are not served any more. The others keep
# what an expert said and are in no export, for they have no question.
DELETIONS = (
    f"DELETE FROM highlights WHERE turn_id IN ({OWN_TURNS})",
    f"""DELETE FROM known_wordings WHERE (image_id, question_key) IN (
        SELECT image_id, question_key FROM turns JOIN rounds ON rounds.id = turns.round_id
        WHERE turns.id IN ({OWN_TURNS}))""",
    f"""UPDATE label_check_replies SET question = '', reply = '' WHERE check_id IN (
        SELECT label_checks.id FROM label_checks JOIN labels ON labels.id = label_checks.label_id
        JOIN label_items ON label_items.id = labels.item_id
        WHERE label_items.turn_id IN ({OWN_TURNS}))""",
    f"""UPDATE label_items SET state = 'doubted', posterior = NULL, posterior_low = NULL,
        posterior_high = NULL, leased_by = NULL, leased_until_utc = NULL
        WHERE state IN ('doubted', 'waiting') AND turn_id IN ({OWN_TURNS})""",
    f"""UPDATE label_items SET state = 'done', final_label_id = first_label_id,
        leased_by = NULL, leased_until_utc = NULL
        WHERE state IN ('second', 'disputed') AND turn_id IN ({OWN_TURNS})""",
    f"""DELETE FROM evaluation_answers WHERE (image_id, question) IN (
        SELECT image_id, question FROM turns JOIN rounds ON rounds.id = turns.round_id
        WHERE turns.id IN ({OWN_TURNS}))""",
    f"""DELETE FROM evaluation_scores WHERE question IN (
        SELECT question FROM turns WHERE turns.id IN ({OWN_TURNS}))""",
    f"""UPDATE turns SET question = '', question_key = '',
        answer = CASE WHEN answer IS NULL THEN NULL ELSE '' END
        WHERE id IN ({OWN_TURNS})""",
)


class WithdrawalStore:
    """Reads and writes `withdrawals`, and empties what a player wrote."""

    def __init__(self, connection: Connection) -> None:
        """Share the store's handle."""
        self._connection = connection

    def has(self, player_id: str) -> bool:
        """Whether this player took their consent back."""
        row = self._connection.row(
            "SELECT 1 FROM withdrawals WHERE player_id = :id", {"id": player_id}
        )
        return row is not None

    def note(self, player_id: str, *, words_deleted: bool, now: datetime) -> None:
        """Record that they did; deleting words can follow making anonymous, never the reverse."""
        self._connection.rows(
            """INSERT INTO withdrawals (player_id, words_deleted, withdrawn_utc)
            VALUES (:id, :words_deleted, :now) ON CONFLICT (player_id) DO UPDATE
            SET words_deleted = max(words_deleted, excluded.words_deleted)""",
            {"id": player_id, "words_deleted": int(words_deleted), "now": utc_text(now)},
        )

    def make_anonymous(self, player_id: str, *, neutral: str) -> None:
        """Put the neutral name in the place of the player's own, without a way back."""
        self._connection.rows("PRAGMA secure_delete=ON")
        self._connection.rows(
            """UPDATE players SET nickname = :neutral, nickname_key = :neutral, team = '',
                hidden_nickname = NULL, hidden_team = NULL WHERE id = :id""",
            {"id": player_id, "neutral": neutral},
        )
        self._connection.rows("DELETE FROM door_accounts WHERE player_id = :id", {"id": player_id})

    def delete_words(self, player_id: str) -> int:
        """Empty every question of the player's and every answer to one; how many there were."""
        self._connection.rows("PRAGMA secure_delete=ON")
        count = self._connection.rows(
            f"SELECT count(*) AS n FROM ({OWN_TURNS})", {"id": player_id}
        )[0]["n"]
        with (
            self._without_triggers("label_check_replies"),
            self._without_triggers("evaluation_answers"),
            self._without_triggers("evaluation_scores"),
        ):
            for statement in DELETIONS:
                self._connection.rows(statement, {"id": player_id})
        return int(count)

    def write_back(self) -> None:
        """Write the log back into the file and empty it: it still holds what was there before."""
        self._connection.rows("PRAGMA wal_checkpoint(TRUNCATE)")

    @contextmanager
    def _without_triggers(self, table: str) -> Iterator[None]:
        """This table may be changed within the block; part of the transaction around it."""
        triggers = self._connection.rows(
            "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = :table",
            {"table": table},
        )
        for trigger in triggers:
            self._connection.rows(f"DROP TRIGGER {trigger['name']}")
        yield
        for trigger in triggers:
            self._connection.rows(trigger["sql"])
