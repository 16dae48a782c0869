"""Questions about a scene: a form with its arguments, worded as a person might type it.

Called by training, by the measuring scripts and by simulated players. truth.py answers them.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass

from gap_core.pocket_world.scene import Scene
from gap_core.pocket_world.vocabulary import (
    COLOURS,
    COUNTED_GROUPS,
    KINDS,
    PLACES,
    SIGN_WORDS,
    WEATHERS,
    with_article,
)
from gap_core.pocket_world.wordings import (
    OFF_TOPIC,
    SYNONYM_PLURALS,
    SYNONYMS,
    WEATHER_DOING,
    WORDINGS,
)

RECOGNITION, ATTRIBUTES, COUNTING = "Object Recognition", "Object Attributes", "Counting"
SPATIAL, TEXT, WEATHER = "Spatial Relations", "Text Recognition", "Weather and Environment"
SCENE, NO_CATEGORY = "Scene Understanding", ""

CATEGORY_OF_FORM = {
    "exist": RECOGNITION, "what_things": RECOGNITION, "what_group": RECOGNITION,
    "colour_of": ATTRIBUTES, "is_colour": ATTRIBUTES, "what_is_colour": ATTRIBUTES,
    "size_of": ATTRIBUTES, "count": COUNTING, "side_of": SPATIAL, "what_side": SPATIAL,
    "relation": SPATIAL, "is_relation": SPATIAL, "what_beside": SPATIAL, "on_table": SPATIAL,
    "sign_word": TEXT, "is_word": TEXT, "weather": WEATHER, "is_weather": WEATHER,
    "place": SCENE, "is_place": SCENE, "describe": SCENE, "off_topic": NO_CATEGORY,
}  # fmt: skip
CATEGORIES = (RECOGNITION, SCENE, ATTRIBUTES, SPATIAL, COUNTING, TEXT, WEATHER)
SINGLE = {"people": "person", "animals": "animal", "vehicles": "vehicle"}
GARMENTS = {"man": "shirt", "woman": "dress"}
AT_SIDE = {"left": "on the left", "middle": "in the middle", "right": "on the right"}


@dataclass(frozen=True)
class Question:
    """A form, its arguments in the form's own order, and the words a person would type."""

    form: str
    args: tuple[str, ...]
    text: str

    @property
    def category(self) -> str:
        """The paper's category that the form belongs to."""
        return CATEGORY_OF_FORM[self.form]


def sample_question(scene: Scene, form: str, *, rng: random.Random) -> Question | None:
    """A random question of this form that makes sense for the scene; None where none does."""
    args = _SAMPLED_ARGS[form](scene, rng)
    return None if args is None else Question(form, args, word_question(form, args, rng=rng))


def word_question(form: str, args: tuple[str, ...], *, rng: random.Random) -> str:
    """One of the form's wordings with the arguments filled in."""
    if form == "off_topic":
        return rng.choice(OFF_TOPIC)
    key = "colour_of_person" if form == "colour_of" and args[0] in GARMENTS else form
    while True:
        wording = rng.choice(WORDINGS[key])
        if wording != "Is the sun shining?" or args == ("sunny",):
            return wording.format(**_words_for(form, args, rng))


def _words_for(form: str, args: tuple[str, ...], rng: random.Random) -> dict[str, str]:
    """What the wordings' braces stand for, given the form's arguments."""
    words: dict[str, str] = {}
    if form in ("weather", "place", "what_things", "describe", "on_table", "sign_word"):
        return words
    if form in ("is_weather", "is_place", "is_word", "what_is_colour", "what_side"):
        value = args[0]
        article = value if form != "is_place" else with_article(value)
        return {
            "weather": value, "doing": WEATHER_DOING.get(value, value), "place": value,
            "a_place": article, "word": value, "colour": value,
            "at_side": AT_SIDE.get(value, value),
        }  # fmt: skip
    name, plural = _names(args[0], rng)
    words = {"kind": name, "plural": plural, "a_kind": with_article(name), "single": name}
    if form == "is_colour":
        words["colour"] = args[1]
    elif form == "what_beside":
        words["side"] = args[1]
    elif form in ("relation", "is_relation"):
        words["other"] = _names(args[1], rng)[0]
        words["side"] = args[-1]
    if args[0] in GARMENTS:
        words["garment"] = GARMENTS[args[0]]
    return words


def _names(name: str, rng: random.Random) -> tuple[str, str]:
    """Singular and plural of a kind, a group or "things"; now and then a synonym."""
    if name in COUNTED_GROUPS:
        return SINGLE[name], name
    if name == "things":
        return "thing", rng.choice(("things", "objects"))
    if name in SYNONYMS and rng.random() < 0.15:
        synonym = rng.choice(SYNONYMS[name])
        return synonym, SYNONYM_PLURALS[synonym]
    return name, KINDS[name].plural


def _any_kind(scene: Scene, rng: random.Random, *, absent: float) -> str:
    """A kind of the scene, or with the given chance any kind at all."""
    if rng.random() < absent:
        return rng.choice(list(KINDS))
    return rng.choice(scene.things).kind


def _one_kind(scene: Scene, rng: random.Random, *, absent: float = 0.12) -> str | None:
    """A kind that stands in the scene at most once, so that "the dog" is one dog."""
    kind = _any_kind(scene, rng, absent=absent)
    return kind if len(scene.of_kind(kind)) <= 1 else None


def _colour_args(scene: Scene, rng: random.Random) -> tuple[str, ...] | None:
    kind = _any_kind(scene, rng, absent=0.1)
    return (kind,) if len({t.colour for t in scene.of_kind(kind)}) <= 2 else None


def _is_colour_args(scene: Scene, rng: random.Random) -> tuple[str, ...] | None:
    kind = _one_kind(scene, rng)
    if kind is None:
        return None
    own = [t.colour for t in scene.of_kind(kind)]
    return (kind, own[0] if own and rng.random() < 0.5 else rng.choice(KINDS[kind].colours))


def _some_colour_args(scene: Scene, rng: random.Random) -> tuple[str, ...]:
    own = rng.choice(scene.things).colour
    return (own if rng.random() < 0.85 else rng.choice(list(COLOURS)),)


def _kind_args(scene: Scene, rng: random.Random) -> tuple[str, ...] | None:
    kind = _one_kind(scene, rng)
    return None if kind is None else (kind,)


def _count_args(scene: Scene, rng: random.Random) -> tuple[str, ...]:
    draw = rng.random()
    if draw < 0.15:
        return ("things",)
    if draw < 0.35:
        return (rng.choice(COUNTED_GROUPS),)
    return (_any_kind(scene, rng, absent=0.3),)


def _exist_args(scene: Scene, rng: random.Random) -> tuple[str, ...]:
    if rng.random() < 0.12:
        return (rng.choice(COUNTED_GROUPS),)
    return (_any_kind(scene, rng, absent=0.5),)


def _group_args(scene: Scene, rng: random.Random) -> tuple[str, ...]:
    groups = [
        KINDS[t.kind].group for t in scene.things if KINDS[t.kind].group in ("animals", "vehicles")
    ]
    return (
        rng.choice(groups)
        if groups and rng.random() < 0.85
        else rng.choice(("animals", "vehicles")),
    )


def _pair(scene: Scene, rng: random.Random) -> tuple[str, str] | None:
    """Two kinds that stand once each, well apart, neither on a table."""
    lone = [t for t in scene.things if len(scene.of_kind(t.kind)) == 1 and not t.on_table]
    if len(lone) < 2:
        return None
    first, second = rng.sample(lone, 2)
    return (first.kind, second.kind) if abs(first.x_px - second.x_px) > 50 else None


def _is_relation_args(scene: Scene, rng: random.Random) -> tuple[str, ...] | None:
    pair = _pair(scene, rng)
    return None if pair is None else (*pair, rng.choice(("left", "right")))


def _beside_args(scene: Scene, rng: random.Random) -> tuple[str, ...] | None:
    lone = [t.kind for t in scene.things if len(scene.of_kind(t.kind)) == 1 and not t.on_table]
    has_table = any(t.on_table for t in scene.things)
    return (rng.choice(lone), rng.choice(("left", "right"))) if lone and not has_table else None


def _own_or_other(own: str, others: tuple[str, ...], rng: random.Random) -> tuple[str, ...]:
    return (own if rng.random() < 0.5 else rng.choice(others),)


def _is_word_args(scene: Scene, rng: random.Random) -> tuple[str, ...] | None:
    signs = scene.of_kind("sign")
    if not signs and rng.random() < 0.8:
        return None
    return _own_or_other(signs[0].word if signs else rng.choice(SIGN_WORDS), SIGN_WORDS, rng)


def _sign_args(scene: Scene, rng: random.Random) -> tuple[str, ...] | None:
    return () if scene.of_kind("sign") or rng.random() < 0.1 else None


def _on_table_args(scene: Scene, rng: random.Random) -> tuple[str, ...] | None:
    return () if scene.of_kind("table") or rng.random() < 0.05 else None


_SAMPLED_ARGS: dict[str, Callable[[Scene, random.Random], tuple[str, ...] | None]] = {
    "exist": _exist_args,
    "what_things": lambda scene, rng: (),
    "what_group": _group_args,
    "colour_of": _colour_args,
    "is_colour": _is_colour_args,
    "what_is_colour": _some_colour_args,
    "size_of": _kind_args,
    "count": _count_args,
    "side_of": _kind_args,
    "what_side": lambda scene, rng: (rng.choice(("left", "middle", "right")),),
    "relation": _pair,
    "is_relation": _is_relation_args,
    "what_beside": _beside_args,
    "on_table": _on_table_args,
    "sign_word": _sign_args,
    "is_word": _is_word_args,
    "weather": lambda scene, rng: (),
    "is_weather": lambda scene, rng: _own_or_other(scene.weather, WEATHERS, rng),
    "place": lambda scene, rng: (),
    "is_place": lambda scene, rng: _own_or_other(scene.place, PLACES, rng),
    "describe": lambda scene, rng: (),
    "off_topic": lambda scene, rng: (),
}
