"""Adapters, the wish to serve one, and what the game made of it. Called by training and play."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from db.connection import Connection
from db.errors import StoreError
from db.times import utc_moment, utc_moment_or_none, utc_text

REQUESTS = """
SELECT adapter_requests.id, adapter, requested_by, requested_utc, switched_utc, problem
FROM adapter_requests LEFT JOIN adapter_switches ON request_id = adapter_requests.id
ORDER BY adapter_requests.id DESC LIMIT 1
"""
# An adapter has learnt the pictures of those that it goes on from, too.
# A child may learn its parent's samples again, so the most that one of them learnt is what is sure.
LEARNT_SAMPLES = """
WITH RECURSIVE lineage(name) AS (
    SELECT :adapter
    UNION SELECT parent FROM adapters JOIN lineage USING (name) WHERE parent IS NOT NULL
)
SELECT image_id, CASE WHEN count(samples) = count(*) THEN max(samples) END AS samples
FROM adapter_images JOIN lineage ON adapter = lineage.name GROUP BY image_id
"""
WITH_LEARNERS = """
WITH RECURSIVE learners(adapter, image_id) AS (
    SELECT adapter, image_id FROM adapter_images {chosen}
    UNION SELECT adapters.name, image_id FROM adapters JOIN learners ON parent = learners.adapter
)
"""
LEARNERS = f"""
{WITH_LEARNERS.format(chosen="WHERE image_id IN (SELECT value FROM json_each(:image_ids))")}
SELECT image_id, adapter FROM learners JOIN adapters ON name = adapter ORDER BY adapters.id
"""
IN_PLAY = """
SELECT 1 FROM sessions JOIN rounds ON session_id = sessions.id
WHERE finished_utc IS NULL AND (opened_utc >= :since OR EXISTS (
    SELECT 1 FROM turns WHERE round_id = rounds.id AND asked_utc >= :since))
LIMIT 1
"""


@dataclass(frozen=True)
class AdapterRecord:
    """An adapter and what it came from.

    Attributes:
        model: that it belongs to.
        folder: in PEFT's format; relative to the data folder where it lies in it.
        dataset_sha256: of the dataset's manifest.
        config_json: all that the run depended on.
        parent: the adapter that it went on from.
        learnt: samples; held_back_loss what the kept checkpoint reached beside them.
    """

    name: str
    model: str
    folder: str
    dataset: str | None
    dataset_sha256: str | None
    config_json: str
    parent: str | None
    learnt: int
    held_back_loss: float | None
    created_utc: datetime


@dataclass(frozen=True)
class ServeRequest:
    """The last wish to serve an adapter, None for the model without one.

    Attributes:
        switched_utc: when the game heard it; None while it hasn't.
        problem: why it couldn't.
    """

    id: int
    adapter: str | None
    requested_by: str
    requested_utc: datetime
    switched_utc: datetime | None
    problem: str | None


class AdapterStore:
    """Reads and writes `adapters` and what is asked of the game; everything only grows."""

    def __init__(self, connection: Connection) -> None:
        """Share the store's handle."""
        self._connection = connection

    def add(
        self,
        adapter: AdapterRecord,
        *,
        image_ids: Iterable[str],
        samples: Mapping[str, int] | None = None,
    ) -> None:
        """Register an adapter with the pictures that it learnt from.

        Args:
            adapter: to register.
            image_ids: of the pictures.
            samples: how many it learnt of each of them; None where nobody counted.

        Raises:
            StoreError: the name is taken by another one.
        """
        with self._connection.transaction():
            if self.get(adapter.name) is not None:
                raise StoreError(
                    f"An adapter '{adapter.name}' is registered already. Give the run another name."
                )
            self._connection.rows(
                """INSERT INTO adapters (name, model, folder, dataset, dataset_sha256,
                    config_json, parent, learnt, held_back_loss, created_utc)
                VALUES (:name, :model, :folder, :dataset, :dataset_sha256, :config_json, :parent,
                    :learnt, :held_back_loss, :created_utc)""",
                asdict(adapter) | {"created_utc": utc_text(adapter.created_utc)},
            )
            for image_id in sorted(set(image_ids)):
                self._connection.rows(
                    """INSERT INTO adapter_images (adapter, image_id, samples)
                    VALUES (:adapter, :image_id, :samples)""",
                    {
                        "adapter": adapter.name,
                        "image_id": image_id,
                        "samples": None if samples is None else samples[image_id],
                    },
                )

    def get(self, name: str) -> AdapterRecord | None:
        """The adapter of this name."""
        row = self._connection.row("SELECT * FROM adapters WHERE name = :name", {"name": name})
        return None if row is None else _adapter(row)

    def all(self) -> list[AdapterRecord]:
        """Every adapter, the newest first."""
        rows = self._connection.rows("SELECT * FROM adapters ORDER BY id DESC")
        return [_adapter(row) for row in rows]

    def learnt_images(self, name: str) -> frozenset[str]:
        """Pictures that the adapter, or one that it goes on from, learnt from."""
        return frozenset(self.learnt_samples(name))

    def learnt_samples(self, name: str) -> dict[str, int | None]:
        """By picture, how many of its samples were learnt at least; None where nobody counted."""
        rows = self._connection.rows(LEARNT_SAMPLES, {"adapter": name})
        return {row["image_id"]: row["samples"] for row in rows}

    def learners(self, image_ids: Iterable[str]) -> dict[str, list[str]]:
        """By picture, the adapters that learnt from it or go on from one that did, oldest first."""
        found: dict[str, list[str]] = {image_id: [] for image_id in image_ids}
        for row in self._connection.rows(LEARNERS, {"image_ids": json.dumps(list(found))}):
            found[row["image_id"]].append(row["adapter"])
        return found

    def request(self, name: str | None, *, requested_by: str, now: datetime) -> int:
        """Ask the game to serve this adapter, or none; the request's number."""
        row = self._connection.rows(
            """INSERT INTO adapter_requests (adapter, requested_by, requested_utc)
            VALUES (:adapter, :requested_by, :requested_utc) RETURNING id""",
            {"adapter": name, "requested_by": requested_by, "requested_utc": utc_text(now)},
        )[0]
        return int(row["id"])

    def last_request(self) -> ServeRequest | None:
        """What was asked for last, and what came of it."""
        row = self._connection.row(REQUESTS)
        if row is None:
            return None
        return ServeRequest(
            **{
                **dict(row),
                "requested_utc": utc_moment(row["requested_utc"]),
                "switched_utc": utc_moment_or_none(row["switched_utc"]),
            }
        )

    def answer_request(self, request_id: int, *, problem: str | None, now: datetime) -> None:
        """Record that the game serves what was asked for, or why it doesn't."""
        self._connection.rows(
            """INSERT INTO adapter_switches (request_id, problem, switched_utc)
            VALUES (:request_id, :problem, :switched_utc) ON CONFLICT DO NOTHING""",
            {"request_id": request_id, "problem": problem, "switched_utc": utc_text(now)},
        )

    def is_anybody_playing(self, *, since: datetime) -> bool:
        """Whether an open session has seen a picture opened or a question asked since then."""
        return self._connection.row(IN_PLAY, {"since": utc_text(since)}) is not None


def _adapter(row: Any) -> AdapterRecord:
    plain = dict(row)
    del plain["id"]
    return AdapterRecord(**{**plain, "created_utc": utc_moment(plain["created_utc"])})
