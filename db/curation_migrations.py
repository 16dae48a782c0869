"""Steps of the schema for curation of decks. Registered by db/schema.py."""

from sqlite_utils import Database

from db.migrations import APPEND_ONLY, migrations

DECISIONS = """
CREATE TABLE deck_decisions (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    deck TEXT NOT NULL,
    image_id TEXT NOT NULL REFERENCES images(id),
    decision TEXT NOT NULL
        CHECK (decision IN ('approved', 'rejected', 'promoted', 'retired', 'restored')),
    reason TEXT NOT NULL,
    decided_by TEXT NOT NULL,
    decided_utc TEXT NOT NULL
);
CREATE INDEX deck_decisions_by_image ON deck_decisions (deck, image_id, id);
CREATE TABLE descriptions (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    image_id TEXT NOT NULL REFERENCES images(id),
    model TEXT NOT NULL,
    quantization TEXT NOT NULL,
    adapter TEXT,
    text TEXT NOT NULL,
    described_utc TEXT NOT NULL
);
CREATE INDEX descriptions_by_image ON descriptions (image_id, id);
ALTER TABLE deck_images ADD COLUMN retired_utc TEXT;
"""
PROMOTED_FOR = """
ALTER TABLE deck_decisions ADD COLUMN adapter TEXT;
DROP TRIGGER deck_decisions_never_UPDATE;
UPDATE deck_decisions
SET adapter = rtrim(substr(reason, instr(reason, 'right on all with ' || char(39)) + 19), char(39))
WHERE decision = 'promoted' AND instr(reason, 'right on all with ' || char(39)) > 0;
"""


@migrations()
def m020_deck_decisions(db: Database) -> None:
    """Why each picture of a deck is what it is, what models said of it, and which are retired."""
    db.executescript(DECISIONS)
    for table in ("deck_decisions", "descriptions"):
        for verb in ("UPDATE", "DELETE"):
            db.executescript(APPEND_ONLY.format(table=table, verb=verb))


@migrations()
def m101_promoted_for(db: Database) -> None:
    """For which adapter a picture was promoted; before, the reason's last words said it."""
    db.executescript(PROMOTED_FOR + APPEND_ONLY.format(table="deck_decisions", verb="UPDATE"))
