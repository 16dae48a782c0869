"""Questions, answers and verdicts. Called by play; every change is one guarded statement."""

import sqlite3
from datetime import datetime

from db.connection import Connection
from db.records import AnsweredBy, AnswerTiming, TurnContext, TurnRecord, Verdict
from db.session_store import round_of
from db.times import utc_moment, utc_moment_or_none, utc_text

TURNS = """
SELECT turns.*, verdicts.verdict AS verdict
FROM turns LEFT JOIN verdicts ON verdicts.turn_id = turns.id
"""


class TurnStore:
    """Reads and writes `turns` and `verdicts`."""

    def __init__(self, connection: Connection) -> None:
        """Share the store's handle."""
        self._connection = connection

    def add(self, turn: TurnRecord) -> bool:
        """Add an unanswered turn; False if the round has one open, or has this place, already."""
        row = self._connection.row(
            """INSERT INTO turns (id, round_id, place, question, question_key, told_wrong,
                model, quantization, adapter, prompt_version, seed, asked_utc)
            VALUES (:id, :round_id, :place, :question, :question_key, :told_wrong,
                :model, :quantization, :adapter, :prompt_version, :seed, :asked_utc)
            ON CONFLICT DO NOTHING RETURNING id""",
            vars(turn.answered_by)
            | {
                "id": turn.id,
                "round_id": turn.round_id,
                "place": turn.place,
                "question": turn.question,
                "question_key": turn.question_key,
                "told_wrong": int(turn.told_wrong),
                "asked_utc": utc_text(turn.asked_utc),
            },
        )
        return row is not None

    def of_round(self, round_id: str) -> list[TurnRecord]:
        """All turns of the round, failed ones too, in the order they were asked."""
        rows = self._connection.rows(
            f"{TURNS} WHERE turns.round_id = :id ORDER BY turns.place", {"id": round_id}
        )
        return [_turn(row) for row in rows]

    def unanswered(self) -> list[TurnRecord]:
        """Turns of all rounds that still wait for an answer."""
        rows = self._connection.rows(
            f"{TURNS} WHERE turns.answer IS NULL AND turns.failure IS NULL"
        )
        return [_turn(row) for row in rows]

    def context(self, turn_id: str) -> TurnContext | None:
        """The turn with its round and its player."""
        turn = self._connection.row(f"{TURNS} WHERE turns.id = :id", {"id": turn_id})
        place = self._connection.row(
            """SELECT rounds.*, sessions.player_id AS player_id
            FROM turns JOIN rounds ON rounds.id = turns.round_id
            JOIN sessions ON sessions.id = rounds.session_id WHERE turns.id = :id""",
            {"id": turn_id},
        )
        if turn is None or place is None:
            return None
        return TurnContext(turn=_turn(turn), round=round_of(place), player_id=place["player_id"])

    def answer(
        self,
        turn_id: str,
        *,
        answer: str,
        answered: datetime,
        timing: AnswerTiming,
        adapter: str | None = None,
    ) -> bool:
        """Record the answer; False if the turn was not waiting for one.

        `adapter` is what answered: it may have been swapped after the question was recorded.
        """
        row = self._connection.row(
            """UPDATE turns SET answer = :answer, answered_utc = :answered_utc,
                tokens = :tokens, latency_s = :latency_s, first_word_s = :first_word_s,
                adapter = :adapter
            WHERE id = :id AND answer IS NULL AND failure IS NULL RETURNING id""",
            vars(timing)
            | {
                "id": turn_id,
                "answer": answer,
                "answered_utc": utc_text(answered),
                "adapter": adapter,
            },
        )
        return row is not None

    def fail(self, turn_id: str, *, failure: str) -> bool:
        """Record why no answer will come; False if the turn was not waiting for one."""
        row = self._connection.row(
            """UPDATE turns SET failure = :failure
            WHERE id = :id AND answer IS NULL AND failure IS NULL RETURNING id""",
            {"id": turn_id, "failure": failure},
        )
        return row is not None

    def add_verdict(
        self, verdict_id: str, *, turn_id: str, verdict: Verdict, given: datetime
    ) -> bool:
        """Record what the player said of the answer; False if something was said already."""
        row = self._connection.row(
            """INSERT INTO verdicts (id, turn_id, verdict, given_utc)
            VALUES (:id, :turn_id, :verdict, :given_utc)
            ON CONFLICT (turn_id) DO NOTHING RETURNING id""",
            {
                "id": verdict_id,
                "turn_id": turn_id,
                "verdict": verdict,
                "given_utc": utc_text(given),
            },
        )
        return row is not None


def answered_by(row: sqlite3.Row) -> AnsweredBy:
    """The columns of a turn that tell which model answered."""
    return AnsweredBy(
        model=row["model"],
        quantization=row["quantization"],
        adapter=row["adapter"],
        prompt_version=row["prompt_version"],
        seed=row["seed"],
    )


def _turn(row: sqlite3.Row) -> TurnRecord:
    return TurnRecord(
        id=row["id"],
        round_id=row["round_id"],
        place=row["place"],
        question=row["question"],
        question_key=row["question_key"],
        told_wrong=bool(row["told_wrong"]),
        answered_by=answered_by(row),
        asked_utc=utc_moment(row["asked_utc"]),
        answer=row["answer"],
        answered_utc=utc_moment_or_none(row["answered_utc"]),
        failure=row["failure"],
        verdict=row["verdict"],
    )
