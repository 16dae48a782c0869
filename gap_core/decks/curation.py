"""Deciding which pictures of a deck are traps, and which are retired.

Called by the studio's Deck page and scripts/approve_images.py. An imported picture is a trap only
once somebody saw that the model describes it rightly. Every decision is kept with its reason.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from PIL import Image

from db import Store
from db.curation_records import DeckDecision, DeckDecisionRecord, DescriptionRecord
from db.records import ImageRecord, Taint
from gap_core.errors import GapError
from models.base import Ask, VisionModel
from models.prompts import DESCRIBE, HONEST

KINDS: tuple[Taint, ...] = ("proposed", "untainted", "tainted")
REASON_MAX_CHARS = 300
DESCRIPTION_MAX_TOKENS = 160
NEEDS_A_REASON: tuple[DeckDecision, ...] = ("rejected", "retired")


def decide_images(
    store: Store, image_ids: Sequence[str], *, deck: str, taint: Taint, decided_by: str
) -> int:
    """Make pictures of a deck traps ("tainted") or ordinary ones ("untainted"); how many.

    Ids may be shortened to their first characters, as lists show them. All are decided or none.

    Raises:
        GapError: an id is not that of exactly one picture of the deck.
    """
    decision: DeckDecision = "approved" if taint == "tainted" else "rejected"
    with store.transaction():
        held = [image.id for kind in KINDS for image in store.images.in_deck(deck, taint=kind)]
        chosen = [_whole_id(given, held, deck=deck) for given in image_ids]
        for image_id in chosen:
            store.curation.decide(
                DeckDecisionRecord(
                    deck=deck,
                    image_id=image_id,
                    decision=decision,
                    reason="decided by script",
                    decided_by=decided_by,
                    decided_utc=datetime.now(UTC),
                )
            )
    return len(chosen)


def decide_image(
    store: Store,
    image_id: str,
    *,
    deck: str,
    decision: DeckDecision,
    decided_by: str,
    reason: str = "",
    adapter: str | None = None,
) -> None:
    """Decide on one picture: approve, reject, promote, retire or restore it.

    `adapter` is the one that it is promoted for. A retired picture is dealt to nobody any more;
    sessions that hold it go on.

    Raises:
        GapError: the deck doesn't hold the picture, or a reason is missing or too long.
    """
    reason = " ".join(reason.split())
    if decision in NEEDS_A_REASON and not reason:
        raise GapError(f"A picture is not {decision} without a reason. Say in a few words why.")
    if len(reason) > REASON_MAX_CHARS:
        raise GapError(
            f"The reason is {len(reason)} characters; the limit is {REASON_MAX_CHARS}. Shorten it."
        )
    record = DeckDecisionRecord(
        deck=deck,
        image_id=image_id,
        decision=decision,
        reason=reason,
        decided_by=decided_by,
        decided_utc=datetime.now(UTC),
        adapter=adapter,
    )
    if not store.curation.decide(record):
        raise GapError(f"Deck '{deck}' holds no picture '{image_id[:12]}'. Choose one of its own.")


def describe_image(
    store: Store, image_id: str, *, model: VisionModel, data_dir: Path
) -> DescriptionRecord:
    """What the model says of the picture; asked once, kept, and read again from then on.

    Raises:
        GapError: the picture isn't there.
    """
    known = store.curation.description(image_id, model=model.name)
    if known is not None and known.adapter == model.adapter:
        return known
    image = store.images.get(image_id)
    if image is None or not (file := data_dir / image.path).is_file():
        raise GapError(f"The file of picture '{image_id[:12]}' is missing from '{data_dir}'.")
    with Image.open(file) as picture:
        ask = Ask(picture.convert("RGB"), DESCRIBE, HONEST, max_tokens=DESCRIPTION_MAX_TOKENS)
    described = DescriptionRecord(
        image_id=image_id,
        model=model.name,
        quantization=model.quantization,
        adapter=model.adapter,
        text=model.answer([ask])[0].text,
        described_utc=datetime.now(UTC),
    )
    store.curation.add_description(described)
    return described


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
