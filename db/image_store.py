"""Pictures, the truth of drawn ones, and decks. Called by decks and play."""

import sqlite3
from datetime import datetime

from db.connection import Connection
from db.records import DealtImage, DrawnImage, ImageRecord, Taint
from db.times import utc_moment, utc_text

# Least seen by this player, then least shown to anybody, ties by lot. A dealt picture counts as
# shown while its session runs; one that was never opened before the session closed doesn't.
PICK = """
WITH seen AS (
    SELECT rounds.image_id AS image_id, count(*) AS times
    FROM sessions JOIN rounds ON rounds.session_id = sessions.id
    WHERE sessions.player_id = :player_id
        AND (rounds.opened_utc IS NOT NULL OR sessions.finished_utc IS NULL)
    GROUP BY rounds.image_id
)
SELECT deck_images.image_id AS image_id
FROM deck_images LEFT JOIN seen ON seen.image_id = deck_images.image_id
LEFT JOIN exposures ON exposures.image_id = deck_images.image_id
WHERE deck_images.deck = :deck AND deck_images.taint = :taint
    AND deck_images.retired_utc IS NULL
ORDER BY coalesce(seen.times, 0), coalesce(exposures.times, 0), random()
LIMIT :limit
"""


class ImageStore:
    """Reads and writes `images`, `scenes` and `deck_images`."""

    def __init__(self, connection: Connection) -> None:
        """Share the store's handle."""
        self._connection = connection

    def add(self, image: ImageRecord, *, graph_json: str | None = None) -> bool:
        """Add the picture and, if drawn, its truth; False if a picture of this id is there."""
        with self._connection.transaction():
            added = self._connection.row(
                """INSERT INTO images
                (id, path, width_px, height_px, source, licence, origin, added_utc)
                VALUES (:id, :path, :width_px, :height_px, :source, :licence, :origin, :added_utc)
                ON CONFLICT (id) DO NOTHING RETURNING id""",
                vars(image) | {"added_utc": utc_text(image.added_utc)},
            )
            if added is not None and graph_json is not None:
                self._connection.rows(
                    "INSERT INTO scenes (image_id, graph_json) VALUES (:image_id, :graph_json)",
                    {"image_id": image.id, "graph_json": graph_json},
                )
        return added is not None

    def get(self, image_id: str) -> ImageRecord | None:
        """The picture of this id."""
        row = self._connection.row("SELECT * FROM images WHERE id = :id", {"id": image_id})
        return None if row is None else _image(row)

    def scene(self, image_id: str) -> str | None:
        """The scene graph of a drawn picture, as JSON; for simulation and tests, never for play."""
        row = self._connection.row(
            "SELECT graph_json FROM scenes WHERE image_id = :id", {"id": image_id}
        )
        return None if row is None else row["graph_json"]

    def scene_graphs(self, deck: str) -> list[str]:
        """The scene graphs of the deck's drawn pictures."""
        return [drawn.graph_json for drawn in self.drawn(deck)]

    def drawn(self, deck: str) -> list[DrawnImage]:
        """The deck's drawn pictures, with what they were drawn from."""
        rows = self._connection.rows(
            """SELECT images.id AS image_id, images.path AS path, scenes.graph_json AS graph_json
            FROM deck_images JOIN images ON images.id = deck_images.image_id
            JOIN scenes ON scenes.image_id = images.id WHERE deck_images.deck = :deck
            ORDER BY images.id""",
            {"deck": deck},
        )
        return [DrawnImage(**dict(row)) for row in rows]

    def put_in_deck(
        self, image_id: str, *, deck: str, taint: Taint, decided_by: str, decided: datetime
    ) -> bool:
        """Put the picture into the deck; False, and nothing changed, if it is there already."""
        row = self._connection.row(
            """INSERT INTO deck_images (deck, image_id, taint, decided_by, decided_utc)
            VALUES (:deck, :image_id, :taint, :decided_by, :decided_utc)
            ON CONFLICT (deck, image_id) DO NOTHING RETURNING image_id""",
            {
                "deck": deck,
                "image_id": image_id,
                "taint": taint,
                "decided_by": decided_by,
                "decided_utc": utc_text(decided),
            },
        )
        return row is not None

    def in_deck(self, deck: str, *, taint: Taint) -> list[ImageRecord]:
        """The deck's pictures of this kind that aren't retired, oldest first."""
        rows = self._connection.rows(
            """SELECT images.* FROM deck_images JOIN images ON images.id = deck_images.image_id
            WHERE deck_images.deck = :deck AND deck_images.taint = :taint
                AND deck_images.retired_utc IS NULL
            ORDER BY images.added_utc, images.id""",
            {"deck": deck, "taint": taint},
        )
        return [_image(row) for row in rows]

    def count(self, deck: str, *, taint: Taint) -> int:
        """How many pictures of this kind the deck holds, retired ones not counted."""
        row = self._connection.row(
            """SELECT count(*) AS n FROM deck_images
            WHERE deck = :deck AND taint = :taint AND retired_utc IS NULL""",
            {"deck": deck, "taint": taint},
        )
        return 0 if row is None else row["n"]

    def pick(self, deck: str, *, player_id: str, tainted: bool, limit: int) -> list[DealtImage]:
        """Up to `limit` pictures to show this player next: unseen first, then least shown.

        Call it inside the transaction that deals them, or two players get the same balance.
        """
        rows = self._connection.rows(
            PICK,
            {
                "deck": deck,
                "player_id": player_id,
                "taint": "tainted" if tainted else "untainted",
                "limit": limit,
            },
        )
        return [DealtImage(image_id=row["image_id"], tainted=tainted) for row in rows]


def _image(row: sqlite3.Row) -> ImageRecord:
    return ImageRecord(
        id=row["id"],
        path=row["path"],
        width_px=row["width_px"],
        height_px=row["height_px"],
        source=row["source"],
        licence=row["licence"],
        origin=row["origin"],
        added_utc=utc_moment(row["added_utc"]),
    )
