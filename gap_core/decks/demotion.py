"""Promoted pictures when another adapter is served. Called by promotion, its script and the studio.

A promoted picture is a trap because one adapter was right about it. Another one, or the model
without any, may be wrong there, and the score would take it for the player's mistake.
"""

import re
from collections import Counter
from typing import NamedTuple

from db import Store
from gap_core.decks.curation import decide_image

_RIGHT_WITH = re.compile(r"right on all with '(\w+)'$", re.ASCII)


class _Promotion(NamedTuple):
    deck: str
    image_id: str
    adapter: str


def promotion_reason(samples: int, adapter: str) -> str:
    """What is kept with the decision; `take_back_promotions` reads the adapter from it."""
    return f"{samples} samples learnt; right on all with '{adapter}'"


def take_back_promotions(store: Store, adapter: str, *, deck: str, decided_by: str) -> int:
    """Make pictures of a deck that were promoted for this adapter ordinary again; how many.

    Raises:
        GapError: see `decide_image`.
    """
    resting = [
        one.image_id for one in _promoted(store) if (one.deck, one.adapter) == (deck, adapter)
    ]
    with store.transaction():
        for image_id in resting:
            decide_image(
                store,
                image_id,
                deck=deck,
                decision="rejected",
                decided_by=decided_by,
                reason=f"was promoted for '{adapter}', and that is taken back",
            )
    return len(resting)


def words_of_promotions_left(store: Store, *, served: str | None) -> str:
    """What to do about traps that rest on adapters other than the served one; "" if none do."""
    left = Counter((one.deck, one.adapter) for one in _promoted(store) if one.adapter != served)
    lines = []
    for (deck, adapter), n in sorted(left.items()):
        traps = "1 picture is a trap" if n == 1 else f"{n:,} pictures are traps"
        lines.append(
            f"{traps} because '{adapter}' was right there. What the game answers with now may be "
            "wrong, and the score would blame whoever sees it. Make them ordinary pictures again: "
            f"python -m scripts.promote_images {adapter} --deck {deck} --undo"
        )
    return "\n".join(lines)


def _promoted(store: Store) -> list[_Promotion]:
    found = []
    for one in store.curation.promoted():
        right = _RIGHT_WITH.search(one.reason)
        if right is not None:
            found.append(_Promotion(one.deck, one.image_id, right[1]))
    return found
