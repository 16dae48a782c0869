"""The schema, one numbered step after another; `Store.open` applies what is missing.

A step that has been merged is never edited: the next change is the next number.
"""

from sqlite_utils import Database, Migrations

migrations = Migrations("gap")

IMAGES_AND_DECKS = """
CREATE TABLE images (
    id TEXT PRIMARY KEY,
    path TEXT NOT NULL UNIQUE,
    width_px INTEGER NOT NULL CHECK (width_px > 0),
    height_px INTEGER NOT NULL CHECK (height_px > 0),
    source TEXT NOT NULL CHECK (source IN ('pocket', 'folder', 'coco')),
    licence TEXT NOT NULL,
    origin TEXT,
    added_utc TEXT NOT NULL
);
CREATE TABLE scenes (
    image_id TEXT PRIMARY KEY REFERENCES images(id),
    graph_json TEXT NOT NULL
);
CREATE TABLE deck_images (
    deck TEXT NOT NULL,
    image_id TEXT NOT NULL REFERENCES images(id),
    taint TEXT NOT NULL CHECK (taint IN ('tainted', 'untainted', 'proposed')),
    decided_by TEXT NOT NULL,
    decided_utc TEXT NOT NULL,
    PRIMARY KEY (deck, image_id)
);
CREATE INDEX deck_images_by_taint ON deck_images (deck, taint, image_id);
"""

PLAYERS = """
CREATE TABLE players (
    id TEXT PRIMARY KEY,
    nickname TEXT NOT NULL,
    nickname_key TEXT NOT NULL UNIQUE,
    team TEXT NOT NULL,
    created_utc TEXT NOT NULL
);
CREATE TABLE consents (
    player_id TEXT NOT NULL REFERENCES players(id),
    version TEXT NOT NULL,
    given_utc TEXT NOT NULL,
    PRIMARY KEY (player_id, version)
);
"""

SESSIONS_AND_ROUNDS = """
CREATE TABLE sessions (
    id TEXT PRIMARY KEY,
    player_id TEXT NOT NULL REFERENCES players(id),
    deck TEXT NOT NULL,
    model TEXT NOT NULL,
    started_utc TEXT NOT NULL,
    closes_utc TEXT NOT NULL,
    finished_utc TEXT,
    finish_reason TEXT CHECK (finish_reason IN ('played', 'closed')),
    points INTEGER,
    number INTEGER NOT NULL,
    UNIQUE (player_id, number),
    CHECK ((finished_utc IS NULL) = (finish_reason IS NULL)),
    CHECK ((finished_utc IS NULL) = (points IS NULL))
);
CREATE UNIQUE INDEX sessions_one_open_a_player ON sessions (player_id) WHERE finished_utc IS NULL;
CREATE INDEX sessions_open_by_close ON sessions (closes_utc) WHERE finished_utc IS NULL;
CREATE INDEX sessions_by_finish ON sessions (finished_utc, player_id, points);
CREATE TABLE rounds (
    id TEXT PRIMARY KEY,
    session_id TEXT NOT NULL REFERENCES sessions(id),
    place INTEGER NOT NULL CHECK (place >= 1),
    image_id TEXT NOT NULL REFERENCES images(id),
    tainted INTEGER NOT NULL CHECK (tainted IN (0, 1)),
    token TEXT NOT NULL UNIQUE,
    opened_utc TEXT,
    deadline_utc TEXT,
    closed_utc TEXT,
    close_reason TEXT
        CHECK (close_reason IN ('wrong', 'timeout', 'questions_used', 'session_closed')),
    UNIQUE (session_id, place),
    UNIQUE (session_id, image_id),
    CHECK ((opened_utc IS NULL) = (deadline_utc IS NULL)),
    CHECK ((closed_utc IS NULL) = (close_reason IS NULL)),
    CHECK (closed_utc IS NULL OR opened_utc IS NOT NULL)
);
CREATE UNIQUE INDEX rounds_one_open_a_session ON rounds (session_id)
    WHERE opened_utc IS NOT NULL AND closed_utc IS NULL;
CREATE INDEX rounds_by_image ON rounds (image_id, opened_utc, session_id);
"""

TURNS_AND_VERDICTS = """
CREATE TABLE turns (
    id TEXT PRIMARY KEY,
    round_id TEXT NOT NULL REFERENCES rounds(id),
    place INTEGER NOT NULL CHECK (place >= 1),
    question TEXT NOT NULL,
    question_key TEXT NOT NULL,
    told_wrong INTEGER NOT NULL CHECK (told_wrong IN (0, 1)),
    model TEXT NOT NULL,
    quantization TEXT NOT NULL,
    adapter TEXT,
    prompt_version TEXT NOT NULL,
    seed INTEGER NOT NULL,
    asked_utc TEXT NOT NULL,
    answer TEXT,
    answered_utc TEXT,
    latency_s REAL,
    first_word_s REAL,
    tokens INTEGER,
    failure TEXT,
    UNIQUE (round_id, place),
    CHECK (answer IS NULL OR failure IS NULL),
    CHECK ((answer IS NULL) = (answered_utc IS NULL))
);
CREATE UNIQUE INDEX turns_one_open_a_round ON turns (round_id)
    WHERE answer IS NULL AND failure IS NULL;
CREATE TABLE verdicts (
    id TEXT PRIMARY KEY,
    turn_id TEXT NOT NULL UNIQUE REFERENCES turns(id),
    verdict TEXT NOT NULL CHECK (verdict IN ('correct', 'wrong')),
    given_utc TEXT NOT NULL
);
"""

# The order of posteriors is the order of their ids: clocks jump, ids don't.
POSTERIORS = """
CREATE TABLE posteriors (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    player_id TEXT NOT NULL REFERENCES players(id),
    verdict_id TEXT NOT NULL UNIQUE REFERENCES verdicts(id),
    told_marked_wrong INTEGER NOT NULL,
    told_marked_correct INTEGER NOT NULL,
    honest_marked_wrong INTEGER NOT NULL,
    honest_marked_correct INTEGER NOT NULL,
    paper REAL,
    smoothed REAL NOT NULL,
    smoothed_low REAL NOT NULL,
    smoothed_high REAL NOT NULL,
    updated_utc TEXT NOT NULL
);
CREATE INDEX posteriors_by_player ON posteriors (player_id, id);
"""

APPEND_ONLY = """
CREATE TRIGGER {table}_never_{verb} BEFORE {verb} ON {table}
BEGIN SELECT RAISE(ABORT, '{table} is append only'); END;
"""

# NULL in posteriors from before the joint estimator.
JOINT_COLUMNS = {
    "untainted_marked_wrong": "INTEGER",
    "untainted_marked_correct": "INTEGER",
    "joint": "REAL",
    "joint_low": "REAL",
    "joint_high": "REAL",
}
POPULATIONS = """
CREATE TABLE populations (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    verdicts INTEGER NOT NULL,
    error_rate REAL NOT NULL,
    honest_wrong REAL NOT NULL,
    told_right REAL NOT NULL,
    weights_json TEXT NOT NULL,
    fitted_utc TEXT NOT NULL
);
"""

WEEK_TOTALS = """
CREATE TABLE week_totals (
    week TEXT NOT NULL,
    player_id TEXT NOT NULL REFERENCES players(id),
    points INTEGER NOT NULL,
    sessions INTEGER NOT NULL,
    PRIMARY KEY (week, player_id)
) WITHOUT ROWID;
CREATE INDEX week_totals_by_points ON week_totals (week, points);
INSERT INTO week_totals (week, player_id, points, sessions)
SELECT {week}, player_id, sum(points), count(*) FROM sessions AS ended
WHERE finished_utc IS NOT NULL GROUP BY 1, 2;
"""

WEEK_TRIGGER = """
CREATE TRIGGER sessions_count_in_their_week_on_{verb} AFTER {event} ON sessions
WHEN ended.finished_utc IS NOT NULL
BEGIN
    INSERT INTO week_totals (week, player_id, points, sessions)
    VALUES ({week}, ended.player_id, ended.points, 1)
    ON CONFLICT DO UPDATE
    SET points = points + excluded.points, sessions = sessions + excluded.sessions;
END;
"""
# The Monday on or before the day that the session ended.
WEEK = "date(ended.finished_utc, '-6 days', 'weekday 1')"

WEEK_TIES = """
ALTER TABLE week_totals ADD COLUMN reached_utc TEXT NOT NULL DEFAULT '';
UPDATE week_totals SET reached_utc = (
    SELECT max(ended.finished_utc) FROM sessions AS ended
    WHERE ended.player_id = week_totals.player_id AND {week} = week_totals.week
);
DROP INDEX week_totals_by_points;
CREATE INDEX week_totals_by_points ON week_totals (week, points DESC, reached_utc);
"""
WEEK_TRIGGER_WITH_TIES = """
DROP TRIGGER sessions_count_in_their_week_on_{verb};
CREATE TRIGGER sessions_count_in_their_week_on_{verb} AFTER {event} ON sessions
WHEN ended.finished_utc IS NOT NULL
BEGIN
    INSERT INTO week_totals (week, player_id, points, sessions, reached_utc)
    VALUES ({week}, ended.player_id, ended.points, 1, ended.finished_utc)
    ON CONFLICT DO UPDATE SET points = points + excluded.points,
        sessions = sessions + excluded.sessions, reached_utc = excluded.reached_utc;
END;
"""

COUNTED = """
    sessions.player_id,
    sum(rounds.tainted AND turns.told_wrong AND verdicts.verdict = 'wrong'),
    sum(rounds.tainted AND turns.told_wrong AND verdicts.verdict = 'correct'),
    sum(rounds.tainted AND NOT turns.told_wrong AND verdicts.verdict = 'wrong'),
    sum(rounds.tainted AND NOT turns.told_wrong AND verdicts.verdict = 'correct'),
    sum(NOT rounds.tainted AND verdicts.verdict = 'wrong'),
    sum(NOT rounds.tainted AND verdicts.verdict = 'correct')
FROM verdicts
JOIN turns ON turns.id = verdicts.turn_id
JOIN rounds ON rounds.id = turns.round_id
JOIN sessions ON sessions.id = rounds.session_id
"""
VERDICT_COUNTS = f"""
CREATE TABLE verdict_counts (
    player_id TEXT PRIMARY KEY REFERENCES players(id),
    told_marked_wrong INTEGER NOT NULL,
    told_marked_correct INTEGER NOT NULL,
    honest_marked_wrong INTEGER NOT NULL,
    honest_marked_correct INTEGER NOT NULL,
    untainted_marked_wrong INTEGER NOT NULL,
    untainted_marked_correct INTEGER NOT NULL
) WITHOUT ROWID;
INSERT INTO verdict_counts SELECT {COUNTED} GROUP BY sessions.player_id;
CREATE TRIGGER verdicts_are_counted AFTER INSERT ON verdicts
BEGIN
    INSERT INTO verdict_counts
    SELECT {COUNTED} WHERE verdicts.id = NEW.id GROUP BY sessions.player_id
    ON CONFLICT DO UPDATE SET
        told_marked_wrong = told_marked_wrong + excluded.told_marked_wrong,
        told_marked_correct = told_marked_correct + excluded.told_marked_correct,
        honest_marked_wrong = honest_marked_wrong + excluded.honest_marked_wrong,
        honest_marked_correct = honest_marked_correct + excluded.honest_marked_correct,
        untainted_marked_wrong = untainted_marked_wrong + excluded.untainted_marked_wrong,
        untainted_marked_correct = untainted_marked_correct + excluded.untainted_marked_correct;
END;
"""


@migrations()
def m001_images_and_decks(db: Database) -> None:
    """Pictures, the truth of drawn ones, and which deck holds them."""
    db.executescript(IMAGES_AND_DECKS)


@migrations()
def m002_players(db: Database) -> None:
    """Players and the consent text they agreed to."""
    db.executescript(PLAYERS)


@migrations()
def m003_sessions_and_rounds(db: Database) -> None:
    """Sessions of several rounds; one open of each at a time."""
    db.executescript(SESSIONS_AND_ROUNDS)


@migrations()
def m004_turns_and_verdicts(db: Database) -> None:
    """Questions, answers and what players said of them."""
    db.executescript(TURNS_AND_VERDICTS)


@migrations()
def m005_posteriors(db: Database) -> None:
    """What each verdict on a tainted picture says of its player."""
    db.executescript(POSTERIORS)


@migrations()
def m006_append_only(db: Database) -> None:
    """Verdicts, posteriors and consents can be neither changed nor removed."""
    for table in ("verdicts", "posteriors", "consents"):
        for verb in ("UPDATE", "DELETE"):
            db.executescript(APPEND_ONLY.format(table=table, verb=verb))


@migrations()
def m007_joint_posteriors(db: Database) -> None:
    """The joint estimator's population, and its posterior beside the others."""
    for column, kind in JOINT_COLUMNS.items():
        db.execute(f"ALTER TABLE posteriors ADD COLUMN {column} {kind}")
    db.executescript(POPULATIONS)
    for verb in ("UPDATE", "DELETE"):
        db.executescript(APPEND_ONLY.format(table="populations", verb=verb))


@migrations()
def m009_hidden_nicknames(db: Database) -> None:
    """What a player typed, where a neutral name has taken its place."""
    db.execute("ALTER TABLE players ADD COLUMN hidden_nickname TEXT")


@migrations()
def m010_week_totals(db: Database) -> None:
    """Points of each week, kept by triggers, so that no page adds up every session."""
    db.executescript(WEEK_TOTALS.format(week=WEEK))
    for verb, event in (("insert", "INSERT"), ("finish", "UPDATE OF finished_utc")):
        trigger = WEEK_TRIGGER.format(verb=verb, event=event, week=WEEK)
        db.executescript(trigger.replace("ended.", "NEW."))


@migrations()
def m011_verdict_counts(db: Database) -> None:
    """A player's verdicts, counted as they come; the smoothed estimator's prior as last fitted."""
    db.executescript(VERDICT_COUNTS)
    for column in ("smoothed_a", "smoothed_b"):
        db.execute(f"ALTER TABLE populations ADD COLUMN {column} REAL")


@migrations()
def m008_error_rate_sd(db: Database) -> None:
    """How well the error rate of a population is known; as if exactly, of earlier ones."""
    db.execute("ALTER TABLE populations ADD COLUMN error_rate_sd REAL NOT NULL DEFAULT 0")


@migrations()
def m012_week_ties(db: Database) -> None:
    """Of equal points, who had them first stands first: an order that an index can give."""
    db.executescript(WEEK_TIES.format(week=WEEK))
    for verb, event in (("insert", "INSERT"), ("finish", "UPDATE OF finished_utc")):
        trigger = WEEK_TRIGGER_WITH_TIES.format(verb=verb, event=event, week=WEEK)
        db.executescript(trigger.replace("ended.", "NEW."))
