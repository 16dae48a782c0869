"""Who works in the studio: names, roles, passwords. Called by the workbench."""

from datetime import datetime

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from db import Store
from db.labeling_records import ROLES, AccountRecord, Role
from gap_core.errors import GapError
from gap_core.labeling.rules import LabelRules
from gap_core.labeling.views import Account
from gap_core.play.dealing import new_id
from gap_core.play.text import checked_nickname, nickname_key

NOT_SIGNED_IN = "This account can't be used any more. Sign in again, or ask an administrator."
LAST_ONE = "This is the last administrator. Make somebody else an administrator first."


def account_of(record: AccountRecord) -> Account:
    """The account without its password."""
    return Account(
        id=record.id,
        name=record.name,
        role=record.role,
        sign_in_number=record.sign_in_number,
        created=record.created_utc,
        is_disabled=record.disabled_utc is not None,
    )


def signed_in(store: Store, account_id: str, *, least: Role = "labeler") -> AccountRecord:
    """The account, if it may do what this role may.

    Raises:
        GapError: nobody's id, disabled, or of a lesser role.
    """
    account = store.accounts.get(account_id)
    if account is None or account.disabled_utc is not None:
        raise GapError(NOT_SIGNED_IN)
    if ROLES.index(account.role) < ROLES.index(least):
        article = "an" if least == "administrator" else "a"
        raise GapError(f"Only {article} {least} may do this; '{account.name}' is {account.role}.")
    return account


def new_account(
    name: str,
    password: str,
    *,
    role: Role,
    rules: LabelRules,
    hasher: PasswordHasher,
    now: datetime,
) -> AccountRecord:
    """The record of a new account.

    Raises:
        GapError: no such role, or a name or password that can't be taken.
    """
    if role not in ROLES:
        raise GapError(f"There is no role '{role}'. Choose {', '.join(ROLES)}.")
    cleaned = checked_nickname(name, max_chars=rules.name_max_chars, what="Name")
    return AccountRecord(
        id=new_id(),
        name=cleaned,
        name_key=nickname_key(cleaned),
        role=role,
        password_hash=hasher.hash(checked_password(password, name=cleaned, rules=rules)),
        created_utc=now,
    )


def checked_password(password: str, *, name: str, rules: LabelRules) -> str:
    """The password as given.

    Raises:
        GapError: too short, too long, the name itself, or no text.
    """
    low, high = rules.password_min_chars, rules.password_max_chars
    if not low <= len(password) <= high:
        raise GapError(
            f"The password has {len(password)} characters; {low} to {high} are needed. "
            "Three or four words do well."
        )
    if nickname_key(password) == nickname_key(name):
        raise GapError("The password is the name. Choose another.")
    _encoded(password)
    return password


def _encoded(password: str) -> bytes:
    try:
        return password.encode()
    except UnicodeEncodeError as err:
        raise GapError("The password holds what is no character. Type it again.") from err


class PasswordCheck:
    """Checks passwords, taking as long for a name that nobody has as for one that somebody has."""

    def __init__(self, hasher: PasswordHasher) -> None:
        """Hash a password that nobody has, to check against where there is no account."""
        self._hasher = hasher
        self._nobody = hasher.hash(new_id())

    def account(
        self, store: Store, *, name: str, password: str, rules: LabelRules
    ) -> AccountRecord | None:
        """The account of this name, if this is its password and it isn't disabled."""
        account = store.accounts.named(nickname_key(name))
        against = self._nobody if account is None else account.password_hash
        is_right = len(password) <= rules.password_max_chars and self.is_right(against, password)
        if account is None or account.disabled_utc is not None or not is_right:
            return None
        if self._hasher.check_needs_rehash(against):
            anew = self._hasher.hash(password)
            store.accounts.refresh_hash(account.id, password_hash=anew, instead_of=against)
        return account

    def is_right(self, password_hash: str, password: str) -> bool:
        """Whether the hash is of this password."""
        try:
            return self._hasher.verify(password_hash, password.encode(errors="replace"))
        except (VerificationError, InvalidHashError):
            return False
