"""What may occur in a scene and be asked of it, as one frozen table.

`BASIC` is what `pocket` knows; `FULL` is everything, and taught to `pocket-full`. A scene carries
the name of its edition, so whatever asks or answers looks the table up there.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from gap_core.pocket_world.vocabulary import (
    COLOURS,
    KINDS,
    PLACES,
    SIGN_WORDS,
    SYNONYM_PLURALS,
    SYNONYMS,
    WEATHERS,
    Kind,
)
from gap_core.pocket_world.vocabulary_full import (
    FULL_COLOURS,
    FULL_KINDS,
    FULL_PLACES,
    FULL_SIGN_WORDS,
    FULL_SYNONYM_PLURALS,
    FULL_SYNONYMS,
    FULL_WEATHERS,
)
from gap_core.pocket_world.wordings import WORDINGS
from gap_core.pocket_world.wordings_full import FULL_WORDINGS

SIMPLE_THINGS = (1, 2)  # fewest and most in a picture that a model is to be right about


@dataclass(frozen=True)
class Edition:
    """A frozen table of a world: kinds of thing, places, words, and the forms of question.

    Attributes:
        crowded_things: fewest and most in a picture of the untainted deck and of its measures.
        most_things: that a picture can hold.
    """

    name: str
    kinds: Mapping[str, Kind]
    colours: tuple[str, ...]
    places: tuple[str, ...]
    weathers: tuple[str, ...]
    sign_words: tuple[str, ...]
    forms: tuple[str, ...]
    wordings: Mapping[str, tuple[str, ...]]
    synonyms: Mapping[str, tuple[str, ...]]
    synonym_plurals: Mapping[str, str]
    crowded_things: tuple[int, int]
    most_things: int

    @property
    def asked_forms(self) -> tuple[str, ...]:
        """The forms about one fact of the picture: neither descriptions nor idle talk."""
        return tuple(form for form in self.forms if form not in ("describe", "off_topic"))


BASIC = Edition(
    name="basic",
    kinds=KINDS,
    colours=tuple(COLOURS),
    places=PLACES,
    weathers=WEATHERS,
    sign_words=SIGN_WORDS,
    forms=(
        "exist", "what_things", "what_group", "colour_of", "is_colour", "what_is_colour",
        "size_of", "count", "side_of", "what_side", "relation", "is_relation", "what_beside",
        "on_table", "sign_word", "is_word", "weather", "is_weather", "place", "is_place",
        "describe", "off_topic",
    ),
    wordings=WORDINGS,
    synonyms=SYNONYMS,
    synonym_plurals=SYNONYM_PLURALS,
    crowded_things=(3, 9),
    most_things=10,
)  # fmt: skip

FULL = Edition(
    name="full",
    kinds=FULL_KINDS,
    colours=tuple(FULL_COLOURS),
    places=FULL_PLACES,
    weathers=FULL_WEATHERS,
    sign_words=FULL_SIGN_WORDS,
    forms=(
        "exist", "what_things", "what_group", "count", "colour_of", "is_colour", "what_is_colour",
        "size_of", "material_of", "is_material", "side_of", "what_side", "relation",
        "is_relation", "what_beside", "what_on", "what_under", "what_behind", "is_resting",
        "between", "nearest", "sign_word", "is_word", "number_on", "clock_time", "is_clock_time",
        "activity_of", "is_activity", "who_does", "emotion_of", "is_emotion", "who_feels",
        "weather", "is_weather", "place", "is_place", "is_indoors", "time_of_day",
        "is_time_of_day", "season", "is_season", "occasion", "is_occasion", "style", "is_style",
        "is_in_colour", "what_odd", "is_odd", "describe", "off_topic",
    ),
    wordings=FULL_WORDINGS,
    synonyms=FULL_SYNONYMS,
    synonym_plurals=FULL_SYNONYM_PLURALS,
    crowded_things=(13, 16),
    most_things=16,
)  # fmt: skip

EDITIONS = {edition.name: edition for edition in (BASIC, FULL)}
