"""Scenes of an edition of the pocket world, for learning its words and for measuring.

Called by form_slots.py, forms_check.py and the check of the factual scorer.
"""

from gap_core.pocket_world.edition import Edition
from gap_core.pocket_world.sampling import sample_scene
from gap_core.pocket_world.scene import Scene


def sample_scenes(edition: Edition, *, first_seed: int, count: int) -> list[Scene]:
    """So many scenes, from one thing to the most that the edition allows and round again."""
    return [
        sample_scene(first_seed + at, things=1 + at % edition.most_things, edition=edition)
        for at in range(count)
    ]
