"""Room, kitchen and classroom, behind the things, each with a window onto the weather.

Called by places.py, in the light of the hour.
"""

import random

from gap_core.pocket_world.drawing.sky import Frame, draw_fall, draw_sky
from gap_core.pocket_world.pen import Pen, mixed, shade
from gap_core.pocket_world.scene import Scene
from gap_core.pocket_world.vocabulary import HEIGHT_PX, WIDTH_PX

_CREAM = 0xFFFBF6EC


def _window(
    pen: Pen, scene: Scene, rng: random.Random, x: float, y: float, *, width: float, height: float
) -> None:
    """A window in two panes."""
    pen.box(x - 11, y - 11, width=width + 22, height=height + 22, colour=_CREAM, corner=6)
    frame = Frame(x, y, width, height)
    draw_sky(pen, scene, rng, frame)
    draw_fall(pen, scene, rng, frame)
    pen.box(x + width / 2 - 4, y, width=8, height=height, colour=_CREAM)
    pen.box(x - 20, y + height + 4, width=width + 40, height=12, colour=0xFFE9DCC8, corner=4)


def _planks(pen: Pen, floor: int) -> None:
    pen.gradient(
        0, 340, width=WIDTH_PX, height=HEIGHT_PX - 340, upper=shade(floor, 0.1), lower=floor
    )
    for row, y in enumerate((362, 392, 430)):
        pen.line((0, y), (WIDTH_PX, y), colour=shade(floor, 0.14), width=2.4)
        for x in range(-30 + row * 56, WIDTH_PX, 168):
            pen.line((x, y), (x - 9, y + 32), colour=shade(floor, 0.14), width=2.4)


def draw_room(pen: Pen, scene: Scene, rng: random.Random) -> None:
    """A living room with stripes, a picture on the wall and a rug."""
    wall = rng.choice((0xFFF0D6BE, 0xFFD3DECB, 0xFFD9D3E3, 0xFFC9DBE3))
    pen.box(0, 0, width=WIDTH_PX, height=340, colour=wall)
    for stripe in range(0, WIDTH_PX, 48):
        pen.box(stripe, 0, width=22, height=340, colour=mixed(wall, 0xFFFFFFFF, 0.26))
    x = rng.choice((64.0, 386.0))
    _window(pen, scene, rng, x, 40, width=190, height=158)
    curtain = mixed(wall, 0xFFB5654E, 0.45)
    for side, lean in ((x - 34, 1), (x + 224, -1)):
        pen.svg(
            f"M{side - 20},24 L{side + 20},24 C{side + 16},110,{side + 16 - lean * 6},170,"
            f"{side + 12},226 L{side - 22},226 "
            f"C{side - 14},150,{side - 16},90,{side - 20},24 Z",
            colour=curtain,
        )
    pen.box(x - 64, 16, width=318, height=9, colour=0xFF8A6A4C, corner=4)
    other = 470.0 if x < 200 else 92.0
    pen.box(other, 62, width=92, height=76, colour=0xFF9A7350, corner=3)
    pen.box(other + 7, 69, width=78, height=62, colour=0xFFF4EBDB)
    pen.svg(
        f"M{other + 7},131 L{other + 34},92 L{other + 52},114 L{other + 64},100 "
        f"L{other + 85},131 Z",
        colour=0xFF8FAF9A,
    )
    pen.box(0, 326, width=WIDTH_PX, height=16, colour=_CREAM)
    _planks(pen, 0xFFD6AC82)
    rug = mixed(curtain, 0xFFF7EEDD, 0.4)
    for share, colour in ((1.0, rug), (0.86, mixed(rug, 0xFFFFFFFF, 0.4)), (0.74, rug)):
        pen.oval(320, 420, rx=270 * share, ry=44 * share, colour=colour)


def draw_kitchen(pen: Pen, scene: Scene, rng: random.Random) -> None:
    """Tiles, cupboards, a stove under its hood, and a window over the sink."""
    wood = rng.choice((0xFF9DB7A8, 0xFFD9A77C, 0xFF9FB2C6, 0xFFE0C07C))
    pen.box(0, 0, width=WIDTH_PX, height=340, colour=0xFFF3EDE0)
    for y in range(150, 260, 26):
        for x in range(-26 + (y // 26 % 2) * 13, WIDTH_PX, 52):
            pen.box(x + 2, y + 2, width=48, height=22, colour=0xFFE5EEEA, corner=3)
    is_left = rng.random() < 0.5
    window, hood = (66.0, 452.0) if is_left else (384.0, 60.0)
    _window(pen, scene, rng, window, 34, width=190, height=138)
    _cupboard(pen, 276 if is_left else 232, 20, wood, width=132, height=118)
    pen.shape((hood + 34, 20), (hood + 90, 20), (hood + 124, 120), (hood, 120), colour=0xFFB4BBC4)
    pen.box(hood - 6, 118, width=136, height=14, colour=0xFF969EA9, corner=3)
    for x in range(-8, WIDTH_PX, 108):
        _cupboard(pen, x, 262, wood, width=108, height=80)
    pen.box(hood - 6, 258, width=136, height=84, colour=0xFFD6DADF, corner=4)
    pen.box(hood + 10, 284, width=104, height=46, colour=0xFF4B4F5A, corner=6)
    for knob in (22, 62, 102):
        pen.oval(hood + knob, 271, rx=6, ry=6, colour=0xFF4B4F5A)
    pen.box(0, 248, width=WIDTH_PX, height=14, colour=0xFFC8B79C, corner=3)
    pen.gradient(0, 340, width=WIDTH_PX, height=140, upper=0xFFD8CFC0, lower=0xFFE8E0D2)
    for y, deep in ((340, 34), (374, 46), (420, 60)):
        for x in range(-64 + (y // 30 % 2) * 46, WIDTH_PX, 184):
            pen.shape(
                (x, y), (x + 92, y), (x + 84, y + deep), (x - 10, y + deep), colour=0xFFCDC2B0
            )


def _cupboard(pen: Pen, x: float, y: float, wood: int, *, width: float, height: float) -> None:
    pen.box(x, y, width=width, height=height, colour=wood, corner=3)
    for left in (x + 6, x + width / 2 + 3):
        pen.box(
            left,
            y + 7,
            width=width / 2 - 9,
            height=height - 14,
            colour=mixed(wood, 0xFFFFFFFF, 0.22),
            corner=4,
        )
    for left in (x + width / 2 - 12, x + width / 2 + 7):
        pen.box(left, y + height / 2 - 8, width=5, height=17, colour=shade(wood, 0.45), corner=2)


def draw_classroom(pen: Pen, scene: Scene, rng: random.Random) -> None:
    """A blackboard with chalk drawings, a shelf of folders and a window."""
    wall = rng.choice((0xFFF2E4C0, 0xFFDDE6DC, 0xFFE6DDE0))
    pen.box(0, 0, width=WIDTH_PX, height=340, colour=wall)
    pen.box(0, 236, width=WIDTH_PX, height=104, colour=mixed(wall, 0xFFB98E5E, 0.28))
    pen.box(0, 232, width=WIDTH_PX, height=8, colour=0xFFC9A377)
    is_left = rng.random() < 0.5
    board, window = (40.0, 424.0) if is_left else (250.0, 40.0)
    pen.box(board, 40, width=350, height=162, colour=0xFF9A7350, corner=5)
    pen.box(board + 9, 49, width=332, height=144, colour=0xFF3F6152, corner=3)
    _draw_chalk(pen, board)
    pen.box(board + 30, 200, width=290, height=9, colour=0xFFB78E62, corner=3)
    _window(pen, scene, rng, window, 46, width=172, height=146)
    pen.box(0, 326, width=WIDTH_PX, height=16, colour=0xFFF6EEDD)
    _planks(pen, 0xFFCFA877)


def _draw_chalk(pen: Pen, board: float) -> None:
    """A triangle, a wave and a row of sums without any sign that could be read."""
    chalk = 0xCCF4F1E6
    pen.line(
        (board + 44, 160),
        (board + 84, 84),
        (board + 124, 160),
        (board + 44, 160),
        colour=chalk,
        width=3.4,
    )
    pen.ring(board + 184, 122, radius=36, colour=chalk, width=3.4)
    pen.line((board + 184, 122), (board + 212, 100), colour=chalk, width=3.4)
    for row in range(4):
        y = 82 + row * 26
        pen.curve((board + 244, y), (board + 268, y - 12), (board + 290, y), colour=chalk, width=3)
        pen.curve((board + 290, y), (board + 306, y + 10), (board + 322, y), colour=chalk, width=3)
