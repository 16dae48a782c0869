"""Where the things of a FULL scene stand, so that all that is asked about them can be seen.

Called by sample_full.py.
"""

import random
from dataclasses import replace

from gap_core.pocket_world.plan_things import Planned, plan_things
from gap_core.pocket_world.scene import SIDE_BORDERS_PX, Scene, Thing
from gap_core.pocket_world.vocabulary import HEIGHT_PX, SIZES, SMALL_SCALE, WIDTH_PX
from gap_core.pocket_world.vocabulary_full import (
    ACTIVITIES,
    CLOCK_TIMES,
    EMOTIONS,
    FULL_KINDS,
    FULL_SIGN_WORDS,
    HOLDERS,
    MATERIALS,
    MOST_NUMBER,
    NUMBERED_KINDS,
    ROOFS,
    TREE_COLOURS,
)

_BORDER_GAP_PX = 18  # no centre this near to a border: "left" must be plain to see
_LOWEST_PX = HEIGHT_PX - 18
_ARM_REACH = 1.45  # of a person's width: arms and what they hold
_FEW = 5  # things that stand nearly side by side; more of them stand before each other
_CROWD_REACH = 0.3
_MOST_BEHIND = 0.45  # of a thing: its colour, and what a person wears, are asked about too
_MOST_COVERED, _MOST_COVERED_READ = 0.5, 0.12  # of a thing, and of what is read or has a face
_GIANT_SCALE, _BEHIND_RATIO, _TRIES = 2.6, 1.38, 60
_FLOATING_FEET_PX = (226, 262)


def place_things(rng: random.Random, scene: Scene, *, count: int) -> list[Thing] | None:
    """Things that stand apart from each other; None if they do not fit after many tries."""
    # The last is as small as leaves the faces of what is big and near legible (forms/seeing.py).
    crowd_scale = 1.1 if count <= 2 else 0.92 if count <= 5 else 0.74 if count <= 9 else 0.48
    placed: list[Thing] = []
    covered: list[float] = []  # how much of each lies behind the others
    for planned in plan_things(rng, scene, count=count):
        for _ in range(_TRIES):
            thing = _sample_thing(rng, scene, planned, crowd_scale=crowd_scale, crowd=count)
            if thing.relation:
                thing = _set_beside(rng, thing, next(t for t in placed if t.kind == thing.anchor))
            if not _is_plain(thing, placed, crowd=count):
                continue
            shares = _covered_with(thing, placed, covered)
            if count <= _FEW or _are_all_seen([*placed, thing], shares):
                placed.append(thing)
                covered = shares
                break
        else:
            return None
    return placed


def reach_px(thing: Thing) -> float:
    """The width that a thing takes up, with the arms of a person."""
    return thing.width_px * (_ARM_REACH if thing.is_person else 1.0)


def is_near_border(thing: Thing) -> bool:
    """Whether the thing stands so near to the border of two sides that either could be said."""
    return any(abs(thing.x_px - border) < _BORDER_GAP_PX for border in SIDE_BORDERS_PX)


def _sample_thing(
    rng: random.Random, scene: Scene, planned: Planned, *, crowd_scale: float, crowd: int
) -> Thing:
    kind = FULL_KINDS[planned.kind]
    is_small = planned.relation in ("on", "under", "in")
    size = "small" if is_small else "big" if planned.oddity else rng.choice(SIZES)
    y_px = rng.uniform(_LOWEST_PX - (70 if crowd <= 2 else 88), _LOWEST_PX)
    nearness = 1 + (y_px - _LOWEST_PX + 35) / 900  # a trace of perspective
    scale = crowd_scale * (1.0 if size == "big" else SMALL_SCALE) * nearness
    if planned.oddity == "giant":
        scale = crowd_scale * _GIANT_SCALE
    if planned.oddity == "floating":
        y_px = rng.uniform(*_FLOATING_FEET_PX)
    material = sample_material(rng, kind.name)
    thing = Thing(
        kind=kind.name,
        colour=_sample_colour(rng, scene, kind.name, material),
        size=size,
        facing=rng.choice(("left", "right")),
        face=rng.choice(EMOTIONS) if kind.group == "people" else "happy",
        x_px=0.0,
        y_px=round(y_px, 1),
        scale=round(scale, 4),
        word=sample_word(rng, kind.name),
        activity=_sample_activity(rng, planned) if kind.group == "people" else "",
        material=material,
        relation=planned.relation,
        anchor=planned.anchor,
        oddity=planned.oddity,
    )
    half = min(reach_px(thing) / 2 + 8, WIDTH_PX / 2)
    return replace(thing, x_px=round(rng.uniform(half, WIDTH_PX - half), 1))


def _sample_colour(rng: random.Random, scene: Scene, kind: str, material: str) -> str:
    """A colour that the kind has; wood is brown, and trees follow the season."""
    if material:
        return rng.choice(MATERIALS[kind][material])
    return rng.choice(TREE_COLOURS[scene.season] if kind == "tree" else FULL_KINDS[kind].colours)


def sample_material(rng: random.Random, kind: str) -> str:
    """What a thing of this kind is made of; empty for most kinds."""
    return rng.choice(list(MATERIALS[kind])) if kind in MATERIALS else ""


def sample_word(rng: random.Random, kind: str) -> str:
    """What is written on a thing of this kind, or the time that it shows; empty for most kinds."""
    if kind == "sign":
        return rng.choice(FULL_SIGN_WORDS)
    if kind == "clock":
        return rng.choice(CLOCK_TIMES)
    return str(rng.randint(1, MOST_NUMBER)) if kind in NUMBERED_KINDS else ""


def _sample_activity(rng: random.Random, planned: Planned) -> str:
    """What a person does; who is half hidden only stands there."""
    if planned.relation == "behind" or planned.oddity or rng.random() < 0.2:
        return "standing"
    return rng.choice(ACTIVITIES)


def _set_beside(rng: random.Random, thing: Thing, anchor: Thing) -> Thing:
    """The thing moved onto, under or behind its anchor, or into its crown."""
    middle, top, reach = anchor.x_px, anchor.y_px, anchor.width_px
    if thing.relation == "on":
        slack = max((reach * 0.9 - thing.width_px) / 2, 0.0)
        x_px, y_px = rng.uniform(-slack, slack), top - anchor.height_px * HOLDERS[anchor.kind]
    elif thing.relation == "under":
        aside = reach * 0.27 if anchor.kind == "umbrella" else reach * 0.08
        x_px, y_px = rng.choice((-aside, aside)), top - 3
    elif thing.relation == "behind":
        x_px, y_px = rng.uniform(-reach * 0.55, reach * 0.55), top - 14
    else:
        x_px, y_px = rng.uniform(-reach * 0.12, reach * 0.12), top - anchor.height_px * 0.5
    return replace(thing, x_px=round(middle + x_px, 1), y_px=round(y_px, 1))


def _is_plain(thing: Thing, placed: list[Thing], *, crowd: int) -> bool:
    """Whether the thing can be told from the others and lies well inside its third."""
    if is_near_border(thing):
        return False
    half = thing.width_px / 2
    if not half - 6 <= thing.x_px <= WIDTH_PX - half + 6 or thing.y_px - thing.height_px < 4:
        return False
    return all(
        _fits_anchor(thing, other)
        if _is_bound(thing, other)
        else _stand_apart(thing, other, crowd=crowd)
        for other in placed
    )


def _is_bound(thing: Thing, other: Thing) -> bool:
    """Whether the thing is on, under, in or behind the other one."""
    return bool(thing.relation) and other.kind == thing.anchor


def _covered_with(thing: Thing, placed: list[Thing], covered: list[float]) -> list[float]:
    """How much of each placed thing, and last of this one, is covered once this one is there."""
    others = [
        share + _covered_share(other, thing) for other, share in zip(placed, covered, strict=True)
    ]
    return [*others, sum(_covered_share(thing, other) for other in placed)]


def _are_all_seen(things: list[Thing], covered: list[float]) -> bool:
    """Whether what stands before each thing leaves enough of it to be seen."""
    return all(
        share <= (_MOST_COVERED_READ if thing.word or thing.is_person else _MOST_COVERED)
        for thing, share in zip(things, covered, strict=True)
    )


def _covered_share(thing: Thing, other: Thing) -> float:
    """How much of the thing, 0 to 1, lies behind the other one; both taken for their boxes."""
    is_before = other.y_px > thing.y_px and not (_is_bound(thing, other) or _is_bound(other, thing))
    if not is_before:
        return 0.0
    return _overlap_share(thing, other)


def _overlap_share(thing: Thing, other: Thing) -> float:
    """How much of the thing's box, 0 to 1, lies within the other's, which stands before it."""
    width_px, apart_px = reach_px(other), abs(thing.x_px - other.x_px)
    aside = min((thing.width_px + width_px) / 2 - apart_px, thing.width_px, width_px)
    upward = min(thing.y_px - (other.y_px - other.height_px), thing.height_px)
    return max(aside, 0.0) * max(upward, 0.0) / (thing.width_px * thing.height_px)


def _fits_anchor(thing: Thing, anchor: Thing) -> bool:
    if thing.relation == "on":
        return thing.width_px <= anchor.width_px * 1.05
    if thing.relation == "under":
        is_low = thing.height_px <= anchor.height_px * ROOFS[anchor.kind]
        return is_low and thing.width_px <= anchor.width_px * 0.62
    if thing.relation == "behind":
        is_tall = thing.height_px >= anchor.height_px * _BEHIND_RATIO
        return is_tall and _overlap_share(thing, anchor) <= _MOST_BEHIND
    return thing.width_px <= anchor.width_px * 0.7


def _stand_apart(thing: Thing, other: Thing, *, crowd: int) -> bool:
    """Whether two things are told apart: by their middles always, by their edges if few."""
    distance = abs(thing.x_px - other.x_px)
    widths = (reach_px(thing) + reach_px(other)) / 2
    if crowd <= 2:
        return distance > widths + 10
    reach = 0.8 if crowd <= _FEW else _CROWD_REACH
    is_apart_in_depth = abs(thing.y_px - other.y_px) > 40 and not thing.relation
    return distance > widths * (reach - 0.14 * is_apart_in_depth)
