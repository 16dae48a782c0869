"""Posteriors, standings and marked questions. Called by play and scoring."""

import json
from dataclasses import asdict
from datetime import datetime

from db.connection import Connection
from db.records import (
    MarkedQuestion,
    PopulationRecord,
    PosteriorRecord,
    StandingRecord,
    VerdictCounts,
    WrongMarkTally,
)
from db.times import utc_moment, utc_text
from db.turn_store import answered_by

COUNTS = """
    sum(rounds.tainted AND turns.told_wrong AND verdicts.verdict = 'wrong')
        AS told_marked_wrong,
    sum(rounds.tainted AND turns.told_wrong AND verdicts.verdict = 'correct')
        AS told_marked_correct,
    sum(rounds.tainted AND NOT turns.told_wrong AND verdicts.verdict = 'wrong')
        AS honest_marked_wrong,
    sum(rounds.tainted AND NOT turns.told_wrong AND verdicts.verdict = 'correct')
        AS honest_marked_correct,
    sum(NOT rounds.tainted AND verdicts.verdict = 'wrong') AS untainted_marked_wrong,
    sum(NOT rounds.tainted AND verdicts.verdict = 'correct') AS untainted_marked_correct
FROM sessions
JOIN rounds ON rounds.session_id = sessions.id
JOIN turns ON turns.round_id = rounds.id
JOIN verdicts ON verdicts.turn_id = turns.id
"""
OWN_COUNTS = f"SELECT {COUNTS} WHERE sessions.player_id = :player_id HAVING count(*) > 0"
ALL_COUNTS = f"SELECT sessions.player_id AS player_id, {COUNTS} GROUP BY sessions.player_id"

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
SELECT turns.*, rounds.image_id AS image_id, sessions.player_id AS player_id
FROM verdicts
JOIN turns ON turns.id = verdicts.turn_id
JOIN rounds ON rounds.id = turns.round_id AND NOT rounds.tainted
JOIN sessions ON sessions.id = rounds.session_id
WHERE verdicts.verdict = 'wrong'
    AND EXISTS (SELECT 1 FROM posteriors WHERE posteriors.player_id = sessions.player_id)
ORDER BY verdicts.given_utc, verdicts.id
"""


class ScoreStore:
    """Reads what players' verdicts add up to; writes `posteriors`, which only grows."""

    def __init__(self, connection: Connection) -> None:
        """Share the store's handle."""
        self._connection = connection

    def counts(self, player_id: str) -> VerdictCounts:
        """This player's verdicts over all sessions."""
        row = self._connection.row(OWN_COUNTS, {"player_id": player_id})
        return VerdictCounts(0, 0, 0, 0, 0, 0) if row is None else VerdictCounts(*row)

    def all_counts(self) -> dict[str, VerdictCounts]:
        """The verdicts of every player who has given one, by player."""
        rows = self._connection.rows(ALL_COUNTS)
        return {row["player_id"]: VerdictCounts(*row[1:]) for row in rows}

    def last_verdict_number(self) -> int:
        """How many verdicts have been given; none is ever removed, so the last row tells."""
        return self._connection.rows("SELECT coalesce(max(rowid), 0) AS n FROM verdicts")[0]["n"]

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
                untainted_marked_wrong, untainted_marked_correct, paper,
                smoothed, smoothed_low, smoothed_high, joint, joint_low, joint_high, updated_utc)
            VALUES (:player_id, :verdict_id, :told_marked_wrong,
                :told_marked_correct, :honest_marked_wrong, :honest_marked_correct,
                :untainted_marked_wrong, :untainted_marked_correct, :paper,
                :smoothed, :smoothed_low, :smoothed_high, :joint, :joint_low, :joint_high,
                :updated_utc)""",
            fields | counts | {"updated_utc": utc_text(posterior.updated_utc)},
        )

    def add_population(self, population: PopulationRecord) -> None:
        """Append a population; the last one counts."""
        self._connection.rows(
            """INSERT INTO populations
                (verdicts, error_rate, honest_wrong, told_right, weights_json, fitted_utc)
            VALUES
                (:verdicts, :error_rate, :honest_wrong, :told_right, :weights_json, :fitted_utc)""",
            vars(population)
            | {
                "weights": None,
                "weights_json": json.dumps(population.weights),
                "fitted_utc": utc_text(population.fitted_utc),
            },
        )

    def latest_population(self) -> PopulationRecord | None:
        """The population as last fitted."""
        row = self._connection.row("SELECT * FROM populations ORDER BY id DESC LIMIT 1")
        if row is None:
            return None
        return PopulationRecord(
            verdicts=row["verdicts"],
            error_rate=row["error_rate"],
            honest_wrong=row["honest_wrong"],
            told_right=row["told_right"],
            weights=tuple(json.loads(row["weights_json"])),
            fitted_utc=utc_moment(row["fitted_utc"]),
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
            )
            for row in self._connection.rows(MARKED)
        ]
