"""Posteriors, standings and marked questions. Called by play and scoring."""

from dataclasses import asdict
from datetime import datetime

from db.connection import Connection
from db.records import (
    MarkedQuestion,
    PosteriorRecord,
    StandingRecord,
    VerdictCounts,
    WrongMarkTally,
)
from db.times import utc_text
from db.turn_store import answered_by

COUNTS = """
SELECT
    coalesce(sum(turns.told_wrong AND verdicts.verdict = 'wrong'), 0) AS told_marked_wrong,
    coalesce(sum(turns.told_wrong AND verdicts.verdict = 'correct'), 0) AS told_marked_correct,
    coalesce(sum(NOT turns.told_wrong AND verdicts.verdict = 'wrong'), 0) AS honest_marked_wrong,
    coalesce(sum(NOT turns.told_wrong AND verdicts.verdict = 'correct'), 0)
        AS honest_marked_correct
FROM sessions
JOIN rounds ON rounds.session_id = sessions.id AND rounds.tainted
JOIN turns ON turns.round_id = rounds.id
JOIN verdicts ON verdicts.turn_id = turns.id
WHERE sessions.player_id = :player_id
"""

TALLIES = """
SELECT told_marked_wrong AS told, honest_marked_wrong AS honest, count(*) AS players
FROM posteriors
WHERE id IN (SELECT max(id) FROM posteriors GROUP BY player_id)
GROUP BY told_marked_wrong, honest_marked_wrong
ORDER BY told_marked_wrong, honest_marked_wrong
"""

STANDINGS = """
WITH totals AS (
    SELECT player_id, sum(points) AS points, count(*) AS sessions
    FROM sessions WHERE finished_utc >= :since AND finished_utc < :until GROUP BY player_id
)
SELECT rank() OVER (ORDER BY totals.points DESC) AS rank, totals.player_id AS player_id,
    players.nickname AS nickname, players.team AS team,
    totals.points AS points, totals.sessions AS sessions
FROM totals JOIN players ON players.id = totals.player_id
ORDER BY rank, players.nickname_key
"""

MARKED = """
SELECT turns.*, rounds.image_id AS image_id, sessions.player_id AS player_id,
    posteriors.told_marked_wrong + posteriors.honest_marked_wrong AS wrong_marks,
    posteriors.paper AS paper, posteriors.smoothed AS smoothed,
    posteriors.smoothed_low AS smoothed_low, posteriors.smoothed_high AS smoothed_high
FROM verdicts
JOIN turns ON turns.id = verdicts.turn_id
JOIN rounds ON rounds.id = turns.round_id AND NOT rounds.tainted
JOIN sessions ON sessions.id = rounds.session_id
JOIN posteriors ON posteriors.id =
    (SELECT max(id) FROM posteriors AS own WHERE own.player_id = sessions.player_id)
WHERE verdicts.verdict = 'wrong'
ORDER BY verdicts.given_utc, verdicts.id
"""


class ScoreStore:
    """Reads what players' verdicts add up to; writes `posteriors`, which only grows."""

    def __init__(self, connection: Connection) -> None:
        """Share the store's handle."""
        self._connection = connection

    def counts(self, player_id: str) -> VerdictCounts:
        """This player's verdicts on tainted pictures, over all sessions."""
        row = self._connection.rows(COUNTS, {"player_id": player_id})[0]
        return VerdictCounts(**dict(row))

    def wrong_mark_tallies(self) -> list[WrongMarkTally]:
        """All players' wrong marks on tainted pictures, equal ones counted together."""
        return [WrongMarkTally(**dict(row)) for row in self._connection.rows(TALLIES)]

    def add_posterior(self, posterior: PosteriorRecord) -> None:
        """Append a player's posterior."""
        fields = asdict(posterior)
        counts = fields.pop("counts")
        self._connection.rows(
            """INSERT INTO posteriors (player_id, verdict_id, told_marked_wrong,
                told_marked_correct, honest_marked_wrong, honest_marked_correct,
                paper, smoothed, smoothed_low, smoothed_high, updated_utc)
            VALUES (:player_id, :verdict_id, :told_marked_wrong,
                :told_marked_correct, :honest_marked_wrong, :honest_marked_correct,
                :paper, :smoothed, :smoothed_low, :smoothed_high, :updated_utc)""",
            fields | counts | {"updated_utc": utc_text(posterior.updated_utc)},
        )

    def standings(self, *, since: datetime, until: datetime) -> list[StandingRecord]:
        """Points of sessions finished in [since, until), best first; equal points share a rank."""
        rows = self._connection.rows(
            STANDINGS, {"since": utc_text(since), "until": utc_text(until)}
        )
        return [StandingRecord(**dict(row)) for row in rows]

    def marked_questions(self) -> list[MarkedQuestion]:
        """Questions marked wrong on untainted pictures, of players who have a posterior."""
        return [
            MarkedQuestion(
                turn_id=row["id"],
                image_id=row["image_id"],
                player_id=row["player_id"],
                question=row["question"],
                answer=row["answer"],
                answered_by=answered_by(row),
                wrong_marks=row["wrong_marks"],
                paper=row["paper"],
                smoothed=row["smoothed"],
                smoothed_low=row["smoothed_low"],
                smoothed_high=row["smoothed_high"],
            )
            for row in self._connection.rows(MARKED)
        ]
