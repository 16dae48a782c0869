"""A person takes an accepted item out, or back in. Called by the studio.

What is out is neither taught nor exported.
"""

from datetime import UTC, datetime

from db import Store
from gap_core.errors import GapError
from gap_core.play.text import clean_text

MOST_REASON_CHARS = 300


def reject_item(store: Store, item_id: int, *, reason: str, rejected_by: str) -> None:
    """Take the item out, with the reason.

    Raises:
        GapError: no reason was given, or there is no accepted item of this id that is still in.
    """
    told = clean_text(reason)[:MOST_REASON_CHARS]
    if not told:
        raise GapError("No item is rejected without a reason. Type one.")
    if not store.synthesis.decide(
        item_id, is_rejected=True, reason=told, decided_by=rejected_by, decided=datetime.now(UTC)
    ):
        raise GapError(f"Item {item_id} is no accepted one, or was rejected before.")


def take_back_item(store: Store, item_id: int, *, taken_back_by: str) -> None:
    """Put a rejected item back in; that it was rejected, and why, stays on record.

    Raises:
        GapError: nobody has rejected it.
    """
    if not store.synthesis.decide(
        item_id, is_rejected=False, reason="", decided_by=taken_back_by, decided=datetime.now(UTC)
    ):
        raise GapError(f"Item {item_id} is not rejected. Look again.")
