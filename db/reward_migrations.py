"""Steps of the schema for rewards. Registered by db/schema.py."""

from sqlite_utils import Database

from db.migrations import APPEND_ONLY, migrations

# Who asks what nobody has asked of this trap before can know from nobody how it is answered.
FRESH = """
FROM turns JOIN rounds ON rounds.id = turns.round_id
JOIN sessions ON sessions.id = rounds.session_id
WHERE turns.id = NEW.turn_id AND rounds.tainted
"""
FRESH_MARKS = f"""
CREATE TABLE known_wordings (
    image_id TEXT NOT NULL,
    question_key TEXT NOT NULL,
    PRIMARY KEY (image_id, question_key)
) WITHOUT ROWID;
CREATE TABLE fresh_marks (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    player_id TEXT NOT NULL UNIQUE REFERENCES players(id),
    marked INTEGER NOT NULL,
    matched INTEGER NOT NULL
);
INSERT INTO fresh_marks (player_id, marked, matched)
SELECT player_id, count(*), sum(matched) FROM (
    SELECT sessions.player_id, (verdicts.verdict = 'wrong') = turns.told_wrong AS matched,
        row_number() OVER (PARTITION BY image_id, question_key ORDER BY verdicts.rowid) AS nth
    FROM verdicts JOIN turns ON turns.id = verdicts.turn_id
    JOIN rounds ON rounds.id = turns.round_id JOIN sessions ON sessions.id = rounds.session_id
    WHERE rounds.tainted)
WHERE nth = 1 GROUP BY player_id;
INSERT INTO known_wordings SELECT DISTINCT image_id, question_key
FROM verdicts JOIN turns ON turns.id = verdicts.turn_id JOIN rounds ON rounds.id = turns.round_id
WHERE rounds.tainted;
CREATE TRIGGER verdicts_count_where_fresh AFTER INSERT ON verdicts
BEGIN
    INSERT INTO fresh_marks (player_id, marked, matched)
    SELECT sessions.player_id, 1, (NEW.verdict = 'wrong') = turns.told_wrong {FRESH}
    AND NOT EXISTS (SELECT 1 FROM known_wordings AS known
        WHERE known.image_id = rounds.image_id AND known.question_key = turns.question_key)
    ON CONFLICT (player_id) DO UPDATE
    SET marked = marked + 1, matched = matched + excluded.matched;
    INSERT OR IGNORE INTO known_wordings SELECT rounds.image_id, turns.question_key {FRESH};
END;
"""

REWARDS = """
CREATE TABLE bounties (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    categories_json TEXT NOT NULL,
    set_utc TEXT NOT NULL
);
CREATE TABLE xp_awards (
    session_id TEXT PRIMARY KEY REFERENCES sessions(id),
    player_id TEXT NOT NULL REFERENCES players(id),
    week TEXT NOT NULL,
    points_xp INTEGER NOT NULL,
    question_xp INTEGER NOT NULL,
    bounty_xp INTEGER NOT NULL,
    awarded_utc TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX xp_awards_by_player ON xp_awards (player_id);
CREATE INDEX xp_awards_by_week ON xp_awards (week, player_id);
CREATE TABLE badges (
    player_id TEXT NOT NULL REFERENCES players(id),
    badge TEXT NOT NULL,
    session_id TEXT NOT NULL REFERENCES sessions(id),
    earned_utc TEXT NOT NULL,
    PRIMARY KEY (player_id, badge)
) WITHOUT ROWID;
CREATE TABLE prize_seeds (
    week TEXT PRIMARY KEY,
    seed_hex TEXT NOT NULL,
    commitment TEXT NOT NULL,
    committed_utc TEXT NOT NULL
);
"""


@migrations()
def m090_fresh_marks(db: Database) -> None:
    """Marks on questions that nobody had asked of a trap before, counted as they come."""
    db.executescript(FRESH_MARKS)


@migrations()
def m091_rewards(db: Database) -> None:
    """XP by session, badges, bounties, and the seeds of prize draws."""
    db.executescript(REWARDS)
    for table in ("bounties", "xp_awards", "badges", "prize_seeds"):
        for verb in ("UPDATE", "DELETE"):
            db.executescript(APPEND_ONLY.format(table=table, verb=verb))
