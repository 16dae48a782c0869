"""Ordinary pictures that become traps. Called by the studio's Deck page and promote_images.

Source: GAP paper, section 3: a picture moves to the tainted set once it has more than ten
informative samples and the model has been fine-tuned on them. Here the adapter that was taught must
be the one that the game serves, have learnt more than ten of the picture's samples, and be right on
every one of them now, in several wordings. Adapters from before samples were counted by picture
need only have learnt the picture. See demotion.py for what happens when another is served.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from db import Store
from db.curation_records import SampledImage
from db.labeling_records import AcceptedAnswer
from gap_core.decks.curation import decide_image
from gap_core.errors import GapError
from gap_core.labeling.checking import check_answer_of
from models.base import VisionModel

PROMOTED_ABOVE = 10  # informative samples
TIMES_ASKED = 3  # in as many wordings


@dataclass(frozen=True)
class PromotionCheck:
    """What the taught model says on a picture's samples now; promoted if it is always right."""

    image_id: str
    samples: int
    wrong: int
    untold: int

    @property
    def is_promoted(self) -> bool:
        """Whether every answer was found right."""
        return self.wrong == 0 and self.untold == 0


def promotion_candidates(store: Store, *, deck: str) -> list[SampledImage]:
    """Untainted pictures with enough informative samples, whether or not they were learnt yet."""
    return store.curation.sampled(deck, above=PROMOTED_ABOVE)


def learnt_candidates(store: Store, *, deck: str, adapter: str) -> list[SampledImage]:
    """Those of which this adapter has learnt enough samples, as far as they were counted."""
    enough = {
        image_id
        for image_id, samples in store.adapters.learnt_samples(adapter).items()
        if samples is None or samples > PROMOTED_ABOVE
    }
    return [one for one in promotion_candidates(store, deck=deck) if one.image_id in enough]


def check_is_served(store: Store, adapter: str) -> None:
    """Refuse an adapter that the game neither answers with nor was asked to.

    Raises:
        GapError: another one is served, or none, or the game can't serve it.
    """
    request = store.adapters.last_request()
    command = f"python -m scripts.serve_adapter {adapter}"
    if request is None or request.adapter != adapter:
        served = f"'{request.adapter}'" if request and request.adapter else "no adapter"
        raise GapError(
            f"The game serves {served}, and pictures are promoted for the one that it serves. "
            f"Have it serve '{adapter}' first: {command}"
        )
    if request.problem:
        raise GapError(
            f"The game can't serve '{adapter}': {request.problem} Mend that, then: {command}"
        )


def promote_learnt_images(
    store: Store,
    *,
    deck: str,
    model: VisionModel,
    data_dir: Path,
    decided_by: str,
    clock: Callable[[], datetime],
) -> list[PromotionCheck]:
    """Check every candidate with the model and make traps of those it is right on now.

    Args:
        store: of both apps.
        deck: whose pictures.
        model: with the adapter that the game serves; named as it is registered.
        data_dir: the folder that pictures are relative to.
        decided_by: who wants it.
        clock: gives aware times.

    Raises:
        GapError: the model has no adapter or one that isn't served, or a picture is missing.
        ModelError: the model can't answer; what was checked so far is kept.
    """
    if model.adapter is None:
        raise GapError("Pictures are promoted for a model that was taught. Name an --adapter.")
    check_is_served(store, model.adapter)
    checks = []
    for candidate in learnt_candidates(store, deck=deck, adapter=model.adapter):
        answers = store.label_checks.accepted_of_image(candidate.image_id)
        check = _check(store, candidate.image_id, answers, model, data_dir, clock)
        if check.is_promoted:
            decide_image(
                store,
                candidate.image_id,
                deck=deck,
                decision="promoted",
                decided_by=decided_by,
                reason=f"{check.samples} samples learnt; right on all of them",
                adapter=model.adapter,
            )
        checks.append(check)
    return checks


def _check(
    store: Store,
    image_id: str,
    answers: list[AcceptedAnswer],
    model: VisionModel,
    data_dir: Path,
    clock: Callable[[], datetime],
) -> PromotionCheck:
    found = [
        check_answer_of(
            store, one, model=model, times=TIMES_ASKED, data_dir=data_dir, clock=clock
        ).is_informative
        for one in answers
    ]
    return PromotionCheck(image_id, len(found), found.count(True), found.count(None))
