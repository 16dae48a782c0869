"""Things that hold something: box, bucket, barrel, gift, tent; by material where they have one.

Called by things.py.
"""

from gap_core.pocket_world.drawing.faces import PAPER
from gap_core.pocket_world.drawing.materials import draw_face, paint_of
from gap_core.pocket_world.pen import Pen, mixed, shade
from gap_core.pocket_world.scene import Thing
from gap_core.pocket_world.vocabulary_full import FULL_COLOURS


def draw_box(pen: Pen, thing: Thing) -> None:
    """A closed box with a lid."""
    paint = paint_of(thing)
    draw_face(pen, thing, -55, -78, width=110, height=78, corner=5)
    pen.shape((-55, -78), (-44, -96), (44, -96), (55, -78), colour=mixed(paint, 0xFFFFFFFF, 0.28))
    pen.box(-58, -82, width=116, height=12, colour=shade(paint, 0.26), corner=4)
    pen.box(-9, -76, width=18, height=14, colour=shade(paint, 0.5), corner=4)


def draw_bucket(pen: Pen, thing: Thing) -> None:
    """A bucket with its handle down."""
    paint = paint_of(thing)
    pen.svg("M-38,-72 L38,-72 L28,0 L-28,0 Z", colour=paint)
    _hoops(pen, thing, high=72, top=37, foot=28)
    pen.oval(0, -72, rx=38, ry=10, colour=shade(paint, 0.4))
    pen.oval(0, -70, rx=32, ry=7, colour=shade(paint, 0.6))
    pen.curve((-37, -70), (0, -14), (37, -70), colour=0xFF5E646E, width=4)


def draw_barrel(pen: Pen, thing: Thing) -> None:
    """A barrel with hoops."""
    paint = paint_of(thing)
    pen.svg(
        "M-36,-116 L36,-116 C54,-84,54,-34,36,0 L-36,0 C-54,-34,-54,-84,-36,-116 Z", colour=paint
    )
    _hoops(pen, thing, high=116, top=38, foot=38)
    pen.oval(0, -116, rx=37, ry=9, colour=shade(paint, 0.32))
    pen.oval(0, -116, rx=29, ry=6, colour=mixed(paint, 0xFFFFFFFF, 0.2))
    for y in (-94, -24):
        pen.curve((-46, y), (0, y + 10), (46, y), colour=0xFF55535C, width=7)


def _hoops(pen: Pen, thing: Thing, *, high: float, top: float, foot: float) -> None:
    """Staves of wood, a shine of metal or of plastic, on a round side."""
    paint = paint_of(thing)
    if thing.material == "wood":
        for share in (-0.6, -0.2, 0.2, 0.6):
            pen.line(
                (top * share, -high + 4), (foot * share, -3), colour=shade(paint, 0.34), width=3.2
            )
        pen.line((-top + 3, -high * 0.62), (top - 3, -high * 0.62), colour=0xFF55535C, width=5)
    elif thing.material == "metal":
        for share, width, tone in ((-0.5, 13, 0.65), (-0.16, 5, 0.5)):
            pen.line(
                (top * share, -high + 5),
                (foot * share, -4),
                colour=mixed(paint, 0xFFFFFFFF, tone),
                width=width,
            )
        pen.line((top * 0.62, -high + 5), (foot * 0.62, -4), colour=shade(paint, 0.3), width=10)
    else:
        pen.line(
            (-top * 0.55, -high * 0.8),
            (-foot * 0.6, -high * 0.3),
            colour=mixed(paint, 0xFFFFFFFF, 0.6),
            width=7,
        )


def draw_gift(pen: Pen, thing: Thing) -> None:
    """A wrapped box with a bow."""
    paper = FULL_COLOURS[thing.colour]
    ribbon = 0xFFF7EFDC if thing.colour != "yellow" else 0xFFC9403C
    pen.box(-42, -62, width=84, height=62, colour=paper, corner=5)
    pen.box(-46, -74, width=92, height=20, colour=shade(paper, 0.16), corner=5)
    pen.box(-9, -74, width=18, height=74, colour=ribbon)
    for side in (-1, 1):
        pen.svg(
            f"M0,-74 C{side * 8},-102,{side * 40},-104,{side * 36},-84 "
            f"C{side * 30},-74,{side * 12},-74,0,-74 Z",
            colour=ribbon,
        )
        pen.oval(side * 22, -85, rx=7, ry=5, colour=shade(ribbon, 0.2))
    pen.oval(0, -77, rx=9, ry=8, colour=shade(ribbon, 0.12))


def draw_tent(pen: Pen, thing: Thing) -> None:
    """A ridge tent with an open flap."""
    cloth = FULL_COLOURS[thing.colour]
    pen.shape((20, -152), (82, -140), (112, 0), (60, 0), colour=shade(cloth, 0.3))
    pen.shape((20, -152), (-104, 0), (70, 0), colour=cloth)
    pen.shape((12, -134), (-34, 0), (36, 0), colour=0xFF4A4250)
    pen.svg("M12,-134 C14,-80,8,-30,-8,0 L-34,0 Z", colour=mixed(cloth, PAPER, 0.45))
    pen.line((20, -154), (20, -140), colour=0xFF6B4A33, width=6)
    for x, peg in ((-96, -112), (104, 112)):
        pen.line((x, -12), (peg, 0), colour=0xFF6B4A33, width=4)
