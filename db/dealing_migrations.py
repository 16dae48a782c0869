"""Steps of the schema for dealing pictures. Registered by db/schema.py."""

from sqlite_utils import Database

from db.migrations import migrations

# A dealt picture counts as shown while its session runs; one that was never opened before the
# session closed doesn't.
EXPOSURES = """
CREATE TABLE exposures (
    image_id TEXT PRIMARY KEY REFERENCES images(id),
    times INTEGER NOT NULL
) WITHOUT ROWID;
INSERT INTO exposures SELECT rounds.image_id, count(*)
FROM rounds JOIN sessions ON sessions.id = rounds.session_id
WHERE rounds.opened_utc IS NOT NULL OR sessions.finished_utc IS NULL GROUP BY rounds.image_id;
CREATE TRIGGER rounds_expose_their_picture AFTER INSERT ON rounds
WHEN NEW.opened_utc IS NOT NULL
    OR EXISTS (SELECT 1 FROM sessions WHERE id = NEW.session_id AND finished_utc IS NULL)
BEGIN
    INSERT INTO exposures (image_id, times) VALUES (NEW.image_id, 1)
    ON CONFLICT DO UPDATE SET times = times + 1;
END;
CREATE TRIGGER sessions_take_back_what_was_not_opened AFTER UPDATE OF finished_utc ON sessions
WHEN OLD.finished_utc IS NULL AND NEW.finished_utc IS NOT NULL
BEGIN
    UPDATE exposures SET times = times - 1 WHERE image_id IN (
        SELECT image_id FROM rounds WHERE session_id = NEW.id AND opened_utc IS NULL);
END;
"""


@migrations()
def m100_exposures(db: Database) -> None:
    """How often each picture was shown, so that dealing doesn't count every round ever played."""
    db.executescript(EXPOSURES)
