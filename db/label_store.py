"""Labels, what was taken back, drafts and skips. Called by labeling, inside its transactions."""

import sqlite3
from datetime import datetime

from db.connection import Connection
from db.labeling_records import (
    AskedTurn,
    DraftRecord,
    ItemRecord,
    LabelPair,
    LabelPass,
    LabelRecord,
    LabelVerdict,
)
from db.times import utc_moment, utc_text

LABELS = """
SELECT labels.*, label_undos.label_id IS NOT NULL AS is_undone
FROM labels LEFT JOIN label_undos ON label_undos.label_id = labels.id
"""
PAIRS = """
SELECT rounds.image_id, turns.question,
    one.verdict AS first_verdict, one.category AS first_category, one.answer AS first_answer,
    two.verdict AS second_verdict, two.category AS second_category, two.answer AS second_answer
FROM label_items JOIN labels AS one ON one.id = first_label_id
JOIN labels AS two ON two.id = second_label_id
JOIN turns ON turns.id = turn_id JOIN rounds ON rounds.id = turns.round_id
ORDER BY label_items.id
"""


class LabelStore:
    """Reads and writes `labels`, `label_undos`, `label_drafts` and `label_skips`."""

    def __init__(self, connection: Connection) -> None:
        """Share the store's handle."""
        self._connection = connection

    def asked_turn(self, turn_id: str) -> AskedTurn:
        """What an expert sees of the turn."""
        row = self._connection.rows(
            """SELECT rounds.image_id, images.path AS image_path, turns.question, turns.answer,
                turns.model, turns.adapter
            FROM turns JOIN rounds ON rounds.id = turns.round_id
            JOIN images ON images.id = rounds.image_id WHERE turns.id = :id""",
            {"id": turn_id},
        )[0]
        return AskedTurn(**dict(row))

    def add(
        self,
        item_id: int,
        *,
        account_id: str,
        label_pass: LabelPass,
        verdict: LabelVerdict,
        answer: str | None,
        category: str | None,
        note: str,
        submission_key: str,
        given: datetime,
    ) -> int:
        """Append a label; its id."""
        row = self._connection.rows(
            """INSERT INTO labels (item_id, account_id, pass, verdict, answer, category, note,
                submission_key, given_utc)
            VALUES (:item_id, :account_id, :label_pass, :verdict, :answer, :category, :note,
                :submission_key, :given_utc) RETURNING id""",
            {
                "item_id": item_id,
                "account_id": account_id,
                "label_pass": label_pass,
                "verdict": verdict,
                "answer": answer,
                "category": category,
                "note": note,
                "submission_key": submission_key,
                "given_utc": utc_text(given),
            },
        )[0]
        return int(row["id"])

    def get(self, label_id: int) -> LabelRecord | None:
        """The label of this id, undone or not."""
        row = self._connection.row(f"{LABELS} WHERE labels.id = :id", {"id": label_id})
        return None if row is None else _label(row)

    def submitted(self, account_id: str, *, submission_key: str) -> LabelRecord | None:
        """What this account sent under this key."""
        row = self._connection.row(
            f"{LABELS} WHERE account_id = :account_id AND submission_key = :submission_key",
            {"account_id": account_id, "submission_key": submission_key},
        )
        return None if row is None else _label(row)

    def last_of(self, account_id: str) -> LabelRecord | None:
        """The account's latest first or second label that is not undone."""
        return self._last(account_id, "pass <> 'adjudication'")

    def last_decision_of(self, account_id: str) -> LabelRecord | None:
        """The account's latest decision on two labels that is not undone."""
        return self._last(account_id, "pass = 'adjudication'")

    def _last(self, account_id: str, which: str) -> LabelRecord | None:
        row = self._connection.row(
            f"""{LABELS} WHERE account_id = :account_id AND label_undos.label_id IS NULL
            AND {which} ORDER BY labels.id DESC LIMIT 1""",
            {"account_id": account_id},
        )
        return None if row is None else _label(row)

    def of_item(self, item_id: int) -> list[LabelRecord]:
        """Every label ever given to the item, oldest first."""
        rows = self._connection.rows(
            f"{LABELS} WHERE item_id = :item_id ORDER BY labels.id", {"item_id": item_id}
        )
        return [_label(row) for row in rows]

    def count_of(self, account_id: str) -> int:
        """How many labels of this account stand."""
        row = self._connection.rows(
            """SELECT count(*) - count(label_undos.label_id) AS n
            FROM labels LEFT JOIN label_undos ON label_undos.label_id = labels.id
            WHERE account_id = :account_id""",
            {"account_id": account_id},
        )[0]
        return int(row["n"])

    def given_by(self, account_id: str) -> dict[str, int]:
        """How often the account gave each verdict, what it took back apart."""
        rows = self._connection.rows(
            f"""SELECT verdict, count(*) AS n FROM ({LABELS} WHERE account_id = :account_id)
            WHERE NOT is_undone GROUP BY verdict""",
            {"account_id": account_id},
        )
        return {row["verdict"]: row["n"] for row in rows}

    def pairs(self) -> list[LabelPair]:
        """First and second label of every item that has both."""
        rows = self._connection.rows(PAIRS)
        return [
            LabelPair(
                image_id=row["image_id"],
                question=row["question"],
                verdicts=(row["first_verdict"], row["second_verdict"]),
                categories=(row["first_category"], row["second_category"]),
                answers=(row["first_answer"], row["second_answer"]),
            )
            for row in rows
        ]

    def undo(self, label_id: int, *, undone: datetime) -> None:
        """Record that the label was taken back."""
        self._connection.rows(
            "INSERT INTO label_undos VALUES (:label_id, :undone_utc)",
            {"label_id": label_id, "undone_utc": utc_text(undone)},
        )

    def set_progress(self, item: ItemRecord) -> None:
        """Write state and labels of the item as given; its lease ends."""
        self._connection.rows(
            """UPDATE label_items SET state = :state,
                first_label_id = :first_label_id, first_by = :first_by,
                second_label_id = :second_label_id, second_by = :second_by,
                final_label_id = :final_label_id, leased_by = NULL, leased_until_utc = NULL
            WHERE id = :id""",
            {
                name: getattr(item, name)
                for name in (
                    "id", "state", "first_label_id", "first_by",
                    "second_label_id", "second_by", "final_label_id",
                )
            },
        )  # fmt: skip

    def count_accepted(self, category: str, *, change: int) -> None:
        """Change how many accepted labels the category has."""
        self._connection.rows(
            "UPDATE label_categories SET accepted = accepted + :change WHERE name = :category",
            {"category": category, "change": change},
        )

    def save_draft(self, item_id: int, *, account_id: str, draft: DraftRecord) -> bool:
        """Keep what is typed; False, and nothing kept, if the account doesn't have the item."""
        row = self._connection.row(
            """INSERT INTO label_drafts
                (item_id, account_id, verdict, answer, category, note, saved_utc)
            SELECT :item_id, :account_id, :verdict, :answer, :category, :note, :saved_utc
            FROM label_items WHERE id = :item_id AND leased_by = :account_id
            ON CONFLICT DO UPDATE SET verdict = excluded.verdict, answer = excluded.answer,
                category = excluded.category, note = excluded.note, saved_utc = excluded.saved_utc
            RETURNING item_id""",
            vars(draft)
            | {
                "item_id": item_id,
                "account_id": account_id,
                "saved_utc": utc_text(draft.saved_utc),
            },
        )
        return row is not None

    def draft(self, item_id: int, *, account_id: str) -> DraftRecord | None:
        """What this account has typed for this item."""
        row = self._connection.row(
            """SELECT verdict, answer, category, note, saved_utc FROM label_drafts
            WHERE item_id = :item_id AND account_id = :account_id""",
            {"item_id": item_id, "account_id": account_id},
        )
        if row is None:
            return None
        return DraftRecord(**dict(row) | {"saved_utc": utc_moment(row["saved_utc"])})

    def drop_unfinished(self, item_id: int, *, account_id: str) -> None:
        """Forget draft and skip of an item that this account has labeled."""
        for table in ("label_drafts", "label_skips"):
            self._connection.rows(
                f"DELETE FROM {table} WHERE item_id = :item_id AND account_id = :account_id",
                {"item_id": item_id, "account_id": account_id},
            )

    def skip(self, item_id: int, *, account_id: str, skipped: datetime) -> None:
        """Record that this account would rather not, for now."""
        self._connection.rows(
            """INSERT INTO label_skips (account_id, item_id, skipped_utc)
            VALUES (:account_id, :item_id, :skipped_utc)
            ON CONFLICT DO UPDATE SET skipped_utc = excluded.skipped_utc""",
            {"item_id": item_id, "account_id": account_id, "skipped_utc": utc_text(skipped)},
        )


def _label(row: sqlite3.Row) -> LabelRecord:
    return LabelRecord(
        id=row["id"],
        item_id=row["item_id"],
        account_id=row["account_id"],
        label_pass=row["pass"],
        verdict=row["verdict"],
        answer=row["answer"],
        category=row["category"],
        note=row["note"],
        submission_key=row["submission_key"],
        given_utc=utc_moment(row["given_utc"]),
        is_undone=bool(row["is_undone"]),
    )
