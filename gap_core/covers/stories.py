"""Stories about drawn scenes, in other words than questions and descriptions use.

Called by pocket_task.py. A story names what the scene shows, so it fits that scene and no other.
"""

import random
from collections import Counter

from gap_core.pocket_world.scene import Scene
from gap_core.pocket_world.vocabulary import NUMBER_WORDS

_PLACES = {
    "street": ("between the houses of a town", "along the pavement"),
    "park": ("on a lawn among trees", "on the green of a garden"),
    "room": ("within four walls", "under a roof"),
    "beach": ("where sand meets the sea", "on the shore"),
}
_WEATHERS = {
    "sunny": ("Under a clear sky", "In bright light"),
    "cloudy": ("Under a grey sky", "With the sun behind clouds"),
    "rainy": ("While drops are falling", "In a downpour"),
    "snowy": ("While flakes are falling", "In winter's white"),
}
_KINDS = {
    "man": ("gentleman", "gentlemen"), "woman": ("lady", "ladies"), "dog": ("hound", "hounds"),
    "cat": ("kitten", "kittens"), "bird": ("winged singer", "winged singers"),
    "car": ("automobile", "automobiles"), "bus": ("coach", "coaches"),
    "bicycle": ("two-wheeler", "two-wheelers"), "chair": ("seat", "seats"),
    "table": ("desk", "desks"), "apple": ("fruit", "fruits"),
    "cake": ("birthday treat", "birthday treats"), "ball": ("round toy", "round toys"),
    "sign": ("board", "boards"),
}  # fmt: skip
_COLOURS = {
    "red": "crimson", "orange": "tangerine", "yellow": "golden", "green": "emerald",
    "blue": "azure", "purple": "violet", "pink": "rosy", "brown": "chestnut", "black": "jet-dark",
    "white": "snow-pale",
}  # fmt: skip
_CLOTHED = ("man", "woman")
_OPENINGS = ("we meet", "this issue finds", "the lead article studies", "our authors observe")


def story_of(scene: Scene, *, rng: random.Random) -> str:
    """One sentence that tells where, in what weather, and all things with their colours."""
    counted = Counter((thing.kind, thing.colour, thing.word) for thing in scene.things)
    told = [_named(*one, number=number) for one, number in sorted(counted.items())]
    rng.shuffle(told)
    listed = told[0] if len(told) == 1 else f"{', '.join(told[:-1])} and {told[-1]}"
    weather, place = rng.choice(_WEATHERS[scene.weather]), rng.choice(_PLACES[scene.place])
    return f"{weather}, {rng.choice(_OPENINGS)} {listed} {place}."


def _named(kind: str, colour: str, word: str, *, number: int) -> str:
    name, shade = _KINDS[kind][number > 1], _COLOURS[colour]
    whole = f"{name} in {shade}" if kind in _CLOTHED else f"{shade} {name}"
    count = NUMBER_WORDS[number] if number > 1 else "an" if whole[0] in "aeiou" else "a"
    written = f" that {'reads' if number == 1 else 'read'} {word}" if word else ""
    return f"{count} {whole}{written}"
