"""Reading a playtest while it runs. Called by the facilitator's functions; writes nothing.

Questions are looked at from the newest backwards, a limited number of them, so that a page which
looks every few seconds costs the same after a year.
"""

from collections import defaultdict
from datetime import datetime
from typing import Any

from db.connection import Connection
from db.playtest_records import (
    OpenSession,
    PlayedModel,
    PlayedTurn,
    PlayerPlay,
    SessionPosterior,
    SessionTotals,
    TurnTotals,
)
from db.records import VerdictCounts
from db.times import utc_moment, utc_text

NEWEST = 20_000  # questions looked back on

OPEN = """
SELECT sessions.id AS session_id, players.nickname, players.team, sessions.started_utc,
    coalesce(max(CASE WHEN rounds.opened_utc IS NOT NULL THEN rounds.place END), 0) AS place,
    count(DISTINCT rounds.id) AS pictures,
    count(turns.answer) AS questions,
    coalesce(max(turns.id IS NOT NULL AND turns.answer IS NULL AND turns.failure IS NULL), 0)
        AS is_waiting,
    max(sessions.started_utc, coalesce(max(rounds.opened_utc), ''),
        coalesce(max(turns.asked_utc), ''), coalesce(max(verdicts.given_utc), '')) AS last_utc
FROM sessions JOIN players ON players.id = sessions.player_id
JOIN rounds ON rounds.session_id = sessions.id
LEFT JOIN turns ON turns.round_id = rounds.id
LEFT JOIN verdicts ON verdicts.turn_id = turns.id
WHERE sessions.finished_utc IS NULL
GROUP BY sessions.id ORDER BY last_utc DESC LIMIT :limit
"""
RECENT = """
WITH recent AS (
    SELECT * FROM turns WHERE rowid > (SELECT max(rowid) FROM turns) - :newest
)
"""
PLAYERS = f"""
{RECENT}
SELECT sessions.player_id, recent.question_key, recent.answered_utc, verdicts.given_utc
FROM recent JOIN rounds ON rounds.id = recent.round_id
JOIN sessions ON sessions.id = rounds.session_id
LEFT JOIN verdicts ON verdicts.turn_id = recent.id
WHERE recent.answered_utc IS NOT NULL AND recent.asked_utc >= :since
"""
PLAYER = """
SELECT players.*, (SELECT count(*) FROM sessions WHERE sessions.player_id = players.id) AS sessions,
    posteriors.joint, posteriors.joint_low, posteriors.joint_high, verdict_counts.*
FROM players
LEFT JOIN verdict_counts ON verdict_counts.player_id = players.id
LEFT JOIN posteriors ON posteriors.id =
    (SELECT max(id) FROM posteriors AS latest WHERE latest.player_id = players.id)
WHERE players.id = :id
"""
# The other columns are those of the row with the greatest id, as SQLite promises for max().
BY_SESSION = """
SELECT sessions.number AS session, joint AS mean, joint_low AS low, joint_high AS high,
    max(posteriors.id) AS last_id
FROM posteriors JOIN verdicts ON verdicts.id = posteriors.verdict_id
JOIN turns ON turns.id = verdicts.turn_id JOIN rounds ON rounds.id = turns.round_id
JOIN sessions ON sessions.id = rounds.session_id
WHERE posteriors.player_id = :id AND joint IS NOT NULL
GROUP BY sessions.id ORDER BY sessions.number
"""
COUNTED = (
    "told_marked_wrong",
    "told_marked_correct",
    "honest_marked_wrong",
    "honest_marked_correct",
    "untainted_marked_wrong",
    "untainted_marked_correct",
)
EXPORT = """
SELECT turns.id AS turn_id, sessions.id AS session_id, players.nickname, players.team,
    rounds.image_id, rounds.tainted, turns.told_wrong, turns.question, turns.answer, turns.failure,
    verdicts.verdict, turns.model, turns.adapter, turns.asked_utc, turns.answered_utc,
    verdicts.given_utc AS verdict_utc, sessions.finish_reason
FROM turns JOIN rounds ON rounds.id = turns.round_id
JOIN sessions ON sessions.id = rounds.session_id
JOIN players ON players.id = sessions.player_id
LEFT JOIN verdicts ON verdicts.turn_id = turns.id
WHERE turns.asked_utc >= :since ORDER BY turns.rowid
"""


class PlaytestStore:
    """Reads sessions, turns and players as a facilitator needs them."""

    def __init__(self, connection: Connection) -> None:
        """Share the store's handle."""
        self._connection = connection

    def open_sessions(self, *, limit: int = 200) -> list[OpenSession]:
        """Sessions that are being played, the liveliest first."""
        return [
            OpenSession(
                **{
                    **dict(row),
                    "started_utc": utc_moment(row["started_utc"]),
                    "last_utc": utc_moment(row["last_utc"]),
                    "is_waiting": bool(row["is_waiting"]),
                }
            )
            for row in self._connection.rows(OPEN, {"limit": limit})
        ]

    def session_totals(self, *, since: datetime) -> SessionTotals:
        """Sessions begun since then."""
        row = self._connection.rows(
            """SELECT count(DISTINCT player_id) AS players, count(*) AS sessions,
                count(finished_utc) AS finished
            FROM sessions WHERE started_utc >= :since""",
            {"since": utc_text(since)},
        )[0]
        return SessionTotals(**dict(row))

    def turn_totals(self, *, since: datetime) -> TurnTotals:
        """The newest questions, those asked since then."""
        words = {"newest": NEWEST, "since": utc_text(since)}
        row = self._connection.rows(
            f"""{RECENT}
            SELECT count(answer) AS answered, count(failure) AS failed,
                coalesce(sum(verdict = 'wrong'), 0) AS marked_wrong,
                coalesce(sum(verdict = 'correct'), 0) AS marked_correct
            FROM recent LEFT JOIN verdicts ON verdicts.turn_id = recent.id
            WHERE asked_utc >= :since""",
            words,
        )[0]
        waits = self._connection.rows(
            f"""{RECENT} SELECT first_word_s FROM recent
            WHERE asked_utc >= :since AND first_word_s IS NOT NULL ORDER BY first_word_s""",
            words,
        )
        return TurnTotals(
            **dict(row),
            waiting=self.waiting(),
            first_word_s=tuple(found["first_word_s"] for found in waits),
        )

    def waiting(self) -> int:
        """Questions that wait for an answer now."""
        row = self._connection.rows(
            "SELECT count(*) AS n FROM turns WHERE answer IS NULL AND failure IS NULL"
        )[0]
        return int(row["n"])

    def players(self, *, since: datetime) -> list[PlayerPlay]:
        """Players who asked something since then, over their newest questions."""
        asked: dict[str, list[Any]] = defaultdict(list)
        for row in self._connection.rows(PLAYERS, {"newest": NEWEST, "since": utc_text(since)}):
            asked[row["player_id"]].append(row)
        return [self._player(player_id, rows) for player_id, rows in asked.items()]

    def _player(self, player_id: str, asked: list[Any]) -> PlayerPlay:
        row = self._connection.rows(PLAYER, {"id": player_id})[0]
        deciding = [
            (utc_moment(turn["given_utc"]) - utc_moment(turn["answered_utc"])).total_seconds()
            for turn in asked
            if turn["given_utc"] is not None
        ]
        return PlayerPlay(
            player_id=player_id,
            nickname=row["nickname"],
            is_hidden=row["hidden_nickname"] is not None,
            team=row["team"],
            sessions=row["sessions"],
            counts=VerdictCounts(*(row[name] or 0 for name in COUNTED)),
            posterior=row["joint"],
            posterior_low=row["joint_low"],
            posterior_high=row["joint_high"],
            questions=len(asked),
            different=len({turn["question_key"] for turn in asked}),
            deciding_s=tuple(sorted(deciding)),
        )

    def models(self, *, since: datetime) -> list[PlayedModel]:
        """The models that answered since then, over the newest questions, the latest first."""
        rows = self._connection.rows(
            f"""{RECENT}
            SELECT model AS name, quantization, adapter FROM recent WHERE asked_utc >= :since
            GROUP BY model, quantization, adapter ORDER BY max(asked_utc) DESC""",
            {"newest": NEWEST, "since": utc_text(since)},
        )
        return [PlayedModel(**dict(row)) for row in rows]

    def posteriors_by_session(self, player_id: str) -> list[SessionPosterior]:
        """The player's posterior after each session, in their order."""
        rows = self._connection.rows(BY_SESSION, {"id": player_id})
        return [SessionPosterior(*(row[:4])) for row in rows]

    def played_turns(self, *, since: datetime) -> list[PlayedTurn]:
        """Every question asked since then, oldest first, for an export."""
        return [
            PlayedTurn(
                **{
                    **dict(row),
                    "tainted": bool(row["tainted"]),
                    "told_wrong": bool(row["told_wrong"]),
                }
            )
            for row in self._connection.rows(EXPORT, {"since": utc_text(since)})
        ]
