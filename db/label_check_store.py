"""Checks of accepted labels with the model. Called by labeling; replies only grow."""

import sqlite3
from dataclasses import asdict
from datetime import datetime

from db.connection import Connection
from db.labeling_records import (
    AcceptedAnswer,
    CheckedBy,
    CheckedLabel,
    CheckTotals,
    LabelCheckRecord,
)
from db.times import utc_text

ACCEPTED = """
SELECT label_items.id AS item_id, labels.id AS label_id, rounds.image_id,
    images.path AS image_path, turns.question,
    coalesce(label_refinements.kept_text, labels.answer) AS answer
FROM label_items JOIN labels ON labels.id = final_label_id AND labels.verdict = 'answer'
LEFT JOIN label_refinements ON label_refinements.label_id = labels.id
JOIN turns ON turns.id = label_items.turn_id JOIN rounds ON rounds.id = turns.round_id
JOIN images ON images.id = rounds.image_id
WHERE label_items.state = 'done' AND turns.question <> ''
"""
UNCHECKED = f"""{ACCEPTED} AND label_items.id > :after AND NOT EXISTS (
    SELECT 1 FROM label_checks WHERE label_checks.label_id = labels.id
    AND model = :model AND quantization = :quantization AND adapter = :adapter
    AND prompt_version = :prompt_version AND finished_utc IS NOT NULL)
ORDER BY label_items.id LIMIT 1
"""
LATEST = """
SELECT rounds.image_id, turns.question,
    coalesce(label_refinements.kept_text, labels.answer) AS answer,
    label_checks.model, label_checks.adapter, times, wrong, untold, is_informative
FROM label_checks JOIN labels ON labels.id = label_checks.label_id
JOIN label_items ON label_items.id = labels.item_id AND final_label_id = labels.id
LEFT JOIN label_refinements ON label_refinements.label_id = labels.id
JOIN turns ON turns.id = label_items.turn_id JOIN rounds ON rounds.id = turns.round_id
WHERE label_checks.finished_utc IS NOT NULL ORDER BY label_checks.id DESC LIMIT :limit
"""
TOTALS = """
SELECT model, adapter, count(*) AS checked, coalesce(sum(is_informative), 0) AS informative,
    sum(is_informative IS NULL) AS untold
FROM label_checks JOIN labels ON labels.id = label_checks.label_id
JOIN label_items ON label_items.id = labels.item_id AND final_label_id = labels.id
WHERE finished_utc IS NOT NULL GROUP BY model, adapter ORDER BY model, adapter
"""


class LabelCheckStore:
    """Reads and writes `label_checks` and `label_check_replies`."""

    def __init__(self, connection: Connection) -> None:
        """Share the store's handle."""
        self._connection = connection

    def accepted(self, item_id: int) -> AcceptedAnswer | None:
        """The accepted answer of the item; None where it has none."""
        row = self._connection.row(f"{ACCEPTED} AND label_items.id = :id", {"id": item_id})
        return None if row is None else AcceptedAnswer(**dict(row))

    def accepted_of_image(self, image_id: str) -> list[AcceptedAnswer]:
        """Every accepted answer to a question about this picture."""
        rows = self._connection.rows(
            f"{ACCEPTED} AND rounds.image_id = :image_id ORDER BY label_items.id",
            {"image_id": image_id},
        )
        return [AcceptedAnswer(**dict(row)) for row in rows]

    def has_accepted(self) -> bool:
        """Whether there is any accepted answer, so that a model is worth loading."""
        return self._connection.row(f"{ACCEPTED} LIMIT 1") is not None

    def totals(self) -> list[CheckTotals]:
        """Finished checks of final labels, by model: how many, and what came out."""
        return [CheckTotals(**dict(row)) for row in self._connection.rows(TOTALS)]

    def latest(self, *, limit: int) -> list[CheckedLabel]:
        """The latest finished checks of final labels."""
        return [
            CheckedLabel(**{**dict(row), "is_informative": _told(row)})
            for row in self._connection.rows(LATEST, {"limit": limit})
        ]

    def next_unchecked(self, checked_by: CheckedBy, *, after: int) -> AcceptedAnswer | None:
        """The next item above this number whose accepted answer was not checked with the model."""
        row = self._connection.row(UNCHECKED, asdict(checked_by) | {"after": after})
        return None if row is None else AcceptedAnswer(**dict(row))

    def begin(
        self, label_id: int, *, checked_by: CheckedBy, times: int, started: datetime
    ) -> LabelCheckRecord:
        """The check of this label with this model: a new one, or the one that was begun."""
        row = self._connection.rows(
            """INSERT INTO label_checks
                (label_id, model, quantization, adapter, prompt_version, times, started_utc)
            VALUES (:label_id, :model, :quantization, :adapter, :prompt_version, :times,
                :started_utc)
            ON CONFLICT DO UPDATE SET times = times RETURNING *""",
            asdict(checked_by)
            | {"label_id": label_id, "times": times, "started_utc": utc_text(started)},
        )[0]
        return self._check(row)

    def add_reply(
        self,
        check_id: int,
        *,
        place: int,
        question: str,
        reply: str,
        is_right: bool | None,
        replied: datetime,
    ) -> None:
        """Append a reply, unless another process has brought one for this place."""
        self._connection.rows(
            """INSERT INTO label_check_replies
            VALUES (:check_id, :place, :question, :reply, :is_right, :replied_utc)
            ON CONFLICT DO NOTHING""",
            {
                "check_id": check_id,
                "place": place,
                "question": question,
                "reply": reply,
                "is_right": None if is_right is None else int(is_right),
                "replied_utc": utc_text(replied),
            },
        )

    def finish(self, check_id: int, *, finished: datetime) -> LabelCheckRecord:
        """Add the replies up, if all are there; the check as it stands."""
        row = self._connection.rows(
            """UPDATE label_checks SET wrong = replies.wrong, untold = replies.untold,
                is_informative = CASE WHEN replies.wrong > 0 THEN 1
                    WHEN replies.untold > 0 THEN NULL ELSE 0 END,
                finished_utc = :finished_utc
            FROM (SELECT count(*) AS n, coalesce(sum(is_right = 0), 0) AS wrong,
                    sum(is_right IS NULL) AS untold
                FROM label_check_replies WHERE check_id = :id) AS replies
            WHERE id = :id AND replies.n >= times RETURNING *""",
            {"id": check_id, "finished_utc": utc_text(finished)},
        )[0]
        return self._check(row)

    def of_item(self, item_id: int) -> list[LabelCheckRecord]:
        """Every check of the item's final label, oldest first."""
        rows = self._connection.rows(
            """SELECT label_checks.* FROM label_items
            JOIN label_checks ON label_checks.label_id = final_label_id
            WHERE label_items.id = :id ORDER BY label_checks.id""",
            {"id": item_id},
        )
        return [self._check(row) for row in rows]

    def _check(self, row: sqlite3.Row) -> LabelCheckRecord:
        replies = self._connection.rows(
            "SELECT reply FROM label_check_replies WHERE check_id = :id ORDER BY place",
            {"id": row["id"]},
        )
        return LabelCheckRecord(
            id=row["id"],
            label_id=row["label_id"],
            checked_by=CheckedBy(
                row["model"], row["quantization"], row["adapter"], row["prompt_version"]
            ),
            times=row["times"],
            replies=tuple(reply["reply"] for reply in replies),
            wrong=row["wrong"],
            untold=row["untold"],
            is_informative=_told(row),
        )


def _told(row: sqlite3.Row) -> bool | None:
    return None if row["is_informative"] is None else bool(row["is_informative"])
