"""Steps of the schema for adapters. Registered by db/schema.py."""

from sqlite_utils import Database

from db.migrations import APPEND_ONLY, migrations

ADAPTERS = """
CREATE TABLE adapters (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL UNIQUE,
    model TEXT NOT NULL,
    folder TEXT NOT NULL,
    dataset TEXT,
    dataset_sha256 TEXT,
    config_json TEXT NOT NULL,
    parent TEXT REFERENCES adapters(name),
    learnt INTEGER NOT NULL,
    held_back_loss REAL,
    created_utc TEXT NOT NULL
);
CREATE TABLE adapter_images (
    adapter TEXT NOT NULL REFERENCES adapters(name),
    image_id TEXT NOT NULL,
    PRIMARY KEY (adapter, image_id)
) WITHOUT ROWID;
CREATE TABLE adapter_requests (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    adapter TEXT REFERENCES adapters(name),
    requested_by TEXT NOT NULL,
    requested_utc TEXT NOT NULL
);
CREATE TABLE adapter_switches (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    request_id INTEGER NOT NULL UNIQUE REFERENCES adapter_requests(id),
    problem TEXT,
    switched_utc TEXT NOT NULL
);
"""
TABLES = ("adapters", "adapter_images", "adapter_requests", "adapter_switches")


@migrations()
def m040_adapters(db: Database) -> None:
    """What was taught on what, which adapter the game is asked to serve, and when it did."""
    db.executescript(ADAPTERS)
    for table in TABLES:
        for verb in ("UPDATE", "DELETE"):
            db.executescript(APPEND_ONLY.format(table=table, verb=verb))


@migrations()
def m099_learnt_samples(db: Database) -> None:
    """How many samples of each picture were learnt; NULL where nobody counted."""
    db.executescript("ALTER TABLE adapter_images ADD COLUMN samples INTEGER")
