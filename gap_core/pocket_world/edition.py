"""What may occur in a scene and be asked of it, as one frozen table.

`BASIC` is what the shipped weights know. A scene carries the name of its edition, so whatever asks
or answers looks the table up there.
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
from gap_core.pocket_world.wordings import WORDINGS


@dataclass(frozen=True)
class Edition:
    """A frozen table of a world: kinds of thing, places, words, and the forms of question."""

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
    most_things=10,
)  # fmt: skip

EDITIONS = {edition.name: edition for edition in (BASIC,)}
