"""Scenes of the FULL edition as pictures of 640 × 480.

Called by render.py.
"""

from PIL import Image

from gap_core.pocket_world.drawing.light import light_of
from gap_core.pocket_world.drawing.places import draw_surroundings
from gap_core.pocket_world.drawing.styles import OutlinePen, as_backdrop, edge_of, finish
from gap_core.pocket_world.drawing.things import draw_standing
from gap_core.pocket_world.pen import Pen
from gap_core.pocket_world.scene import Scene
from gap_core.pocket_world.vocabulary import HEIGHT_PX, WIDTH_PX


def render_full_scene(scene: Scene) -> Image.Image:
    """Surroundings first, then the things from far to near, then the style's finish."""
    image = Image.new("RGB", (WIDTH_PX, HEIGHT_PX), "white")
    pen = Pen(image)
    draw_surroundings(pen, scene)
    pen.finish()
    image = as_backdrop(image, scene.style)
    things = OutlinePen(image)
    light = light_of(scene)
    with things.lit(light.colour, light.near_share):
        for thing in scene.from_far_to_near():
            with things.outlined(edge_of(thing, scene.style)):
                draw_standing(things, thing)
    things.finish()
    return finish(image, scene.style)
