"""False values that could pass for the true one, for the forms of every subject.

Called by the files of this folder. A false value resembles the true one and could be there, so
that it takes a look to find it, and what a model learns from many draws depends on what it sees.
"""

import random
from collections.abc import Collection, Sequence

from gap_core.pocket_world.forms.naming import asked_kinds
from gap_core.pocket_world.scene import Scene


def like(true: str, values: Sequence[str], avoided: Collection[str], rng: random.Random) -> str:
    """A value that stands near the true one in its list, where like stands beside like."""
    place = values.index(true)
    near = {values[(place + step) % len(values)] for step in (-2, -1, 1, 2)} - set(avoided)
    return rng.choice(sorted(near or set(values) - set(avoided)))


def another_colour(scene: Scene, kind: str, own: set[str], rng: random.Random) -> str:
    """A colour that the kind may have and that is not among its own ones."""
    colours = scene.world.kinds[kind].colours
    if own.issuperset(colours):  # of a kind with one colour any other will do
        return rng.choice([colour for colour in scene.world.colours if colour not in own])
    known = sorted(own & set(colours))
    return like(rng.choice(known), colours, own, rng) if known else rng.choice(colours)


def another_kind(
    scene: Scene, true: set[str], rng: random.Random, *, able: Collection[str] | None = None
) -> str:
    """A kind like a true one; where nothing is true, one that the scene has elsewhere.

    Args:
        scene: what is asked about; kinds that its place may hold come first.
        true: the kinds that may not be named, the true answer.
        rng: the source of chance.
        able: the kinds that may be named at all, all of them unless told.
    """
    asked = [scene.world.kinds[name] for name in asked_kinds(scene)]
    kinds = [kind for kind in asked if able is None or kind.name in able]
    here = [kind.name for kind in kinds if scene.place in kind.places]
    if true.issuperset(here):
        here = [kind.name for kind in kinds]
    if known := sorted(true & set(here)):
        return like(rng.choice(known), here, true, rng)
    elsewhere = sorted(({thing.kind for thing in scene.things} & set(here)) - true)
    return rng.choice(elsewhere or here)
