"""Signing in and looking after accounts: the part of the workbench that needs no queue."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from argon2 import PasswordHasher

from db import Store
from db.labeling_records import AccountRecord, Role
from gap_core.errors import GapError
from gap_core.labeling.accounts import (
    LAST_ONE,
    NOT_SIGNED_IN,
    ROLES,
    PasswordCheck,
    account_of,
    checked_password,
    new_account,
    signed_in,
)
from gap_core.labeling.rules import LabelRules
from gap_core.labeling.views import Account

WRONG_PASSWORD = "The old password is not right. Type it again."


class AccountDesk:
    """Accounts over one database; `Workbench` adds the rest.

    `by` is the account that acts; None is whoever can start programs on the machine, so a page
    always passes it.
    """

    def __init__(
        self,
        db_path: Path,
        *,
        rules: LabelRules,
        clock: Callable[[], datetime],
        hasher: PasswordHasher | None,
    ) -> None:
        """Use `Workbench`."""
        self._db_path = db_path
        self._clock = clock
        self._hasher = hasher or PasswordHasher()
        self._check = PasswordCheck(self._hasher)
        self.rules = rules

    def create_account(
        self, name: str, password: str, role: Role = "labeler", *, by: str | None = None
    ) -> Account:
        """A new account.

        Raises:
            GapError: name taken or not fit, password too short or too long, no such role, or `by`
                is no administrator.
        """
        with self._acting(by) as store:
            record = new_account(
                name,
                password,
                role=role,
                rules=self.rules,
                hasher=self._hasher,
                now=self._clock(),
            )
            if not store.accounts.add(record):
                raise GapError(f"The name '{record.name}' is taken. Choose another.")
            return account_of(record)

    def check_password(self, name: str, password: str) -> Account | None:
        """The account of this name and password; None if there is none, or it is disabled."""
        with Store.open(self._db_path) as store:
            found = self._check.account(store, name=name, password=password, rules=self.rules)
        return None if found is None else account_of(found)

    def account(self, account_id: str) -> Account | None:
        """The account of this id; None for nobody's and for a disabled one."""
        with Store.open(self._db_path) as store:
            found = store.accounts.get(account_id)
        return None if found is None or found.disabled_utc is not None else account_of(found)

    def accounts(self, *, by: str | None = None) -> list[Account]:
        """Everybody, disabled ones too, oldest first.

        Raises:
            GapError: `by` is no administrator.
        """
        with self._acting(by) as store:
            return [account_of(record) for record in store.accounts.all()]

    def change_password(self, account_id: str, *, old: str, new: str) -> Account:
        """One's own new password; every earlier sign-in ends.

        Raises:
            GapError: the old one is wrong, or the new one too short or too long.
        """
        with self._account(account_id) as store:
            own = signed_in(store, account_id)
            if len(old) > self.rules.password_max_chars or not self._check.is_right(
                own.password_hash, old
            ):
                raise GapError(WRONG_PASSWORD)
            return self._set_password(store, own, new)

    def reset_password(self, account_id: str, new: str, *, by: str | None = None) -> Account:
        """Somebody's new password, where they have forgotten theirs.

        Raises:
            GapError: no such account, the password can't be taken, or `by` is no administrator.
        """
        with self._acting(by) as store:
            return self._set_password(store, _known(store, account_id), new)

    def set_role(self, account_id: str, role: Role, *, by: str | None = None) -> Account:
        """Give the account another role; it has to sign in again.

        Raises:
            GapError: no such account or role, the last administrator, or `by` is none.
        """
        if role not in ROLES:
            raise GapError(f"There is no role '{role}'. Choose {', '.join(ROLES)}.")
        with self._acting(by) as store:
            _known(store, account_id)
            if not store.accounts.set_role(account_id, role=role):
                raise GapError(LAST_ONE)
            return account_of(_known(store, account_id))

    def disable(self, account_id: str, *, by: str | None = None) -> None:
        """Shut the account out, and give back what it had open; its labels stay.

        Raises:
            GapError: no such account, the last administrator, or `by` is none.
        """
        with self._acting(by) as store, store.transaction():
            _known(store, account_id)
            if not store.accounts.disable(account_id, disabled=self._clock()):
                raise GapError(LAST_ONE)
            held = store.queue.held(account_id)
            if held is not None:
                store.queue.unlock(held.id)

    def enable(self, account_id: str, *, by: str | None = None) -> None:
        """Let the account in again.

        Raises:
            GapError: no such account, or `by` is no administrator.
        """
        with self._acting(by) as store:
            _known(store, account_id)
            store.accounts.enable(account_id)

    def _set_password(self, store: Store, account: AccountRecord, new: str) -> Account:
        password = checked_password(new, name=account.name, rules=self.rules)
        store.accounts.change_password(account.id, password_hash=self._hasher.hash(password))
        return account_of(_known(store, account.id))

    @contextmanager
    def _account(self, account_id: str, *, least: Role = "labeler") -> Iterator[Store]:
        """A handle for a step of this account, if it may do what this role may."""
        with Store.open(self._db_path) as store:
            signed_in(store, account_id, least=least)
            yield store

    @contextmanager
    def _acting(self, by: str | None) -> Iterator[Store]:
        with Store.open(self._db_path) as store:
            if by is not None:
                signed_in(store, by, least="administrator")
            yield store


def _known(store: Store, account_id: str) -> AccountRecord:
    account = store.accounts.get(account_id)
    if account is None:
        raise GapError(NOT_SIGNED_IN)
    return account
