"""What a form of question is: how it is asked, what is true, what is false, how answers are read.

Called by the files of this folder, which hold the forms by subject.
"""

import random
from collections.abc import Callable
from typing import NamedTuple

from gap_core.pocket_world.edition import Edition
from gap_core.pocket_world.scene import Scene

RECOGNITION, ATTRIBUTES, COUNTING = "Object Recognition", "Object Attributes", "Counting"
SPATIAL, TEXT, WEATHER = "Spatial Relationships", "Text Recognition", "Weather and Environment"
SCENE, ACTIVITY, EMOTION = "Scene Understanding", "Activity Recognition", "Emotion Recognition"
TIME, CULTURE = "Temporal Inference", "Cultural or Social Context"
ART, ANOMALY, NO_CATEGORY = "Art and Aesthetics", "Anomaly Detection", ""
# In the order of the paper's table 8.
CATEGORIES = (
    RECOGNITION, SCENE, ACTIVITY, ATTRIBUTES, SPATIAL, COUNTING, TEXT, EMOTION, WEATHER, TIME,
    CULTURE, ART, ANOMALY,
)  # fmt: skip

Args = tuple[str, ...]
Fact = tuple[object, ...]


class Form(NamedTuple):
    """One form of question.

    Attributes:
        name: as it stands in questions and in the tables of wordings.
        category: one of the paper's, or none for idle talk.
        sample: random arguments that make sense for a scene, None where none do.
        words: what the wordings' braces stand for.
        true: the scene graph's answer, one short sentence.
        wrong: a random false answer of the same kind, near the truth (resembling.py).
        read: the fact that an answer's words state, None if they state none of the asked kind.
    """

    name: str
    category: str
    sample: Callable[[Scene, random.Random], Args | None]
    words: Callable[[Edition, Args, random.Random], dict[str, str]]
    true: Callable[[Scene, Args], str]
    wrong: Callable[[Scene, Args, random.Random], str]
    read: Callable[[list[str], Args], Fact | None]


def no_args(scene: Scene, rng: random.Random) -> Args:
    """For forms that need none."""
    return ()


def no_words(edition: Edition, args: Args, rng: random.Random) -> dict[str, str]:
    """For forms whose wordings have no braces."""
    return {}
