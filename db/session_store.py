"""Sessions and their rounds. Called by play; every change of state is one guarded statement."""

import sqlite3
from datetime import datetime

from db.connection import Connection
from db.records import (
    CloseReason,
    FinishReason,
    RoundRecord,
    SessionRecord,
    SessionScore,
)
from db.times import utc_moment, utc_moment_or_none, utc_text

SCORE = """
SELECT count(turns.id) AS questions,
    coalesce(sum(verdicts.verdict = 'correct'), 0) AS marked_correct,
    count(DISTINCT CASE WHEN rounds.tainted AND turns.told_wrong THEN rounds.id END) AS traps_set,
    count(DISTINCT CASE WHEN rounds.tainted AND turns.told_wrong AND verdicts.verdict = 'wrong'
        THEN rounds.id END) AS traps_caught
FROM rounds
JOIN turns ON turns.round_id = rounds.id AND turns.answer IS NOT NULL
LEFT JOIN verdicts ON verdicts.turn_id = turns.id
WHERE rounds.session_id = :session_id
"""


class SessionStore:
    """Reads and writes `sessions` and `rounds`."""

    def __init__(self, connection: Connection) -> None:
        """Share the store's handle."""
        self._connection = connection

    def add(self, session: SessionRecord, *, rounds: list[RoundRecord]) -> None:
        """Add an unfinished session and its rounds, none of them opened yet."""
        with self._connection.transaction():
            self._connection.rows(
                """INSERT INTO sessions
                (id, player_id, deck, model, started_utc, closes_utc, number)
                SELECT :id, :player_id, :deck, :model, :started_utc, :closes_utc,
                    1 + coalesce(max(number), 0) FROM sessions WHERE player_id = :player_id""",
                {
                    "id": session.id,
                    "player_id": session.player_id,
                    "deck": session.deck,
                    "model": session.model,
                    "started_utc": utc_text(session.started_utc),
                    "closes_utc": utc_text(session.closes_utc),
                },
            )
            for dealt in rounds:
                self._add_round(dealt)

    def _add_round(self, dealt: RoundRecord) -> None:
        self._connection.rows(
            """INSERT INTO rounds (id, session_id, place, image_id, tainted, token)
            VALUES (:id, :session_id, :place, :image_id, :tainted, :token)""",
            {
                "id": dealt.id,
                "session_id": dealt.session_id,
                "place": dealt.place,
                "image_id": dealt.image_id,
                "tainted": int(dealt.tainted),
                "token": dealt.token,
            },
        )

    def get(self, session_id: str) -> SessionRecord | None:
        """The session of this id."""
        row = self._connection.row("SELECT * FROM sessions WHERE id = :id", {"id": session_id})
        return None if row is None else _session(row)

    def latest(self, player_id: str) -> SessionRecord | None:
        """The session this player began last, finished or not."""
        row = self._connection.row(
            "SELECT * FROM sessions WHERE player_id = :player_id ORDER BY number DESC LIMIT 1",
            {"player_id": player_id},
        )
        return None if row is None else _session(row)

    def unfinished(self, player_id: str) -> SessionRecord | None:
        """The session this player is in."""
        row = self._connection.row(
            "SELECT * FROM sessions WHERE player_id = :player_id AND finished_utc IS NULL",
            {"player_id": player_id},
        )
        return None if row is None else _session(row)

    def overdue(self, now: datetime) -> list[SessionRecord]:
        """Unfinished sessions whose time to close has come, of all players."""
        rows = self._connection.rows(
            """SELECT * FROM sessions
            WHERE finished_utc IS NULL AND closes_utc <= :now ORDER BY closes_utc""",
            {"now": utc_text(now)},
        )
        return [_session(row) for row in rows]

    def finish(
        self, session_id: str, *, finished: datetime, reason: FinishReason, points: int
    ) -> bool:
        """End the session with its points; False if it had ended already."""
        row = self._connection.row(
            """UPDATE sessions
            SET finished_utc = :finished_utc, finish_reason = :reason, points = :points
            WHERE id = :id AND finished_utc IS NULL RETURNING id""",
            {
                "id": session_id,
                "finished_utc": utc_text(finished),
                "reason": reason,
                "points": points,
            },
        )
        return row is not None

    def score(self, session_id: str) -> SessionScore:
        """Totals of the session so far; a trap is set once its wrong answer has been shown."""
        row = self._connection.rows(SCORE, {"session_id": session_id})[0]
        return SessionScore(
            traps_caught=row["traps_caught"],
            traps_set=row["traps_set"],
            questions=row["questions"],
            marked_correct=row["marked_correct"],
        )

    def rounds(self, session_id: str) -> list[RoundRecord]:
        """All rounds of the session, in order."""
        rows = self._connection.rows(
            "SELECT * FROM rounds WHERE session_id = :id ORDER BY place", {"id": session_id}
        )
        return [round_of(row) for row in rows]

    def open_round(self, session_id: str) -> RoundRecord | None:
        """The round whose picture is being shown."""
        row = self._connection.row(
            """SELECT * FROM rounds
            WHERE session_id = :id AND opened_utc IS NOT NULL AND closed_utc IS NULL""",
            {"id": session_id},
        )
        return None if row is None else round_of(row)

    def open_next_round(
        self, session_id: str, *, opened: datetime, deadline: datetime
    ) -> RoundRecord | None:
        """Show the next picture; None if one is being shown or none is left."""
        row = self._connection.row(
            """UPDATE rounds SET opened_utc = :opened_utc, deadline_utc = :deadline_utc
            WHERE id = (SELECT id FROM rounds WHERE session_id = :session_id
                        AND opened_utc IS NULL ORDER BY place LIMIT 1)
            AND NOT EXISTS (SELECT 1 FROM rounds WHERE session_id = :session_id
                            AND opened_utc IS NOT NULL AND closed_utc IS NULL)
            RETURNING *""",
            {
                "session_id": session_id,
                "opened_utc": utc_text(opened),
                "deadline_utc": utc_text(deadline),
            },
        )
        return None if row is None else round_of(row)

    def move_deadline(self, round_id: str, *, deadline: datetime) -> None:
        """Set the deadline of a round that is open."""
        self._connection.rows(
            """UPDATE rounds SET deadline_utc = :deadline_utc
            WHERE id = :id AND opened_utc IS NOT NULL AND closed_utc IS NULL""",
            {"id": round_id, "deadline_utc": utc_text(deadline)},
        )

    def close_round(self, round_id: str, *, closed: datetime, reason: CloseReason) -> bool:
        """Close the open round; False if it was not open."""
        row = self._connection.row(
            """UPDATE rounds SET closed_utc = :closed_utc, close_reason = :reason
            WHERE id = :id AND opened_utc IS NOT NULL AND closed_utc IS NULL RETURNING id""",
            {"id": round_id, "closed_utc": utc_text(closed), "reason": reason},
        )
        return row is not None


def _session(row: sqlite3.Row) -> SessionRecord:
    return SessionRecord(
        id=row["id"],
        player_id=row["player_id"],
        deck=row["deck"],
        model=row["model"],
        started_utc=utc_moment(row["started_utc"]),
        closes_utc=utc_moment(row["closes_utc"]),
        finished_utc=utc_moment_or_none(row["finished_utc"]),
        finish_reason=row["finish_reason"],
        points=row["points"],
    )


def round_of(row: sqlite3.Row) -> RoundRecord:
    """A row of `rounds` as a record."""
    return RoundRecord(
        id=row["id"],
        session_id=row["session_id"],
        place=row["place"],
        image_id=row["image_id"],
        tainted=bool(row["tainted"]),
        token=row["token"],
        opened_utc=utc_moment_or_none(row["opened_utc"]),
        deadline_utc=utc_moment_or_none(row["deadline_utc"]),
        closed_utc=utc_moment_or_none(row["closed_utc"]),
        close_reason=row["close_reason"],
    )
