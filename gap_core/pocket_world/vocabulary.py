"""What the pocket world knows: kinds of thing, colours, places, weathers, words on signs.

Called by everything in this folder; nothing here draws or answers.
"""

from typing import NamedTuple

WIDTH_PX, HEIGHT_PX = 640, 480

COLOURS = {
    "red": 0xFFD8433F,
    "orange": 0xFFF28C38,
    "yellow": 0xFFF6C945,
    "green": 0xFF4A9C58,
    "blue": 0xFF3B78C9,
    "purple": 0xFF8556B0,
    "pink": 0xFFF08DB2,
    "brown": 0xFF8A5A38,
    "black": 0xFF303238,
    "white": 0xFFF8F6F0,
}

PLACES = ("street", "park", "room", "beach")
WEATHERS = ("sunny", "cloudy", "rainy", "snowy")
SIGN_WORDS = ("STOP", "CAFE", "TAXI", "ZOO", "SHOP", "OPEN", "MILK", "EXIT")
SIZES = ("big", "small")
SMALL_SCALE = 0.62
NUMBER_WORDS = (
    "no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
    "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen",
)  # fmt: skip


class Kind(NamedTuple):
    """How a kind of thing is named, how large it is drawn and where it may stand."""

    name: str
    plural: str
    group: str
    width_px: int
    height_px: int
    colours: tuple[str, ...]
    places: tuple[str, ...]


_PAINTED = ("red", "orange", "yellow", "green", "blue", "purple", "black", "white")
_CLOTHES = ("red", "orange", "yellow", "green", "blue", "purple", "pink", "black", "white")
_FUR = ("orange", "brown", "black", "white")
_OUTSIDE = ("street", "park", "beach")
_GARDEN = ("park", "room", "beach")

KINDS = {
    kind.name: kind
    for kind in (
        Kind("man", "men", "people", 92, 226, _CLOTHES, PLACES),
        Kind("woman", "women", "people", 92, 220, _CLOTHES, PLACES),
        Kind("dog", "dogs", "animals", 156, 118, _FUR, PLACES),
        Kind("cat", "cats", "animals", 120, 112, _FUR, PLACES),
        Kind(
            "bird",
            "birds",
            "animals",
            92,
            78,
            ("red", "yellow", "green", "blue", "black", "white"),
            _OUTSIDE,
        ),
        Kind("car", "cars", "vehicles", 232, 108, _PAINTED, ("street",)),
        Kind("bus", "buses", "vehicles", 292, 158, _PAINTED, ("street",)),
        Kind(
            "bicycle",
            "bicycles",
            "vehicles",
            184,
            116,
            ("red", "orange", "yellow", "green", "blue", "purple", "black"),
            _OUTSIDE,
        ),
        Kind(
            "chair",
            "chairs",
            "furniture",
            92,
            138,
            ("red", "orange", "yellow", "green", "blue", "brown", "white"),
            _GARDEN,
        ),
        Kind(
            "table",
            "tables",
            "furniture",
            196,
            108,
            ("green", "blue", "brown", "black", "white"),
            _GARDEN,
        ),
        Kind("apple", "apples", "food", 58, 64, ("red", "yellow", "green"), _GARDEN),
        Kind(
            "cake", "cakes", "food", 94, 88, ("yellow", "purple", "pink", "brown", "white"), _GARDEN
        ),
        Kind(
            "ball",
            "balls",
            "toys",
            80,
            80,
            ("red", "orange", "yellow", "green", "blue", "purple", "pink"),
            PLACES,
        ),
        Kind(
            "sign",
            "signs",
            "signs",
            148,
            184,
            ("red", "yellow", "green", "blue", "black", "white"),
            _OUTSIDE,
        ),
    )
}

SYNONYMS = {
    "bicycle": ("bike",), "dog": ("puppy",), "cat": ("kitten",), "man": ("guy", "boy"),
    "woman": ("lady", "girl"), "car": ("automobile",), "sign": ("signpost",),
}  # fmt: skip
SYNONYM_PLURALS = {
    "bike": "bikes", "puppy": "puppies", "kitten": "kittens", "guy": "guys", "boy": "boys",
    "lady": "ladies", "girl": "girls", "automobile": "automobiles", "signpost": "signposts",
}  # fmt: skip

SINGLE = {"people": "person", "animals": "animal", "vehicles": "vehicle"}
GARMENTS = {"man": "shirt", "woman": "dress", "boy": "shirt", "girl": "dress"}

# Groups a person may count by; a thing's own kind is always countable.
COUNTED_GROUPS = ("people", "animals", "vehicles")


def with_article(noun: str) -> str:
    """The noun phrase with "a" or "an" before it."""
    return f"{'an' if noun[0] in 'aeiou' else 'a'} {noun}"
