"""Steps of the schema for stands and doors. Registered by db/schema.py."""

from sqlite_utils import Database

from db.migrations import migrations

DOORS = """
CREATE TABLE door_accounts (
    account_key TEXT PRIMARY KEY,
    player_id TEXT NOT NULL REFERENCES players(id)
) WITHOUT ROWID;
"""


@migrations()
def m095_doors(db: Database) -> None:
    """Accounts of other services, as keyed hashes, and who plays through them."""
    db.executescript(DOORS)


EVENTS = """
CREATE TABLE events (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    title TEXT NOT NULL,
    code TEXT NOT NULL,
    code_key TEXT NOT NULL UNIQUE,
    starts_utc TEXT NOT NULL,
    ends_utc TEXT NOT NULL,
    deck TEXT NOT NULL,
    model TEXT NOT NULL,
    consent_json TEXT NOT NULL,
    consent_version TEXT NOT NULL,
    created_utc TEXT NOT NULL,
    CHECK (starts_utc < ends_utc)
);
CREATE TABLE event_players (
    player_id TEXT PRIMARY KEY REFERENCES players(id),
    event_id INTEGER NOT NULL REFERENCES events(id)
) WITHOUT ROWID;
CREATE INDEX event_players_by_event ON event_players (event_id);
CREATE TABLE withdrawals (
    player_id TEXT PRIMARY KEY REFERENCES players(id),
    words_deleted INTEGER NOT NULL CHECK (words_deleted IN (0, 1)),
    withdrawn_utc TEXT NOT NULL
) WITHOUT ROWID;
"""


@migrations()
def m096_events(db: Database) -> None:
    """Events with their codes, who came, and who took their consent back."""
    db.executescript(EVENTS)


HIGHLIGHTS = """
CREATE TABLE highlights (
    turn_id TEXT PRIMARY KEY REFERENCES turns(id),
    token TEXT NOT NULL UNIQUE,
    chosen_utc TEXT NOT NULL
) WITHOUT ROWID;
"""


@migrations()
def m097_highlights(db: Database) -> None:
    """Questions that the host lets everybody see."""
    db.executescript(HIGHLIGHTS)
