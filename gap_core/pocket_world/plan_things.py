"""Which kinds of thing a FULL scene is to hold, and what is to be between them or strange.

Called by place_things.py.
"""

import random
from typing import NamedTuple

from gap_core.pocket_world.scene import Scene
from gap_core.pocket_world.vocabulary import Kind
from gap_core.pocket_world.vocabulary_full import (
    FLOATING_KINDS,
    FULL_KINDS,
    GIANT_KINDS,
    HOLDERS,
    NUMBERED_KINDS,
    ODDITIES,
    RIDERS,
    ROOFS,
    SCREENS,
    SHELTERED,
    TALL_KINDS,
    TREE_KINDS,
    UPSIDE_DOWN_KINDS,
)

_ODDITY_CHANCE, _RELATION_CHANCE, _FLOCK_CHANCE = 0.16, 0.5, 0.3
_FLOCK_KINDS = (
    "bird", "duck", "sheep", "apple", "ball", "balloon", "flower", "mushroom", "rabbit", "banana",
    "carrot", "cat",
)  # fmt: skip
_READ_KINDS = ("sign", "clock", *NUMBERED_KINDS)
_LONE_KINDS = ("sign", "clock", "tent", "umbrella")


class Planned(NamedTuple):
    """A thing that is to be placed, with what binds it."""

    kind: str
    relation: str = ""
    anchor: str = ""
    oddity: str = ""


def plan_things(rng: random.Random, scene: Scene, *, count: int) -> list[Planned]:
    """As many things as asked for; those that others stand on or behind come first."""
    allowed = _allowed_kinds(scene)
    plan: list[Planned] = []
    if rng.random() < _ODDITY_CHANCE:
        plan = _plan_oddity(rng, allowed, shown=scene.shown_kinds, count=count)
    elif count >= 2 and rng.random() < _RELATION_CHANCE:
        plan = _plan_relation(rng, allowed)
    bound = {planned.kind for planned in plan}
    kinds = _fill(rng, [kind for kind in allowed if kind not in bound], count=count - len(plan))
    return plan + [Planned(kind) for kind in sorted(kinds, key=_width)]


def _width(kind: str) -> int:
    return -FULL_KINDS[kind].width_px


def _weight(kind: Kind) -> float:
    """How often a kind comes: people and what can be read often, and what lives in few places."""
    if kind.group == "people":
        return 3.0
    return (9.0 if kind.name in _READ_KINDS else 3.0) / (1 + len(kind.places))


def _allowed_kinds(scene: Scene) -> list[str]:
    """Kinds that belong to the place and are not decoration there."""
    is_white = scene.season == "winter" or scene.weather == "snowy"
    return [
        kind.name
        for kind in FULL_KINDS.values()
        if scene.place in kind.places
        and kind.name not in scene.shown_kinds
        and (kind.name != "snowman" or is_white)
    ]


def _fill(rng: random.Random, allowed: list[str], *, count: int) -> list[str]:
    """Kinds for the rest; crowds repeat a kind often, so that there is to count."""
    flock = [kind for kind in _FLOCK_KINDS if kind in allowed]
    weights = [_weight(FULL_KINDS[kind]) for kind in allowed]
    if count >= 4 and flock and rng.random() < _FLOCK_CHANCE:
        flocking = rng.randint(max(3, count // 2), count)
        kinds = [rng.choice(flock)] * flocking
    else:
        kinds = []
    while len(kinds) < count:
        repeat = kinds and rng.random() < (0.25 if count <= 2 else 0.4)
        kind = rng.choice(kinds) if repeat else rng.choices(allowed, weights)[0]
        if kind not in _LONE_KINDS or kind not in kinds:
            kinds.append(kind)
    return kinds


def _plan_relation(rng: random.Random, allowed: list[str]) -> list[Planned]:
    """One thing on, under or behind another; nothing where the place has no such pair."""
    relation = rng.choice(("on", "under", "behind"))
    anchors, others = {
        "on": (tuple(HOLDERS), RIDERS),
        "under": (tuple(ROOFS), SHELTERED),
        "behind": (SCREENS, TALL_KINDS),
    }[relation]
    able = [kind for kind in anchors if kind in allowed]
    if not able:
        return []
    anchor = rng.choice(able)
    fitting = [kind for kind in others if kind in allowed and kind != anchor]
    return [Planned(anchor), Planned(rng.choice(fitting), relation, anchor)] if fitting else []


def _plan_oddity(
    rng: random.Random, allowed: list[str], *, shown: frozenset[str], count: int
) -> list[Planned]:
    """Something strange; a fish needs the tree that it sits in."""
    oddity = rng.choice(ODDITIES)
    if oddity == "in a tree":
        if count < 2 or "tree" not in allowed:
            return []
        kind = rng.choice([kind for kind in TREE_KINDS if kind not in shown])
        return [Planned("tree"), Planned(kind, "in", "tree", oddity)]
    able = {
        "upside down": UPSIDE_DOWN_KINDS,
        "floating": FLOATING_KINDS,
        "giant": GIANT_KINDS,
        "three hats": ("man", "woman", "boy", "girl"),
    }[oddity]
    fitting = [kind for kind in able if kind in allowed]
    return [Planned(rng.choice(fitting), oddity=oddity)] if fitting else []
