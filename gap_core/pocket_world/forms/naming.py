"""Picking what is asked about and naming it, for the forms of every subject.

Called by the files of this folder. The order in which the random source is used is part of the
world: a seed's questions depend on it.
"""

import random

from gap_core.pocket_world.edition import Edition
from gap_core.pocket_world.forms.form import Args
from gap_core.pocket_world.scene import Scene
from gap_core.pocket_world.vocabulary import (
    COUNTED_GROUPS,
    GARMENTS,
    SINGLE,
    with_article,
)

_ABSENT = 0.12


def asked_kinds(scene: Scene) -> list[str]:
    """The kinds that a question or an answer may name: not those that decoration looks like."""
    return [kind for kind in scene.world.kinds if kind not in scene.shown_kinds]


def any_kind(scene: Scene, rng: random.Random, *, absent: float) -> str:
    """A kind of the scene, or with the given chance any kind at all."""
    if rng.random() < absent:
        return rng.choice(asked_kinds(scene))
    return rng.choice(scene.things).kind


def one_kind(scene: Scene, rng: random.Random) -> str | None:
    """A kind that stands in the scene at most once, so that "the dog" is one dog."""
    kind = any_kind(scene, rng, absent=_ABSENT)
    return kind if len(scene.of_kind(kind)) <= 1 else None


def kind_args(scene: Scene, rng: random.Random) -> Args | None:
    """One kind that a question can call "the dog"."""
    kind = one_kind(scene, rng)
    return None if kind is None else (kind,)


def own_or_other(own: str, others: tuple[str, ...], rng: random.Random) -> Args:
    """The scene's own value in half of the cases, else any value."""
    return (own if rng.random() < 0.5 else rng.choice(others),)


def names(edition: Edition, name: str, rng: random.Random) -> tuple[str, str]:
    """Singular and plural of a kind, a group or "things"; now and then a synonym."""
    if name in COUNTED_GROUPS:
        return SINGLE[name], name
    if name == "things":
        return "thing", rng.choice(("things", "objects"))
    if name in edition.synonyms and rng.random() < 0.15:
        synonym = rng.choice(edition.synonyms[name])
        return synonym, edition.synonym_plurals[synonym]
    return name, edition.kinds[name].plural


def kind_words(edition: Edition, args: Args, rng: random.Random) -> dict[str, str]:
    """The words of a form whose first argument is a kind or a group."""
    name, plural = names(edition, args[0], rng)
    words = {"kind": name, "plural": plural, "a_kind": with_article(name), "single": name}
    if args[0] in GARMENTS:
        words["garment"] = GARMENTS[args[0]]
    return words
