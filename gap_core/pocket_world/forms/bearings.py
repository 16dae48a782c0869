"""Spatial relationships in depth: on, under, behind, between, nearest.

Called through the registry of this folder.
"""

import math
import random

from gap_core.pocket_world.edition import Edition
from gap_core.pocket_world.forms.form import SPATIAL, Args, Form
from gap_core.pocket_world.forms.hearing import heard, things_reader
from gap_core.pocket_world.forms.naming import kind_words, names
from gap_core.pocket_world.forms.resembling import another_kind
from gap_core.pocket_world.forms.sentences import conclude, say_located
from gap_core.pocket_world.forms.sides import lone_standing
from gap_core.pocket_world.scene import Scene, Thing
from gap_core.pocket_world.vocabulary_full import HOLDERS, RELATIONS, ROOFS, SCREENS

_ANCHORS = {"on": tuple(HOLDERS), "under": tuple(ROOFS), "behind": SCREENS}
_PLAIN_GAP_PX = 34  # what is between or beside another must be so by more than a glance
_NEAREST_RATIO = 1.4  # how much farther the second nearest must be


def _anchored(scene: Scene, relation: str, anchor: str) -> list[str]:
    return [t.kind for t in scene.things if (t.relation, t.anchor) == (relation, anchor)]


def _is_clear(scene: Scene, anchor: str) -> bool:
    """Whether nothing else overlaps the thing, so that what is with it is plain."""
    mine = scene.of_kind(anchor)[0]
    others = [t for t in scene.things if t is not mine and t.anchor != anchor]
    return all(abs(t.x_px - mine.x_px) > (t.width_px + mine.width_px) / 2 * 0.85 for t in others)


def _relation_form(relation: str) -> Form:
    """What is on, under or behind a thing."""

    def sample(scene: Scene, rng: random.Random) -> Args | None:
        own = [t.anchor for t in scene.things if t.relation == relation]
        own = [anchor for anchor in own if _is_clear(scene, anchor)]
        if own and rng.random() < 0.85:
            return (rng.choice(own),)
        lone = [t.kind for t in lone_standing(scene) if t.kind in _ANCHORS[relation]]
        bare = [kind for kind in lone if _is_clear(scene, kind)]
        return (rng.choice(bare),) if bare and rng.random() < 0.3 else None

    def true(scene: Scene, args: Args) -> str:
        return say_located(_anchored(scene, relation, args[0]), f"{relation} the {args[0]}")

    def wrong(scene: Scene, args: Args, rng: random.Random) -> str:
        own = set(_anchored(scene, relation, args[0]))
        able = set(scene.world.kinds) - {args[0]}
        other = another_kind(scene, own, rng, able=able)
        return say_located([other], f"{relation} the {args[0]}")

    return Form(
        f"what_{relation}", SPATIAL, sample, kind_words, true, wrong,
        things_reader(lambda args: args[:1]),
    )  # fmt: skip


def _resting_args(scene: Scene, rng: random.Random) -> Args | None:
    """A thing that is on, under or behind another; the relation asked is its own or not."""
    able = [t for t in scene.things if t.relation and len(scene.of_kind(t.kind)) == 1]
    if not able:
        return None
    thing = rng.choice(able)
    relation = thing.relation if rng.random() < 0.5 else rng.choice(RELATIONS)
    return thing.kind, relation, thing.anchor


def _resting_words(edition: Edition, args: Args, rng: random.Random) -> dict[str, str]:
    words = kind_words(edition, args, rng)
    return words | {"relation": args[1], "other": names(edition, args[2], rng)[0]}


def _true_resting(scene: Scene, args: Args) -> str:
    own = scene.of_kind(args[0])[0].relation
    return conclude(f"the {args[0]} is {own} the {args[2]}", is_yes=own == args[1])


def _wrong_resting(scene: Scene, args: Args, rng: random.Random) -> str:
    own = scene.of_kind(args[0])[0].relation
    others = [relation for relation in RELATIONS if relation != own]
    said = rng.choice(others) if own == args[1] else args[1]
    return conclude(f"the {args[0]} is {said} the {args[2]}", is_yes=said == args[1])


def _read_resting(words: list[str], args: Args) -> tuple[object, ...] | None:
    said = next((word for word in (*words[:1], *words[-1:]) if word in ("yes", "no")), None)
    return None if said is None else (said, heard(words, (*RELATIONS, "in")))


def _between_args(scene: Scene, rng: random.Random) -> Args | None:
    """Two things on the ground that stand once, with something plainly between them or nothing."""
    lone = [t for t in lone_standing(scene) if not t.oddity]
    if len(lone) < 2 or any(t.resting for t in scene.things):
        return None
    first, second = rng.sample(lone, 2)
    left, right = sorted((first.x_px, second.x_px))
    edges = [abs(t.x_px - edge) for t in scene.things for edge in (left, right)]
    near = [distance for distance in edges if 0 < distance < _PLAIN_GAP_PX]
    has_any = bool(_between(scene, (first.kind, second.kind)))
    return (first.kind, second.kind) if not near and (has_any or rng.random() < 0.25) else None


def _between_words(edition: Edition, args: Args, rng: random.Random) -> dict[str, str]:
    return kind_words(edition, args, rng) | {"other": names(edition, args[1], rng)[0]}


def _between(scene: Scene, args: Args) -> list[str]:
    left, right = sorted(scene.of_kind(kind)[0].x_px for kind in args)
    return [t.kind for t in scene.things if left < t.x_px < right]


def _true_between(scene: Scene, args: Args) -> str:
    return say_located(_between(scene, args), f"between the {args[0]} and the {args[1]}")


def _wrong_between(scene: Scene, args: Args, rng: random.Random) -> str:
    able = set(scene.world.kinds) - set(args)
    other = another_kind(scene, set(_between(scene, args)), rng, able=able)
    return say_located([other], f"between the {args[0]} and the {args[1]}")


def _distances(scene: Scene, thing: Thing) -> list[tuple[float, str]]:
    """How far the others are from a thing, nearest first, middle to middle."""
    return sorted(
        (math.dist(_middle(thing), _middle(other)), other.kind)
        for other in scene.things
        if other is not thing
    )


def _middle(thing: Thing) -> tuple[float, float]:
    return thing.x_px, thing.y_px - thing.height_px / 2


def _nearest_args(scene: Scene, rng: random.Random) -> Args | None:
    """A thing that stands once and has one plainly nearest neighbour."""
    able = []
    for thing in lone_standing(scene):
        distances = _distances(scene, thing)
        far = distances[1][0] if len(distances) > 1 else math.inf
        if distances and far > distances[0][0] * _NEAREST_RATIO and not thing.oddity:
            able.append(thing.kind)
    return (rng.choice(able),) if able else None


def _true_nearest(scene: Scene, args: Args) -> str:
    nearest = _distances(scene, scene.of_kind(args[0])[0])[0][1]
    return say_located([nearest], f"nearest to the {args[0]}")


def _wrong_nearest(scene: Scene, args: Args, rng: random.Random) -> str:
    own = {_distances(scene, scene.of_kind(args[0])[0])[0][1]}
    other = another_kind(scene, own, rng, able=set(scene.world.kinds) - {args[0]})
    return say_located([other], f"nearest to the {args[0]}")


BEARING_FORMS = (
    *(_relation_form(relation) for relation in RELATIONS),
    Form(
        "is_resting", SPATIAL, _resting_args, _resting_words, _true_resting, _wrong_resting,
        _read_resting,
    ),
    Form(
        "between", SPATIAL, _between_args, _between_words, _true_between, _wrong_between,
        things_reader(lambda args: args),
    ),
    Form(
        "nearest", SPATIAL, _nearest_args, kind_words, _true_nearest, _wrong_nearest,
        things_reader(lambda args: args[:1]),
    ),
)  # fmt: skip
