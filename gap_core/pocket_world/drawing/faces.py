"""Faces and the small marks beside them that say how somebody feels.

Called by people.py. A face is drawn around (0, 0), its radius one unit of `size`.
"""

from gap_core.pocket_world.pen import Pen

INK, PAPER = 0xFF2E2A33, 0xFFFBF8F1
_CHEEK, _TEAR, _MOUTH, _TONGUE = 0x88E8776B, 0xFF4FA3E0, 0xFF7A2230, 0xFFE8776B
_ANGER, _SPARK = 0xFFD8333F, 0xFFF7B71D


def draw_face(pen: Pen, emotion: str, *, is_asleep: bool = False) -> None:
    """Eyes, brows and mouth in units of a face's radius of 35."""
    if is_asleep:
        _asleep(pen)
    else:
        {"happy": _happy, "sad": _sad, "angry": _angry, "surprised": _surprised}[emotion](pen)


def draw_mark(pen: Pen, emotion: str) -> None:
    """What hangs in the air beside the head: sparks, drops, steam, a cry."""
    {"happy": _sparks, "sad": _drops, "angry": _steam, "surprised": _cry}[emotion](pen)


def _happy(pen: Pen) -> None:
    for x in (-13, 13):
        pen.curve((x - 7, -2), (x, -15), (x + 7, -2), colour=INK, width=4)
        pen.oval(x * 1.65, 8, rx=7, ry=5, colour=_CHEEK)
    pen.svg("M-16,8 L16,8 C16,30,-16,30,-16,8 Z", colour=_MOUTH)
    pen.svg("M-14,8 L14,8 L13,13 L-13,13 Z", colour=PAPER)
    pen.oval(0, 21, rx=7, ry=3.4, colour=_TONGUE)


def _sad(pen: Pen) -> None:
    for x, lean in ((-13, -1), (13, 1)):
        pen.oval(x, -2, rx=4, ry=5, colour=INK)
        pen.line((x - lean * 6, -17), (x + lean * 6, -11), colour=INK, width=3.4)
        pen.svg(
            f"M{x - 4},4 L{x + 5},4 L{x + 6},26 C{x + 6},31,{x - 5},31,{x - 5},26 Z", colour=_TEAR
        )
    pen.curve((-11, 23), (0, 8), (11, 23), colour=INK, width=4)


def _angry(pen: Pen) -> None:
    for x, lean in ((-13, 1), (13, -1)):
        pen.oval(x, 0, rx=4.2, ry=4.6, colour=INK)
        pen.line((x - lean * 9, -15), (x + lean * 8, -6), colour=INK, width=5)
    pen.box(-14, 12, width=28, height=12, colour=INK, corner=4)
    pen.box(-12, 14, width=24, height=8, colour=PAPER, corner=2)
    for x in (-5, 3):
        pen.line((x, 14), (x, 22), colour=INK, width=1.6)


def _surprised(pen: Pen) -> None:
    for x in (-13, 13):
        pen.oval(x, -3, rx=9, ry=10, colour=INK)
        pen.oval(x, -3, rx=7.4, ry=8.4, colour=PAPER)
        pen.oval(x, -3, rx=3.4, ry=3.8, colour=INK)
        pen.curve((x - 8, -19), (x, -26), (x + 8, -19), colour=INK, width=3)
    pen.oval(0, 18, rx=8, ry=10, colour=_MOUTH)


def _asleep(pen: Pen) -> None:
    for x in (-13, 13):
        pen.curve((x - 7, -3), (x, 5), (x + 7, -3), colour=INK, width=3.6)
    pen.oval(0, 15, rx=5, ry=4, colour=_MOUTH)


def _sparks(pen: Pen) -> None:
    for x, y, reach in ((-50, -26, 11), (50, -30, 13)):
        pen.shape(
            (x, y - reach),
            (x + 3, y - 3),
            (x + reach, y),
            (x + 3, y + 3),
            (x, y + reach),
            (x - 3, y + 3),
            (x - reach, y),
            (x - 3, y - 3),
            colour=_SPARK,
        )


def _drops(pen: Pen) -> None:
    for x, y in ((-47, 6), (47, 6), (-53, 30), (53, 30)):
        pen.svg(
            f"M{x},{y - 13} C{x + 10},{y + 1},{x + 7},{y + 8},{x},{y + 8} "
            f"C{x - 7},{y + 8},{x - 10},{y + 1},{x},{y - 13} Z",
            colour=_TEAR,
        )


def _steam(pen: Pen) -> None:
    for side in (-1, 1):
        for x, y, radius in ((47, -16, 8), (57, -24, 6.5), (53, -10, 6)):
            pen.oval(side * x, y, rx=radius, ry=radius, colour=0xFFE3E3E8)
    for dx, dy in ((1, 1), (-1, 1), (1, -1), (-1, -1)):
        pen.curve(
            (34 + dx * 3, -42 + dy * 13),
            (34 + dx * 3, -42 + dy * 3),
            (34 + dx * 13, -42 + dy * 3),
            colour=_ANGER,
            width=4,
        )


def _cry(pen: Pen) -> None:
    for x, y, u, v in (
        (-44, -30, -58, -42),
        (44, -30, 58, -42),
        (-48, -8, -64, -12),
        (48, -8, 64, -12),
    ):
        pen.line((x, y), (u, v), colour=_SPARK, width=5)
    pen.line((0, -74), (0, -58), colour=_ANGER, width=7)
    pen.oval(0, -46, rx=4.2, ry=4.2, colour=_ANGER)
