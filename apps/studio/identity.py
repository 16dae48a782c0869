"""Who is signed in: one signed cookie with the account's id. Called by gate, routes and pages."""

from datetime import UTC, datetime
from typing import NamedTuple

from itsdangerous import BadData, URLSafeTimedSerializer
from starlette.requests import Request
from starlette.responses import Response

COOKIE = "gap_studio"
COOKIE_AGE_S = 12 * 3600
CLOCK_SLACK_S = 3600  # a clock that is set back signs nobody out in mid-sentence


class SignedIn(NamedTuple):
    """Who signed in, and at which count of the account's sign-ins: a new password raises it."""

    account_id: str
    sign_in_number: int


class Identity:
    """Signs and reads the cookie; a forged or old one is no cookie."""

    def __init__(self, secret: bytes) -> None:
        self._signer = URLSafeTimedSerializer(secret, salt="gap-studio-cookie")

    def sign(self, account_id: str, *, sign_in_number: int) -> str:
        """The cookie's value."""
        return str(self._signer.dumps([account_id, sign_in_number]))

    def read(self, value: str | None) -> SignedIn | None:
        """Who it was given to, None unless this installation signed it lately."""
        try:
            words, signed = self._signer.loads(value or "", return_timestamp=True)
        except BadData:
            return None
        age_s = (datetime.now(UTC) - signed).total_seconds()
        if not -CLOCK_SLACK_S <= age_s <= COOKIE_AGE_S:
            return None
        account_id, sign_in_number = words
        return SignedIn(account_id, sign_in_number)

    def remember(self, response: Response, request: Request, *, value: str) -> None:
        """Set the cookie; scripts can't read it and no other site's page can have it sent."""
        response.set_cookie(
            COOKIE,
            value,
            max_age=COOKIE_AGE_S,
            httponly=True,
            samesite="strict",
            secure=request.url.scheme == "https",
        )

    def forget(self, response: Response) -> None:
        """Take the cookie back."""
        response.delete_cookie(COOKIE, httponly=True, samesite="strict")
