"""Steps of the schema for scoring. Registered by db/schema.py."""

import json

from sqlite_utils import Database

from db.migrations import APPEND_ONLY, COUNTED, migrations
from db.packing import packed_weights

# The Monday on or before the day that the session ended.
WEEK = "date({row}.finished_utc, '-6 days', 'weekday 1')"

WEEK_POINTS = """
CREATE TABLE week_points (
    week TEXT NOT NULL,
    points INTEGER NOT NULL,
    players INTEGER NOT NULL,
    PRIMARY KEY (week, points)
) WITHOUT ROWID;
INSERT INTO week_points SELECT week, points, count(*) FROM week_totals GROUP BY week, points;
"""

WEEK_POINTS_TRIGGER = """
CREATE TRIGGER week_totals_keep_week_points_on_{event} AFTER {event} ON week_totals
BEGIN {changes} END;
"""
ONE_MORE = """
INSERT INTO week_points VALUES (NEW.week, NEW.points, 1)
ON CONFLICT DO UPDATE SET players = players + 1;
"""
ONE_LESS = """
UPDATE week_points SET players = players - 1 WHERE week = OLD.week AND points = OLD.points;
DELETE FROM week_points WHERE week = OLD.week AND points = OLD.points AND players = 0;
"""
CHANGES = {"INSERT": ONE_MORE, "DELETE": ONE_LESS, "UPDATE": ONE_LESS + ONE_MORE}

END_TRIGGER = """
DROP TRIGGER sessions_count_in_their_week_on_{verb};
CREATE TRIGGER sessions_count_in_their_week_on_{verb} AFTER {event} ON sessions
WHEN {is_news}
BEGIN
    INSERT INTO week_totals (week, player_id, points, sessions, reached_utc)
    VALUES ({week}, NEW.player_id, NEW.points, 1, NEW.finished_utc)
    ON CONFLICT DO UPDATE SET points = points + excluded.points,
        sessions = sessions + excluded.sessions,
        reached_utc = max(reached_utc, excluded.reached_utc);
END;
"""

CORRECTION_TRIGGER = """
CREATE TRIGGER sessions_correct_their_week_on_{verb} AFTER {event} ON sessions
WHEN OLD.finished_utc IS NOT NULL
BEGIN {recounts} END;
"""
RECOUNT = """
DELETE FROM week_totals WHERE week = {week} AND player_id = {row}.player_id;
INSERT INTO week_totals (week, player_id, points, sessions, reached_utc)
SELECT {own_week}, player_id, sum(points), count(*), max(finished_utc) FROM sessions
WHERE player_id = {row}.player_id AND {own_week} = {week} GROUP BY 1, 2;
"""


PLAYER_MODEL = """
CREATE TABLE image_features (
    image_id TEXT NOT NULL REFERENCES images(id),
    model TEXT NOT NULL,
    features BLOB NOT NULL,
    PRIMARY KEY (image_id, model)
) WITHOUT ROWID;
CREATE TABLE player_models (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    verdicts INTEGER NOT NULL,
    turns INTEGER NOT NULL,
    features_of TEXT NOT NULL,
    features INTEGER NOT NULL,
    model_json TEXT NOT NULL,
    fitted_utc TEXT NOT NULL
);
CREATE TABLE player_abilities (
    player_id TEXT PRIMARY KEY REFERENCES players(id),
    ability REAL NOT NULL,
    se REAL NOT NULL,
    turns INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE image_difficulties (
    image_id TEXT PRIMARY KEY REFERENCES images(id),
    difficulty REAL NOT NULL,
    se REAL NOT NULL,
    turns INTEGER NOT NULL,
    source TEXT NOT NULL CHECK (source IN ('played', 'alike', 'unknown'))
) WITHOUT ROWID;
"""

COUNTED_BY_SESSION = COUNTED.replace("sessions.player_id", "rounds.session_id", 1).replace(
    "JOIN sessions ON sessions.id = rounds.session_id", ""
)
SESSION_COUNTS = f"""
CREATE TABLE session_counts (
    session_id TEXT PRIMARY KEY REFERENCES sessions(id),
    told_marked_wrong INTEGER NOT NULL,
    told_marked_correct INTEGER NOT NULL,
    honest_marked_wrong INTEGER NOT NULL,
    honest_marked_correct INTEGER NOT NULL,
    untainted_marked_wrong INTEGER NOT NULL,
    untainted_marked_correct INTEGER NOT NULL
) WITHOUT ROWID;
INSERT INTO session_counts SELECT {COUNTED_BY_SESSION} GROUP BY rounds.session_id;
CREATE TRIGGER verdicts_are_counted_by_session AFTER INSERT ON verdicts
BEGIN
    INSERT INTO session_counts
    SELECT {COUNTED_BY_SESSION} WHERE verdicts.id = NEW.id GROUP BY rounds.session_id
    ON CONFLICT DO UPDATE SET
        told_marked_wrong = told_marked_wrong + excluded.told_marked_wrong,
        told_marked_correct = told_marked_correct + excluded.told_marked_correct,
        honest_marked_wrong = honest_marked_wrong + excluded.honest_marked_wrong,
        honest_marked_correct = honest_marked_correct + excluded.honest_marked_correct,
        untainted_marked_wrong = untainted_marked_wrong + excluded.untainted_marked_wrong,
        untainted_marked_correct = untainted_marked_correct + excluded.untainted_marked_correct;
END;
CREATE TABLE player_doubts (
    player_id TEXT PRIMARY KEY REFERENCES players(id),
    since_session INTEGER NOT NULL,
    surprise REAL NOT NULL
) WITHOUT ROWID;
"""


HIDDEN_TEAMS = """
CREATE TABLE hidden_teams (
    team_key TEXT PRIMARY KEY,
    neutral TEXT NOT NULL UNIQUE
) WITHOUT ROWID
"""

PACKED_POPULATIONS = """
CREATE TABLE packed_populations (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    verdicts INTEGER NOT NULL,
    error_rate REAL NOT NULL,
    error_rate_sd REAL NOT NULL,
    honest_wrong REAL NOT NULL,
    told_right REAL NOT NULL,
    weights BLOB NOT NULL,
    smoothed_a REAL,
    smoothed_b REAL,
    fitted_utc TEXT NOT NULL
)
"""
COPIED = (
    "id",
    "verdicts",
    "error_rate",
    "error_rate_sd",
    "honest_wrong",
    "told_right",
    "smoothed_a",
    "smoothed_b",
    "fitted_utc",
)


@migrations()
def m025_week_points(db: Database) -> None:
    """How many players have how many points; corrected sessions count as corrected."""
    db.executescript(WEEK_POINTS)
    for event, changes in CHANGES.items():
        db.executescript(WEEK_POINTS_TRIGGER.format(event=event, changes=changes))
    _add_end_triggers(db)
    recounts = {
        row: RECOUNT.format(
            row=row, week=WEEK.format(row=row), own_week=WEEK.format(row="sessions")
        )
        for row in ("OLD", "NEW")
    }
    for verb, event, rows in (
        ("change", "UPDATE OF finished_utc, points, player_id", ("OLD", "NEW")),
        ("delete", "DELETE", ("OLD",)),
    ):
        body = "".join(recounts[row] for row in rows)
        db.executescript(CORRECTION_TRIGGER.format(verb=verb, event=event, recounts=body))


def _add_end_triggers(db: Database) -> None:
    for verb, event, is_news in (
        ("insert", "INSERT", "NEW.finished_utc IS NOT NULL"),
        (
            "finish",
            "UPDATE OF finished_utc",
            "OLD.finished_utc IS NULL AND NEW.finished_utc IS NOT NULL",
        ),
    ):
        trigger = END_TRIGGER.format(
            verb=verb, event=event, is_news=is_news, week=WEEK.format(row="NEW")
        )
        db.executescript(trigger)


@migrations()
def m026_hidden_teams(db: Database) -> None:
    """Team names that a neutral one stands for, and what each player had typed."""
    db.execute(HIDDEN_TEAMS)
    db.execute("ALTER TABLE players ADD COLUMN hidden_team TEXT")


@migrations()
def m027_packed_populations(db: Database) -> None:
    """Weights of a population as 32-bit floats, a fifth of what they took as text."""
    db.execute(PACKED_POPULATIONS)
    copied = ", ".join(COPIED)
    for row in db.execute(f"SELECT weights_json, {copied} FROM populations").fetchall():
        places = ", ".join("?" * len(COPIED))
        db.execute(
            f"INSERT INTO packed_populations (weights, {copied}) VALUES (?, {places})",
            [packed_weights(json.loads(row[0])), *row[1:]],
        )
    db.execute("DROP TABLE populations")
    db.execute("ALTER TABLE packed_populations RENAME TO populations")
    for verb in ("UPDATE", "DELETE"):
        db.executescript(APPEND_ONLY.format(table="populations", verb=verb))


@migrations()
def m028_player_model(db: Database) -> None:
    """What the player interaction model says of players and pictures, as last fitted."""
    db.executescript(PLAYER_MODEL)
    for verb in ("UPDATE", "DELETE"):
        db.executescript(APPEND_ONLY.format(table="player_models", verb=verb))


@migrations()
def m029_doubts(db: Database) -> None:
    """Verdicts counted by session as they come; whose play is doubted, from which session on."""
    db.executescript(SESSION_COUNTS)
