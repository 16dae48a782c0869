"""XP, badges, bounties, prize draws, and what says whose play is paid. Called by rewards."""

import json
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import NamedTuple

from db.connection import Connection
from db.standing_store import week_of
from db.times import utc_text

MARKED_QUESTIONS = """
SELECT DISTINCT rounds.image_id, turns.question_key, turns.question
FROM rounds JOIN turns ON turns.round_id = rounds.id
JOIN verdicts ON verdicts.turn_id = turns.id WHERE rounds.session_id = :session_id
"""
PLAYER_XP = """
SELECT coalesce(sum(points_xp + question_xp + bounty_xp), 0) AS xp,
    coalesce(sum(bounty_xp), 0) AS bounty_xp
FROM xp_awards WHERE player_id = :player_id
"""
DAYS_PLAYED = """
SELECT DISTINCT date(finished_utc) AS day FROM sessions
WHERE player_id = :player_id AND finish_reason = 'played' ORDER BY day DESC LIMIT :limit
"""
# The first answer wanting on its picture that an expert confirmed, of all players'.
FIRST_FINDS = """
SELECT 1 FROM label_items JOIN labels ON labels.id = final_label_id AND labels.verdict = 'answer'
JOIN turns ON turns.id = label_items.turn_id JOIN rounds ON rounds.id = turns.round_id
WHERE label_items.state = 'done' AND label_items.player_id = :player_id AND NOT EXISTS (
    SELECT 1 FROM rounds AS earlier JOIN turns AS before ON before.round_id = earlier.id
    JOIN verdicts ON verdicts.turn_id = before.id AND verdicts.verdict = 'wrong'
    WHERE earlier.image_id = rounds.image_id AND before.asked_utc < turns.asked_utc)
LIMIT 1
"""
ENTRANTS = """
SELECT week_totals.player_id, nickname, team, points, week_totals.sessions,
    coalesce(marked, 0) AS marked, coalesce(matched, 0) AS matched,
    EXISTS (SELECT 1 FROM player_doubts AS doubts
        WHERE doubts.player_id = week_totals.player_id) AS is_doubted,
    (SELECT coalesce(sum(points_xp + question_xp + bounty_xp), 0) FROM xp_awards
        WHERE xp_awards.week = week_totals.week
        AND xp_awards.player_id = week_totals.player_id) AS xp
FROM week_totals JOIN players ON players.id = week_totals.player_id
LEFT JOIN fresh_marks ON fresh_marks.player_id = week_totals.player_id
WHERE week_totals.week = :week ORDER BY points DESC, reached_utc, week_totals.player_id
"""


class FreshMarks(NamedTuple):
    """A player's marks on traps that say something, and how many of all accounts have any.

    Attributes:
        marked: questions that nobody had asked of that trap before.
        matched: of them, marked as the model had been told to answer.
        accounts: that have such marks.
        is_doubted: the player seems to know the traps.
    """

    marked: int
    matched: int
    accounts: int
    is_doubted: bool


class Entrant(NamedTuple):
    """A player with points in a week."""

    player_id: str
    nickname: str
    team: str
    points: int
    sessions: int
    marks: FreshMarks
    xp: int


class SessionXp(NamedTuple):
    """What a session was worth."""

    points_xp: int
    question_xp: int
    bounty_xp: int

    @property
    def total(self) -> int:
        """All of it."""
        return self.points_xp + self.question_xp + self.bounty_xp


class PrizeSeed(NamedTuple):
    """The seed of a week's draw, and its hash, which is shown before the week ends."""

    week: str
    seed_hex: str
    commitment: str
    committed_utc: str


class RewardStore:
    """Reads and writes the tables of rewards; what was awarded never changes."""

    def __init__(self, connection: Connection) -> None:
        """Share the store's handle."""
        self._connection = connection

    def marked_questions(self, session_id: str) -> list[str]:
        """The different questions that were marked in a session."""
        rows = self._connection.rows(MARKED_QUESTIONS, {"session_id": session_id})
        return [row["question"] for row in rows]

    def award(self, session_id: str, *, player_id: str, xp: SessionXp, now: datetime) -> None:
        """Record what a session was worth; once only."""
        self._connection.rows(
            """INSERT INTO xp_awards (session_id, player_id, week, points_xp, question_xp,
                bounty_xp, awarded_utc)
            VALUES (:session_id, :player_id, :week, :points_xp, :question_xp, :bounty_xp, :now)
            ON CONFLICT DO NOTHING""",
            xp._asdict()
            | {"session_id": session_id, "player_id": player_id}
            | {"week": week_of(now), "now": utc_text(now)},
        )

    def awarded(self, session_id: str) -> SessionXp:
        """What a session was worth; nothing for one that ended before there was XP."""
        row = self._connection.row(
            "SELECT points_xp, question_xp, bounty_xp FROM xp_awards WHERE session_id = :id",
            {"id": session_id},
        )
        return SessionXp(0, 0, 0) if row is None else SessionXp(*row)

    def xp(self, player_id: str) -> tuple[int, int]:
        """All XP of a player, and what of it came from bounties; paid or not."""
        row = self._connection.rows(PLAYER_XP, {"player_id": player_id})[0]
        return row["xp"], row["bounty_xp"]

    def fresh_marks(self, player_id: str) -> FreshMarks:
        """What says whether this player's play is paid."""
        row = self._connection.rows(
            """SELECT (SELECT max(number) FROM fresh_marks) AS accounts,
                (SELECT marked FROM fresh_marks WHERE player_id = :id) AS marked,
                (SELECT matched FROM fresh_marks WHERE player_id = :id) AS matched,
                EXISTS (SELECT 1 FROM player_doubts WHERE player_id = :id) AS is_doubted""",
            {"id": player_id},
        )[0]
        return FreshMarks(
            row["marked"] or 0, row["matched"] or 0, row["accounts"] or 0, bool(row["is_doubted"])
        )

    def entrants(self, week: str) -> list[Entrant]:
        """Everybody with a finished session in the week, best first, who was there first first."""
        accounts = self._connection.rows("SELECT max(number) AS n FROM fresh_marks")[0]["n"] or 0
        return [
            Entrant(
                player_id=row["player_id"],
                nickname=row["nickname"],
                team=row["team"],
                points=row["points"],
                sessions=row["sessions"],
                marks=FreshMarks(row["marked"], row["matched"], accounts, bool(row["is_doubted"])),
                xp=row["xp"],
            )
            for row in self._connection.rows(ENTRANTS, {"week": week})
        ]

    def days_played(self, player_id: str, *, limit: int) -> list[date]:
        """The last days on which the player played a session to its end, the latest first."""
        rows = self._connection.rows(DAYS_PLAYED, {"player_id": player_id, "limit": limit})
        return [date.fromisoformat(row["day"]) for row in rows]

    def has_first_find(self, player_id: str) -> bool:
        """Whether experts confirmed an answer that this player was the first to mark wrong."""
        return self._connection.row(FIRST_FINDS, {"player_id": player_id}) is not None

    def badges(self, player_id: str, *, session_id: str | None = None) -> list[str]:
        """The player's badges, or those earned with a session, in the order they were earned."""
        rows = self._connection.rows(
            """SELECT badge FROM badges WHERE player_id = :player_id
            AND (:session_id IS NULL OR session_id = :session_id) ORDER BY earned_utc, badge""",
            {"player_id": player_id, "session_id": session_id},
        )
        return [row["badge"] for row in rows]

    def add_badges(
        self, badges: Iterable[str], *, player_id: str, session_id: str, now: datetime
    ) -> None:
        """Give badges; those that the player has stay as they are."""
        for badge in badges:
            self._connection.rows(
                """INSERT INTO badges (player_id, badge, session_id, earned_utc)
                VALUES (:player_id, :badge, :session_id, :now) ON CONFLICT DO NOTHING""",
                {"player_id": player_id, "badge": badge, "session_id": session_id}
                | {"now": utc_text(now)},
            )

    def bounties(self) -> list[str]:
        """The categories whose questions count double now."""
        row = self._connection.row("SELECT categories_json FROM bounties ORDER BY id DESC LIMIT 1")
        return [] if row is None else list(json.loads(row["categories_json"]))

    def set_bounties(self, categories: Sequence[str], *, now: datetime) -> None:
        """From now on these count double, and no others."""
        self._connection.rows(
            "INSERT INTO bounties (categories_json, set_utc) VALUES (:categories, :now)",
            {"categories": json.dumps(list(categories)), "now": utc_text(now)},
        )

    def prize_seed(self, week: str) -> PrizeSeed | None:
        """The seed of a week's draw, if one was committed to."""
        row = self._connection.row("SELECT * FROM prize_seeds WHERE week = :week", {"week": week})
        return None if row is None else PrizeSeed(*row)

    def add_prize_seed(self, seed: PrizeSeed) -> bool:
        """Commit to a seed; False if the week has one already, which stays."""
        row = self._connection.row(
            """INSERT INTO prize_seeds (week, seed_hex, commitment, committed_utc)
            VALUES (:week, :seed_hex, :commitment, :committed_utc)
            ON CONFLICT DO NOTHING RETURNING week""",
            seed._asdict(),
        )
        return row is not None
