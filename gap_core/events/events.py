"""Events: made, found, ended. Called by scripts; play asks whether one is open."""

import hashlib
from collections.abc import Sequence
from datetime import datetime

from db import Store
from db.event_store import EventRecord
from gap_core.errors import GapError, PlayerError
from gap_core.play.text import clean_text, nickname_key

SHORTEST_CODE = 4
LONGEST_CONSENT, MOST_LINES = 500, 12


def add_event(
    store: Store,
    *,
    title: str,
    code: str,
    starts: datetime,
    ends: datetime,
    deck: str,
    model: str,
    consent: Sequence[str],
    now: datetime,
) -> EventRecord:
    """A new event.

    Args:
        store: of the installation.
        title: as the report shows it.
        code: what people type to join.
        starts: aware; nobody joins or begins a session before.
        ends: aware; nor after it, while open sessions may be played to their end.
        deck: that its sessions are dealt from.
        model: that plays, as --model takes it.
        consent: the lines that people agree to; empty for the game's own.
        now: when it is made.

    Raises:
        GapError: a value can't be, or the code is another event's.
    """
    shown, lines = clean_text(code), [clean_text(line) for line in consent]
    if len(shown) < SHORTEST_CODE:
        raise GapError(f"Code '{code}' is too short; use at least {SHORTEST_CODE} characters.")
    if not clean_text(title):
        raise GapError("The event has no title. Give it a name.")
    if starts >= ends:
        raise GapError(f"The event would end at {ends:%Y-%m-%d %H:%M}, before its start.")
    lines = [line for line in lines if line]
    if len(lines) > MOST_LINES or any(len(line) > LONGEST_CONSENT for line in lines):
        raise GapError(
            f"The consent text may have {MOST_LINES} lines of {LONGEST_CONSENT} characters. "
            "Shorten it: nobody reads more."
        )
    event = EventRecord(
        id=0,
        title=clean_text(title),
        code=shown,
        code_key=nickname_key(shown),
        starts_utc=starts,
        ends_utc=ends,
        deck=deck,
        model=model,
        consent=tuple(lines),
        consent_version=consent_version(lines),
    )
    if not store.events.add(event, now=now):
        raise GapError(f"Code '{shown}' is another event's. Choose another.")
    return event_of(store, shown)


def consent_version(lines: Sequence[str]) -> str:
    """A version that changes with every word; empty for the game's own text."""
    if not lines:
        return ""
    return "event-" + hashlib.sha256("\n".join(lines).encode()).hexdigest()[:12]


def event_of(store: Store, code: str) -> EventRecord:
    """The event of this code.

    Raises:
        GapError: there is none.
    """
    found = store.events.find(nickname_key(clean_text(code)))
    if found is None:
        raise GapError(f"No event has the code '{code}'. See them: python -m scripts.events list")
    return found


def check_open(event: EventRecord, *, now: datetime) -> None:
    """Whether people may join and begin.

    Raises:
        GapError: not yet, or not any more.
    """
    if now < event.starts_utc:
        raise PlayerError(
            "This event begins at {starts:%Y-%m-%d %H:%M} UTC. Come back.", starts=event.starts_utc
        )
    if now >= event.ends_utc:
        raise PlayerError("This event is over. Thank you for having been there.")
