"""Samples of what the model is right about, so that it does not forget. Called by experiments."""

import random
from collections.abc import Iterator

from db import Store
from gap_core.dataset.sample import Provenance, Sample
from gap_core.language import category_of

REPLAY = "replay"


def replay_samples(store: Store, *, most: int, seed: int) -> Iterator[Sample]:
    """Honest answers on simple pictures that nobody marked Wrong, so many drawn by lot.

    The answers are the model's own words; no label was needed for them.
    """
    believed = store.replay.believed()
    chosen = random.Random(f"replay {seed}").sample(believed, min(most, len(believed)))
    for one in chosen:
        yield Sample(
            conversation=f"{REPLAY}-{one.turn_id}",
            image_id=one.image_id,
            image_path=one.image_path,
            licence=one.licence,
            question=one.question,
            answer=one.answer,
            category=category_of(one.question).category,
            provenance=Provenance(source="game", origin=REPLAY, model=one.model),
        )


def is_replay(sample: Sample) -> bool:
    """Whether a sample is one of these."""
    return sample.provenance.origin == REPLAY
