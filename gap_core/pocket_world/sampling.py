"""Random scenes from a seed alone: the same seed, count and edition give the same scene.

Called by the decks, by training and by the measuring scripts.
"""

from gap_core.pocket_world.edition import BASIC, Edition
from gap_core.pocket_world.sample_basic import sample_basic_scene
from gap_core.pocket_world.sample_full import sample_full_scene
from gap_core.pocket_world.scene import Scene


def sample_scene(seed: int, *, things: int, edition: Edition = BASIC) -> Scene:
    """A random scene of the edition with exactly so many things.

    Args:
        seed: any integer; equal seeds and counts give equal scenes.
        things: 1 to the most that the edition allows.
        edition: what may occur.

    Raises:
        ValueError: a number of things outside that range.
    """
    if not 1 <= things <= edition.most_things:
        raise ValueError(f"A scene has 1 to {edition.most_things} things, not {things}.")
    sample = sample_basic_scene if edition is BASIC else sample_full_scene
    return sample(seed, things=things)
