"""Picking and shuffling the pictures of a session. Called by the game when a session starts."""

import secrets
from datetime import datetime, timedelta

from db import Store
from db.records import DealtImage, RoundRecord, SessionRecord
from gap_core.errors import PlayerError
from gap_core.play.rules import Rules

ID_BYTES = 16


def new_id() -> str:
    """An id that says nothing and can't be guessed; a hexadecimal one, which no command mistakes.

    With hyphens in it, one of 64 would begin with one and look like an option.
    """
    return secrets.token_hex(ID_BYTES)


def deal_session(
    store: Store, *, player_id: str, deck: str, model: str, rules: Rules, now: datetime
) -> tuple[SessionRecord, list[RoundRecord]]:
    """A session that begins now, and its rounds; neither is stored yet.

    Raises:
        GapError: the deck holds too few pictures.
    """
    session = SessionRecord(
        id=new_id(),
        player_id=player_id,
        deck=deck,
        model=model,
        started_utc=now,
        closes_utc=now + timedelta(seconds=rules.session_s),
    )
    rounds = _deal_rounds(store, session_id=session.id, player_id=player_id, deck=deck, rules=rules)
    return session, rounds


def _deal_rounds(
    store: Store, *, session_id: str, player_id: str, deck: str, rules: Rules
) -> list[RoundRecord]:
    """The rounds of a session, in an order drawn from the system's secret source.

    Raises:
        GapError: the deck holds too few pictures.
    """
    dealt = _pick(store, player_id=player_id, deck=deck, rules=rules)
    secrets.SystemRandom().shuffle(dealt)
    return [
        RoundRecord(
            id=new_id(),
            session_id=session_id,
            place=place,
            image_id=image.image_id,
            tainted=image.tainted,
            token=new_id(),
        )
        for place, image in enumerate(dealt, start=1)
    ]


def _pick(store: Store, *, player_id: str, deck: str, rules: Rules) -> list[DealtImage]:
    traps = store.images.pick(deck, player_id=player_id, tainted=True, limit=rules.tainted_images)
    others = store.images.pick(
        deck, player_id=player_id, tainted=False, limit=rules.untainted_images
    )
    if len(traps) < rules.tainted_images or len(others) < rules.untainted_images:
        raise PlayerError(
            "Deck '{deck}' has too few pictures for a session of {pictures}. "
            "Run ./scripts/play to deal the pocket deck, or add pictures: "
            "python -m scripts.import_images FOLDER --deck {deck}",
            deck=deck,
            pictures=rules.images_per_session,
        )
    return traps + others
