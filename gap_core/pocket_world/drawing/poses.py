"""Where hands and feet are in each activity, and what is held.

Called by people.py. Coordinates are a grown-up's, the foot at (0, 0); of a child they are scaled.
"""

from typing import NamedTuple

from gap_core.pocket_world.drawing.faces import INK, PAPER
from gap_core.pocket_world.pen import Pen, Point

_WOOD, _STRAW = 0xFF9A6B43, 0xFFE3B45C
_GLOVE, _SWING, _NOTE = 0xFFFBF8F1, 0xFFF6C945, 0xFF5B3FA0


class Pose(NamedTuple):
    """Elbow and hand of both arms, knee and foot of both legs, and how high the body hangs."""

    left_arm: tuple[Point, Point] = ((-46, -118), (-44, -84))
    right_arm: tuple[Point, Point] = ((46, -118), (44, -84))
    left_leg: tuple[Point, Point] = ((-16, -42), (-16, -4))
    right_leg: tuple[Point, Point] = ((16, -42), (16, -4))
    lift_px: float = 0.0


_FEELINGS = {
    "happy": Pose(left_arm=((-58, -124), (-76, -98)), right_arm=((58, -124), (76, -98))),
    "sad": Pose(left_arm=((-36, -112), (-32, -78)), right_arm=((36, -112), (32, -78))),
    "angry": Pose(left_arm=((-66, -116), (-34, -92)), right_arm=((66, -116), (34, -92))),
    "surprised": Pose(left_arm=((-66, -128), (-40, -168)), right_arm=((66, -128), (40, -168))),
}
_POSES = {
    "reading": Pose(left_arm=((-46, -104), (-22, -104)), right_arm=((46, -104), (22, -104))),
    "waving": Pose(right_arm=((66, -146), (86, -196))),
    "running": Pose(
        left_arm=((-62, -118), (-40, -98)), right_arm=((56, -104), (60, -138)),
        left_leg=((-34, -44), (-66, -34)), right_leg=((40, -58), (44, -6)),
    ),
    "jumping": Pose(
        left_arm=((-58, -150), (-66, -188)), right_arm=((58, -150), (66, -188)),
        left_leg=((-40, -50), (-22, -20)), right_leg=((40, -50), (22, -20)), lift_px=34,
    ),
    "sleeping": Pose(
        left_arm=((-40, -104), (-8, -88)), right_arm=((40, -104), (8, -88)),
        left_leg=((22, -62), (54, -46)), right_leg=((40, -64), (72, -46)), lift_px=-42,
    ),
    "painting": Pose(right_arm=((50, -118), (70, -140)), left_arm=((-50, -112), (-36, -92))),
    "singing": Pose(right_arm=((52, -112), (26, -152)), left_arm=((-60, -128), (-66, -158))),
    "eating": Pose(right_arm=((54, -112), (30, -152))),
    "sweeping": Pose(left_arm=((-16, -112), (34, -112)), right_arm=((48, -118), (46, -84))),
    "juggling": Pose(left_arm=((-56, -112), (-54, -142)), right_arm=((56, -112), (54, -142))),
}  # fmt: skip


def pose_of(activity: str, emotion: str) -> Pose:
    """The pose of an activity; who only stands shows the feeling with both arms."""
    return _POSES.get(activity) or _FEELINGS[emotion]


def draw_behind(pen: Pen, activity: str) -> None:
    """What is behind the body."""
    if activity == "sleeping":
        pen.svg("M-62,0 C-72,-70,-44,-104,0,-102 C44,-104,62,-60,58,0 Z", colour=0xFF8FA6B8)
        pen.svg("M-62,0 C-60,-30,40,-34,58,0 Z", colour=0xFF7A93A8)
    elif activity == "running":
        for y, left, right in ((-150, -96, -62), (-116, -108, -74), (-72, -104, -78)):
            pen.line((left, y), (right, y), colour=0xCCFFFFFF, width=5)
    elif activity == "jumping":
        for x in (-30, 0, 30):
            pen.line((x, 2), (x, -12), colour=0xCCFFFFFF, width=5)


def draw_held(pen: Pen, activity: str) -> None:
    """What is before the body or in the hands."""
    drawer = {
        "reading": _book,
        "waving": _open_hand,
        "sleeping": _zzz,
        "painting": _easel,
        "singing": _song,
        "eating": _cone,
        "sweeping": _broom,
        "juggling": _circus,
    }.get(activity)
    if drawer is not None:
        drawer(pen)


def _book(pen: Pen) -> None:
    pen.shape(
        (-34, -136), (0, -126), (34, -136), (34, -92), (0, -82), (-34, -92), colour=0xFF2F5D8C
    )
    pen.shape((-30, -139), (-1, -130), (-1, -88), (-30, -97), colour=PAPER)
    pen.shape((30, -139), (1, -130), (1, -88), (30, -97), colour=0xFFEFE8DA)
    for y in (-126, -116, -106):
        pen.line((-25, y), (-7, y + 6), colour=0xFFA7ABB5, width=2.4)
        pen.line((25, y), (7, y + 6), colour=0xFFA7ABB5, width=2.4)


def _open_hand(pen: Pen) -> None:
    """An open hand in a white glove, and how it swings."""
    for x, y in ((64, -246), (86, -252), (108, -246)):
        pen.line((86 + (x - 86) * 0.4, -206), (x, y + 14), colour=_GLOVE, width=9)
    pen.oval(86, -206, rx=17, ry=16, colour=_GLOVE)
    for x in (118, 132):
        pen.curve((x, -226), (x + 9, -208), (x, -190), colour=_SWING, width=5)


def _zzz(pen: Pen) -> None:
    for x, y, size in ((48, -196, 20), (66, -226, 26)):
        pen.word("Z", x=x, y=y, width=size, height=size * 1.5, colour=0xFF4A66C9)


def _easel(pen: Pen) -> None:
    for foot, top in ((70, 98), (132, 104)):
        pen.line((foot, 0), (top, -196), colour=_WOOD, width=7)
    pen.box(68, -180, width=70, height=86, colour=_WOOD, corner=4)
    pen.box(73, -175, width=60, height=76, colour=PAPER, corner=2)
    pen.box(73, -124, width=60, height=25, colour=0xFF7FB77E)
    pen.oval(116, -156, rx=11, ry=11, colour=0xFFF6C945)
    pen.shape((80, -124), (97, -152), (114, -124), colour=0xFF6C8FB8)
    pen.line((62, -132), (86, -150), colour=_WOOD, width=5)
    pen.oval(87, -151, rx=5, ry=5, colour=0xFFD8433F)


def _song(pen: Pen) -> None:
    pen.line((26, -148), (17, -166), colour=INK, width=9)
    pen.oval(15, -171, rx=12, ry=12, colour=0xFF6B7280)
    for x, y in ((66, -208), (90, -160)):
        for colour, more in ((PAPER, 4), (_NOTE, 0)):
            pen.oval(x, y, rx=12 + more, ry=10 + more, colour=colour)
            stem = ((x + 9, y), (x + 9, y - 40), (x + 24, y - 28))
            pen.line(*stem, colour=colour, width=6 + 2 * more)


def _cone(pen: Pen) -> None:
    pen.shape((14, -158), (54, -158), (35, -116), colour=0xFFDB9B4B)
    for x, y, colour in ((22, -168, 0xFFF48FB1), (46, -168, 0xFFFDF3D8), (34, -186, 0xFF8A5A38)):
        pen.oval(x, y, rx=15, ry=15, colour=colour)


def _broom(pen: Pen) -> None:
    pen.line((28, -140), (74, -34), colour=_WOOD, width=7)
    pen.shape((62, -44), (86, -50), (112, -2), (58, 0), colour=_STRAW)
    for x in (72, 84, 96):
        pen.line((74, -40), (x, -4), colour=0xFFB98A3C, width=2.4)
    for x, y, radius in ((124, -8, 9), (138, -14, 7), (130, -22, 5)):
        pen.oval(x, y, rx=radius, ry=radius, colour=0x99D8CBB8)


def _circus(pen: Pen) -> None:
    for x, y, colour in ((-54, -166, 0xFFD8433F), (0, -262, 0xFFF6C945), (54, -178, 0xFF3B78C9)):
        pen.oval(x, y, rx=15, ry=15, colour=colour)
        pen.oval(x - 5, y - 5, rx=4, ry=3, colour=0x99FFFFFF)
    pen.curve((-56, -194), (-40, -238), (-22, -250), colour=0x99FFFFFF, width=3.4)
    pen.curve((22, -250), (44, -238), (56, -204), colour=0x99FFFFFF, width=3.4)
