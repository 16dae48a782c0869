"""People of the FULL edition: bodies by pose, faces by feeling, hats where somebody is odd.

Called by things.py. A child is a grown-up's pose on a smaller body with a large head.
"""

from typing import NamedTuple

from gap_core.pocket_world.drawing.faces import INK, PAPER, draw_face, draw_mark
from gap_core.pocket_world.drawing.poses import Pose, draw_behind, draw_held, pose_of
from gap_core.pocket_world.pen import Pen, Point, mixed, shade
from gap_core.pocket_world.scene import Thing
from gap_core.pocket_world.vocabulary_full import FULL_COLOURS

_SKINS = (0xFFF3C7A0, 0xFFE3AC7E, 0xFFB97C54, 0xFF8A5A3C)
_HAIRS = (0xFF3B2A22, 0xFF7A4526, 0xFFC98A3C, 0xFF241F26, 0xFF94482A)
_HEAD_Y, _CHILD_SCALE = -186.0, 0.74
_TROUSERS, _SHOE = 0xFF46536B, 0xFF35303B


class Looks(NamedTuple):
    """A person's colours, taken from where they stand so that they stay the same."""

    skin: int
    hair: int
    clothes: int


def draw_person(pen: Pen, thing: Thing) -> None:
    """A man, woman, boy or girl, doing and feeling what the graph says."""
    looks = _looks(thing)
    is_child = thing.kind in ("boy", "girl")
    pose = pose_of(thing.activity, thing.face)
    is_asleep = thing.activity == "sleeping"
    with pen.at(0, 0, scale=_CHILD_SCALE if is_child else 1.0):
        draw_behind(pen, thing.activity)
        with pen.at(0, -pose.lift_px):
            _draw_hair_behind(pen, thing.kind, looks)
            _draw_legs(pen, pose, thing.kind, looks)
            _draw_body(pen, thing.kind, looks)
            _draw_arms(pen, pose, looks)
            with pen.at(4 if is_asleep else 0, _HEAD_Y, scale=1.18 if is_child else 1.0):
                _draw_head(pen, thing, looks)
                if not is_asleep and thing.activity != "juggling":
                    draw_mark(pen, thing.face)
            draw_held(pen, thing.activity)


def _looks(thing: Thing) -> Looks:
    number = int(thing.x_px * 7 + thing.y_px * 3)
    skin = _SKINS[number % len(_SKINS)]
    if thing.face == "angry" and thing.activity != "sleeping":
        skin = mixed(skin, 0xFFE0402F, 0.4)
    return Looks(skin, _HAIRS[number // 5 % len(_HAIRS)], FULL_COLOURS[thing.colour])


def _limb(pen: Pen, start: Point, bend: Point, end: Point, *, colour: int, width: float) -> None:
    pen.line(start, bend, colour=colour, width=width)
    pen.line(bend, end, colour=colour, width=width)


def _draw_legs(pen: Pen, pose: Pose, kind: str, looks: Looks) -> None:
    """Trousers for a man, shorts for a boy, bare legs under a dress."""
    is_bare = kind in ("woman", "girl")
    for side, (knee, foot) in ((-1, pose.left_leg), (1, pose.right_leg)):
        hip = (side * 15, -80)
        upper = looks.skin if is_bare else _TROUSERS
        lower = _TROUSERS if kind == "man" else looks.skin
        width = 13 if is_bare else 20
        pen.line(knee, foot, colour=lower, width=width if kind != "boy" else 14)
        pen.line(hip, knee, colour=upper, width=width)
        x, y = foot
        pen.box(x - 10, y - 8, width=27, height=13, colour=_SHOE, corner=6)


def _draw_body(pen: Pen, kind: str, looks: Looks) -> None:
    clothes = looks.clothes
    pen.box(-9, -166, width=18, height=22, colour=shade(looks.skin, 0.16), corner=6)
    if kind in ("woman", "girl"):
        pen.svg(
            "M-25,-150 C-30,-118,-24,-104,-48,-42 C-30,-34,30,-34,48,-42 C24,-104,30,-118,25,-150 "
            "C14,-158,-14,-158,-25,-150 Z",
            colour=clothes,
        )
        pen.svg("M-28,-108 L28,-108 L30,-98 L-30,-98 Z", colour=shade(clothes, 0.28))
        pen.oval(0, -146, rx=12, ry=6, colour=mixed(clothes, PAPER, 0.6))
        return
    pen.box(-33, -154, width=66, height=82, colour=clothes, corner=17)
    pen.shape((-13, -154), (13, -154), (0, -138), colour=mixed(clothes, PAPER, 0.65))
    pen.box(-33, -84, width=66, height=11, colour=shade(clothes, 0.3), corner=5)


def _draw_arms(pen: Pen, pose: Pose, looks: Looks) -> None:
    sleeve = shade(looks.clothes, 0.14)
    for side, (elbow, hand) in ((-1, pose.left_arm), (1, pose.right_arm)):
        shoulder = (side * 27, -143)
        _limb(pen, shoulder, elbow, hand, colour=sleeve, width=16)
        pen.oval(*hand, rx=9.5, ry=9.5, colour=looks.skin)


def _draw_hair_behind(pen: Pen, kind: str, looks: Looks) -> None:
    """Long hair of a woman, pigtails of a girl."""
    if kind == "woman":
        pen.svg(
            "M-38,-190 C-44,-242,44,-242,38,-190 L43,-138 C24,-126,-24,-126,-43,-138 Z",
            colour=looks.hair,
        )
    elif kind == "girl":
        for side in (-1, 1):
            pen.oval(side * 50, -184, rx=15, ry=23, colour=looks.hair)
            pen.oval(side * 41, -194, rx=7, ry=7, colour=shade(looks.clothes, 0.1))


def _draw_head(pen: Pen, thing: Thing, looks: Looks) -> None:
    for side in (-1, 1):
        pen.oval(side * 34, 2, rx=7, ry=9, colour=shade(looks.skin, 0.1))
    pen.oval(0, 0, rx=35, ry=36, colour=looks.skin)
    _HAIR_STYLES[thing.kind](pen, looks.hair)
    with pen.at(0, 3):
        draw_face(pen, thing.face, is_asleep=thing.activity == "sleeping")
    if thing.oddity == "three hats":
        _draw_hats(pen)


def _short_hair(pen: Pen, hair: int) -> None:
    pen.svg(
        "M-37,-4 C-44,-48,44,-52,37,-4 C32,-20,20,-24,4,-24 C-14,-24,-30,-20,-37,-4 Z", colour=hair
    )
    pen.svg("M-37,-6 L-31,-16 L-31,12 C-35,10,-37,2,-37,-6 Z", colour=hair)
    pen.svg("M37,-6 L31,-16 L31,12 C35,10,37,2,37,-6 Z", colour=hair)


def _long_hair(pen: Pen, hair: int) -> None:
    pen.svg("M-38,6 C-46,-52,46,-52,38,6 C34,-16,20,-20,4,-30 C-8,-18,-32,-18,-38,6 Z", colour=hair)


def _tousled_hair(pen: Pen, hair: int) -> None:
    pen.svg(
        "M-37,-6 C-42,-30,-34,-36,-26,-36 L-20,-46 L-10,-39 L0,-49 L9,-39 L21,-45 L25,-35 "
        "C36,-34,42,-26,37,-6 C30,-20,18,-22,2,-21 C-14,-22,-30,-20,-37,-6 Z",
        colour=hair,
    )


def _parted_hair(pen: Pen, hair: int) -> None:
    pen.svg(
        "M-37,0 C-44,-48,44,-48,37,0 C32,-18,14,-26,0,-31 C-14,-26,-32,-18,-37,0 Z", colour=hair
    )


_HAIR_STYLES = {
    "man": _short_hair, "woman": _long_hair, "boy": _tousled_hair, "girl": _parted_hair,
}  # fmt: skip


def _draw_hats(pen: Pen) -> None:
    """Three hats, one on the other."""
    for y, colour in ((-28, 0xFFC9403C), (-52, 0xFFF2B632), (-76, 0xFF3E6FC0)):
        pen.oval(0, y, rx=42, ry=8, colour=shade(colour, 0.25))
        pen.svg(
            f"M-26,{y} C-26,{y - 26},-14,{y - 28},0,{y - 28} C14,{y - 28},26,{y - 26},26,{y} Z",
            colour=colour,
        )
        pen.box(-26, y - 9, width=52, height=7, colour=INK, corner=2)
