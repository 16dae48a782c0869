"""Food, toys and other small things of the FULL edition.

Called by things.py.
"""

from gap_core.pocket_world.drawing.faces import INK, PAPER
from gap_core.pocket_world.pen import Pen, mixed, shade
from gap_core.pocket_world.scene import Thing
from gap_core.pocket_world.vocabulary_full import FULL_COLOURS

_LEAF, _STALK = 0xFF5E9E4C, 0xFF6B4528


def draw_banana(pen: Pen, thing: Thing) -> None:
    """A banana that lies on its back."""
    skin = FULL_COLOURS[thing.colour]
    pen.svg("M-44,-50 C-34,-14,10,-6,44,-34 C42,-8,12,4,-8,2 C-32,0,-48,-22,-50,-46 Z", colour=skin)
    pen.curve((-40, -36), (-18, -8), (34, -24), colour=shade(skin, 0.22), width=3.4)
    pen.line((-47, -48), (-46, -56), colour=_STALK, width=7)
    pen.oval(43, -33, rx=4, ry=4, colour=_STALK)


def draw_carrot(pen: Pen, thing: Thing) -> None:
    """A carrot that lies, with its leaves."""
    skin = FULL_COLOURS[thing.colour]
    for tip in ((50, -44), (54, -28), (48, -12)):
        pen.line((22, -24), tip, colour=_LEAF, width=7)
    pen.svg(
        "M28,-44 C38,-34,38,-14,28,-4 C4,-2,-30,-10,-54,-20 C-32,-36,4,-46,28,-44 Z", colour=skin
    )
    for x, y in ((-20, -30), (0, -16), (14, -34)):
        pen.line((x, y), (x + 9, y - 1), colour=shade(skin, 0.26), width=3)


def draw_pumpkin(pen: Pen, thing: Thing) -> None:
    """A ribbed pumpkin."""
    skin = FULL_COLOURS[thing.colour]
    for x, tone in ((-26, 0.2), (26, 0.2), (-13, 0.08), (13, 0.08), (0, 0.0)):
        pen.oval(x, -34, rx=22, ry=34, colour=shade(skin, tone) if tone else skin)
    pen.oval(-6, -44, rx=5, ry=12, colour=mixed(skin, PAPER, 0.4))
    pen.curve((0, -64), (2, -78), (12, -80), colour=_LEAF, width=9)


def draw_melon(pen: Pen, thing: Thing) -> None:
    """A striped melon with one slice cut out."""
    skin = FULL_COLOURS[thing.colour]
    pen.oval(0, -36, rx=49, ry=36, colour=skin)
    for bend in (-34, -12, 12, 34):
        pen.curve(
            (bend * 0.5, -70),
            (bend * 1.5, -36),
            (bend * 0.5, -2),
            colour=shade(skin, 0.34),
            width=5,
        )
    pen.svg("M0,-38 L46,-50 C52,-38,50,-24,42,-16 Z", colour=0xFFE8575A)
    pen.svg("M46,-50 C52,-38,50,-24,42,-16 L37,-19 C43,-27,44,-38,40,-48 Z", colour=0xFFEAF3D6)
    for x, y in ((20, -36), (31, -40), (31, -28)):
        pen.oval(x, y, rx=2.2, ry=3, colour=INK)


def draw_balloon(pen: Pen, thing: Thing) -> None:
    """A balloon on a string, held by a small weight."""
    rubber = FULL_COLOURS[thing.colour]
    pen.curve((0, -104), (14, -58), (0, -10), colour=0xFF8B8791, width=2.6)
    pen.box(-10, -13, width=20, height=13, colour=0xFF6E6A76, corner=4)
    pen.svg("M0,-104 C-50,-124,-48,-196,0,-196 C48,-196,50,-124,0,-104 Z", colour=rubber)
    pen.shape((-7, -98), (0, -108), (7, -98), colour=shade(rubber, 0.2))
    pen.oval(-15, -168, rx=8, ry=13, colour=mixed(rubber, 0xFFFFFFFF, 0.6))


def draw_teddy(pen: Pen, thing: Thing) -> None:
    """A teddy bear that sits, with a patch and a bow."""
    plush = FULL_COLOURS[thing.colour]
    light = mixed(plush, PAPER, 0.55) if thing.colour != "white" else 0xFFE8D9C2
    for side in (-1, 1):
        pen.oval(side * 34, -48, rx=12, ry=20, colour=shade(plush, 0.12))
        pen.oval(side * 24, -98, rx=13, ry=13, colour=plush)
        pen.oval(side * 24, -98, rx=7, ry=7, colour=light)
    pen.oval(0, -36, rx=32, ry=32, colour=plush)
    pen.oval(0, -34, rx=19, ry=20, colour=light)
    for side in (-1, 1):
        pen.oval(side * 26, -13, rx=17, ry=13, colour=plush)
        pen.oval(side * 28, -12, rx=9, ry=7, colour=light)
    pen.oval(0, -80, rx=31, ry=27, colour=plush)
    pen.oval(0, -72, rx=14, ry=11, colour=light)
    pen.oval(0, -76, rx=5, ry=4, colour=INK)
    for x in (-13, 13):
        pen.oval(x, -85, rx=3.6, ry=4, colour=INK)
    for side in (-1, 1):
        pen.shape((0, -55), (side * 17, -63), (side * 17, -47), colour=0xFFC9403C)


def draw_drum(pen: Pen, thing: Thing) -> None:
    """A drum with cords and two sticks."""
    shell = FULL_COLOURS[thing.colour]
    pen.svg("M-44,-66 L44,-66 L44,-10 C30,2,-30,2,-44,-10 Z", colour=shell)
    for x in (-44, -15, 14):
        pen.line((x, -60), (x + 15, -8), (x + 30, -60), colour=0xFFF7EFDC, width=3.4)
    pen.curve((-44, -10), (0, 8), (44, -10), colour=0xFFE3B45C, width=7)
    pen.oval(0, -66, rx=45, ry=14, colour=0xFFE3B45C)
    pen.oval(0, -67, rx=39, ry=10, colour=PAPER)
    pen.line((-40, -84), (-4, -68), colour=0xFF9A6B43, width=5)
    pen.line((42, -84), (6, -68), colour=0xFF9A6B43, width=5)


def draw_book(pen: Pen, thing: Thing) -> None:
    """A closed book that stands slightly open."""
    cover = FULL_COLOURS[thing.colour]
    pen.shape((-40, -60), (30, -66), (42, -58), (42, 0), (-40, 0), colour=shade(cover, 0.3))
    pen.shape((-34, -58), (34, -60), (36, -4), (-34, -2), colour=PAPER)
    pen.box(-44, -62, width=74, height=62, colour=cover, corner=4)
    pen.box(-44, -62, width=12, height=62, colour=shade(cover, 0.24), corner=3)
    pen.box(-24, -48, width=42, height=18, colour=mixed(cover, PAPER, 0.75), corner=3)
    pen.line((-16, -39), (10, -39), colour=cover, width=3)


def draw_umbrella(pen: Pen, thing: Thing) -> None:
    """A large open umbrella on a pole."""
    cloth = FULL_COLOURS[thing.colour]
    pen.oval(0, -5, rx=26, ry=6, colour=0xFF6E6A76)
    pen.box(-4, -190, width=8, height=186, colour=0xFF9A7B55, corner=3)
    pen.svg(
        "M-95,-124 C-88,-200,88,-200,95,-124 C80,-138,64,-138,48,-126 C32,-140,16,-140,0,-126 "
        "C-16,-140,-32,-140,-48,-126 C-64,-138,-80,-138,-95,-124 Z",
        colour=cloth,
    )
    pen.svg(
        "M-48,-126 C-40,-176,-16,-184,0,-184 C16,-184,40,-176,48,-126 C32,-140,16,-140,0,-126 "
        "C-16,-140,-32,-140,-48,-126 Z",
        colour=mixed(cloth, PAPER, 0.72),
    )
    pen.oval(0, -188, rx=6, ry=7, colour=0xFF9A7B55)


def draw_guitar(pen: Pen, thing: Thing) -> None:
    """A guitar on its stand."""
    body = FULL_COLOURS[thing.colour]
    for x in (-30, 30):
        pen.line((0, -34), (x, 0), colour=0xFF4B4A52, width=5)
    pen.box(-6, -184, width=12, height=100, colour=0xFF5B3A29, corner=3)
    pen.box(-11, -200, width=22, height=24, colour=0xFF3C2A22, corner=5)
    pen.oval(0, -84, rx=29, ry=27, colour=body)
    pen.oval(0, -44, rx=39, ry=34, colour=body)
    pen.oval(0, -44, rx=31, ry=26, colour=mixed(body, PAPER, 0.14))
    pen.oval(0, -74, rx=12, ry=12, colour=0xFF2B2228)
    pen.box(-14, -38, width=28, height=7, colour=0xFF3C2A22, corner=2)
    for x in (-3, 3):
        pen.line((x, -184), (x, -36), colour=0xFFE9E2CF, width=1.4)


def draw_sign(pen: Pen, thing: Thing) -> None:
    """A board on a post with a word; it is never mirrored."""
    board = FULL_COLOURS[thing.colour]
    pen.box(-6, -100, width=12, height=100, colour=0xFFB9BEC7, corner=4)
    pen.box(-74, -184, width=148, height=96, colour=shade(board, 0.3), corner=14)
    pen.box(-69, -179, width=138, height=86, colour=board, corner=11)
    ink = INK if thing.colour in ("yellow", "white") else PAPER
    pen.word(thing.word, x=0, y=-136, width=118, height=58, colour=ink)
