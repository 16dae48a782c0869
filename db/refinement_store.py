"""Refinements of experts' answers. Called by labeling; all of it only grows."""

import json
import sqlite3
from collections.abc import Sequence
from datetime import datetime

from db.connection import Connection
from db.labeling_records import RefinementOutcome, RefinementRecord, WrittenBy
from db.times import utc_text

Changes = Sequence[tuple[str, str, str]]

REFINEMENT = """
SELECT refinements.*, last.outcome, last.kept_text
FROM refinements LEFT JOIN refinement_outcomes AS last ON last.id = (
    SELECT max(id) FROM refinement_outcomes WHERE refinement_id = refinements.id)
WHERE refinements.id = :id
"""


class RefinementStore:
    """Reads and writes `refinements`, `refinement_outcomes` and `label_refinements`."""

    def __init__(self, connection: Connection) -> None:
        """Share the store's handle."""
        self._connection = connection

    def add(
        self,
        item_id: int,
        *,
        account_id: str,
        before_text: str,
        after_text: str,
        changes: Changes,
        written_by: WrittenBy,
        proposed: datetime,
    ) -> int:
        """Append what the model wrote; its id."""
        row = self._connection.rows(
            """INSERT INTO refinements (item_id, account_id, before_text, after_text, changes_json,
                model, quantization, adapter, prompt_version, temperature, seed, latency_s,
                proposed_utc)
            VALUES (:item_id, :account_id, :before_text, :after_text, :changes_json, :model,
                :quantization, :adapter, :prompt_version, :temperature, :seed, :latency_s,
                :proposed_utc) RETURNING id""",
            vars(written_by)
            | {
                "item_id": item_id,
                "account_id": account_id,
                "before_text": before_text,
                "after_text": after_text,
                "changes_json": json.dumps(list(changes)),
                "proposed_utc": utc_text(proposed),
            },
        )[0]
        return int(row["id"])

    def get(self, refinement_id: int) -> RefinementRecord | None:
        """The refinement of this id, with its last outcome."""
        row = self._connection.row(REFINEMENT, {"id": refinement_id})
        return None if row is None else _refinement(row)

    def count(self, item_id: int, *, account_id: str, before_text: str) -> int:
        """How often these words of this account's have been refined for this item."""
        row = self._connection.rows(
            """SELECT count(*) AS n FROM refinements WHERE item_id = :item_id
            AND account_id = :account_id AND before_text = :before_text""",
            {"item_id": item_id, "account_id": account_id, "before_text": before_text},
        )[0]
        return int(row["n"])

    def add_outcome(
        self,
        refinement_id: int,
        *,
        outcome: RefinementOutcome,
        kept_text: str | None,
        kept_changes: Changes,
        decided: datetime,
    ) -> None:
        """Append what the expert decided; the last decision counts."""
        self._connection.rows(
            """INSERT INTO refinement_outcomes
                (refinement_id, outcome, kept_text, kept_changes_json, decided_utc)
            VALUES (:refinement_id, :outcome, :kept_text, :kept_changes_json, :decided_utc)""",
            {
                "refinement_id": refinement_id,
                "outcome": outcome,
                "kept_text": kept_text,
                "kept_changes_json": json.dumps(list(kept_changes)),
                "decided_utc": utc_text(decided),
            },
        )

    def attach(self, refinement_id: int, *, label_id: int, kept_text: str) -> None:
        """Record that the label carries this text beside the expert's own."""
        self._connection.rows(
            "INSERT INTO label_refinements VALUES (:label_id, :refinement_id, :kept_text)",
            {"label_id": label_id, "refinement_id": refinement_id, "kept_text": kept_text},
        )

    def of_label(self, label_id: int) -> tuple[int, str] | None:
        """Refinement and kept text of the label; None where the expert's own words stand alone."""
        row = self._connection.row(
            "SELECT refinement_id, kept_text FROM label_refinements WHERE label_id = :id",
            {"id": label_id},
        )
        return None if row is None else (row["refinement_id"], row["kept_text"])


def _refinement(row: sqlite3.Row) -> RefinementRecord:
    return RefinementRecord(
        id=row["id"],
        item_id=row["item_id"],
        account_id=row["account_id"],
        before_text=row["before_text"],
        after_text=row["after_text"],
        changes=tuple((kind, old, new) for kind, old, new in json.loads(row["changes_json"])),
        written_by=WrittenBy(
            model=row["model"],
            quantization=row["quantization"],
            adapter=row["adapter"],
            prompt_version=row["prompt_version"],
            temperature=row["temperature"],
            seed=row["seed"],
            latency_s=row["latency_s"],
        ),
        outcome=row["outcome"],
        kept_text=row["kept_text"],
    )
