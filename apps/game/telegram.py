"""Who comes through Telegram: the signed words that it hands to a mini app. Called by the pages.

Only a keyed hash of the account's number is kept: enough to know somebody again, no use to others.
"""

import hashlib
import hmac
import json
from collections.abc import Callable
from datetime import datetime, timedelta
from urllib.parse import parse_qsl

from gap_core.errors import PlayerError, Sentence
from gap_core.play import utc_now

FRESH_FOR = timedelta(hours=1)
CLOCK_SLACK = timedelta(minutes=5)
LONGEST = 8192
FORGED = Sentence("Telegram's sign-in is not right. Close the game in Telegram and open it again.")
STALE = Sentence("Telegram's sign-in is too old. Close the game in Telegram and open it again.")


def signed_by_telegram(init_data: str, *, bot_token: str) -> dict[str, str]:
    """The fields of a mini app's initData, once its signature holds.

    Raises:
        GapError: it was not signed with this bot's token.

    Source: core.telegram.org/bots/webapps, "Validating data received via the Mini App".
    """
    if len(init_data) > LONGEST:
        raise PlayerError(FORGED)
    try:
        pairs = parse_qsl(init_data, keep_blank_values=True, strict_parsing=True, max_num_fields=40)
    except ValueError as err:
        raise PlayerError(FORGED) from err
    fields = dict(pairs)
    given = fields.pop("hash", "")
    if len(fields) + 1 != len(pairs):  # a field that stands twice could be read in two ways
        raise PlayerError(FORGED)
    checked = "\n".join(f"{name}={value}" for name, value in sorted(fields.items()))
    key = hmac.new(b"WebAppData", bot_token.encode(), hashlib.sha256).digest()
    right = hmac.new(key, checked.encode("utf-8", "replace"), hashlib.sha256).hexdigest()
    if not hmac.compare_digest(right.encode(), given.encode("utf-8", "replace")):
        raise PlayerError(FORGED)
    return fields


def telegram_account(init_data: str, *, bot_token: str, secret: bytes, now: datetime) -> str:
    """The key that an account is known by here.

    Raises:
        GapError: forged, too old, or of nobody.
    """
    fields = signed_by_telegram(init_data, bot_token=bot_token)
    try:
        age_s = now.timestamp() - int(fields["auth_date"])
        number = json.loads(fields["user"])["id"]
    except (KeyError, ValueError, TypeError, RecursionError) as err:
        raise PlayerError(FORGED) from err
    if not isinstance(number, int) or isinstance(number, bool):
        raise PlayerError(FORGED)
    if not -CLOCK_SLACK.total_seconds() <= age_s <= FRESH_FOR.total_seconds():
        raise PlayerError(STALE)
    return hmac.new(secret, f"telegram account {number}".encode(), hashlib.sha256).hexdigest()


class TelegramDoor:
    """The sign-in of one bot's mini app.

    Args:
        bot_token: as BotFather gave it.
        secret: the installation's.
        clock: gives aware times.
    """

    def __init__(
        self, bot_token: str, *, secret: bytes, clock: Callable[[], datetime] = utc_now
    ) -> None:
        self._bot_token = bot_token
        self._secret = secret
        self._clock = clock

    def account(self, init_data: str) -> str:
        """The key of the account that these words were signed for.

        Raises:
            GapError: they were not, or it is too long ago.
        """
        return telegram_account(
            init_data, bot_token=self._bot_token, secret=self._secret, now=self._clock()
        )
