"""Everything behind the things of a FULL scene: sky, place, weather and decoration.

Called by pictures.py.
"""

import random
from collections.abc import Callable

from gap_core.pocket_world.drawing import indoors, outdoors
from gap_core.pocket_world.drawing.light import light_of
from gap_core.pocket_world.drawing.occasions import draw_occasion
from gap_core.pocket_world.drawing.sky import Frame, draw_fall, draw_fog, draw_sky
from gap_core.pocket_world.pen import Pen
from gap_core.pocket_world.scene import Scene
from gap_core.pocket_world.vocabulary import HEIGHT_PX, WIDTH_PX
from gap_core.pocket_world.vocabulary_full import INDOORS

_SKY_HEIGHT_PX = 330
_PLACES: dict[str, Callable[[Pen, Scene, random.Random], None]] = {
    "street": outdoors.draw_street, "park": outdoors.draw_park, "beach": outdoors.draw_beach,
    "farm": outdoors.draw_farm, "forest": outdoors.draw_forest,
    "harbour": outdoors.draw_harbour, "desert": outdoors.draw_desert,
    "room": indoors.draw_room, "kitchen": indoors.draw_kitchen,
    "classroom": indoors.draw_classroom,
}  # fmt: skip


def draw_surroundings(pen: Pen, scene: Scene) -> None:
    """The place in its weather, hour and season, decorated for its occasion."""
    rng = random.Random(f"place {scene.seed}")
    is_outside = scene.place not in INDOORS
    whole = Frame(0, 0, WIDTH_PX, HEIGHT_PX)
    light = light_of(scene)
    if is_outside:
        draw_sky(pen, scene, rng, Frame(0, 0, WIDTH_PX, _SKY_HEIGHT_PX))
    with pen.lit(light.colour, light.far_share):
        _PLACES[scene.place](pen, scene, rng)
        if is_outside:
            outdoors.draw_fallen(pen, scene, rng)
    if is_outside:
        draw_fog(pen, scene, whole)
    with pen.lit(light.colour, light.far_share * 0.6):
        draw_occasion(pen, scene, rng)
    if is_outside:
        draw_fall(pen, scene, rng, whole)
