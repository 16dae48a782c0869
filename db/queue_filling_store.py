"""Filling the queue from verdicts as they come, and keeping its posteriors. Called by labeling."""

from collections.abc import Sequence
from typing import NamedTuple

from db.connection import Connection
from db.labeling_records import MarkedTurn, PlayerTrust
from db.times import utc_moment, utc_text

# Verdicts are never removed, so their row numbers grow by one: a number read is a place kept.
FRESH = """
SELECT verdicts.verdict, verdicts.turn_id, verdicts.given_utc, rounds.tainted, sessions.player_id,
    turns.question
FROM verdicts
JOIN turns ON turns.id = verdicts.turn_id
JOIN rounds ON rounds.id = turns.round_id
JOIN sessions ON sessions.id = rounds.session_id
WHERE verdicts.rowid > :after AND verdicts.rowid <= :until AND turns.question <> ''
ORDER BY verdicts.rowid
"""
SET_TRUST = """
UPDATE label_items SET posterior = :mean, posterior_low = :low, posterior_high = :high,
    state = CASE
        WHEN leased_by IS NOT NULL THEN state
        WHEN NOT :is_selected THEN 'doubted'
        WHEN :with_doubts AND EXISTS (
            SELECT 1 FROM player_doubts
            JOIN turns ON turns.id = label_items.turn_id
            JOIN rounds ON rounds.id = turns.round_id
            JOIN sessions ON sessions.id = rounds.session_id
            WHERE player_doubts.player_id = :player_id AND sessions.number >= since_session
        ) THEN 'doubted'
        ELSE 'waiting' END
WHERE player_id = :player_id AND state IN ('doubted', 'waiting') AND NOT EXISTS (
    SELECT 1 FROM withdrawals WHERE player_id = :player_id AND words_deleted)
"""


class QueueProgress(NamedTuple):
    """How far the queue has been filled.

    Attributes:
        verdicts: number of the last verdict that was read.
        scored_with: what all posteriors of the queue were worked out with.
    """

    verdicts: int
    scored_with: str


class FreshVerdicts(NamedTuple):
    """What some verdicts bring: turns for the queue, and players whose posterior moves."""

    marked: list[MarkedTurn]
    player_ids: list[str]


class QueueFillingStore:
    """Reads verdicts since the last look; writes new items, posteriors and states."""

    def __init__(self, connection: Connection) -> None:
        """Share the store's handle."""
        self._connection = connection

    def progress(self) -> QueueProgress:
        """How far the queue has been filled."""
        row = self._connection.rows("SELECT verdicts, scored_with FROM label_queue_progress")[0]
        return QueueProgress(row["verdicts"], row["scored_with"])

    def set_progress(self, progress: QueueProgress) -> None:
        """Record how far the queue has been filled."""
        self._connection.rows(
            "UPDATE label_queue_progress SET verdicts = :verdicts, scored_with = :scored_with",
            progress._asdict(),
        )

    def fresh_verdicts(self, *, after: int, until: int) -> FreshVerdicts:
        """What the verdicts of these numbers bring."""
        rows = self._connection.rows(FRESH, {"after": after, "until": until})
        marked = [
            MarkedTurn(
                row["turn_id"], row["player_id"], utc_moment(row["given_utc"]), row["question"]
            )
            for row in rows
            if row["verdict"] == "wrong" and not row["tainted"]
        ]
        return FreshVerdicts(marked, list(dict.fromkeys(row["player_id"] for row in rows)))

    def add(self, marked: MarkedTurn, *, category: str) -> None:
        """Add an item, doubted until its player's posterior is set; nothing if it is there.

        The category is the one its question seems to have.
        """
        self._connection.rows(
            """INSERT INTO label_items (turn_id, player_id, category, marked_utc)
            VALUES (:turn_id, :player_id, :category, :marked_utc)
            ON CONFLICT (turn_id) DO NOTHING""",
            vars(marked) | {"category": category, "marked_utc": utc_text(marked.marked_utc)},
        )

    def set_trust(self, trusts: Sequence[PlayerTrust], *, with_doubts: bool) -> None:
        """Set posterior and state of these players' unlabeled items; an open one stays open.

        Args:
            trusts: what is thought of them.
            with_doubts: whether items of sessions in `player_doubts` stay doubted anyway.
        """
        for trust in trusts:
            self._connection.rows(SET_TRUST, vars(trust) | {"with_doubts": with_doubts})

    def players(self) -> list[str]:
        """Everybody with an unlabeled item."""
        rows = self._connection.rows(
            """SELECT DISTINCT player_id FROM label_items
            WHERE state IN ('doubted', 'waiting') ORDER BY player_id"""
        )
        return [row["player_id"] for row in rows]
