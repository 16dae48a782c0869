"""Deciding which pictures of a deck are traps. Called by scripts/approve_images.py.

An imported picture is a trap only once somebody saw that the model describes it rightly.
"""

from collections.abc import Sequence
from datetime import UTC, datetime

from db import Store
from db.records import ImageRecord, Taint
from gap_core.errors import GapError

KINDS: tuple[Taint, ...] = ("proposed", "untainted", "tainted")


def decide_images(
    store: Store, image_ids: Sequence[str], *, deck: str, taint: Taint, decided_by: str
) -> int:
    """Make pictures of a deck traps ("tainted") or ordinary ones ("untainted"); how many.

    Ids may be shortened to their first characters, as lists show them. All are decided or none.

    Raises:
        GapError: an id is not that of exactly one picture of the deck.
    """
    with store.transaction():
        held = [image.id for kind in KINDS for image in store.images.in_deck(deck, taint=kind)]
        chosen = [_whole_id(given, held, deck=deck) for given in image_ids]
        for image_id in chosen:
            store.images.decide(
                image_id, deck=deck, taint=taint, decided_by=decided_by, decided=datetime.now(UTC)
            )
    return len(chosen)


def proposed_images(store: Store, *, deck: str) -> list[ImageRecord]:
    """The pictures that wait for a decision."""
    return store.images.in_deck(deck, taint="proposed")


def _whole_id(given: str, held: list[str], *, deck: str) -> str:
    found = [image_id for image_id in held if given and image_id.startswith(given)]
    if len(found) != 1:
        raise GapError(
            f"'{given}' stands for {len(found)} pictures of deck '{deck}', not for one. "
            f"List them: python -m scripts.approve_images --deck {deck} --list-all"
        )
    return found[0]
