"""What the player interaction model is fitted to, and what it says. Called by play."""

from collections.abc import Sequence
from dataclasses import asdict

from db.connection import Connection
from db.prediction_records import (
    AbilityRecord,
    DifficultyRecord,
    ImageFeaturesRecord,
    MarkedTrapTurn,
    PlayerModelRecord,
)
from db.times import utc_moment, utc_text

# The clock stands still while an answer is awaited, so earlier waits in the round don't count.
TRAP_TURNS = """
WITH marked AS (
    SELECT sessions.player_id, rounds.image_id, rounds.place, turns.told_wrong, verdicts.verdict,
        86400 * (julianday(turns.asked_utc) - julianday(rounds.opened_utc)) AS since_opened_s,
        coalesce(sum(86400 * (julianday(turns.answered_utc) - julianday(turns.asked_utc))) OVER (
            PARTITION BY turns.round_id ORDER BY turns.place
            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        ), 0) AS waited_s
    FROM rounds
    JOIN sessions ON sessions.id = rounds.session_id
    JOIN turns ON turns.round_id = rounds.id
    LEFT JOIN verdicts ON verdicts.turn_id = turns.id
    WHERE rounds.tainted AND rounds.rowid > (SELECT max(rowid) FROM rounds) - :newest
)
SELECT player_id, image_id, place, max(0, since_opened_s - waited_s) AS time_s,
    told_wrong AND verdict = 'wrong' AS revealed
FROM marked WHERE verdict IS NOT NULL
"""
# By lot: pictures whose file is missing must not stand in the way of others for ever.
UNSEEN = """
SELECT images.* FROM images WHERE NOT EXISTS (
    SELECT 1 FROM image_features WHERE image_id = images.id AND model = :model
) ORDER BY random() LIMIT :limit
"""
DIFFICULTIES = """
SELECT image_difficulties.* FROM image_difficulties
JOIN deck_images ON deck_images.image_id = image_difficulties.image_id
WHERE deck_images.deck = :deck ORDER BY image_difficulties.image_id
"""


class PredictionStore:
    """Reads marked answers; writes features of pictures, fits, abilities and difficulties."""

    def __init__(self, connection: Connection) -> None:
        """Share the store's handle."""
        self._connection = connection

    def trap_turns(self, *, newest_rounds: int) -> list[MarkedTrapTurn]:
        """Marked answers on tainted pictures, of the rounds that were dealt last."""
        return [
            MarkedTrapTurn(
                player_id=row["player_id"],
                image_id=row["image_id"],
                time_s=row["time_s"],
                place=row["place"],
                revealed=bool(row["revealed"]),
            )
            for row in self._connection.rows(TRAP_TURNS, {"newest": newest_rounds})
        ]

    def images_without_features(self, model: str, *, limit: int) -> list[tuple[str, str]]:
        """Id and path of pictures that this model has no features of."""
        rows = self._connection.rows(UNSEEN, {"model": model, "limit": limit})
        return [(row["id"], row["path"]) for row in rows]

    def add_features(self, found: Sequence[ImageFeaturesRecord], *, model: str) -> None:
        """Keep what the model's eye made of these pictures; what is kept already stays."""
        with self._connection.transaction():
            for one in found:
                self._connection.rows(
                    """INSERT INTO image_features VALUES (:image_id, :model, :features)
                    ON CONFLICT DO NOTHING""",
                    asdict(one) | {"model": model},
                )

    def features(self, model: str) -> list[ImageFeaturesRecord]:
        """All features of this model."""
        rows = self._connection.rows(
            "SELECT image_id, features FROM image_features WHERE model = :model ORDER BY image_id",
            {"model": model},
        )
        return [ImageFeaturesRecord(row["image_id"], row["features"]) for row in rows]

    def feature_count(self, model: str) -> int:
        """How many pictures this model has features of."""
        row = self._connection.rows(
            "SELECT count(*) AS n FROM image_features WHERE model = :model", {"model": model}
        )[0]
        return int(row["n"])

    def image_ids(self) -> list[str]:
        """Every picture of every deck."""
        return [row["id"] for row in self._connection.rows("SELECT id FROM images ORDER BY id")]

    def replace_fit(
        self,
        fit: PlayerModelRecord,
        *,
        abilities: Sequence[AbilityRecord],
        difficulties: Sequence[DifficultyRecord],
    ) -> None:
        """Append the fit; what it says of players and pictures takes the place of what was said."""
        with self._connection.transaction():
            self._connection.rows(
                """INSERT INTO player_models
                    (verdicts, turns, features_of, features, model_json, fitted_utc)
                VALUES (:verdicts, :turns, :features_of, :features, :model_json, :fitted_utc)""",
                vars(fit) | {"fitted_utc": utc_text(fit.fitted_utc)},
            )
            for table in ("player_abilities", "image_difficulties"):
                self._connection.rows(f"DELETE FROM {table}")
            for ability in abilities:
                self._connection.rows(
                    "INSERT INTO player_abilities VALUES (:player_id, :ability, :se, :turns)",
                    vars(ability),
                )
            for difficulty in difficulties:
                self._connection.rows(
                    """INSERT INTO image_difficulties
                    VALUES (:image_id, :difficulty, :se, :turns, :source)""",
                    vars(difficulty),
                )

    def latest_fit(self) -> PlayerModelRecord | None:
        """The fit that abilities and difficulties come from."""
        row = self._connection.row("SELECT * FROM player_models ORDER BY id DESC LIMIT 1")
        if row is None:
            return None
        values = {name: row[name] for name in row.keys() if name != "id"}  # noqa: SIM118
        return PlayerModelRecord(**values | {"fitted_utc": utc_moment(row["fitted_utc"])})

    def abilities(self) -> list[AbilityRecord]:
        """Everybody's ability."""
        rows = self._connection.rows("SELECT * FROM player_abilities ORDER BY player_id")
        return [AbilityRecord(**dict(row)) for row in rows]

    def ability(self, player_id: str) -> AbilityRecord | None:
        """One player's ability; None where no turn of theirs was seen."""
        row = self._connection.row(
            "SELECT * FROM player_abilities WHERE player_id = :player_id", {"player_id": player_id}
        )
        return None if row is None else AbilityRecord(**dict(row))

    def nicknames(self) -> dict[str, str]:
        """What players with an ability are called."""
        rows = self._connection.rows(
            "SELECT id, nickname FROM player_abilities JOIN players ON players.id = player_id"
        )
        return {row["id"]: row["nickname"] for row in rows}

    def difficulties(self, deck: str) -> list[DifficultyRecord]:
        """The difficulty of the deck's pictures."""
        rows = self._connection.rows(DIFFICULTIES, {"deck": deck})
        return [DifficultyRecord(**dict(row)) for row in rows]
