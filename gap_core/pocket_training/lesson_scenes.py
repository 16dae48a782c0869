"""Scenes full of things, to learn to see from: never played, never measured.

Called by scene_cache.py. Of pictures with one or two things half show a person, one in seven
something to read, and one in sixty a given one of most kinds: what is to be told apart by its look
(eleven activities, twenty numbers, twenty-four times) is seen too seldom, and then learnt by heart.
"""

import random
from dataclasses import replace

from gap_core.pocket_world import Scene, Thing
from gap_core.pocket_world.place_things import reach_px, sample_material, sample_word
from gap_core.pocket_world.sample_full import sample_surroundings
from gap_core.pocket_world.vocabulary import GARMENTS, SIZES, SMALL_SCALE, WIDTH_PX
from gap_core.pocket_world.vocabulary_full import (
    ACTIVITIES,
    EMOTIONS,
    FULL_KINDS,
    MATERIALS,
    NUMBERED_KINDS,
)

_ONE_ROW_PX, _TWO_ROWS_PX = (440,), (246, 464)  # where the feet stand
_ONE_ROW_SCALES, _TWO_ROWS_SCALES = (0.95, 1.15), (0.86, 0.95)
_ONE_ROW_SHARE, _BIG_SHARE = 0.4, 0.65
_JITTER_PX, _EDGE_PX = 12, 10
_MOST_THINGS = 12  # of a picture: no more are counted
_READ_WEIGHTS = dict.fromkeys(NUMBERED_KINDS, 4.0) | {"clock": 12.0, "sign": 6.0}
_WEIGHTS = dict.fromkeys(FULL_KINDS, 0.8) | dict.fromkeys(GARMENTS, 9.0) | _READ_WEIGHTS


def lesson_scene(seed: int) -> Scene:
    """Things side by side, in one row if they are large and else in two."""
    rng = random.Random(f"lesson scene {seed}")
    is_one_row = rng.random() < _ONE_ROW_SHARE
    rows_px = _ONE_ROW_PX if is_one_row else _TWO_ROWS_PX
    scale = rng.uniform(*(_ONE_ROW_SCALES if is_one_row else _TWO_ROWS_SCALES))
    things = [thing for y_px in rows_px for thing in _row(rng, scale, y_px)][:_MOST_THINGS]
    placed = tuple(sorted(things, key=lambda thing: thing.x_px))
    return replace(sample_surroundings(seed, rng), things=placed)


def _row(rng: random.Random, scale: float, y_px: float) -> list[Thing]:
    """Things from edge to edge, with the room that is left between them."""
    row: list[Thing] = []
    room_px: float = WIDTH_PX - 2 * _EDGE_PX
    while (thing := _thing(rng, scale, y_px)) and reach_px(thing) <= room_px:
        row.append(thing)
        room_px -= reach_px(thing)
    gap_px, x_px = room_px / (len(row) + 1), float(_EDGE_PX)
    for number, thing in enumerate(row):
        half_px = reach_px(thing) / 2
        x_px += gap_px + half_px
        row[number] = replace(thing, x_px=round(x_px, 1))
        x_px += half_px
    return row


def _thing(rng: random.Random, scale: float, y_px: float) -> Thing:
    (kind,) = rng.choices(tuple(_WEIGHTS), tuple(_WEIGHTS.values()))
    is_person = kind in GARMENTS
    big, small = SIZES
    size = big if rng.random() < _BIG_SHARE else small
    material = sample_material(rng, kind)
    return Thing(
        kind=kind,
        colour=rng.choice(MATERIALS[kind][material] if material else FULL_KINDS[kind].colours),
        size=size,
        facing=rng.choice(("left", "right")),
        face=rng.choice(EMOTIONS) if is_person else "happy",
        x_px=0.0,
        y_px=round(y_px + rng.uniform(-_JITTER_PX, _JITTER_PX), 1),
        scale=round(scale * (1.0 if size == big else SMALL_SCALE), 4),
        word=sample_word(rng, kind),
        activity=rng.choice(ACTIVITIES) if is_person else "",
        material=material,
    )
