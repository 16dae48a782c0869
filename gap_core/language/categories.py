"""Which of the paper's thirteen categories a question belongs to. The door for labels and balance.

Each cue that a question has adds its weight to its category, and so do its words as they were
learnt; the highest sum wins. How often that
is right on wordings that were written before the cues is printed by scripts/measure_language.py.
"""

import math
import re
from functools import lru_cache
from typing import NamedTuple

from gap_core.language.category_cues import read_cues
from gap_core.language.category_words import word_evidence
from gap_core.language.facts import LISTED
from gap_core.language.text import plain, words_of

CATEGORIES = (
    "Object Recognition",
    "Scene Understanding",
    "Activity Recognition",
    "Object Attributes",
    "Spatial Relationships",
    "Counting",
    "Text Recognition",
    "Emotion Recognition",
    "Weather and Environment",
    "Temporal Inference",
    "Cultural or Social Context",
    "Art and Aesthetics",
    "Anomaly Detection",
)
_CUES = read_cues()
_SHARPNESS = 0.9  # chosen on the wordings for tuning, so that confidence is about the share right
_WORD_SHARE = 0.35  # what learnt words weigh beside cues
# Said to whoever is asked, not about the picture.
_ASIDE = re.compile(
    r"^(?:please|pls)\b[,: ]*|^(?:can you |could you )?(?:please )?tell me\b[,: ]*"
    r"|^look (?:closely|carefully)\b[,:. ]*|[,.?! ]*\b(?:please|look (?:closely|carefully))[.!]?$"
)
_LONGEST = 600  # a question is never longer in the game; what follows would tell nothing


class CategoryGuess(NamedTuple):
    """The likeliest category, how sure, and all thirteen with their shares, likeliest first."""

    category: str
    confidence: float
    ranked: tuple[tuple[str, float], ...]


@lru_cache(maxsize=4096)
def category_of(question: str) -> CategoryGuess:
    """The category of any text as a question; an empty one is a guess without confidence."""
    asked = _without_asides(plain(question[:_LONGEST]))
    spoken = " ".join(LISTED.mend(word.text) for word in words_of(asked)).replace(" ' s", "'s")
    sums = dict.fromkeys(CATEGORIES, 0.0)
    for cue in _CUES:
        if cue.pattern.search(asked) or cue.pattern.search(spoken):
            sums[cue.category] += cue.weight
    for name, odds in word_evidence(asked).items():
        sums[name] += _WORD_SHARE * odds
    highest = max(sums.values())
    parts = {name: math.exp(_SHARPNESS * (value - highest)) for name, value in sums.items()}
    whole = sum(parts.values())
    ranked = tuple(
        sorted(((name, part / whole) for name, part in parts.items()), key=lambda one: -one[1])
    )
    return CategoryGuess(ranked[0][0], ranked[0][1], ranked)


def _without_asides(asked: str) -> str:
    """The question itself; a text of nothing but asides stays as it is."""
    shorter = _ASIDE.sub("", asked)
    while shorter and shorter != asked:
        asked, shorter = shorter, _ASIDE.sub("", shorter)
    return asked
