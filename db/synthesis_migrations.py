"""Steps of the schema for synthesized questions. Registered by db/schema.py."""

from sqlite_utils import Database

from db.migrations import APPEND_ONLY, migrations

# What models said stands in synthesis_calls and is never changed; an item's own columns are what
# was made of it, each filled once.
SYNTHESIS = """
CREATE TABLE synthesis_runs (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL UNIQUE,
    config_json TEXT NOT NULL,
    begun_utc TEXT NOT NULL
);
CREATE TABLE synthesis_items (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    run_id INTEGER NOT NULL REFERENCES synthesis_runs(id),
    place INTEGER NOT NULL CHECK (place >= 0),
    subject_json TEXT NOT NULL,
    state TEXT NOT NULL DEFAULT 'waiting' CHECK (
        state IN ('waiting', 'seeded', 'composed', 'accepted', 'refused', 'given_up')),
    reason TEXT,
    seed_json TEXT,
    multihop_json TEXT,
    checks_json TEXT,
    ended_utc TEXT,
    UNIQUE (run_id, place),
    CHECK ((reason IS NOT NULL) = (state IN ('refused', 'given_up'))),
    CHECK ((ended_utc IS NOT NULL) = (state IN ('accepted', 'refused', 'given_up')))
);
CREATE INDEX synthesis_items_by_state ON synthesis_items (run_id, state, place);
CREATE TABLE synthesis_calls (
    item_id INTEGER NOT NULL REFERENCES synthesis_items(id),
    step TEXT NOT NULL,
    place INTEGER NOT NULL CHECK (place >= 0),
    prompt_version TEXT NOT NULL,
    model TEXT NOT NULL,
    quantization TEXT NOT NULL,
    adapter TEXT,
    seed INTEGER NOT NULL,
    reply TEXT,
    failure TEXT,
    tokens INTEGER,
    latency_s REAL,
    ended_utc TEXT NOT NULL,
    PRIMARY KEY (item_id, step, place),
    CHECK ((reply IS NULL) != (failure IS NULL))
);
CREATE TABLE synthesis_misses (
    item_id INTEGER NOT NULL REFERENCES synthesis_items(id),
    step TEXT NOT NULL,
    place INTEGER NOT NULL,
    reason TEXT NOT NULL,
    detail TEXT NOT NULL,
    PRIMARY KEY (item_id, step, place)
) WITHOUT ROWID;
CREATE TABLE synthesis_rejections (
    item_id INTEGER PRIMARY KEY REFERENCES synthesis_items(id),
    reason TEXT NOT NULL,
    rejected_by TEXT NOT NULL,
    rejected_utc TEXT NOT NULL
);
"""


@migrations()
def m080_synthesis(db: Database) -> None:
    """Runs of synthesis, their items, what models said for each, and what came of it."""
    db.executescript(SYNTHESIS)
    for table in ("synthesis_calls", "synthesis_misses", "synthesis_rejections"):
        for verb in ("UPDATE", "DELETE"):
            db.executescript(APPEND_ONLY.format(table=table, verb=verb))


# The last decision on an item counts; an item without one is in.
DECISIONS = """
CREATE TABLE synthesis_decisions (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    item_id INTEGER NOT NULL REFERENCES synthesis_items(id),
    is_rejected INTEGER NOT NULL CHECK (is_rejected IN (0, 1)),
    reason TEXT NOT NULL,
    decided_by TEXT NOT NULL,
    decided_utc TEXT NOT NULL
);
CREATE INDEX synthesis_decisions_by_item ON synthesis_decisions (item_id, id);
INSERT INTO synthesis_decisions (item_id, is_rejected, reason, decided_by, decided_utc)
SELECT item_id, 1, reason, rejected_by, rejected_utc FROM synthesis_rejections
ORDER BY rejected_utc;
DROP TABLE synthesis_rejections;
"""


@migrations()
def m098_synthesis_decisions(db: Database) -> None:
    """A rejected item can be taken back, and be rejected again."""
    db.executescript(DECISIONS)
    for verb in ("UPDATE", "DELETE"):
        db.executescript(APPEND_ONLY.format(table="synthesis_decisions", verb=verb))
