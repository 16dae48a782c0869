"""Anomalies: what is strange in the picture.

Called through the registry of this folder.
"""

import random

from gap_core.pocket_world.forms.form import ANOMALY, Args, Fact, Form, no_words
from gap_core.pocket_world.forms.hearing import KIND_OF_WORD, is_none_said
from gap_core.pocket_world.forms.sentences import conclude, sentence
from gap_core.pocket_world.forms.values import with_yes_or_no
from gap_core.pocket_world.scene import Scene
from gap_core.pocket_world.vocabulary_full import (
    FLOATING_KINDS,
    GIANT_KINDS,
    TREE_KINDS,
    UPSIDE_DOWN_KINDS,
)

_NOTHING = "nothing is strange"
_CLAUSES = {
    "upside down": "the {kind} is upside down",
    "floating": "the {kind} floats in the air",
    "giant": "the {kind} is giant",
    "three hats": "the {kind} wears three hats",
    "in a tree": "the {kind} sits in a tree",
}
_ABLE = {
    "upside down": UPSIDE_DOWN_KINDS, "floating": FLOATING_KINDS, "giant": GIANT_KINDS,
    "three hats": ("man", "woman", "boy", "girl"), "in a tree": TREE_KINDS,
}  # fmt: skip
_TELLING_WORDS = {
    "upside": "upside down", "floats": "floating", "floating": "floating", "air": "floating",
    "giant": "giant", "huge": "giant", "hats": "three hats", "tree": "in a tree",
}  # fmt: skip


def _clause(scene: Scene) -> str:
    """What is strange, or that nothing is."""
    odd = [t for t in scene.things if t.oddity]
    return _CLAUSES[odd[0].oddity].format(kind=odd[0].kind) if odd else _NOTHING


def _false_clause(scene: Scene, rng: random.Random) -> str:
    """Something strange of which the scene has nothing."""
    own = {t.oddity for t in scene.things}
    oddity = rng.choice([name for name in _CLAUSES if name not in own])
    return _CLAUSES[oddity].format(kind=rng.choice(_ABLE[oddity]))


def _has_oddity(scene: Scene) -> bool:
    return any(t.oddity for t in scene.things)


def _what_args(scene: Scene, rng: random.Random) -> Args | None:
    """Mostly of scenes that have something strange, which are few."""
    return () if _has_oddity(scene) or rng.random() < 0.2 else None


def _whether_args(scene: Scene, rng: random.Random) -> Args | None:
    return () if _has_oddity(scene) or rng.random() < 0.4 else None


def _true_what(scene: Scene, args: Args) -> str:
    return sentence(_clause(scene))


def _wrong_what(scene: Scene, args: Args, rng: random.Random) -> str:
    if _has_oddity(scene) and rng.random() < 0.2:
        return sentence(_NOTHING)
    return sentence(_false_clause(scene, rng))


def _true_whether(scene: Scene, args: Args) -> str:
    return conclude(_clause(scene), is_yes=_has_oddity(scene))


def _wrong_whether(scene: Scene, args: Args, rng: random.Random) -> str:
    if _has_oddity(scene):
        return conclude(_NOTHING, is_yes=False)
    return conclude(_false_clause(scene, rng), is_yes=True)


def _read_oddity(words: list[str], args: Args) -> Fact | None:
    """What is said to be strange, with the first kind that is named; or that nothing is."""
    oddity = next((_TELLING_WORDS[word] for word in words if word in _TELLING_WORDS), None)
    if oddity is not None:
        return oddity, next((KIND_OF_WORD[word] for word in words if word in KIND_OF_WORD), None)
    return ("none",) if is_none_said(words) or "normal" in words else None


ANOMALY_FORMS = (
    Form("what_odd", ANOMALY, _what_args, no_words, _true_what, _wrong_what, _read_oddity),
    Form(
        "is_odd", ANOMALY, _whether_args, no_words, _true_whether, _wrong_whether,
        with_yes_or_no(_read_oddity),
    ),
)  # fmt: skip
