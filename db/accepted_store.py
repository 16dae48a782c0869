"""Accepted answers with all that led to them. Called by the dataset, which streams them."""

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass, fields

from db.connection import Connection

_PAGE = 500

# Page by page: a long read would keep the log from being written back while people label.
PAGE = """
SELECT label_items.id AS item_id, labels.id AS label_id, turns.id AS turn_id,
    label_items.player_id, labels.account_id AS labeler_id, rounds.image_id,
    images.path AS image_path, images.licence, images.origin AS image_origin,
    turns.question, labels.category, labels.answer AS expert_answer,
    label_refinements.kept_text AS refined_answer, refinements.model AS refined_by,
    refinements.adapter AS refined_with, turns.answer AS model_answer, turns.model,
    turns.quantization, turns.adapter, turns.prompt_version, turns.seed,
    label_items.posterior, label_items.posterior_low, label_items.posterior_high,
    checks.wrong AS asked_again_wrong, checks.times - checks.untold AS asked_again,
    turns.asked_utc, labels.given_utc
FROM label_items JOIN labels ON labels.id = final_label_id AND labels.verdict = 'answer'
LEFT JOIN label_refinements ON label_refinements.label_id = labels.id
LEFT JOIN refinements ON refinements.id = label_refinements.refinement_id
LEFT JOIN label_checks AS checks ON checks.id = (
    SELECT max(id) FROM label_checks WHERE label_id = labels.id AND finished_utc IS NOT NULL)
JOIN turns ON turns.id = label_items.turn_id JOIN rounds ON rounds.id = turns.round_id
JOIN images ON images.id = rounds.image_id
WHERE label_items.state = 'done' AND turns.question <> '' AND label_items.id > :after
ORDER BY label_items.id LIMIT :limit
"""


@dataclass(frozen=True)
class AcceptedLabel:
    """One accepted answer, its picture, its question and who gave what.

    Attributes:
        refined_answer: stands in the place of the expert's words where they were refined.
        asked_again_wrong: how often the model erred when it was asked again, of `asked_again`
            answers that could be told; None where it was not asked.
    """

    item_id: int
    label_id: int
    turn_id: str
    player_id: str
    labeler_id: str
    image_id: str
    image_path: str
    licence: str
    image_origin: str | None
    question: str
    category: str
    expert_answer: str
    refined_answer: str | None
    refined_by: str | None
    refined_with: str | None
    model_answer: str
    model: str
    quantization: str
    adapter: str | None
    prompt_version: str
    seed: int
    posterior: float | None
    posterior_low: float | None
    posterior_high: float | None
    asked_again_wrong: int | None
    asked_again: int | None
    asked_utc: str
    given_utc: str


class AcceptedStore:
    """Reads `label_items` that are done, with their turns, pictures, labels and refinements."""

    def __init__(self, connection: Connection) -> None:
        """Share the store's handle."""
        self._connection = connection

    def all(self) -> Iterator[AcceptedLabel]:
        """Every accepted answer, by item; what is accepted meanwhile may be among them."""
        after = 0
        while rows := self._page(after):
            yield from (AcceptedLabel(**{name: row[name] for name in _NAMES}) for row in rows)
            after = rows[-1]["item_id"]

    def _page(self, after: int) -> list[sqlite3.Row]:
        return self._connection.rows(PAGE, {"after": after, "limit": _PAGE})


_NAMES = tuple(part.name for part in fields(AcceptedLabel))
