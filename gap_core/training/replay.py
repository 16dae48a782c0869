"""Samples of what the model is right about, so that it does not forget.

Called by build_dataset and the experiments.
"""

import random
from pathlib import Path

from db import Store
from db.evaluation_records import AnsweredBy
from gap_core.dataset.labels import person_hash
from gap_core.dataset.sample import REPLAY, Provenance, Sample
from gap_core.evaluation.answering import OnAnswered, answer_items
from gap_core.evaluation.items import Item
from gap_core.language import category_of
from gap_core.play import utc_now
from models.base import VisionModel


def replay_samples(
    store: Store,
    model: VisionModel,
    *,
    by: AnsweredBy,
    data_dir: Path,
    secret: bytes,
    most: int,
    seed: int,
    on_answered: OnAnswered,
) -> list[Sample]:
    """What players asked about traps, so much drawn by lot, and what the model says to it.

    The game told it to be wrong in every second one, so it is asked again. The answers are its
    own: no label is needed, for a trap is a picture that it is right about.

    Args:
        store: of the playtest; answers are kept there, and asked once.
        model: that played, so that it is right about the traps.
        by: what its answers are kept under.
        data_dir: where the pictures lie.
        secret: of the installation, for the hashes of players.
        most: samples.
        seed: of the lot.
        on_answered: told how many of how many are answered.

    Raises:
        GapError: a picture is missing.
        ModelError: the model can't answer; what it said so far is kept.
    """
    asked = store.replay.asked_on_traps()
    chosen = random.Random(f"replay {seed}").sample(asked, min(most, len(asked)))
    answered = answer_items(
        store,
        [
            Item(one.image_id, one.image_path, one.question, "", category_of(one.question).category)
            for one in chosen
        ],
        model=model,
        by=by,
        data_dir=data_dir,
        clock=utc_now,
        on_answered=on_answered,
    )
    return [
        Sample(
            conversation=f"{REPLAY}-{one.turn_id}",
            image_id=one.image_id,
            image_path=one.image_path,
            licence=one.licence,
            question=one.question,
            answer=said.answer,
            category=said.item.category,
            provenance=Provenance(
                source="game",
                origin=REPLAY,
                turn_id=one.turn_id,
                player=person_hash(one.player_id, secret=secret),
                model=by.model,
                quantization=by.quantization,
                adapter=by.adapter or None,
                prompt_version=by.prompt_version,
            ),
        )
        for one, said in zip(chosen, answered, strict=True)
        if said.answer
    ]
