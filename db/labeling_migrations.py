"""The schema of the studio's labeling: accounts, queue, labels. Steps m013 to m019."""

from sqlite_utils import Database

from db.migrations import APPEND_ONLY, migrations

ACCOUNTS = """
CREATE TABLE accounts (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL UNIQUE,
    role TEXT NOT NULL CHECK (role IN ('labeler', 'reviewer', 'administrator')),
    password_hash TEXT NOT NULL,
    sign_in_number INTEGER NOT NULL DEFAULT 1,
    created_utc TEXT NOT NULL,
    disabled_utc TEXT
);
"""

# As the paper's table 8 names them.
CATEGORIES = (
    "Object Recognition",
    "Scene Understanding",
    "Activity Recognition",
    "Object Attributes",
    "Spatial Relationships",
    "Counting",
    "Text Recognition",
    "Emotion Recognition",
    "Weather and Environment",
    "Temporal Inference",
    "Cultural or Social Context",
    "Art and Aesthetics",
    "Anomaly Detection",
)

# What can be served stands in partial indexes, so that a claim reads the first row of one and
# never looks at labeled or doubted items. `category` is a guess; NULL until one is made.
LABEL_QUEUE = """
CREATE TABLE label_categories (
    name TEXT PRIMARY KEY,
    accepted INTEGER NOT NULL DEFAULT 0 CHECK (accepted >= 0)
);
CREATE TABLE label_items (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    turn_id TEXT NOT NULL UNIQUE REFERENCES turns(id),
    player_id TEXT NOT NULL REFERENCES players(id),
    category TEXT REFERENCES label_categories(name),
    marked_utc TEXT NOT NULL,
    posterior REAL,
    posterior_low REAL,
    posterior_high REAL,
    state TEXT NOT NULL DEFAULT 'doubted'
        CHECK (state IN ('doubted', 'waiting', 'second', 'disputed', 'done')),
    first_label_id INTEGER,
    first_by TEXT REFERENCES accounts(id),
    second_label_id INTEGER,
    second_by TEXT REFERENCES accounts(id),
    final_label_id INTEGER,
    leased_by TEXT REFERENCES accounts(id),
    leased_until_utc TEXT,
    CHECK ((leased_by IS NULL) = (leased_until_utc IS NULL)),
    CHECK ((first_label_id IS NULL) = (first_by IS NULL)),
    CHECK ((second_label_id IS NULL) = (second_by IS NULL)),
    CHECK ((first_label_id IS NULL) = (state IN ('doubted', 'waiting'))),
    CHECK (second_by IS NULL OR second_by <> first_by),
    CHECK ((final_label_id IS NULL) = (state <> 'done'))
);
CREATE UNIQUE INDEX label_items_one_lease_an_account ON label_items (leased_by)
    WHERE leased_by IS NOT NULL;
CREATE INDEX label_items_open_by_posterior ON label_items (posterior DESC, id, first_by, leased_by)
    WHERE state IN ('waiting', 'second');
CREATE INDEX label_items_open_by_age ON label_items (marked_utc, id, first_by, leased_by)
    WHERE state IN ('waiting', 'second');
CREATE INDEX label_items_open_by_category
    ON label_items (category, posterior DESC, id, first_by, leased_by)
    WHERE state IN ('waiting', 'second');
CREATE INDEX label_items_by_first ON label_items (first_by) WHERE state = 'second';
CREATE INDEX label_items_disputed ON label_items (id) WHERE state = 'disputed';
CREATE INDEX label_items_unlabeled_by_player ON label_items (player_id)
    WHERE state IN ('doubted', 'waiting');
CREATE TABLE label_state_counts (
    state TEXT PRIMARY KEY,
    items INTEGER NOT NULL
);
CREATE TABLE label_queue_progress (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    verdicts INTEGER NOT NULL,
    scored_with TEXT NOT NULL
);
INSERT INTO label_queue_progress VALUES (1, 0, '');
CREATE TRIGGER label_items_are_counted AFTER INSERT ON label_items
BEGIN
    INSERT INTO label_state_counts VALUES (NEW.state, 1)
    ON CONFLICT DO UPDATE SET items = items + 1;
END;
CREATE TRIGGER label_items_are_counted_on_change AFTER UPDATE OF state ON label_items
WHEN NEW.state <> OLD.state
BEGIN
    UPDATE label_state_counts SET items = items - 1 WHERE state = OLD.state;
    INSERT INTO label_state_counts VALUES (NEW.state, 1)
    ON CONFLICT DO UPDATE SET items = items + 1;
END;
"""

LABELS = """
CREATE TABLE labels (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    item_id INTEGER NOT NULL REFERENCES label_items(id),
    account_id TEXT NOT NULL REFERENCES accounts(id),
    pass TEXT NOT NULL CHECK (pass IN ('first', 'second', 'adjudication')),
    verdict TEXT NOT NULL CHECK (verdict IN
        ('answer', 'unanswerable', 'unclear', 'offensive', 'off_topic', 'model_right')),
    answer TEXT,
    category TEXT REFERENCES label_categories(name),
    note TEXT NOT NULL,
    submission_key TEXT NOT NULL,
    given_utc TEXT NOT NULL,
    UNIQUE (account_id, submission_key),
    CHECK ((verdict = 'answer') = (answer IS NOT NULL)),
    CHECK (verdict <> 'answer' OR category IS NOT NULL)
);
CREATE INDEX labels_by_item ON labels (item_id);
CREATE INDEX labels_by_account ON labels (account_id, id);
CREATE TABLE label_undos (
    label_id INTEGER PRIMARY KEY REFERENCES labels(id),
    undone_utc TEXT NOT NULL
);
CREATE TABLE label_drafts (
    item_id INTEGER NOT NULL REFERENCES label_items(id),
    account_id TEXT NOT NULL REFERENCES accounts(id),
    verdict TEXT NOT NULL,
    answer TEXT NOT NULL,
    category TEXT,
    note TEXT NOT NULL,
    saved_utc TEXT NOT NULL,
    PRIMARY KEY (item_id, account_id)
) WITHOUT ROWID;
CREATE TABLE label_skips (
    account_id TEXT NOT NULL REFERENCES accounts(id),
    item_id INTEGER NOT NULL REFERENCES label_items(id),
    skipped_utc TEXT NOT NULL,
    PRIMARY KEY (account_id, item_id)
) WITHOUT ROWID;
"""

# What final labels say of marked answers: there while the label stands, gone with it.
CHECKED_TURNS = """
CREATE TABLE checked_turns (
    turn_id TEXT PRIMARY KEY REFERENCES turns(id),
    player_id TEXT NOT NULL REFERENCES players(id),
    model_was_right INTEGER NOT NULL CHECK (model_was_right IN (0, 1)),
    label_id INTEGER NOT NULL REFERENCES labels(id)
);
CREATE TABLE checked_counts (
    player_id TEXT PRIMARY KEY REFERENCES players(id),
    model_wrong INTEGER NOT NULL CHECK (model_wrong >= 0),
    model_right INTEGER NOT NULL CHECK (model_right >= 0)
) WITHOUT ROWID;
CREATE TRIGGER checked_turns_are_counted AFTER INSERT ON checked_turns
BEGIN
    INSERT INTO checked_counts
    VALUES (NEW.player_id, NOT NEW.model_was_right, NEW.model_was_right)
    ON CONFLICT DO UPDATE SET model_wrong = model_wrong + excluded.model_wrong,
        model_right = model_right + excluded.model_right;
END;
CREATE TRIGGER checked_turns_are_discounted AFTER DELETE ON checked_turns
BEGIN
    UPDATE checked_counts SET model_wrong = model_wrong - (NOT OLD.model_was_right),
        model_right = model_right - OLD.model_was_right WHERE player_id = OLD.player_id;
END;
"""

# The expert's words and the model's, side by side; the last outcome of a refinement counts.
REFINEMENTS = """
CREATE TABLE refinements (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    item_id INTEGER NOT NULL REFERENCES label_items(id),
    account_id TEXT NOT NULL REFERENCES accounts(id),
    before_text TEXT NOT NULL,
    after_text TEXT NOT NULL,
    changes_json TEXT NOT NULL,
    model TEXT NOT NULL,
    quantization TEXT NOT NULL,
    adapter TEXT,
    prompt_version TEXT NOT NULL,
    temperature REAL NOT NULL,
    seed INTEGER NOT NULL,
    latency_s REAL NOT NULL,
    proposed_utc TEXT NOT NULL
);
CREATE INDEX refinements_by_item ON refinements (item_id, account_id);
CREATE TABLE refinement_outcomes (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    refinement_id INTEGER NOT NULL REFERENCES refinements(id),
    outcome TEXT NOT NULL CHECK (outcome IN ('accepted', 'edited', 'rejected')),
    kept_text TEXT,
    kept_changes_json TEXT NOT NULL,
    decided_utc TEXT NOT NULL,
    CHECK ((outcome = 'rejected') = (kept_text IS NULL))
);
CREATE INDEX refinement_outcomes_by_refinement ON refinement_outcomes (refinement_id, id);
CREATE TABLE label_refinements (
    label_id INTEGER PRIMARY KEY REFERENCES labels(id),
    refinement_id INTEGER NOT NULL REFERENCES refinements(id),
    kept_text TEXT NOT NULL
);
"""

# The model asked again about accepted labels; an unfinished check goes on where it stopped.
LABEL_CHECKS = """
CREATE TABLE label_checks (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    label_id INTEGER NOT NULL REFERENCES labels(id),
    model TEXT NOT NULL,
    quantization TEXT NOT NULL,
    adapter TEXT NOT NULL,
    prompt_version TEXT NOT NULL,
    times INTEGER NOT NULL CHECK (times >= 1),
    started_utc TEXT NOT NULL,
    wrong INTEGER,
    untold INTEGER,
    is_informative INTEGER,
    finished_utc TEXT,
    UNIQUE (label_id, model, quantization, adapter, prompt_version),
    CHECK ((finished_utc IS NULL) = (wrong IS NULL)),
    CHECK ((finished_utc IS NULL) = (untold IS NULL))
);
CREATE TABLE label_check_replies (
    check_id INTEGER NOT NULL REFERENCES label_checks(id),
    place INTEGER NOT NULL,
    question TEXT NOT NULL,
    reply TEXT NOT NULL,
    is_right INTEGER,
    replied_utc TEXT NOT NULL,
    PRIMARY KEY (check_id, place)
) WITHOUT ROWID;
CREATE INDEX label_items_done ON label_items (id, final_label_id) WHERE state = 'done';
"""


@migrations()
def m013_accounts(db: Database) -> None:
    """Who works in the studio."""
    db.executescript(ACCOUNTS)


@migrations()
def m014_label_queue(db: Database) -> None:
    """Questions for experts, what is known of them, and who has one open."""
    db.executescript(LABEL_QUEUE)
    for name in CATEGORIES:
        db.execute("INSERT INTO label_categories (name) VALUES (?)", [name])


@migrations()
def m015_labels(db: Database) -> None:
    """What experts said, what they took back, and what they have not finished."""
    db.executescript(LABELS)
    for table in ("labels", "label_undos"):
        for verb in ("UPDATE", "DELETE"):
            db.executescript(APPEND_ONLY.format(table=table, verb=verb))


@migrations()
def m016_checked_turns(db: Database) -> None:
    """What experts found of marked answers, by turn and counted by player."""
    db.executescript(CHECKED_TURNS)
    for column in ("checked_model_wrong", "checked_model_right"):
        db.execute(f"ALTER TABLE posteriors ADD COLUMN {column} INTEGER NOT NULL DEFAULT 0")


@migrations()
def m017_refinements(db: Database) -> None:
    """What a language model made of experts' answers, and what was kept of it."""
    db.executescript(REFINEMENTS)
    for table in ("refinements", "refinement_outcomes", "label_refinements"):
        for verb in ("UPDATE", "DELETE"):
            db.executescript(APPEND_ONLY.format(table=table, verb=verb))


@migrations()
def m018_label_checks(db: Database) -> None:
    """How often the model is still wrong about an accepted label."""
    db.executescript(LABEL_CHECKS)
    for verb in ("UPDATE", "DELETE"):
        db.executescript(APPEND_ONLY.format(table="label_check_replies", verb=verb))
