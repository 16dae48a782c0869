"""Text recognition: words on signs.

Called through the registry of this folder.
"""

import random

from gap_core.pocket_world.edition import Edition
from gap_core.pocket_world.forms.form import TEXT, Args, Form, no_words
from gap_core.pocket_world.forms.hearing import value_reader, yes_no_reader
from gap_core.pocket_world.forms.naming import own_or_other
from gap_core.pocket_world.forms.resembling import like
from gap_core.pocket_world.forms.seeing import is_legible
from gap_core.pocket_world.forms.sentences import conclude, say_absent
from gap_core.pocket_world.scene import Scene
from gap_core.pocket_world.vocabulary_full import (
    ALL_SIGN_WORDS,
)


def _sign_args(scene: Scene, rng: random.Random) -> Args | None:
    if not all(is_legible(scene, sign) for sign in scene.of_kind("sign")):
        return None
    return () if scene.of_kind("sign") or rng.random() < 0.1 else None


def _true_sign(scene: Scene, args: Args) -> str:
    signs = scene.of_kind("sign")
    return f"The sign says {signs[0].word}." if signs else say_absent("sign")


def _false_word(scene: Scene, rng: random.Random) -> str:
    own = sorted({sign.word for sign in scene.of_kind("sign")})
    words = scene.world.sign_words
    return like(rng.choice(own), words, own, rng) if own else rng.choice(words)


def _wrong_sign(scene: Scene, args: Args, rng: random.Random) -> str:
    return f"The sign says {_false_word(scene, rng)}."


def _is_word_args(scene: Scene, rng: random.Random) -> Args | None:
    signs = scene.of_kind("sign")
    words = scene.world.sign_words
    if not all(is_legible(scene, sign) for sign in signs):
        return None
    if not signs and rng.random() < 0.8:
        return None
    return own_or_other(signs[0].word if signs else rng.choice(words), words, rng)


def _is_word_words(edition: Edition, args: Args, rng: random.Random) -> dict[str, str]:
    return {"word": args[0]}


def _true_is_word(scene: Scene, args: Args) -> str:
    signs = scene.of_kind("sign")
    if not signs:
        return conclude("there is no sign", is_yes=False)
    return conclude(f"the sign says {signs[0].word}", is_yes=signs[0].word == args[0])


def _wrong_is_word(scene: Scene, args: Args, rng: random.Random) -> str:
    is_own = args[0] in {sign.word for sign in scene.of_kind("sign")}
    said = _false_word(scene, rng) if is_own else args[0]
    return conclude(f"the sign says {said}", is_yes=said == args[0])


TEXT_FORMS = (
    Form(
        "sign_word", TEXT, _sign_args, no_words, _true_sign, _wrong_sign,
        value_reader(ALL_SIGN_WORDS),
    ),
    Form(
        "is_word", TEXT, _is_word_args, _is_word_words, _true_is_word, _wrong_is_word,
        yes_no_reader(ALL_SIGN_WORDS),
    ),
)  # fmt: skip
