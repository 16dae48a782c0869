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
