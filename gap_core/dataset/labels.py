"""Samples from the answers that experts gave and that were accepted. Called by build_dataset."""

import hashlib
import hmac
from collections.abc import Iterator

from db import Store
from db.accepted_store import AcceptedLabel
from gap_core.dataset.sample import Provenance, Sample

_HASH_CHARS = 16  # 64 bits: no two of a few million people share it by chance


def accepted_samples(store: Store, *, secret: bytes) -> Iterator[Sample]:
    """One sample for each accepted answer, streamed.

    Args:
        store: of the installation.
        secret: of the installation. Who has it not can't tell who a hash stands for, nor whether
            two installations' hashes are the same person's.
    """
    for label in store.accepted.all():
        yield _sample(label, secret)


def person_hash(person_id: str, *, secret: bytes) -> str:
    """A name for a player or labeler that tells nothing but that it is the same one again."""
    message = b"dataset person\0" + person_id.encode()
    return hmac.new(secret, message, hashlib.sha256).hexdigest()[:_HASH_CHARS]


def _sample(label: AcceptedLabel, secret: bytes) -> Sample:
    is_refined = label.refined_answer is not None
    return Sample(
        conversation=f"turn-{label.turn_id}",
        image_id=label.image_id,
        image_path=label.image_path,
        image_name=label.image_origin or "",
        licence=label.licence,
        question=label.question,
        answer=label.refined_answer if label.refined_answer is not None else label.expert_answer,
        category=label.category,
        model_answer=label.model_answer,
        provenance=Provenance(
            source="game",
            turn_id=label.turn_id,
            item_id=label.item_id,
            label_id=label.label_id,
            player=person_hash(label.player_id, secret=secret),
            labeler=person_hash(label.labeler_id, secret=secret),
            expert_answer=label.expert_answer if is_refined else None,
            refined_by=_refiner(label) if is_refined else None,
            model=label.model,
            quantization=label.quantization,
            adapter=label.adapter,
            prompt_version=label.prompt_version,
            seed=label.seed,
            posterior=label.posterior,
            posterior_low=label.posterior_low,
            posterior_high=label.posterior_high,
            still_wrong=_still_wrong(label),
            asked_utc=label.asked_utc,
            labeled_utc=label.given_utc,
        ),
    )


def _refiner(label: AcceptedLabel) -> str | None:
    return (
        f"{label.refined_by} with {label.refined_with}" if label.refined_with else label.refined_by
    )


def _still_wrong(label: AcceptedLabel) -> float | None:
    if not label.asked_again or label.asked_again_wrong is None:
        return None
    return label.asked_again_wrong / label.asked_again
