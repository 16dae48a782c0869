"""The light of an hour and a weather, and the palette of a season.

Called by everything here that draws surroundings.
"""

from typing import NamedTuple

from gap_core.pocket_world.scene import Scene
from gap_core.pocket_world.vocabulary_full import INDOORS

SNOW = 0xFFF1F5F9


class Light(NamedTuple):
    """A colour in the air and how much of it lies on the surroundings and on the things."""

    colour: int
    far_share: float
    near_share: float


class Foliage(NamedTuple):
    """What a season makes of grass, leaves and the blossom or fruit among them."""

    grass: int
    leaves: tuple[int, int]
    dots: int


_FOLIAGE = {
    "spring": Foliage(0xFFB4DB96, (0xFF9CCB84, 0xFFF3B3CB), 0xFFF7C3D6),
    "summer": Foliage(0xFF8FC76F, (0xFF5C9F5B, 0xFF72B266), 0xFF4E8E50),
    "autumn": Foliage(0xFFCDB772, (0xFFD9762F, 0xFFEAB545), 0xFFC4552B),
    "winter": Foliage(0xFFEDF2F6, (0xFFE1E9EF, 0xFFF5F8FA), 0xFFFFFFFF),
    "": Foliage(0xFFA9CE86, (0xFF6FAE68, 0xFF84BC74), 0xFF5E9E5C),
}


def light_of(scene: Scene) -> Light:
    """Warm and low in the evening, blue and deep at night, grey in bad weather."""
    is_inside = scene.place in INDOORS
    if scene.time == "night":
        return Light(0xFF4B57A8, 0.5 if is_inside else 0.78, 0.18 if is_inside else 0.27)
    if scene.time == "evening":
        return Light(0xFFF09A66, 0.35 if is_inside else 0.6, 0.18 if is_inside else 0.28)
    if scene.weather in ("rainy", "stormy") and not is_inside:
        return Light(0xFF8B9AB0, 0.5, 0.16)
    return Light(0xFFFFFFFF, 0.0, 0.0)


def foliage_of(scene: Scene) -> Foliage:
    """The season's palette; under falling snow the winter's."""
    return _FOLIAGE["winter" if is_white(scene) else scene.season]


def is_white(scene: Scene) -> bool:
    """Whether snow lies on the ground."""
    return scene.season == "winter" or scene.weather == "snowy"
