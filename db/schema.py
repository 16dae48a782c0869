"""All steps of the schema, in the order they are applied. Called by the connection.

The first steps stand in db/migrations.py, later ones in a file a subject; importing a file
registers its steps.
"""

from db import (
    adapter_migrations,
    curation_migrations,
    dealing_migrations,
    evaluation_migrations,
    labeling_migrations,
    reward_migrations,
    scoring_migrations,
    stand_migrations,
    synthesis_migrations,
)
from db.migrations import migrations

__all__ = [
    "adapter_migrations",
    "curation_migrations",
    "dealing_migrations",
    "evaluation_migrations",
    "labeling_migrations",
    "migrations",
    "reward_migrations",
    "scoring_migrations",
    "stand_migrations",
    "synthesis_migrations",
]
