"""Accounts of the studio. Called by labeling."""

import sqlite3
from datetime import datetime

from db.connection import Connection
from db.labeling_records import AccountRecord, Role
from db.times import utc_moment, utc_moment_or_none, utc_text


class AccountStore:
    """Reads and writes `accounts`."""

    def __init__(self, connection: Connection) -> None:
        """Share the store's handle."""
        self._connection = connection

    def add(self, account: AccountRecord) -> bool:
        """Add the account; False if one of this name is there."""
        row = self._connection.row(
            """INSERT INTO accounts (id, name, name_key, role, password_hash, created_utc)
            VALUES (:id, :name, :name_key, :role, :password_hash, :created_utc)
            ON CONFLICT (name_key) DO NOTHING RETURNING id""",
            vars(account) | {"created_utc": utc_text(account.created_utc), "disabled_utc": None},
        )
        return row is not None

    def get(self, account_id: str) -> AccountRecord | None:
        """The account of this id, disabled or not."""
        row = self._connection.row("SELECT * FROM accounts WHERE id = :id", {"id": account_id})
        return None if row is None else _account(row)

    def named(self, name_key: str) -> AccountRecord | None:
        """The account of this name, disabled or not."""
        row = self._connection.row(
            "SELECT * FROM accounts WHERE name_key = :name_key", {"name_key": name_key}
        )
        return None if row is None else _account(row)

    def all(self) -> list[AccountRecord]:
        """Everybody, oldest first."""
        rows = self._connection.rows("SELECT * FROM accounts ORDER BY created_utc, name_key")
        return [_account(row) for row in rows]

    def change_password(self, account_id: str, *, password_hash: str) -> None:
        """Set the password; earlier sign-ins end."""
        self._connection.rows(
            """UPDATE accounts SET password_hash = :password_hash,
                sign_in_number = sign_in_number + 1 WHERE id = :id""",
            {"id": account_id, "password_hash": password_hash},
        )

    def refresh_hash(self, account_id: str, *, password_hash: str, instead_of: str) -> None:
        """Store the same password hashed anew, unless it was changed meanwhile."""
        self._connection.rows(
            """UPDATE accounts SET password_hash = :password_hash
            WHERE id = :id AND password_hash = :instead_of""",
            {"id": account_id, "password_hash": password_hash, "instead_of": instead_of},
        )

    def set_role(self, account_id: str, *, role: Role) -> bool:
        """Give the account another role; False if it would leave no administrator."""
        return self._change(account_id, "role = :role", role=role, stays=role == "administrator")

    def disable(self, account_id: str, *, disabled: datetime) -> bool:
        """Shut the account out; False if it would leave no administrator."""
        return self._change(
            account_id, "disabled_utc = :disabled_utc", disabled_utc=utc_text(disabled), stays=False
        )

    def enable(self, account_id: str) -> None:
        """Let the account in again."""
        self._change(account_id, "disabled_utc = NULL", stays=True)

    def _change(self, account_id: str, what: str, *, stays: bool, **values: str) -> bool:
        row = self._connection.row(
            f"""UPDATE accounts SET {what}, sign_in_number = sign_in_number + 1
            WHERE id = :id AND (:stays OR EXISTS (
                SELECT 1 FROM accounts AS others WHERE others.id <> :id
                AND others.role = 'administrator' AND others.disabled_utc IS NULL
            ) OR role <> 'administrator') RETURNING id""",
            values | {"id": account_id, "stays": stays},
        )
        return row is not None


def _account(row: sqlite3.Row) -> AccountRecord:
    return AccountRecord(
        id=row["id"],
        name=row["name"],
        name_key=row["name_key"],
        role=row["role"],
        password_hash=row["password_hash"],
        created_utc=utc_moment(row["created_utc"]),
        disabled_utc=utc_moment_or_none(row["disabled_utc"]),
        sign_in_number=row["sign_in_number"],
    )
