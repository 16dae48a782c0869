"""Every kind of thing of the FULL edition with the function that draws it, and how it stands.

Called by pictures.py.
"""

from collections.abc import Callable

from gap_core.pocket_world import draw_things
from gap_core.pocket_world.drawing import (
    animals,
    containers,
    furniture,
    growing_things,
    people,
    small_things,
    vehicles,
)
from gap_core.pocket_world.pen import Pen
from gap_core.pocket_world.scene import Thing
from gap_core.pocket_world.vocabulary_full import NUMBERED_KINDS

UNMIRRORED = ("sign", "clock", "guitar")  # what can be read, or would be left-handed
_SHADOW, _FLOATING_SHADOW_PX = 0x3A2C2A40, 446.0

DRAWN: dict[str, Callable[[Pen, Thing], None]] = {
    **dict.fromkeys(("man", "woman", "boy", "girl"), people.draw_person),
    **dict.fromkeys(
        ("dog", "cat", "bird", "car", "bus", "bicycle", "apple", "cake", "ball"),
        draw_things.draw_thing,
    ),
    "horse": animals.draw_horse, "cow": animals.draw_cow, "sheep": animals.draw_sheep,
    "pig": animals.draw_pig, "duck": animals.draw_duck, "fish": animals.draw_fish,
    "rabbit": animals.draw_rabbit, "camel": animals.draw_camel, "bear": animals.draw_bear,
    "truck": vehicles.draw_truck, "tractor": vehicles.draw_tractor, "boat": vehicles.draw_boat,
    "chair": furniture.draw_chair, "table": furniture.draw_table, "bench": furniture.draw_bench,
    "sofa": furniture.draw_sofa, "lamp": furniture.draw_lamp, "clock": furniture.draw_clock,
    "banana": small_things.draw_banana, "carrot": small_things.draw_carrot,
    "pumpkin": small_things.draw_pumpkin, "melon": small_things.draw_melon,
    "balloon": small_things.draw_balloon, "teddy": small_things.draw_teddy,
    "drum": small_things.draw_drum, "book": small_things.draw_book,
    "umbrella": small_things.draw_umbrella, "guitar": small_things.draw_guitar,
    "sign": small_things.draw_sign, "box": containers.draw_box,
    "bucket": containers.draw_bucket, "barrel": containers.draw_barrel,
    "gift": containers.draw_gift, "tent": containers.draw_tent,
    "tree": growing_things.draw_tree, "flower": growing_things.draw_flower,
    "cactus": growing_things.draw_cactus, "mushroom": growing_things.draw_mushroom,
    "rock": growing_things.draw_rock, "snowman": growing_things.draw_snowman,
}  # fmt: skip


def draw_standing(pen: Pen, thing: Thing) -> None:
    """One thing where it stands, with its shadow on the ground."""
    _draw_shadow(pen, thing)
    is_turned = thing.oddity == "upside down"
    lift = thing.height_px if is_turned else 0.0
    mirrored = thing.facing == "left" and thing.kind not in UNMIRRORED
    place = (thing.x_px, thing.y_px - lift)
    with pen.at(*place, scale=thing.scale, mirrored=mirrored, flipped=is_turned):
        DRAWN[thing.kind](pen, thing)
    if thing.kind in NUMBERED_KINDS and not is_turned:
        with pen.at(*place, scale=thing.scale):
            vehicles.draw_number(pen, thing)


def _draw_shadow(pen: Pen, thing: Thing) -> None:
    """A soft shadow in two rings; far below what floats, none in a tree."""
    if thing.relation in ("on", "in"):
        reach = thing.width_px * 0.42
        if thing.relation == "on":
            pen.oval(thing.x_px, thing.y_px, rx=reach, ry=max(reach * 0.1, 3), colour=_SHADOW)
        return
    is_thin = thing.kind in ("sign", "clock", "lamp", "balloon", "umbrella", "flower", "tree")
    reach = thing.width_px * (0.26 if is_thin else 0.5)
    y_px = _FLOATING_SHADOW_PX if thing.oddity == "floating" else thing.y_px - 1
    for share in (1.12, 0.82):
        pen.oval(
            thing.x_px + reach * 0.06,
            y_px,
            rx=reach * share,
            ry=max(reach * 0.13, 5) * share,
            colour=_SHADOW,
        )
