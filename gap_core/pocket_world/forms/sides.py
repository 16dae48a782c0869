"""Spatial relationships of the plane: sides of the picture, left and right of each other.

Called through the registry of this folder.
"""

import random

from gap_core.pocket_world.edition import Edition
from gap_core.pocket_world.forms.form import SPATIAL, Args, Form, no_words
from gap_core.pocket_world.forms.hearing import (
    SIDE_WORDS,
    things_reader,
    value_reader,
    yes_no_reader,
)
from gap_core.pocket_world.forms.naming import kind_args, kind_words, names
from gap_core.pocket_world.forms.resembling import another_kind
from gap_core.pocket_world.forms.sentences import conclude, say_absent, say_located, sentence
from gap_core.pocket_world.scene import Scene, Thing

_PLAIN_GAP_PX = 12  # between middles
AT_SIDE = {"left": "on the left", "middle": "in the middle", "right": "on the right"}


def lone_standing(scene: Scene) -> list[Thing]:
    """The things that are the only one of their kind and stand on the ground."""
    return [t for t in scene.things if len(scene.of_kind(t.kind)) == 1 and not t.resting]


def _at(thing: Thing) -> str:
    return thing.resting or AT_SIDE[thing.side]


def _true_side(scene: Scene, args: Args) -> str:
    things = scene.of_kind(args[0])
    return f"The {args[0]} is {_at(things[0])}." if things else say_absent(args[0])


def _wrong_side(scene: Scene, args: Args, rng: random.Random) -> str:
    own = {t.side for t in scene.of_kind(args[0])}
    other = rng.choice([side for side in AT_SIDE if side not in own])
    return f"The {args[0]} is {AT_SIDE[other]}."


def _what_side_args(scene: Scene, rng: random.Random) -> Args:
    return (rng.choice(("left", "middle", "right")),)


def _what_side_words(edition: Edition, args: Args, rng: random.Random) -> dict[str, str]:
    return {"at_side": AT_SIDE[args[0]]}


def _true_what_side(scene: Scene, args: Args) -> str:
    return say_located([t.kind for t in scene.things if t.side == args[0]], AT_SIDE[args[0]])


def _wrong_what_side(scene: Scene, args: Args, rng: random.Random) -> str:
    own = {t.kind for t in scene.things if t.side == args[0]}
    return say_located([another_kind(scene, own, rng)], AT_SIDE[args[0]])


def _pair(scene: Scene, rng: random.Random) -> Args | None:
    """Two kinds that stand once each, well apart."""
    lone = lone_standing(scene)
    if len(lone) < 2:
        return None
    first, second = rng.sample(lone, 2)
    return (first.kind, second.kind) if abs(first.x_px - second.x_px) > 50 else None


def _is_relation_args(scene: Scene, rng: random.Random) -> Args | None:
    pair = _pair(scene, rng)
    return None if pair is None else (*pair, rng.choice(("left", "right")))


def _relation_words(edition: Edition, args: Args, rng: random.Random) -> dict[str, str]:
    words = kind_words(edition, args, rng)
    return words | {"other": names(edition, args[1], rng)[0], "side": args[-1]}


def _relation_clause(scene: Scene, args: Args, *, is_true: bool) -> tuple[str, str]:
    """The side and the clause that names it, true or turned round."""
    is_left = scene.of_kind(args[0])[0].x_px < scene.of_kind(args[1])[0].x_px
    side = "left" if is_left == is_true else "right"
    return side, f"the {args[0]} is to the {side} of the {args[1]}"


def _true_relation(scene: Scene, args: Args) -> str:
    return sentence(_relation_clause(scene, args, is_true=True)[1])


def _wrong_relation(scene: Scene, args: Args, rng: random.Random) -> str:
    return sentence(_relation_clause(scene, args, is_true=False)[1])


def _true_is_relation(scene: Scene, args: Args) -> str:
    side, clause = _relation_clause(scene, args, is_true=True)
    return conclude(clause, is_yes=side == args[2])


def _wrong_is_relation(scene: Scene, args: Args, rng: random.Random) -> str:
    side, clause = _relation_clause(scene, args, is_true=False)
    return conclude(clause, is_yes=side == args[2])


def _beside_args(scene: Scene, rng: random.Random) -> Args | None:
    lone = [thing.kind for thing in lone_standing(scene) if _stands_apart(scene, thing)]
    is_stacked = any(t.resting for t in scene.things)
    return (rng.choice(lone), rng.choice(("left", "right"))) if lone and not is_stacked else None


def _stands_apart(scene: Scene, thing: Thing) -> bool:
    """Whether it is plain for everything else on which side of the thing it is."""
    return all(abs(t.x_px - thing.x_px) > _PLAIN_GAP_PX for t in scene.things if t is not thing)


def _beside_words(edition: Edition, args: Args, rng: random.Random) -> dict[str, str]:
    return kind_words(edition, args, rng) | {"side": args[1]}


def _beside(scene: Scene, args: Args) -> list[str]:
    """Kinds that stand to that side of the only thing of a kind."""
    mine = scene.of_kind(args[0])[0].x_px
    is_left = args[1] == "left"
    return [t.kind for t in scene.things if (t.x_px < mine if is_left else t.x_px > mine)]


def _true_beside(scene: Scene, args: Args) -> str:
    return say_located(_beside(scene, args), f"to the {args[1]} of the {args[0]}")


def _wrong_beside(scene: Scene, args: Args, rng: random.Random) -> str:
    able = set(scene.world.kinds) - {args[0]}
    other = another_kind(scene, set(_beside(scene, args)), rng, able=able)
    return say_located([other], f"to the {args[1]} of the {args[0]}")


def _table_args(scene: Scene, rng: random.Random) -> Args | None:
    return () if scene.of_kind("table") or rng.random() < 0.05 else None


def _true_on_table(scene: Scene, args: Args) -> str:
    if not scene.of_kind("table"):
        return say_absent("table")
    return say_located([t.kind for t in scene.things if t.is_on_table], "on the table")


def _wrong_on_table(scene: Scene, args: Args, rng: random.Random) -> str:
    own = {t.kind for t in scene.things if t.is_on_table}
    able = set(scene.world.kinds) - {"table"}
    return say_located([another_kind(scene, own, rng, able=able)], "on the table")


SIDE_FORMS = (
    Form(
        "side_of", SPATIAL, kind_args, kind_words, _true_side, _wrong_side,
        value_reader(SIDE_WORDS),
    ),
    Form(
        "what_side", SPATIAL, _what_side_args, _what_side_words, _true_what_side,
        _wrong_what_side, things_reader(),
    ),
    Form(
        "relation", SPATIAL, _pair, _relation_words, _true_relation, _wrong_relation,
        value_reader(SIDE_WORDS),
    ),
    Form(
        "is_relation", SPATIAL, _is_relation_args, _relation_words, _true_is_relation,
        _wrong_is_relation, yes_no_reader(SIDE_WORDS),
    ),
    Form(
        "what_beside", SPATIAL, _beside_args, _beside_words, _true_beside, _wrong_beside,
        things_reader(lambda args: args[:1]),
    ),
    Form(
        "on_table", SPATIAL, _table_args, no_words, _true_on_table, _wrong_on_table,
        things_reader(lambda args: ("table",)),
    ),
)  # fmt: skip
