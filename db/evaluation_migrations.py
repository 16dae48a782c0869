"""The schema of evaluations: answers, judges' scores, reports. Step m050."""

from sqlite_utils import Database

from db.migrations import APPEND_ONLY, migrations

EVALUATIONS = """
CREATE TABLE evaluation_answers (
    model TEXT NOT NULL,
    weights TEXT NOT NULL,
    quantization TEXT NOT NULL,
    adapter TEXT NOT NULL,
    prompt_version TEXT NOT NULL,
    image_id TEXT NOT NULL,
    question TEXT NOT NULL,
    answer TEXT NOT NULL,
    latency_s REAL NOT NULL,
    answered_utc TEXT NOT NULL,
    PRIMARY KEY (model, weights, quantization, adapter, prompt_version, image_id, question)
) WITHOUT ROWID;
CREATE TABLE evaluation_scores (
    judge TEXT NOT NULL,
    version TEXT NOT NULL,
    question TEXT NOT NULL,
    reference TEXT NOT NULL,
    answer TEXT NOT NULL,
    score REAL CHECK (score BETWEEN 0 AND 1),
    replies_json TEXT NOT NULL,
    scored_utc TEXT NOT NULL,
    PRIMARY KEY (judge, version, question, reference, answer)
) WITHOUT ROWID;
CREATE TABLE evaluations (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    model TEXT NOT NULL,
    weights TEXT NOT NULL,
    quantization TEXT NOT NULL,
    adapter TEXT NOT NULL,
    prompt_version TEXT NOT NULL,
    dataset TEXT NOT NULL,
    side TEXT NOT NULL,
    report_json TEXT NOT NULL,
    finished_utc TEXT NOT NULL
);
"""


@migrations()
def m050_evaluations(db: Database) -> None:
    """Answers and scores of evaluations, kept one by one, and their reports."""
    db.executescript(EVALUATIONS)
    for table in ("evaluation_answers", "evaluation_scores", "evaluations"):
        for verb in ("UPDATE", "DELETE"):
            db.executescript(APPEND_ONLY.format(table=table, verb=verb))
