"""Runs of synthesis, their items and calls. Called by gap_core/synthesis and the studio."""

import sqlite3
from collections.abc import Iterator, Sequence
from datetime import datetime

from db.connection import Connection
from db.synthesis_records import (
    FINISHED,
    UNFINISHED,
    ItemState,
    SynthesisCall,
    SynthesisItem,
    SynthesisRun,
)
from db.times import utc_moment, utc_text

ITEMS = """
SELECT synthesis_items.*, decided.item_id IS NOT NULL AS is_rejected,
    decided.reason AS rejected_because, decided.decided_by AS rejected_by
FROM synthesis_items
LEFT JOIN synthesis_decisions AS decided ON decided.is_rejected AND decided.id =
    (SELECT max(id) FROM synthesis_decisions WHERE item_id = synthesis_items.id)
"""
# Nothing is written where the item stands so already.
DECIDE = """
INSERT INTO synthesis_decisions (item_id, is_rejected, reason, decided_by, decided_utc)
SELECT id, :is_rejected, :reason, :decided_by, :decided FROM synthesis_items
WHERE id = :item_id AND state = 'accepted' AND :is_rejected <> coalesce(
    (SELECT is_rejected FROM synthesis_decisions WHERE item_id = :item_id
    ORDER BY id DESC LIMIT 1), 0)
RETURNING item_id
"""
# What each step fills; a step that is over is never filled again.
COLUMN_OF_STEP = {"seeded": "seed_json", "composed": "multihop_json"}


class SynthesisStore:
    """Reads and writes the tables of synthesis."""

    def __init__(self, connection: Connection) -> None:
        """Share the store's handle."""
        self._connection = connection

    def begin_run(self, name: str, *, config_json: str, begun: datetime) -> SynthesisRun:
        """The run of this name; made if there is none."""
        with self._connection.transaction():
            self._connection.rows(
                """INSERT INTO synthesis_runs (name, config_json, begun_utc)
                VALUES (:name, :config_json, :begun) ON CONFLICT (name) DO NOTHING""",
                {"name": name, "config_json": config_json, "begun": utc_text(begun)},
            )
            run = self.run(name)
        if run is None:
            raise ValueError(f"Run '{name}' was not written.")
        return run

    def run(self, name: str) -> SynthesisRun | None:
        """The run of this name."""
        row = self._connection.row(
            "SELECT * FROM synthesis_runs WHERE name = :name", {"name": name}
        )
        return None if row is None else _run(row)

    def runs(self) -> list[SynthesisRun]:
        """All runs, newest first."""
        rows = self._connection.rows("SELECT * FROM synthesis_runs ORDER BY id DESC")
        return [_run(row) for row in rows]

    def add_items(self, run_id: int, subjects: Sequence[str], *, first_place: int) -> None:
        """Add waiting items from this place on; those that are there stay as they are."""
        with self._connection.transaction():
            for place, subject_json in enumerate(subjects, start=first_place):
                self._connection.rows(
                    """INSERT INTO synthesis_items (run_id, place, subject_json)
                    VALUES (:run_id, :place, :subject_json) ON CONFLICT DO NOTHING""",
                    {"run_id": run_id, "place": place, "subject_json": subject_json},
                )

    def unfinished_ids(self, run_id: int) -> list[int]:
        """Items that are still on their way, those that came farthest first."""
        rows = self._connection.rows(
            """SELECT id FROM synthesis_items WHERE run_id = :run_id AND state IN
            ('waiting', 'seeded', 'composed')
            ORDER BY multihop_json IS NULL, seed_json IS NULL, place""",
            {"run_id": run_id},
        )
        return [row["id"] for row in rows]

    def item(self, item_id: int) -> SynthesisItem:
        """The item of this id.

        Raises:
            ValueError: there is none.
        """
        row = self._connection.row(f"{ITEMS} WHERE synthesis_items.id = :id", {"id": item_id})
        if row is None:
            raise ValueError(f"No item of synthesis has the id {item_id}.")
        return _item(row)

    def items(
        self, run_id: int, *, states: Sequence[ItemState] = (*UNFINISHED, *FINISHED)
    ) -> Iterator[SynthesisItem]:
        """The run's items in these states, by place."""
        wanted = {f"state{n}": state for n, state in enumerate(states)}
        names = ", ".join(f":{name}" for name in wanted)
        rows = self._connection.rows(
            f"""{ITEMS} WHERE synthesis_items.run_id = :run_id
            AND synthesis_items.state IN ({names}) ORDER BY synthesis_items.place""",
            {"run_id": run_id} | wanted,
        )
        return map(_item, rows)

    def page(
        self, run_id: int, *, state: ItemState, offset: int, limit: int
    ) -> list[SynthesisItem]:
        """Some of the run's items in this state, by place."""
        rows = self._connection.rows(
            f"""{ITEMS} WHERE synthesis_items.run_id = :run_id AND synthesis_items.state = :state
            ORDER BY synthesis_items.place LIMIT :limit OFFSET :offset""",
            {"run_id": run_id, "state": state, "limit": limit, "offset": offset},
        )
        return [_item(row) for row in rows]

    def rejected_count(self, run_id: int) -> int:
        """How many accepted items of the run a person took out."""
        row = self._connection.rows(
            f"SELECT count(*) AS n FROM ({ITEMS} WHERE run_id = :run_id) WHERE is_rejected",
            {"run_id": run_id},
        )[0]
        return int(row["n"])

    def state_counts(self, run_id: int) -> dict[ItemState, int]:
        """How many of the run's items are in each state; every state is named."""
        rows = self._connection.rows(
            """SELECT state, count(*) AS n FROM synthesis_items
            WHERE run_id = :run_id GROUP BY state""",
            {"run_id": run_id},
        )
        found = {row["state"]: row["n"] for row in rows}
        return {state: found.get(state, 0) for state in (*UNFINISHED, *FINISHED)}

    def reason_counts(self, run_id: int) -> dict[tuple[ItemState, str], int]:
        """How many items were refused and given up, by reason."""
        rows = self._connection.rows(
            """SELECT state, reason, count(*) AS n FROM synthesis_items
            WHERE run_id = :run_id AND reason IS NOT NULL
            GROUP BY state, reason ORDER BY n DESC, reason""",
            {"run_id": run_id},
        )
        return {(row["state"], row["reason"]): row["n"] for row in rows}

    def finish_step(self, item_id: int, *, state: ItemState, made_json: str) -> None:
        """Keep what a step made and move the item on."""
        column = COLUMN_OF_STEP[state]
        self._connection.rows(
            f"""UPDATE synthesis_items SET state = :state, {column} = :made_json
            WHERE id = :id AND {column} IS NULL AND state IN ('waiting', 'seeded')""",
            {"id": item_id, "state": state, "made_json": made_json},
        )

    def finish_item(
        self,
        item_id: int,
        *,
        state: ItemState,
        ended: datetime,
        reason: str | None = None,
        checks_json: str | None = None,
    ) -> None:
        """End an item's way; an item that has ended stays as it is."""
        self._connection.rows(
            """UPDATE synthesis_items SET state = :state, reason = :reason,
                checks_json = :checks_json, ended_utc = :ended
            WHERE id = :id AND ended_utc IS NULL""",
            {
                "id": item_id,
                "state": state,
                "reason": reason,
                "checks_json": checks_json,
                "ended": utc_text(ended),
            },
        )

    def add_call(self, call: SynthesisCall) -> None:
        """Keep what a model said, the moment it has said it."""
        self._connection.rows(
            """INSERT INTO synthesis_calls (item_id, step, place, prompt_version, model,
                quantization, adapter, seed, reply, failure, tokens, latency_s, ended_utc)
            VALUES (:item_id, :step, :place, :prompt_version, :model, :quantization, :adapter,
                :seed, :reply, :failure, :tokens, :latency_s, :ended_utc)""",
            vars(call) | {"ended_utc": utc_text(call.ended_utc)},
        )

    def calls(self, item_id: int) -> list[SynthesisCall]:
        """All calls for an item, in their order."""
        rows = self._connection.rows(
            "SELECT * FROM synthesis_calls WHERE item_id = :id ORDER BY rowid", {"id": item_id}
        )
        return [
            SynthesisCall(**dict(row) | {"ended_utc": utc_moment(row["ended_utc"])}) for row in rows
        ]

    def call_counts(self, run_id: int) -> tuple[int, int]:
        """How many calls of the run got a reply, and how many failed."""
        row = self._connection.rows(
            """SELECT count(reply) AS replies, count(failure) AS failures FROM synthesis_calls
            WHERE item_id IN (SELECT id FROM synthesis_items WHERE run_id = :run_id)""",
            {"run_id": run_id},
        )[0]
        return row["replies"], row["failures"]

    def add_miss(self, item_id: int, *, step: str, place: int, reason: str, detail: str) -> None:
        """Keep why a reply could not be used; what was kept before stays."""
        self._connection.rows(
            """INSERT INTO synthesis_misses (item_id, step, place, reason, detail)
            VALUES (:item_id, :step, :place, :reason, :detail) ON CONFLICT DO NOTHING""",
            {"item_id": item_id, "step": step, "place": place, "reason": reason, "detail": detail},
        )

    def miss_counts(self, run_id: int) -> dict[tuple[str, str], int]:
        """How many replies could not be used, by step and reason."""
        rows = self._connection.rows(
            """SELECT step, reason, count(*) AS n FROM synthesis_misses
            WHERE item_id IN (SELECT id FROM synthesis_items WHERE run_id = :run_id)
            GROUP BY step, reason ORDER BY n DESC, step, reason""",
            {"run_id": run_id},
        )
        return {(row["step"], row["reason"]): row["n"] for row in rows}

    def decide(
        self, item_id: int, *, is_rejected: bool, reason: str, decided_by: str, decided: datetime
    ) -> bool:
        """Take an accepted item out, or back in; False if it stands so already, or there is none.

        Every decision is kept; the last one counts.
        """
        row = self._connection.row(
            DECIDE,
            {
                "item_id": item_id,
                "is_rejected": int(is_rejected),
                "reason": reason,
                "decided_by": decided_by,
                "decided": utc_text(decided),
            },
        )
        return row is not None


def _run(row: sqlite3.Row) -> SynthesisRun:
    return SynthesisRun(**dict(row) | {"begun_utc": utc_moment(row["begun_utc"])})


def _item(row: sqlite3.Row) -> SynthesisItem:
    values = {name: row[name] for name in row.keys() if name != "ended_utc"}  # noqa: SIM118
    return SynthesisItem(**values | {"is_rejected": bool(row["is_rejected"])})
