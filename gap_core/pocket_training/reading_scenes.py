"""Scenes full of signs, numbers and clocks, to learn reading from: never played, never measured.

Called by scene_cache.py. In the world as it is drawn one picture in six shows something to read,
which is too little to tell twenty numbers and twenty-four times apart.
"""

import random
from dataclasses import replace

from gap_core.pocket_world import Scene, Thing
from gap_core.pocket_world.place_things import sample_word
from gap_core.pocket_world.sample_full import sample_surroundings
from gap_core.pocket_world.vocabulary import SIZES
from gap_core.pocket_world.vocabulary_full import FULL_KINDS, NUMBERED_KINDS

_COLUMNS_PX, _FEET_PX = (110, 320, 530), (235, 462)
_JITTER_PX = 14
_SCALES = (0.6, 0.85)  # from hardly legible to that of a near thing
_KINDS, _WEIGHTS = ("clock", "sign", *NUMBERED_KINDS), (5, 2, 1, 1, 1)


def reading_scene(seed: int) -> Scene:
    """Six legible things in two rows."""
    rng = random.Random(f"reading scene {seed}")
    things = [_thing(rng, x_px, y_px) for y_px in _FEET_PX for x_px in _COLUMNS_PX]
    placed = tuple(sorted(things, key=lambda thing: thing.x_px))
    return replace(sample_surroundings(seed, rng), things=placed)


def _thing(rng: random.Random, x_px: float, y_px: float) -> Thing:
    kind = rng.choices(_KINDS, _WEIGHTS)[0]
    return Thing(
        kind=kind,
        colour=rng.choice(FULL_KINDS[kind].colours),
        size=rng.choice(SIZES),
        facing=rng.choice(("left", "right")),
        face="happy",
        x_px=round(x_px + rng.uniform(-_JITTER_PX, _JITTER_PX), 1),
        y_px=round(y_px + rng.uniform(-_JITTER_PX, _JITTER_PX), 1),
        scale=round(rng.uniform(*_SCALES), 4),
        word=sample_word(rng, kind),
    )
