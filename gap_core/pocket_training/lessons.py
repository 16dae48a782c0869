"""What the image tower is taught to name in every patch and of the whole picture, by edition.

Called by dense.py.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Literal, NamedTuple

from gap_core.pocket_world import BASIC, EDITIONS, Edition, Scene, Thing
from gap_core.pocket_world.forms.seeing import is_legible
from gap_core.pocket_world.vocabulary import NUMBER_WORDS, SIZES
from gap_core.pocket_world.vocabulary_full import (
    ACTIVITIES,
    CLOCK_TIMES,
    EMOTIONS,
    MATERIAL_NAMES,
    MOST_NUMBER,
    OCCASIONS,
    ODDITIES,
    RELATIONS,
    SEASONS,
    STYLES,
    TIMES,
)

_HOURS = NUMBER_WORDS[1:13]
_SIDES = ("left", "middle", "right")
_TELLING = {
    "upside down": "upside", "three hats": "hats", "in a tree": "tree",
    "black and white photo": "photo", "pencil sketch": "sketch", "printed poster": "poster",
    "colour drawing": "colour",
}  # fmt: skip


class PatchLesson(NamedTuple):
    """A value that things have: class 0 means that a patch shows none.

    Attributes:
        weight: added to a patch's weight where there is such a value, for rare ones.
        part: where it is to be found: the body, a person's head, or a vehicle's number plate.
    """

    name: str
    values: tuple[str, ...]
    value_of: Callable[[Scene, Thing], str]
    weight: float = 0.0
    part: Literal["body", "head", "plate"] = "body"


class PictureLesson(NamedTuple):
    """A value that the whole picture has; class 0 means that it shows none, where it may."""

    name: str
    values: tuple[str, ...]
    value_of: Callable[[Scene], str]


@dataclass(frozen=True)
class Lessons:
    """The lessons of an edition; kind and colour come first."""

    patch: tuple[PatchLesson, ...]
    picture: tuple[PictureLesson, ...]

    @property
    def words(self) -> tuple[str, ...]:
        """Every word that stands for a value, without repeats."""
        lists = [lesson.values for lesson in self.patch]
        lists += [lesson.values for lesson in self.picture]
        return tuple(dict.fromkeys(telling_word(value) for values in lists for value in values))


def telling_word(value: str) -> str:
    """The one word by which a value is known in the language model."""
    return _TELLING.get(value, value)


@cache
def lessons_of(edition_name: str) -> Lessons:
    """The lessons of the edition with this name."""
    edition = EDITIONS[edition_name]
    return _basic_lessons(edition) if edition is BASIC else _full_lessons(edition)


def _basic_lessons(edition: Edition) -> Lessons:
    return Lessons(
        patch=(
            PatchLesson("kind", tuple(edition.kinds), lambda scene, thing: thing.kind),
            PatchLesson("colour", edition.colours, lambda scene, thing: thing.colour),
            PatchLesson("size", SIZES, lambda scene, thing: thing.size),
            PatchLesson("word", edition.sign_words, lambda scene, thing: thing.word, 12.0),
        ),
        picture=(
            PictureLesson("place", edition.places, lambda scene: scene.place),
            PictureLesson("weather", edition.weathers, lambda scene: scene.weather),
        ),
    )


def _full_lessons(edition: Edition) -> Lessons:
    numbers = tuple(str(number) for number in range(1, MOST_NUMBER + 1))
    patch = (
        PatchLesson("kind", tuple(edition.kinds), lambda scene, thing: thing.kind),
        PatchLesson("colour", edition.colours, _seen_colour),
        PatchLesson("size", SIZES, lambda scene, thing: thing.size),
        PatchLesson("word", (*edition.sign_words, *numbers), _seen_word, 12.0, "plate"),
        PatchLesson("hour", _HOURS, _seen_hour, 16.0),
        PatchLesson("half", ("half", "clock"), _seen_half, 8.0),
        PatchLesson("activity", ACTIVITIES, lambda scene, thing: thing.activity, 2.0),
        PatchLesson("face", EMOTIONS, _seen_face, 6.0, "head"),
        PatchLesson("material", MATERIAL_NAMES, lambda scene, thing: thing.material, 1.0),
        PatchLesson("relation", (*RELATIONS, "in"), lambda scene, thing: thing.relation, 2.0),
        PatchLesson("oddity", ODDITIES, lambda scene, thing: thing.oddity, 3.0),
        PatchLesson("side", _SIDES, lambda scene, thing: thing.side, 1.0),
    )
    picture = (
        PictureLesson("place", edition.places, lambda scene: scene.place),
        PictureLesson("weather", edition.weathers, lambda scene: scene.weather),
        PictureLesson("time", TIMES, lambda scene: scene.time),
        PictureLesson("season", ("any", *SEASONS), lambda scene: scene.season or "any"),
        PictureLesson("occasion", ("ordinary", *OCCASIONS), lambda s: s.occasion or "ordinary"),
        PictureLesson("style", STYLES, lambda scene: scene.style),
    )
    return Lessons(patch, picture)


def _seen_colour(scene: Scene, thing: Thing) -> str:
    return thing.colour if scene.has_colour else ""


def _seen_word(scene: Scene, thing: Thing) -> str:
    return thing.word if thing.kind != "clock" and is_legible(scene, thing) else ""


def _seen_hour(scene: Scene, thing: Thing) -> str:
    if thing.word not in CLOCK_TIMES or not is_legible(scene, thing):
        return ""
    return NUMBER_WORDS[int(thing.word.split(":")[0])]


def _seen_half(scene: Scene, thing: Thing) -> str:
    hour = _seen_hour(scene, thing)
    return hour and ("half" if thing.word.endswith("30") else "clock")


def _seen_face(scene: Scene, thing: Thing) -> str:
    return thing.face if thing.is_person and thing.activity != "sleeping" else ""
