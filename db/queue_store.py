"""The queue of questions for experts: who may have which next. Called by labeling.

A claim is one UPDATE that finds its row through a partial index of what can be served.
"""

import sqlite3

from db.connection import Connection
from db.labeling_records import ItemRecord, ItemState, LeaseTime, QueueOrder
from db.times import utc_moment, utc_moment_or_none, utc_text

# Nobody's, or somebody's whose time is over; and not what this account gave the first label of.
SERVABLE = """
state IN ('waiting', 'second') AND first_by IS NOT :account_id AND (
    leased_by IS NULL OR leased_until_utc <= :now_utc OR leased_until_utc > :longest_utc)
"""
UNSKIPPED = """
NOT EXISTS (SELECT 1 FROM label_skips
            WHERE label_skips.account_id = :account_id AND label_skips.item_id = label_items.id)
"""
TAKE = """
UPDATE OR IGNORE label_items SET leased_by = :account_id, leased_until_utc = :until_utc
WHERE id = ({choice}) RETURNING *
"""
CHOICES = {
    "posterior": f"""SELECT id FROM label_items WHERE {SERVABLE} AND {UNSKIPPED}
        ORDER BY posterior DESC, id LIMIT 1""",
    "age": f"""SELECT id FROM label_items WHERE {SERVABLE} AND {UNSKIPPED}
        ORDER BY marked_utc, id LIMIT 1""",
    # The best of each category, and of these the one whose category has fewest accepted labels.
    "category": f"""SELECT item_id FROM (
        SELECT accepted, name, (
            SELECT id FROM label_items WHERE category = label_categories.name
            AND {SERVABLE} AND {UNSKIPPED} ORDER BY posterior DESC, id LIMIT 1
        ) AS item_id FROM label_categories
        UNION ALL SELECT NULL, '', (
            SELECT id FROM label_items WHERE category IS NULL
            AND {SERVABLE} AND {UNSKIPPED} ORDER BY posterior DESC, id LIMIT 1)
        ) WHERE item_id IS NOT NULL ORDER BY accepted IS NULL, accepted, name LIMIT 1""",
}
OF_CATEGORY = f"""SELECT id FROM label_items WHERE category = :category AND {SERVABLE}
    AND {UNSKIPPED} ORDER BY posterior DESC, id LIMIT 1"""
OF_CATEGORY_BY_AGE = OF_CATEGORY.replace("posterior DESC", "marked_utc")
SKIPPED = f"""SELECT label_items.id FROM label_skips
    JOIN label_items ON label_items.id = label_skips.item_id
    WHERE label_skips.account_id = :account_id AND {SERVABLE}
    AND (:category IS NULL OR category = :category)
    ORDER BY label_skips.skipped_utc, label_skips.item_id LIMIT 1"""


class QueueStore:
    """Reads and writes `label_items`: leases, states and counts."""

    def __init__(self, connection: Connection) -> None:
        """Share the store's handle."""
        self._connection = connection

    def get(self, item_id: int) -> ItemRecord | None:
        """The item of this id."""
        row = self._connection.row("SELECT * FROM label_items WHERE id = :id", {"id": item_id})
        return None if row is None else item_of(row)

    def held(self, account_id: str) -> ItemRecord | None:
        """What this account has open, also where its time is over and nobody took it."""
        row = self._connection.row(
            "SELECT * FROM label_items WHERE leased_by = :id", {"id": account_id}
        )
        return None if row is None else item_of(row)

    def hold_on(self, account_id: str, *, time: LeaseTime) -> ItemRecord | None:
        """Renew the lease on what this account has open; None if it has nothing."""
        row = self._connection.row(
            """UPDATE label_items SET leased_until_utc = :until_utc
            WHERE leased_by = :account_id RETURNING *""",
            _lease(account_id, time),
        )
        return None if row is None else item_of(row)

    def claim(
        self, account_id: str, *, time: LeaseTime, order: QueueOrder, category: str | None
    ) -> ItemRecord | None:
        """Lease the next item this account hasn't skipped; None if there is none.

        None too if the account has something open: it can hold one item only.
        """
        if category is None:
            choice = CHOICES[order]
        else:
            choice = OF_CATEGORY_BY_AGE if order == "age" else OF_CATEGORY
        return self._take(choice, account_id, time, category)

    def claim_skipped(
        self, account_id: str, *, time: LeaseTime, category: str | None
    ) -> ItemRecord | None:
        """Lease what this account skipped longest ago; None if there is none."""
        return self._take(SKIPPED, account_id, time, category)

    def claim_this(self, item_id: int, *, account_id: str, time: LeaseTime) -> bool:
        """Lease this very item; False if it is not to be had, or the account has another open."""
        choice = f"SELECT id FROM label_items WHERE id = :item_id AND {SERVABLE}"
        row = self._connection.row(
            TAKE.format(choice=choice), _lease(account_id, time) | {"item_id": item_id}
        )
        return row is not None

    def _take(
        self, choice: str, account_id: str, time: LeaseTime, category: str | None
    ) -> ItemRecord | None:
        row = self._connection.row(
            TAKE.format(choice=choice), _lease(account_id, time) | {"category": category}
        )
        return None if row is None else item_of(row)

    def renew(self, item_id: int, *, account_id: str, time: LeaseTime) -> bool:
        """Renew the lease; False if it is not this account's any more."""
        row = self._connection.row(
            """UPDATE label_items SET leased_until_utc = :until_utc
            WHERE id = :item_id AND leased_by = :account_id RETURNING id""",
            _lease(account_id, time) | {"item_id": item_id},
        )
        return row is not None

    def release(self, item_id: int, *, account_id: str) -> bool:
        """Give the item back; False if this account didn't have it."""
        row = self._connection.row(
            """UPDATE label_items SET leased_by = NULL, leased_until_utc = NULL
            WHERE id = :item_id AND leased_by = :account_id RETURNING id""",
            {"item_id": item_id, "account_id": account_id},
        )
        return row is not None

    def unlock(self, item_id: int) -> bool:
        """Take the item from whoever has it; False if nobody has."""
        row = self._connection.row(
            """UPDATE label_items SET leased_by = NULL, leased_until_utc = NULL
            WHERE id = :item_id AND leased_by IS NOT NULL RETURNING id""",
            {"item_id": item_id},
        )
        return row is not None

    def leased(self) -> list[ItemRecord]:
        """What anybody has open, also where their time is over."""
        rows = self._connection.rows("SELECT * FROM label_items WHERE leased_by IS NOT NULL")
        return [item_of(row) for row in rows]

    def disputed(self, *, besides: str, limit: int) -> list[ItemRecord]:
        """Items whose two labels differ, oldest first, without those this account labeled."""
        rows = self._connection.rows(
            """SELECT * FROM label_items WHERE state = 'disputed'
            AND first_by <> :account_id AND second_by <> :account_id ORDER BY id LIMIT :limit""",
            {"account_id": besides, "limit": limit},
        )
        return [item_of(row) for row in rows]

    def state_counts(self) -> dict[ItemState, int]:
        """How many items are in each state; a trigger keeps them."""
        rows = self._connection.rows("SELECT state, items FROM label_state_counts")
        return {row["state"]: row["items"] for row in rows}

    def first_waiting(self, account_id: str) -> int:
        """How many items with this account's label wait for somebody else's."""
        row = self._connection.rows(
            """SELECT count(*) AS n FROM label_items
            WHERE state = 'second' AND first_by = :account_id""",
            {"account_id": account_id},
        )[0]
        return int(row["n"])

    def skipped(self, account_id: str) -> int:
        """How many open items this account has skipped."""
        row = self._connection.rows(
            """SELECT count(*) AS n FROM label_skips
            JOIN label_items ON label_items.id = label_skips.item_id
            WHERE label_skips.account_id = :account_id AND state IN ('waiting', 'second')
            AND first_by IS NOT :account_id""",
            {"account_id": account_id},
        )[0]
        return int(row["n"])

    def accepted_by_category(self) -> dict[str, int]:
        """How many accepted labels each of the categories has."""
        rows = self._connection.rows("SELECT name, accepted FROM label_categories ORDER BY rowid")
        return {row["name"]: row["accepted"] for row in rows}


def item_of(row: sqlite3.Row) -> ItemRecord:
    """A row of `label_items` as a record."""
    fields = dict(row)
    fields["marked_utc"] = utc_moment(fields["marked_utc"])
    fields["leased_until_utc"] = utc_moment_or_none(fields["leased_until_utc"])
    return ItemRecord(**fields)


def _lease(account_id: str, time: LeaseTime) -> dict[str, str]:
    return {
        "account_id": account_id,
        "now_utc": utc_text(time.now),
        "until_utc": utc_text(time.until),
        "longest_utc": utc_text(time.longest),
    }
