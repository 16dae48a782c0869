"""Scenes full of what is hard to see, to learn it from: never played, never measured.

Called by scene_cache.py. In the world as it is drawn one picture in six shows something to read,
and few show more than one person, which is too little to tell twenty numbers, twenty-four times
and eleven activities apart.
"""

import random
from dataclasses import replace

from gap_core.pocket_world import Scene, Thing
from gap_core.pocket_world.sample_full import sample_surroundings
from gap_core.pocket_world.vocabulary import GARMENTS, SIZES
from gap_core.pocket_world.vocabulary_full import (
    ACTIVITIES,
    CLOCK_TIMES,
    EMOTIONS,
    FULL_KINDS,
    FULL_SIGN_WORDS,
    MOST_NUMBER,
    NUMBERED_KINDS,
)

_FEET_PX = (235, 462)
_THREE_COLUMNS_PX, _FOUR_COLUMNS_PX = (110, 320, 530), (85, 242, 398, 555)
_JITTER_PX = 14
_SCALES = (0.6, 0.85)  # from hardly legible to that of a near thing
_READ_KINDS, _READ_WEIGHTS = ("clock", "sign", *NUMBERED_KINDS), (5, 2, 1, 1, 1)


def reading_scene(seed: int) -> Scene:
    """Six legible signs, numbers and clocks in two rows."""
    rng = random.Random(f"reading scene {seed}")
    kinds = rng.choices(_READ_KINDS, _READ_WEIGHTS, k=6)
    return _in_two_rows(seed, rng, kinds, _THREE_COLUMNS_PX)


def people_scene(seed: int) -> Scene:
    """Eight people in two rows, whatever they do and feel."""
    rng = random.Random(f"people scene {seed}")
    return _in_two_rows(seed, rng, rng.choices(list(GARMENTS), k=8), _FOUR_COLUMNS_PX)


def _in_two_rows(
    seed: int, rng: random.Random, kinds: list[str], columns_px: tuple[int, ...]
) -> Scene:
    places = [(x_px, y_px) for y_px in _FEET_PX for x_px in columns_px]
    things = [_thing(rng, kind, *place) for kind, place in zip(kinds, places, strict=True)]
    placed = tuple(sorted(things, key=lambda thing: thing.x_px))
    return replace(sample_surroundings(seed, rng), things=placed)


def _thing(rng: random.Random, kind: str, x_px: float, y_px: float) -> Thing:
    is_person = kind in GARMENTS
    return Thing(
        kind=kind,
        colour=rng.choice(FULL_KINDS[kind].colours),
        size=rng.choice(SIZES),
        facing=rng.choice(("left", "right")),
        face=rng.choice(EMOTIONS) if is_person else "happy",
        x_px=round(x_px + rng.uniform(-_JITTER_PX, _JITTER_PX), 1),
        y_px=round(y_px + rng.uniform(-_JITTER_PX, _JITTER_PX), 1),
        scale=round(rng.uniform(*_SCALES), 4),
        word=_word(rng, kind),
        activity=rng.choice(ACTIVITIES) if is_person else "",
    )


def _word(rng: random.Random, kind: str) -> str:
    if kind == "clock":
        return rng.choice(CLOCK_TIMES)
    if kind == "sign":
        return rng.choice(FULL_SIGN_WORDS)
    return str(rng.randint(1, MOST_NUMBER)) if kind in NUMBERED_KINDS else ""
