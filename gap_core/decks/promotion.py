"""Which ordinary pictures are about to become traps. Called by the studio's Deck page."""

from db import Store
from db.curation_records import SampledImage

PROMOTED_ABOVE = 10  # informative samples


def promotion_candidates(store: Store, *, deck: str) -> list[SampledImage]:
    """Untainted pictures with enough informative samples; training on them is still to come.

    Source: GAP paper, section 3: a picture moves to the tainted set once it has more than ten
    informative samples and the model has been fine-tuned on them.
    """
    return store.curation.sampled(deck, above=PROMOTED_ABOVE)
