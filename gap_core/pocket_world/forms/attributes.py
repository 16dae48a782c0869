"""Object attributes: colour and size.

Called through the registry of this folder.
"""

import random

from gap_core.pocket_world.edition import Edition
from gap_core.pocket_world.forms.form import ATTRIBUTES, Args, Form
from gap_core.pocket_world.forms.hearing import read_kinds, value_reader, yes_no_reader
from gap_core.pocket_world.forms.naming import any_kind, kind_args, kind_words, one_kind
from gap_core.pocket_world.forms.resembling import another_colour, another_kind
from gap_core.pocket_world.forms.sentences import conclude, joined, say_absent, sentence
from gap_core.pocket_world.scene import Scene
from gap_core.pocket_world.vocabulary import (
    GARMENTS,
    SIZES,
)
from gap_core.pocket_world.vocabulary_full import (
    ALL_COLOURS,
    ALL_KINDS,
)


def _own_colours(scene: Scene, kind: str) -> list[str]:
    return list(dict.fromkeys(t.colour for t in scene.of_kind(kind)))


def _colour_clause(kind: str, colour: str) -> str:
    owner = f"{kind}'s {GARMENTS[kind]}" if kind in GARMENTS else kind
    return f"the {owner} is {colour}"


def _say_colour(scene: Scene, kind: str, colours: list[str]) -> str:
    """Colours in the order of the things; a plural where there are several of the kind."""
    if not colours:
        return say_absent(kind)
    if len(scene.of_kind(kind)) <= 1:
        return sentence(_colour_clause(kind, colours[0]))
    return f"The {ALL_KINDS[kind].plural} are {joined(colours)}."


def _colour_args(scene: Scene, rng: random.Random) -> Args | None:
    if not scene.has_colour:
        return None
    kind = any_kind(scene, rng, absent=0.1)
    return (kind,) if len(_own_colours(scene, kind)) <= 2 else None


def _true_colour(scene: Scene, args: Args) -> str:
    return _say_colour(scene, args[0], _own_colours(scene, args[0]))


def _wrong_colour(scene: Scene, args: Args, rng: random.Random) -> str:
    wrong = another_colour(scene, args[0], set(_own_colours(scene, args[0])), rng)
    return _say_colour(scene, args[0], [wrong])


def _is_colour_args(scene: Scene, rng: random.Random) -> Args | None:
    kind = one_kind(scene, rng) if scene.has_colour else None
    if kind is None:
        return None
    own = [t.colour for t in scene.of_kind(kind)]
    is_own = own and rng.random() < 0.5
    return (kind, own[0] if is_own else rng.choice(scene.world.kinds[kind].colours))


def _is_colour_words(edition: Edition, args: Args, rng: random.Random) -> dict[str, str]:
    return kind_words(edition, args, rng) | {"colour": args[1]}


def _true_is_colour(scene: Scene, args: Args) -> str:
    own = [t.colour for t in scene.of_kind(args[0])]
    if not own:
        return conclude(f"there is no {args[0]}", is_yes=False)
    return conclude(_colour_clause(args[0], own[0]), is_yes=args[1] in own)


def _wrong_is_colour(scene: Scene, args: Args, rng: random.Random) -> str:
    if args[1] not in [t.colour for t in scene.of_kind(args[0])]:
        return conclude(_colour_clause(*args), is_yes=True)
    wrong = another_colour(scene, args[0], {args[1]}, rng)
    return conclude(_colour_clause(args[0], wrong), is_yes=False)


def _some_colour_args(scene: Scene, rng: random.Random) -> Args | None:
    if not scene.has_colour:
        return None
    own = rng.choice(scene.things).colour
    return (own if rng.random() < 0.85 else rng.choice(scene.world.colours),)


def _some_colour_words(edition: Edition, args: Args, rng: random.Random) -> dict[str, str]:
    return {"colour": args[0]}


def _say_coloured(kinds: list[str], colour: str) -> str:
    if not kinds:
        return f"Nothing is {colour}."
    return f"The {joined(kinds)} {'is' if len(kinds) == 1 else 'are'} {colour}."


def _true_coloured(scene: Scene, args: Args) -> str:
    return _say_coloured(sorted({t.kind for t in scene.things if t.colour == args[0]}), args[0])


def _wrong_coloured(scene: Scene, args: Args, rng: random.Random) -> str:
    own = {t.kind for t in scene.things if t.colour == args[0]}
    able = [kind.name for kind in scene.world.kinds.values() if args[0] in kind.colours]
    return _say_coloured([another_kind(scene, own, rng, able=able)], args[0])


def _size_args(scene: Scene, rng: random.Random) -> Args | None:
    """A kind whose only thing is big or small as its kind goes."""
    args = kind_args(scene, rng)
    return None if args and any(t.oddity == "giant" for t in scene.of_kind(args[0])) else args


def _true_size(scene: Scene, args: Args) -> str:
    things = scene.of_kind(args[0])
    return f"The {args[0]} is {things[0].size}." if things else say_absent(args[0])


def _wrong_size(scene: Scene, args: Args, rng: random.Random) -> str:
    things = scene.of_kind(args[0])
    own = things[0].size if things else rng.choice(SIZES)
    return f"The {args[0]} is {'small' if own == 'big' else 'big'}."


ATTRIBUTE_FORMS = (
    Form(
        "colour_of", ATTRIBUTES, _colour_args, kind_words, _true_colour, _wrong_colour,
        value_reader(ALL_COLOURS),
    ),
    Form(
        "is_colour", ATTRIBUTES, _is_colour_args, _is_colour_words, _true_is_colour,
        _wrong_is_colour, yes_no_reader(ALL_COLOURS),
    ),
    Form(
        "what_is_colour", ATTRIBUTES, _some_colour_args, _some_colour_words, _true_coloured,
        _wrong_coloured, read_kinds,
    ),
    Form(
        "size_of", ATTRIBUTES, _size_args, kind_words, _true_size, _wrong_size,
        value_reader(SIZES),
    ),
)  # fmt: skip
