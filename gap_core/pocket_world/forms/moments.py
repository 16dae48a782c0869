"""Times, occasions, the inside and outside, and the picture as a picture.

Called through the registry of this folder.
"""

import random

from gap_core.pocket_world.edition import Edition
from gap_core.pocket_world.forms.form import (
    ART,
    CULTURE,
    SCENE,
    TIME,
    Args,
    Form,
    no_args,
    no_words,
)
from gap_core.pocket_world.forms.sentences import conclude
from gap_core.pocket_world.forms.values import phrase_reader, value_forms, with_yes_or_no
from gap_core.pocket_world.scene import Scene
from gap_core.pocket_world.vocabulary import with_article
from gap_core.pocket_world.vocabulary_full import INDOORS, OCCASIONS, SEASONS, STYLES, TIMES

ORDINARY = "ordinary day"
_INSIDE, _OUTSIDE = "indoors", "outdoors"
_STYLE_WORDS = {
    "sketch": "pencil sketch", "pencil": "pencil sketch", "poster": "printed poster",
    "printed": "printed poster", "black": "black and white photo",
    "photo": "black and white photo", "colour": "colour drawing", "color": "colour drawing",
    "coloured": "colour drawing",
}  # fmt: skip
_OCCASION_WORDS = {name: name for name in OCCASIONS} | {"ordinary": ORDINARY, "normal": ORDINARY}


def _time_of(scene: Scene) -> str | None:
    return scene.time if scene.time and scene.has_colour else None


def _season_of(scene: Scene) -> str | None:
    return scene.season if scene.season and scene.has_colour else None


def _occasion_of(scene: Scene) -> str | None:
    return scene.occasion or ORDINARY


def _style_of(scene: Scene) -> str | None:
    return scene.style or None


def _is_a(value: str) -> str:
    return f"this is {with_article(value)}"


def _it_is(value: str) -> str:
    return f"it is {value}"


def _where_args(scene: Scene, rng: random.Random) -> Args:
    return (rng.choice((_INSIDE, _OUTSIDE)),)


def _where_words(edition: Edition, args: Args, rng: random.Random) -> dict[str, str]:
    said = {_INSIDE: ("indoors", "inside"), _OUTSIDE: ("outdoors", "outside")}[args[0]]
    return {"where": rng.choice(said)}


def _say_where(scene: Scene, args: Args, *, is_true: bool) -> str:
    is_inside = (scene.place in INDOORS) == is_true
    said = _INSIDE if is_inside else _OUTSIDE
    return conclude(f"this is {said}", is_yes=said == args[0])


def _true_where(scene: Scene, args: Args) -> str:
    return _say_where(scene, args, is_true=True)


def _wrong_where(scene: Scene, args: Args, rng: random.Random) -> str:
    return _say_where(scene, args, is_true=False)


def _true_in_colour(scene: Scene, args: Args) -> str:
    return conclude(_is_a(scene.style), is_yes=scene.has_colour)


def _wrong_in_colour(scene: Scene, args: Args, rng: random.Random) -> str:
    grey = ("pencil sketch", "black and white photo")
    said = rng.choice(grey if scene.has_colour else [s for s in STYLES if s not in grey])
    return conclude(_is_a(said), is_yes=not scene.has_colour)


_read_where = phrase_reader(
    {"indoors": _INSIDE, "inside": _INSIDE, "outdoors": _OUTSIDE, "outside": _OUTSIDE}
)
_read_style = phrase_reader(_STYLE_WORDS)

MOMENT_FORMS = (
    Form(
        "is_indoors", SCENE, _where_args, _where_words, _true_where, _wrong_where,
        with_yes_or_no(_read_where),
    ),
    *value_forms(
        ("time_of_day", "is_time_of_day"), TIME, word="time", value_of=_time_of,
        values=lambda scene: TIMES, clause=_it_is,
        reader=phrase_reader({time: time for time in TIMES}),
    ),
    *value_forms(
        ("season", "is_season"), TIME, word="season", value_of=_season_of,
        values=lambda scene: SEASONS, clause=_it_is,
        reader=phrase_reader({season: season for season in SEASONS} | {"fall": "autumn"}),
    ),
    *value_forms(
        ("occasion", "is_occasion"), CULTURE, word="occasion", value_of=_occasion_of,
        values=lambda scene: (*OCCASIONS, ORDINARY), clause=_is_a,
        reader=phrase_reader(_OCCASION_WORDS),
    ),
    *value_forms(
        ("style", "is_style"), ART, word="style", value_of=_style_of,
        values=lambda scene: STYLES, clause=_is_a, reader=_read_style,
    ),
    Form(
        "is_in_colour", ART, no_args, no_words, _true_in_colour, _wrong_in_colour,
        with_yes_or_no(_read_style),
    ),
)  # fmt: skip
