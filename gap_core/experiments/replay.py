"""Samples of what the model is right about, so that it does not forget. Called by experiments."""

import random
from collections.abc import Iterator, Sequence
from itertools import cycle, islice

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


def with_enough_replay(samples: Sequence[Sample], *, share: float) -> list[Sample]:
    """The labels, and so many lessons of replay for each; where there are too few, again.

    All replay that there is stays, and where there is none, none is made.
    """
    again = [sample for sample in samples if is_replay(sample)]
    labels = [sample for sample in samples if not is_replay(sample)]
    lessons = max(len(again), round(share * len(labels)))
    return [*labels, *islice(cycle(again), lessons)]
