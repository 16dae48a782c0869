"""Questions that the host lets everybody see, and those to choose from. Called by stands."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from db.connection import Connection
from db.times import utc_moment, utc_text

SEEN = """
SELECT turns.id AS turn_id, turns.question, turns.answer, verdicts.verdict, verdicts.given_utc,
    images.path, highlights.token,
    (SELECT coalesce(label_refinements.kept_text, labels.answer) FROM label_items
        JOIN labels ON labels.id = final_label_id AND labels.verdict = 'answer'
        LEFT JOIN label_refinements ON label_refinements.label_id = labels.id
        WHERE label_items.turn_id = turns.id AND label_items.state = 'done') AS truth
FROM {turns} JOIN verdicts ON verdicts.turn_id = turns.id AND turns.question <> ''
JOIN rounds ON rounds.id = turns.round_id JOIN images ON images.id = rounds.image_id
"""
# Of open sessions nothing is offered: somebody is at it.
CANDIDATES = f"""{SEEN.format(turns="turns")}
LEFT JOIN highlights ON highlights.turn_id = turns.id
JOIN sessions ON sessions.id = rounds.session_id AND sessions.finished_utc IS NOT NULL
WHERE verdicts.verdict = 'wrong' AND highlights.turn_id IS NULL AND verdicts.given_utc >= :since
ORDER BY truth IS NULL, verdicts.given_utc DESC LIMIT :limit
"""
# Few are chosen and much is played: a cross join keeps SQLite from beginning with the turns.
FROM_CHOSEN = "highlights CROSS JOIN turns ON turns.id = highlights.turn_id"
CHOSEN = f"""{SEEN.format(turns=FROM_CHOSEN)}
ORDER BY highlights.chosen_utc DESC, turns.id LIMIT :limit
"""


class Highlight(NamedTuple):
    """A question with its answer and mark; `truth` is what an expert said, `token` once chosen."""

    turn_id: str
    question: str
    answer: str
    verdict: str
    given_utc: datetime
    path: str
    token: str | None
    truth: str | None


class HighlightStore:
    """Reads and writes `highlights`."""

    def __init__(self, connection: Connection) -> None:
        """Share the store's handle."""
        self._connection = connection

    def candidates(self, *, since: datetime, limit: int) -> list[Highlight]:
        """Answers marked wrong that nobody has chosen yet, confirmed ones first, then newest."""
        return self._read(CANDIDATES, {"since": utc_text(since), "limit": limit})

    def chosen(self, *, limit: int) -> list[Highlight]:
        """What everybody may see, what was chosen last first."""
        return self._read(CHOSEN, {"limit": limit})

    def choose(self, turn_id: str, *, token: str, now: datetime) -> bool:
        """Show this one; False if there is no such marked question. Twice is once."""
        row = self._connection.row(
            """INSERT INTO highlights (turn_id, token, chosen_utc)
            SELECT turn_id, :token, :now FROM verdicts WHERE turn_id = :turn_id
            ON CONFLICT (turn_id) DO UPDATE SET token = token RETURNING turn_id""",
            {"turn_id": turn_id, "token": token, "now": utc_text(now)},
        )
        return row is not None

    def drop(self, turn_ids: Sequence[str]) -> int:
        """Show these no more; how many were shown."""
        dropped = 0
        for turn_id in turn_ids:
            rows = self._connection.rows(
                "DELETE FROM highlights WHERE turn_id = :id RETURNING turn_id", {"id": turn_id}
            )
            dropped += len(rows)
        return dropped

    def path(self, token: str) -> str | None:
        """Where the picture of a shown question lies."""
        row = self._connection.row(
            """SELECT images.path FROM highlights JOIN turns ON turns.id = turn_id
            JOIN rounds ON rounds.id = turns.round_id JOIN images ON images.id = rounds.image_id
            WHERE highlights.token = :token AND turns.question <> ''""",
            {"token": token},
        )
        return None if row is None else str(row["path"])

    def _read(self, sql: str, parameters: dict[str, object]) -> list[Highlight]:
        return [
            Highlight(
                turn_id=row["turn_id"],
                question=row["question"],
                answer=row["answer"] or "",
                verdict=row["verdict"],
                given_utc=utc_moment(row["given_utc"]),
                path=row["path"],
                token=row["token"],
                truth=row["truth"],
            )
            for row in self._connection.rows(sql, parameters)
        ]
