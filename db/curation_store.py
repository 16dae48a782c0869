"""Decisions on a deck's pictures, with their reasons. Called by curation.

`deck_images` says what a picture is now; `deck_decisions` keeps how it came to be, and only grows.
"""

from typing import Any

from db.adapter_store import WITH_LEARNERS
from db.connection import Connection
from db.curation_records import (
    DeckDecision,
    DeckDecisionRecord,
    DeckImage,
    DescriptionRecord,
    SampledImage,
)
from db.times import utc_moment, utc_moment_or_none, utc_text

DECK_IMAGES = """
SELECT images.id AS image_id, images.path, images.origin, images.source, deck_images.taint,
    deck_images.retired_utc,
    (SELECT count(*) FROM rounds
        WHERE rounds.image_id = images.id AND rounds.opened_utc IS NOT NULL) AS exposures
FROM deck_images JOIN images ON images.id = deck_images.image_id
WHERE deck_images.deck = :deck
"""
# A sample that the model always got right when it was first checked was not informative. What a
# model that has learnt it says counts for promotion, not here, also where it was asked first.
SAMPLED = f"""
{WITH_LEARNERS.format(chosen="")}
SELECT rounds.image_id, count(*) AS samples
FROM label_items JOIN labels ON labels.id = label_items.final_label_id
JOIN turns ON turns.id = label_items.turn_id JOIN rounds ON rounds.id = turns.round_id
JOIN deck_images ON deck_images.image_id = rounds.image_id AND deck_images.deck = :deck
WHERE label_items.state = 'done' AND labels.verdict = 'answer'
    AND deck_images.taint = 'untainted' AND deck_images.retired_utc IS NULL
    AND coalesce((SELECT is_informative FROM label_checks WHERE label_checks.label_id = labels.id
        AND finished_utc IS NOT NULL
        AND (label_checks.adapter, rounds.image_id) NOT IN (SELECT adapter, image_id FROM learners)
        ORDER BY id LIMIT 1), 1)
GROUP BY rounds.image_id HAVING count(*) > :above ORDER BY samples DESC, rounds.image_id
"""
# What was decided last on pictures that are traps because a model was right about them.
PROMOTED = """
SELECT deck, image_id, decision, reason, deck_decisions.decided_by, deck_decisions.decided_utc,
    adapter
FROM deck_decisions JOIN deck_images USING (deck, image_id)
WHERE decision = 'promoted' AND taint = 'tainted' AND deck_decisions.id = (
    SELECT max(id) FROM deck_decisions AS later
    WHERE later.deck = deck_decisions.deck AND later.image_id = deck_decisions.image_id
        AND later.decision IN ('approved', 'rejected', 'promoted'))
ORDER BY deck_decisions.id
"""
TAINTS: dict[DeckDecision, str] = {
    "approved": "tainted",
    "rejected": "untainted",
    "promoted": "tainted",
}


class CurationStore:
    """Reads and writes `deck_decisions` and `descriptions`; writes `deck_images` with them."""

    def __init__(self, connection: Connection) -> None:
        """Share the store's handle."""
        self._connection = connection

    def decks(self) -> list[str]:
        """The names of all decks."""
        rows = self._connection.rows("SELECT DISTINCT deck FROM deck_images ORDER BY deck")
        return [row["deck"] for row in rows]

    def images(self, deck: str) -> list[DeckImage]:
        """Every picture of the deck, the most shown first."""
        rows = self._connection.rows(
            f"{DECK_IMAGES} ORDER BY exposures DESC, images.id", {"deck": deck}
        )
        return [_deck_image(row) for row in rows]

    def next_proposed(self, deck: str, *, after: str = "") -> DeckImage | None:
        """The next picture that waits for a decision; `after` is the one to go on from."""
        row = self._connection.row(
            f"""{DECK_IMAGES} AND deck_images.taint = 'proposed'
                AND deck_images.retired_utc IS NULL
            ORDER BY images.id <= :after, images.id LIMIT 1""",
            {"deck": deck, "after": after},
        )
        return None if row is None else _deck_image(row)

    def sampled(self, deck: str, *, above: int) -> list[SampledImage]:
        """Untainted pictures with more informative samples than that, most first.

        What the first check of a sample found of it counts: before the model was taught.
        """
        rows = self._connection.rows(SAMPLED, {"deck": deck, "above": above})
        return [SampledImage(**dict(row)) for row in rows]

    def decide(self, decision: DeckDecisionRecord) -> bool:
        """Record the decision and make the picture what it says; False if the deck lacks it."""
        with self._connection.transaction():
            if not self._change(decision):
                return False
            self._connection.rows(
                """INSERT INTO deck_decisions
                    (deck, image_id, decision, reason, decided_by, decided_utc, adapter)
                VALUES
                    (:deck, :image_id, :decision, :reason, :decided_by, :decided_utc, :adapter)""",
                _words(decision),
            )
        return True

    def _change(self, decision: DeckDecisionRecord) -> bool:
        words = _words(decision)
        if decision.decision in TAINTS:
            changes = "taint = :taint, decided_by = :decided_by, decided_utc = :decided_utc"
            words["taint"] = TAINTS[decision.decision]
        else:
            changes = "retired_utc = :retired_utc"
            words["retired_utc"] = words["decided_utc"] if decision.decision == "retired" else None
        row = self._connection.row(
            f"""UPDATE deck_images SET {changes}
            WHERE deck = :deck AND image_id = :image_id RETURNING image_id""",
            words,
        )
        return row is not None

    def decisions(self, deck: str, *, image_id: str) -> list[DeckDecisionRecord]:
        """All that was decided on this picture, oldest first."""
        rows = self._connection.rows(
            """SELECT deck, image_id, decision, reason, decided_by, decided_utc, adapter
            FROM deck_decisions WHERE deck = :deck AND image_id = :image_id ORDER BY id""",
            {"deck": deck, "image_id": image_id},
        )
        return [_decision(row) for row in rows]

    def promoted(self) -> list[DeckDecisionRecord]:
        """The promotions that still stand, of all decks, oldest first."""
        return [_decision(row) for row in self._connection.rows(PROMOTED)]

    def add_description(self, described: DescriptionRecord) -> None:
        """Append what a model said of a picture."""
        self._connection.rows(
            """INSERT INTO descriptions
                (image_id, model, quantization, adapter, text, described_utc)
            VALUES (:image_id, :model, :quantization, :adapter, :text, :described_utc)""",
            vars(described) | {"described_utc": utc_text(described.described_utc)},
        )

    def description(self, image_id: str, *, model: str) -> DescriptionRecord | None:
        """What this model said of the picture last."""
        row = self._connection.row(
            """SELECT image_id, model, quantization, adapter, text, described_utc
            FROM descriptions WHERE image_id = :image_id AND model = :model
            ORDER BY id DESC LIMIT 1""",
            {"image_id": image_id, "model": model},
        )
        if row is None:
            return None
        return DescriptionRecord(**{**dict(row), "described_utc": utc_moment(row["described_utc"])})


def _decision(row: Any) -> DeckDecisionRecord:
    return DeckDecisionRecord(**{**dict(row), "decided_utc": utc_moment(row["decided_utc"])})


def _words(decision: DeckDecisionRecord) -> dict[str, Any]:
    return vars(decision) | {"decided_utc": utc_text(decision.decided_utc)}


def _deck_image(row: Any) -> DeckImage:
    return DeckImage(**{**dict(row), "retired_utc": utc_moment_or_none(row["retired_utc"])})
