"""Who is playing: one signed cookie with the player's id. Called by pages and gatekeeper."""

from datetime import UTC, datetime
from functools import lru_cache

from fastapi import Request, Response
from itsdangerous import BadData, URLSafeTimedSerializer

COOKIE = "gap_player"
REMEMBERED = 1024  # cookies whose signature need not be checked again
COOKIE_AGE_S = 14 * 24 * 3600
CLOCK_SLACK_S = 24 * 3600  # a clock that is set back throws nobody out of their game


class Identity:
    """Signs and reads the player's cookie; a forged or old one is no cookie."""

    def __init__(self, secret: bytes) -> None:
        self._signer = URLSafeTimedSerializer(secret, salt="gap-player-cookie")
        self._signed = lru_cache(REMEMBERED)(self._read_signed)

    def sign(self, player_id: str) -> str:
        """The cookie's value."""
        return str(self._signer.dumps(player_id))

    def read(self, value: str | None) -> str | None:
        """The player's id, None unless this server signed it lately."""
        try:
            player_id, signed = self._signed(value or "")
        except BadData:
            return None
        age_s = (datetime.now(UTC) - signed).total_seconds()
        if not -CLOCK_SLACK_S <= age_s <= COOKIE_AGE_S:
            return None
        return player_id if isinstance(player_id, str) else None

    def _read_signed(self, value: str) -> tuple[object, datetime]:
        """Who a cookie names and since when; remembered, as each request asks several times."""
        player_id, signed = self._signer.loads(value, return_timestamp=True)
        return player_id, signed

    def of(self, request: Request) -> str | None:
        """The id in the request's cookie."""
        return self.read(request.cookies.get(COOKIE))

    def remember(self, response: Response, request: Request, *, player_id: str) -> None:
        """Set the cookie; scripts can't read it and other sites can't make it be posted."""
        response.set_cookie(
            COOKIE,
            self.sign(player_id),
            max_age=COOKIE_AGE_S,
            httponly=True,
            samesite="lax",
            secure=request.url.scheme == "https",
        )

    def forget(self, response: Response) -> None:
        """Take the cookie back."""
        response.delete_cookie(COOKIE, httponly=True, samesite="lax")
