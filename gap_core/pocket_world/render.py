"""Scene graphs drawn as pictures of 640 × 480; the same scene always gives the same picture.

Called by the decks, by training and by the measuring scripts.
"""

from PIL import Image

from gap_core.pocket_world.draw_places import draw_place
from gap_core.pocket_world.draw_things import draw_thing
from gap_core.pocket_world.drawing.pictures import render_full_scene
from gap_core.pocket_world.edition import BASIC
from gap_core.pocket_world.pen import Pen
from gap_core.pocket_world.scene import Scene, Thing
from gap_core.pocket_world.vocabulary import HEIGHT_PX, KINDS, WIDTH_PX

_SHADOW = 0x30332A4A


def render_scene(scene: Scene) -> Image.Image:
    """The picture of a scene, RGB, 640 × 480: place and weather, things from far to near."""
    if scene.edition != BASIC.name:
        return render_full_scene(scene)
    image = Image.new("RGB", (WIDTH_PX, HEIGHT_PX), "white")
    pen = Pen(image)
    draw_place(pen, scene)
    for thing in scene.from_far_to_near():
        _draw_standing(pen, thing)
    pen.finish()
    return image


def _draw_standing(pen: Pen, thing: Thing) -> None:
    """One thing with its shadow; food that lies on the ground gets a cloth under it."""
    half = thing.width_px / 2
    if KINDS[thing.kind].group == "food" and not thing.on_table:
        _draw_cloth(pen, thing)
    if not thing.on_table:
        reach = half * (0.4 if thing.kind == "sign" else 1.02)
        pen.oval(thing.x_px, thing.y_px - 1, rx=reach, ry=max(reach * 0.13, 5), colour=_SHADOW)
    mirrored = thing.facing == "left" and thing.kind != "sign"
    with pen.at(thing.x_px, thing.y_px, scale=thing.scale, mirrored=mirrored):
        draw_thing(pen, thing)


def _draw_cloth(pen: Pen, thing: Thing) -> None:
    """A checked picnic cloth, so that food does not lie on the bare ground."""
    half, y = thing.width_px * 0.95, thing.y_px
    deep = half * 0.2
    pen.shape(
        (thing.x_px - half, y + deep), (thing.x_px - half * 0.8, y - deep),
        (thing.x_px + half * 0.8, y - deep), (thing.x_px + half, y + deep),
        colour=0xFFF7F1E6,
    )  # fmt: skip
    for share in (-0.6, -0.2, 0.2, 0.6):
        top, bottom = thing.x_px + half * 0.8 * share, thing.x_px + half * share
        pen.shape(
            (bottom - half * 0.1, y + deep), (top - half * 0.08, y - deep),
            (top + half * 0.08, y - deep), (bottom + half * 0.1, y + deep),
            colour=0xFFE7B9AE,
        )  # fmt: skip
