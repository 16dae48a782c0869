"""Answers, scores and reports of evaluations. Called by evaluation; rows only grow."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from db.connection import Connection
from db.evaluation_records import AnsweredBy, EvaluationRecord, JudgedBy, KeptScore
from db.times import utc_text

BY_MODEL = """model = :model AND weights = :weights AND quantization = :quantization
    AND adapter = :adapter AND prompt_version = :prompt_version"""
MODEL_COLUMNS = "model, weights, quantization, adapter, prompt_version"
MODEL_VALUES = ":model, :weights, :quantization, :adapter, :prompt_version"


class EvaluationStore:
    """Reads and writes `evaluation_answers`, `evaluation_scores` and `evaluations`."""

    def __init__(self, connection: Connection) -> None:
        """Share the store's handle."""
        self._connection = connection

    def answer(self, answered_by: AnsweredBy, *, image_id: str, question: str) -> str | None:
        """What this model answered to the question on the picture; None if it wasn't asked."""
        row = self._connection.row(
            f"""SELECT answer FROM evaluation_answers
            WHERE {BY_MODEL} AND image_id = :image_id AND question = :question""",
            asdict(answered_by) | {"image_id": image_id, "question": question},
        )
        return None if row is None else str(row["answer"])

    def add_answer(
        self,
        answered_by: AnsweredBy,
        *,
        image_id: str,
        question: str,
        answer: str,
        latency_s: float,
        answered: datetime,
    ) -> None:
        """Keep an answer, unless another process has brought one meanwhile."""
        self._connection.rows(
            f"""INSERT INTO evaluation_answers
                ({MODEL_COLUMNS}, image_id, question, answer, latency_s, answered_utc)
            VALUES ({MODEL_VALUES}, :image_id, :question, :answer, :latency_s, :answered_utc)
            ON CONFLICT DO NOTHING""",
            asdict(answered_by)
            | {
                "image_id": image_id,
                "question": question,
                "answer": answer,
                "latency_s": latency_s,
                "answered_utc": utc_text(answered),
            },
        )

    def score(
        self, judged_by: JudgedBy, *, question: str, reference: str, answer: str
    ) -> KeptScore | None:
        """What this judge gave the answer; None if it wasn't asked."""
        row = self._connection.row(
            """SELECT score, replies_json FROM evaluation_scores
            WHERE judge = :judge AND version = :version AND question = :question
            AND reference = :reference AND answer = :answer""",
            asdict(judged_by) | {"question": question, "reference": reference, "answer": answer},
        )
        if row is None:
            return None
        return KeptScore(row["score"], tuple(json.loads(row["replies_json"])))

    def judge_versions(self, judge: str) -> list[str]:
        """Under which versions this judge's scores are kept, the one used last first."""
        rows = self._connection.rows(
            """SELECT version FROM evaluation_scores WHERE judge = :judge
            GROUP BY version ORDER BY max(scored_utc) DESC, version""",
            {"judge": judge},
        )
        return [str(row["version"]) for row in rows]

    def add_score(
        self,
        judged_by: JudgedBy,
        *,
        question: str,
        reference: str,
        answer: str,
        kept: KeptScore,
        scored: datetime,
    ) -> None:
        """Keep a score, or that none could be read, unless another process has brought one."""
        self._connection.rows(
            """INSERT INTO evaluation_scores VALUES (:judge, :version, :question, :reference,
                :answer, :score, :replies_json, :scored_utc) ON CONFLICT DO NOTHING""",
            asdict(judged_by)
            | {
                "question": question,
                "reference": reference,
                "answer": answer,
                "score": kept.score,
                "replies_json": json.dumps(kept.replies, ensure_ascii=False),
                "scored_utc": utc_text(scored),
            },
        )

    def add_report(
        self,
        answered_by: AnsweredBy,
        *,
        dataset: str,
        side: str,
        report: dict[str, Any],
        finished: datetime,
    ) -> int:
        """Keep a finished evaluation; its number."""
        row = self._connection.rows(
            f"""INSERT INTO evaluations ({MODEL_COLUMNS}, dataset, side, report_json, finished_utc)
            VALUES ({MODEL_VALUES}, :dataset, :side, :report_json, :finished_utc) RETURNING id""",
            asdict(answered_by)
            | {
                "dataset": dataset,
                "side": side,
                "report_json": json.dumps(report, ensure_ascii=False),
                "finished_utc": utc_text(finished),
            },
        )[0]
        return int(row["id"])

    def reports(self, *, limit: int = 100) -> Sequence[EvaluationRecord]:
        """Finished evaluations, newest first."""
        rows = self._connection.rows(
            "SELECT * FROM evaluations ORDER BY id DESC LIMIT :limit", {"limit": limit}
        )
        return [
            EvaluationRecord(
                id=row["id"],
                answered_by=AnsweredBy(*(row[name] for name in MODEL_COLUMNS.split(", "))),
                dataset=row["dataset"],
                side=row["side"],
                report=json.loads(row["report_json"]),
                finished_utc=datetime.fromisoformat(row["finished_utc"]),
            )
            for row in rows
        ]
