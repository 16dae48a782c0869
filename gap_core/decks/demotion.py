"""Promoted pictures when another adapter is served. Called by promotion, its script and the studio.

A promoted picture is a trap because one adapter was right about it. Another one, or the model
without any, may be wrong there, and the score would take it for the player's mistake.
"""

from collections import Counter

from db import Store
from gap_core.decks.curation import decide_image


def take_back_promotions(store: Store, adapter: str, *, deck: str | None, decided_by: str) -> int:
    """Make pictures of a deck, or of all, promoted for this adapter ordinary again; how many.

    Raises:
        GapError: see `decide_image`.
    """
    resting = [
        one
        for one in store.curation.promoted()
        if one.adapter == adapter and deck in (None, one.deck)
    ]
    with store.transaction():
        for one in resting:
            decide_image(
                store,
                one.image_id,
                deck=one.deck,
                decision="rejected",
                decided_by=decided_by,
                reason=f"was promoted for '{adapter}', and that is taken back",
            )
    return len(resting)


def words_of_promotions_left(store: Store, *, served: str | None) -> str:
    """What to do about traps that rest on adapters other than the served one; "" if none do."""
    left = Counter(
        (one.deck, one.adapter)
        for one in store.curation.promoted()
        if one.adapter not in (None, served)
    )
    lines = []
    for (deck, adapter), n in sorted(left.items()):
        traps = "1 picture is a trap" if n == 1 else f"{n:,} pictures are traps"
        lines.append(
            f"{traps} because '{adapter}' was right there. What the game answers with now may be "
            "wrong, and the score would blame whoever sees it. Make them ordinary pictures again: "
            f"python -m scripts.promote_images {adapter} --deck {deck} --undo"
        )
    return "\n".join(lines)
