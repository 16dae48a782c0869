"""Posteriors and marked questions. Called by play and scoring."""

from dataclasses import asdict

from db.connection import Connection
from db.packing import packed_weights, unpacked_weights
from db.records import (
    MarkedQuestion,
    PopulationRecord,
    PosteriorRecord,
    VerdictCounts,
)
from db.scoring_migrations import COUNTED_BY_SESSION
from db.times import utc_moment, utc_text

MARKED = """
SELECT turns.id, turns.question, sessions.player_id, sessions.number AS session
FROM verdicts
JOIN turns ON turns.id = verdicts.turn_id
JOIN rounds ON rounds.id = turns.round_id AND NOT rounds.tainted
JOIN sessions ON sessions.id = rounds.session_id
WHERE verdicts.verdict = 'wrong' AND turns.question <> ''
    AND EXISTS (SELECT 1 FROM posteriors WHERE posteriors.player_id = sessions.player_id)
ORDER BY verdicts.given_utc, verdicts.id
"""

COUNTS = """
SELECT verdict_counts.*, coalesce(checked_counts.model_wrong, 0),
    coalesce(checked_counts.model_right, 0)
FROM verdict_counts LEFT JOIN checked_counts USING (player_id)
"""
ADDED_UP = """
INSERT INTO verdict_counts
SELECT player_id, sum(told_marked_wrong), sum(told_marked_correct), sum(honest_marked_wrong),
    sum(honest_marked_correct), sum(untainted_marked_wrong), sum(untainted_marked_correct)
FROM session_counts JOIN sessions ON sessions.id = session_id GROUP BY player_id
"""


class ScoreStore:
    """Reads what players' verdicts add up to; writes `posteriors`, which only grows."""

    def __init__(self, connection: Connection) -> None:
        """Share the store's handle."""
        self._connection = connection

    def counts(self, player_id: str) -> VerdictCounts:
        """This player's verdicts over all sessions."""
        row = self._connection.row(
            f"{COUNTS} WHERE player_id = :player_id", {"player_id": player_id}
        )
        return VerdictCounts(0, 0, 0, 0, 0, 0) if row is None else VerdictCounts(*row[1:])

    def all_counts(self) -> dict[str, VerdictCounts]:
        """The verdicts of every player who has given one, by player."""
        rows = self._connection.rows(COUNTS)
        return {row["player_id"]: VerdictCounts(*row[1:]) for row in rows}

    def recount(self) -> None:
        """Count every verdict again; a trigger has kept the counts until now."""
        with self._connection.transaction():
            self._connection.rows("DELETE FROM session_counts")
            self._connection.rows(
                f"""INSERT INTO session_counts
                SELECT {COUNTED_BY_SESSION} GROUP BY rounds.session_id"""
            )
            self._connection.rows("DELETE FROM verdict_counts")
            self._connection.rows(ADDED_UP)

    def last_verdict_number(self) -> int:
        """How many verdicts have been given; none is ever removed, so the last row tells."""
        return self._connection.rows("SELECT coalesce(max(rowid), 0) AS n FROM verdicts")[0]["n"]

    def add_posterior(self, posterior: PosteriorRecord) -> None:
        """Append a player's posterior."""
        fields = asdict(posterior)
        counts = fields.pop("counts")
        self._connection.rows(
            """INSERT INTO posteriors (player_id, verdict_id, told_marked_wrong,
                told_marked_correct, honest_marked_wrong, honest_marked_correct,
                untainted_marked_wrong, untainted_marked_correct,
                checked_model_wrong, checked_model_right, paper,
                smoothed, smoothed_low, smoothed_high, joint, joint_low, joint_high, updated_utc)
            VALUES (:player_id, :verdict_id, :told_marked_wrong,
                :told_marked_correct, :honest_marked_wrong, :honest_marked_correct,
                :untainted_marked_wrong, :untainted_marked_correct,
                :checked_model_wrong, :checked_model_right, :paper,
                :smoothed, :smoothed_low, :smoothed_high, :joint, :joint_low, :joint_high,
                :updated_utc)""",
            fields | counts | {"updated_utc": utc_text(posterior.updated_utc)},
        )

    def add_population(self, population: PopulationRecord) -> None:
        """Append a population; the last one counts."""
        self._connection.rows(
            """INSERT INTO populations
                (verdicts, error_rate, error_rate_sd, honest_wrong, told_right, weights,
                smoothed_a, smoothed_b, fitted_utc)
            VALUES (:verdicts, :error_rate, :error_rate_sd, :honest_wrong, :told_right,
                :weights, :smoothed_a, :smoothed_b, :fitted_utc)""",
            vars(population)
            | {
                "weights": packed_weights(population.weights),
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
            error_rate_sd=row["error_rate_sd"],
            honest_wrong=row["honest_wrong"],
            told_right=row["told_right"],
            weights=unpacked_weights(row["weights"]),
            smoothed_a=row["smoothed_a"],
            smoothed_b=row["smoothed_b"],
            fitted_utc=utc_moment(row["fitted_utc"]),
        )

    def marked_questions(self) -> list[MarkedQuestion]:
        """Questions marked wrong on untainted pictures, of players who have a posterior."""
        return [
            MarkedQuestion(
                turn_id=row["id"],
                player_id=row["player_id"],
                question=row["question"],
                session=row["session"],
            )
            for row in self._connection.rows(MARKED)
        ]
