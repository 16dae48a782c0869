"""A person takes an accepted item out. Called by the studio; nothing teaches or exports it then."""

from datetime import UTC, datetime

from db import Store
from gap_core.errors import GapError
from gap_core.play.text import clean_text

MOST_REASON_CHARS = 300


def reject_item(store: Store, item_id: int, *, reason: str, rejected_by: str) -> None:
    """Take the item out for good, with the reason.

    Raises:
        GapError: no reason was given, or there is no accepted item of this id that is still in.
    """
    told = clean_text(reason)[:MOST_REASON_CHARS]
    if not told:
        raise GapError("No item is rejected without a reason. Type one.")
    if not store.synthesis.reject(
        item_id, reason=told, rejected_by=rejected_by, rejected=datetime.now(UTC)
    ):
        raise GapError(f"Item {item_id} is no accepted one, or was rejected before.")
