"""Object attributes: what things are made of.

Called through the registry of this folder.
"""

import random

from gap_core.pocket_world.edition import Edition
from gap_core.pocket_world.forms.form import ATTRIBUTES, Args, Form
from gap_core.pocket_world.forms.hearing import Reader
from gap_core.pocket_world.forms.naming import kind_words
from gap_core.pocket_world.forms.sentences import conclude
from gap_core.pocket_world.forms.values import phrase_reader, with_yes_or_no
from gap_core.pocket_world.scene import Scene, Thing
from gap_core.pocket_world.vocabulary_full import MATERIAL_NAMES, MATERIALS


def _able(scene: Scene) -> list[Thing]:
    """Things whose material can be seen: the only ones of their kind, in colour."""
    lone = [t for t in scene.things if t.material and len(scene.of_kind(t.kind)) == 1]
    return lone if scene.has_colour else []


def _which_args(scene: Scene, rng: random.Random) -> Args | None:
    able = _able(scene)
    return (rng.choice(able).kind,) if able else None


def _whether_args(scene: Scene, rng: random.Random) -> Args | None:
    able = _able(scene)
    if not able:
        return None
    thing = rng.choice(able)
    return thing.kind, thing.material if rng.random() < 0.5 else rng.choice(MATERIAL_NAMES)


def _whether_words(edition: Edition, args: Args, rng: random.Random) -> dict[str, str]:
    return kind_words(edition, args, rng) | {"material": args[1]}


def _own(scene: Scene, args: Args) -> str:
    return scene.of_kind(args[0])[0].material


def _other(scene: Scene, args: Args, rng: random.Random) -> str:
    return rng.choice([name for name in MATERIALS[args[0]] if name != _own(scene, args)])


def _clause(kind: str, material: str) -> str:
    return f"the {kind} is made of {material}"


def _true_which(scene: Scene, args: Args) -> str:
    return f"The {args[0]} is made of {_own(scene, args)}."


def _wrong_which(scene: Scene, args: Args, rng: random.Random) -> str:
    return f"The {args[0]} is made of {_other(scene, args, rng)}."


def _true_whether(scene: Scene, args: Args) -> str:
    own = _own(scene, args)
    return conclude(_clause(args[0], own), is_yes=own == args[1])


def _wrong_whether(scene: Scene, args: Args, rng: random.Random) -> str:
    said = _other(scene, args, rng) if _own(scene, args) == args[1] else args[1]
    return conclude(_clause(args[0], said), is_yes=said == args[1])


_read: Reader = phrase_reader({name: name for name in MATERIAL_NAMES} | {"wooden": "wood"})

MATERIAL_FORMS = (
    Form("material_of", ATTRIBUTES, _which_args, kind_words, _true_which, _wrong_which, _read),
    Form(
        "is_material", ATTRIBUTES, _whether_args, _whether_words, _true_whether, _wrong_whether,
        with_yes_or_no(_read),
    ),
)  # fmt: skip
