"""Random scenes of the BASIC edition.

Called by sampling.py. A seed's scene depends on the order in which the random source is used.
"""

import random
from dataclasses import asdict

from gap_core.pocket_world.scene import SIDE_BORDERS_PX, Scene, Thing
from gap_core.pocket_world.vocabulary import (
    HEIGHT_PX,
    KINDS,
    PLACES,
    SIGN_WORDS,
    SIZES,
    SMALL_SCALE,
    WEATHERS,
    WIDTH_PX,
)

_BORDER_GAP_PX = 18  # no centre this near to a border: "left" must be plain to see
_TABLE_TOP_SHARE = 0.86  # of the table's height: where food on it stands


def sample_basic_scene(seed: int, *, things: int) -> Scene:
    """A random scene with exactly so many things."""
    rng = random.Random(f"scene {seed} {things}")
    while True:
        place = rng.choice(PLACES)
        placed = _place_things(rng, place=place, count=things)
        if placed is not None:
            weather = rng.choice(WEATHERS)
            return Scene(seed, place, weather, tuple(sorted(placed, key=lambda t: t.x_px)))


def _place_things(rng: random.Random, *, place: str, count: int) -> list[Thing] | None:
    """Things that stand apart from each other; None if they do not fit after many tries."""
    kinds = _sample_kinds(rng, place=place, count=count)
    room_scale = 1.1 if count <= 2 else 0.92 if count <= 5 else 0.74
    placed: list[Thing] = []
    for kind in sorted(kinds, key=lambda name: -KINDS[name].width_px):
        for _ in range(60):
            thing = _sample_thing(rng, kind=kind, room_scale=room_scale, crowd=count)
            thing = _perhaps_on_table(rng, thing, placed)
            if all(_stand_apart(thing, other, crowd=count) for other in placed):
                placed.append(thing)
                break
        else:
            return None
    return placed


def _sample_kinds(rng: random.Random, *, place: str, count: int) -> list[str]:
    """Kinds that belong to the place; crowds repeat a kind often, so that there is to count."""
    allowed = [kind.name for kind in KINDS.values() if place in kind.places]
    kinds: list[str] = []
    while len(kinds) < count:
        repeat = kinds and rng.random() < (0.25 if count <= 2 else 0.4)
        kind = rng.choice(kinds) if repeat else rng.choice(allowed)
        if kind == "sign" and "sign" in kinds:
            continue
        kinds.append(kind)
    return kinds


def _sample_thing(rng: random.Random, *, kind: str, room_scale: float, crowd: int) -> Thing:
    size = rng.choice(SIZES)
    scale = room_scale * (1.0 if size == "big" else SMALL_SCALE)
    half = KINDS[kind].width_px * scale / 2 + 6
    x_px = rng.uniform(half, WIDTH_PX - half)
    lowest = HEIGHT_PX - 18
    return Thing(
        kind=kind,
        colour=rng.choice(KINDS[kind].colours),
        size=size,
        facing=rng.choice(("left", "right")),
        face=rng.choice(("happy", "sad")),
        x_px=round(x_px, 1),
        y_px=round(rng.uniform(lowest - (70 if crowd <= 2 else 110), lowest), 1),
        scale=scale,
        word=rng.choice(SIGN_WORDS) if kind == "sign" else "",
    )


def _perhaps_on_table(rng: random.Random, thing: Thing, placed: list[Thing]) -> Thing:
    """Food goes onto a table that is there, three times in four."""
    tables = [t for t in placed if t.kind == "table"]
    if not tables or KINDS[thing.kind].group != "food" or rng.random() < 0.25:
        return thing
    table = rng.choice(tables)
    reach = max((table.width_px - thing.width_px) / 2, 0.0)
    return Thing(
        **{
            **asdict(thing),
            "x_px": round(table.x_px + rng.uniform(-reach, reach), 1),
            "y_px": round(table.y_px - table.height_px * _TABLE_TOP_SHARE, 1),
            "on_table": True,
        }
    )


def _stand_apart(thing: Thing, other: Thing, *, crowd: int) -> bool:
    """Whether two things are told apart: by their middles always, by their edges if few."""
    if any(abs(thing.x_px - border) < _BORDER_GAP_PX for border in SIDE_BORDERS_PX):
        return False
    distance = abs(thing.x_px - other.x_px)
    if other.kind == "table" and thing.on_table:
        return distance > 12
    if crowd <= 2:
        return distance > (thing.width_px + other.width_px) / 2 + 12
    reach = 0.72 if crowd <= 5 else 0.5
    apart_in_depth = abs(thing.y_px - other.y_px) > 40 and not thing.on_table
    return distance > (thing.width_px + other.width_px) / 2 * (reach - 0.14 * apart_in_depth)
