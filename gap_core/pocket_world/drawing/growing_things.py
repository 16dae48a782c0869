"""Trees, flowers and what else stands in the open: cactus, mushroom, rock, snowman.

Called by things.py.
"""

from gap_core.pocket_world.drawing.faces import INK, PAPER
from gap_core.pocket_world.pen import Pen, mixed, shade
from gap_core.pocket_world.scene import Thing
from gap_core.pocket_world.vocabulary_full import FULL_COLOURS

_TREE_LEAVES = {
    "green": 0xFF5FA35C, "orange": 0xFFE5863A, "yellow": 0xFFEBBE4B, "pink": 0xFFF2A6C2,
    "white": 0xFFEFF4F8,
}  # fmt: skip


def draw_tree(pen: Pen, thing: Thing) -> None:
    """A round tree in the colour of its season."""
    leaf = _TREE_LEAVES[thing.colour]
    pen.svg("M-15,0 C-9,-30,-10,-70,-12,-110 L12,-110 C10,-70,9,-30,17,0 Z", colour=0xFF8A6549)
    pen.line((0, -96), (-34, -134), colour=0xFF8A6549, width=9)
    pen.line((0, -88), (32, -126), colour=0xFF8A6549, width=9)
    for x, y, radius in (
        (-44, -140, 40),
        (44, -136, 42),
        (-22, -186, 44),
        (28, -188, 42),
        (0, -150, 46),
    ):
        pen.oval(x, y, rx=radius, ry=radius, colour=shade(leaf, 0.1))
    for x, y, radius in ((-30, -168, 34), (24, -196, 34), (34, -146, 28), (-12, -202, 30)):
        pen.oval(x, y, rx=radius, ry=radius, colour=leaf)
    for x, y in ((-48, -154), (-14, -190), (22, -160), (46, -182), (-6, -146), (16, -216)):
        pen.oval(x, y, rx=8, ry=6, colour=mixed(leaf, 0xFFFFFFFF, 0.4))


def draw_flower(pen: Pen, thing: Thing) -> None:
    """One large flower in a pot."""
    petal = FULL_COLOURS[thing.colour]
    pen.curve((0, -34), (-5, -60), (0, -84), colour=0xFF4E8F4A, width=6)
    pen.svg("M0,-46 C-28,-46,-30,-66,-24,-70 C-10,-70,-2,-58,0,-46 Z", colour=0xFF5FA35C)
    pen.svg("M0,-54 C24,-54,28,-72,22,-76 C8,-76,2,-66,0,-54 Z", colour=0xFF5FA35C)
    for x, y in ((0, -112), (20, -102), (24, -84), (10, -70), (-10, -70), (-24, -84), (-20, -102)):
        pen.oval(x * 0.8, (y + 90) * 0.8 - 90, rx=13, ry=13, colour=petal)
    middle = 0xFFF6C945 if thing.colour not in ("yellow", "orange") else 0xFF7A4A2B
    pen.oval(0, -90, rx=11, ry=11, colour=middle)
    pen.shape((-26, -38), (26, -38), (19, 0), (-19, 0), colour=0xFFB9694A)
    pen.box(-30, -46, width=60, height=13, colour=0xFFCB7C59, corner=4)


def draw_cactus(pen: Pen, thing: Thing) -> None:
    """A cactus with two arms and a small flower."""
    skin, dark = 0xFF4A9C58, 0xFF37794A
    pen.box(-21, -166, width=42, height=166, colour=skin, corner=20)
    for side, low, high in ((-1, -70, -118), (1, -92, -140)):
        pen.line((0, low), (side * 40, low), colour=skin, width=24)
        pen.line((side * 40, low), (side * 40, high), colour=skin, width=24)
        pen.line((side * 40, low - 4), (side * 40, high), colour=dark, width=2.6)
    for x in (-9, 0, 9):
        pen.line((x, -152), (x, -8), colour=dark, width=2.6)
    for x, y in ((-15, -130), (14, -112), (-14, -60), (15, -40), (-16, -26), (5, -150)):
        pen.line((x - 4, y - 3), (x + 4, y + 3), colour=0xFFE8F0D8, width=2)
    for x in (-8, 0, 8):
        pen.oval(x, -166, rx=7, ry=7, colour=0xFFF08DB2)


def draw_mushroom(pen: Pen, thing: Thing) -> None:
    """A mushroom with dots on its cap."""
    cap = FULL_COLOURS[thing.colour]
    dot = PAPER if thing.colour != "white" else 0xFFC9B9A2
    pen.svg("M-15,-46 C-14,-20,-22,-8,-20,0 L20,0 C22,-8,14,-20,15,-46 Z", colour=0xFFF1E6D2)
    pen.svg("M-18,-42 C-8,-34,8,-34,18,-42 L16,-34 C8,-28,-8,-28,-16,-34 Z", colour=0xFFD9CBB2)
    pen.svg("M-46,-42 C-46,-104,46,-104,46,-42 C28,-34,-28,-34,-46,-42 Z", colour=cap)
    for x, y, radius in ((-22, -58, 8), (4, -74, 9), (25, -54, 7), (-4, -50, 5)):
        pen.oval(x, y, rx=radius, ry=radius * 0.85, colour=dot)


def draw_rock(pen: Pen, thing: Thing) -> None:
    """A boulder of three planes."""
    stone = FULL_COLOURS[thing.colour]
    pen.shape((-62, 0), (-52, -40), (-22, -74), (22, -78), (52, -46), (62, 0), colour=stone)
    pen.shape((-22, -74), (22, -78), (8, -42), (-30, -36), colour=mixed(stone, 0xFFFFFFFF, 0.3))
    pen.shape((8, -42), (22, -78), (52, -46), (62, 0), (18, 0), colour=shade(stone, 0.24))
    pen.line((-44, -18), (-30, -24), (-24, -12), colour=shade(stone, 0.36), width=3)


def draw_snowman(pen: Pen, thing: Thing) -> None:
    """Three balls of snow with scarf, carrot nose and twigs."""
    snow, shadow = 0xFFFBFDFE, 0xFFD5E0EA
    for y, radius in ((-42, 46), (-100, 35), (-146, 27)):
        pen.oval(0, y, rx=radius + 2, ry=radius + 2, colour=shadow)
        pen.oval(-3, y - 3, rx=radius - 3, ry=radius - 3, colour=snow)
    for side in (-1, 1):
        pen.line((side * 30, -108), (side * 56, -132), colour=0xFF6B4A33, width=5)
        pen.line((side * 47, -124), (side * 57, -120), colour=0xFF6B4A33, width=3.4)
    pen.box(-30, -128, width=60, height=13, colour=0xFFC9403C, corner=6)
    pen.box(8, -124, width=15, height=36, colour=0xFFB5352F, corner=5)
    for x in (-9, 9):
        pen.oval(x, -152, rx=3.6, ry=4.2, colour=INK)
    pen.shape((0, -147), (26, -141), (0, -138), colour=0xFFF0832B)
    for y in (-104, -92, -60, -42):
        pen.oval(0, y, rx=3.8, ry=3.8, colour=INK)
