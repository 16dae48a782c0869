"""Whose cookie it is, and what they may do. Called by gate, routes and pages."""

from starlette.requests import Request

from apps.studio.identity import COOKIE, Identity
from db.labeling_records import ROLES, Role
from gap_core.labeling import Account, Workbench


class AccountReader:
    """Looks the account up at every request: one that was disabled is out at once."""

    def __init__(self, workbench: Workbench, identity: Identity) -> None:
        self._workbench, self._identity = workbench, identity

    def behind(self, cookie: str | None) -> Account | None:
        """The account that this cookie was given to, None if it may no longer come in."""
        read = self._identity.read(cookie)
        if read is None:
            return None
        account = self._workbench.account(read.account_id)
        if account is None or account.sign_in_number != read.sign_in_number:
            return None
        return account

    def is_known(self, cookie: str | None) -> bool:
        """Whether somebody is signed in with this cookie."""
        return self.behind(cookie) is not None

    def of(self, request: Request) -> Account | None:
        """Who sent the request."""
        return self.behind(request.cookies.get(COOKIE))


def has_role(account: Account, role: Role) -> bool:
    """Whether the account's role is this one or a higher one."""
    return ROLES.index(account.role) >= ROLES.index(role)
