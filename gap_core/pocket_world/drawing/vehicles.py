"""Vehicles of the FULL edition: truck, tractor and boat, and the number on a bus.

Called by things.py. A number is written outside of the mirrored drawing, by draw_number.
"""

from gap_core.pocket_world.drawing.faces import INK, PAPER
from gap_core.pocket_world.pen import Pen, mixed, shade
from gap_core.pocket_world.scene import Thing
from gap_core.pocket_world.vocabulary_full import FULL_COLOURS

_GLASS, _RUBBER, _METAL, _LAMP = 0xFFCFEAF5, 0xFF35343B, 0xFFB9BEC7, 0xFFFFF0B3
# Middle of the number's plate where the vehicle faces right, and the plate's height.
_PLATES = {"bus": (-20, -42, 42), "truck": (-44, -88, 56), "boat": (-10, -42, 38)}


def plate_of(thing: Thing) -> tuple[float, float, float]:
    """Middle and height of a vehicle's number plate, from its foot and at scale 1."""
    x, y, high = _PLATES[thing.kind]
    return (-x if thing.facing == "left" else x), y, high


def draw_number(pen: Pen, thing: Thing) -> None:
    """The number on a white plate, never mirrored."""
    x, y, high = plate_of(thing)
    width = high * (1.3 if len(thing.word) == 1 else 1.8)
    pen.box(x - width / 2, y - high / 2, width=width, height=high, colour=INK, corner=7)
    pen.box(
        x - width / 2 + 3,
        y - high / 2 + 3,
        width=width - 6,
        height=high - 6,
        colour=PAPER,
        corner=5,
    )
    pen.word(thing.word, x=x, y=y, width=width * 0.72, height=high * 0.64, colour=INK)


def _wheel(pen: Pen, x: float, *, radius: float) -> None:
    pen.oval(x, -radius, rx=radius, ry=radius, colour=_RUBBER)
    pen.oval(x, -radius, rx=radius * 0.55, ry=radius * 0.55, colour=_METAL)
    pen.oval(x, -radius, rx=radius * 0.2, ry=radius * 0.2, colour=_RUBBER)


def draw_truck(pen: Pen, thing: Thing) -> None:
    """A lorry: a box on wheels and a cab."""
    paint = FULL_COLOURS[thing.colour]
    pen.box(-132, -30, width=262, height=14, colour=0xFF4B4A52, corner=4)
    pen.box(-134, -142, width=180, height=114, colour=paint, corner=8)
    pen.box(-134, -46, width=180, height=9, colour=shade(paint, 0.25))
    for x in (-112, 26):
        pen.box(x, -134, width=4, height=84, colour=shade(paint, 0.14))
    pen.svg(
        "M52,-110 L96,-110 C112,-108,122,-84,128,-62 L134,-56 L134,-22 L52,-22 Z",
        colour=shade(paint, 0.12),
    )
    pen.svg("M66,-100 L94,-100 C104,-98,110,-82,115,-66 L66,-66 Z", colour=_GLASS)
    pen.box(60, -54, width=18, height=5, colour=shade(paint, 0.45), corner=2)
    pen.oval(128, -40, rx=7, ry=8, colour=_LAMP)
    for x in (-98, -46, 94):
        _wheel(pen, x, radius=25)


def draw_tractor(pen: Pen, thing: Thing) -> None:
    """A tractor with a cabin and one large wheel."""
    paint = FULL_COLOURS[thing.colour]
    pen.box(46, -128, width=9, height=48, colour=0xFF55535C, corner=4)
    pen.svg("M-8,-82 L76,-80 C90,-78,94,-64,92,-30 L-8,-30 Z", colour=paint)
    for y in (-68, -58, -48):
        pen.line((58, y), (82, y), colour=shade(paint, 0.35), width=4)
    pen.box(-78, -148, width=84, height=12, colour=shade(paint, 0.2), corner=6)
    pen.box(-70, -138, width=68, height=60, colour=_GLASS, corner=4)
    for x in (-72, -10):
        pen.box(x, -140, width=8, height=66, colour=paint, corner=2)
    pen.box(-76, -82, width=84, height=46, colour=paint, corner=10)
    pen.oval(90, -58, rx=6, ry=8, colour=_LAMP)
    pen.oval(-44, -45, rx=46, ry=45, colour=_RUBBER)
    for dx, dy in ((0, 38), (27, 27), (38, 0), (27, -27)):
        pen.line((-44 - dx, -45 - dy), (-44 + dx, -45 + dy), colour=0xFF4B4A52, width=6)
    pen.oval(-44, -45, rx=25, ry=25, colour=0xFFF0C24B)
    pen.oval(-44, -45, rx=9, ry=9, colour=_RUBBER)
    _wheel(pen, 62, radius=27)


def draw_boat(pen: Pen, thing: Thing) -> None:
    """A sailing boat, drawn ashore on its keel."""
    paint = FULL_COLOURS[thing.colour]
    pen.box(-66, -20, width=12, height=20, colour=0xFF8A6A4C, corner=3)
    pen.box(54, -20, width=12, height=20, colour=0xFF8A6A4C, corner=3)
    pen.box(-6, -186, width=9, height=124, colour=0xFF9A7B55, corner=4)
    pen.svg("M8,-180 C56,-150,78,-110,84,-82 L8,-82 Z", colour=PAPER)
    pen.svg("M-12,-166 C-44,-140,-64,-110,-70,-86 L-12,-86 Z", colour=mixed(paint, PAPER, 0.55))
    pen.svg(
        "M-104,-70 L112,-70 C108,-34,84,-12,56,-10 L-60,-10 C-84,-14,-100,-40,-104,-70 Z",
        colour=paint,
    )
    pen.svg("M-104,-70 L112,-70 L110,-58 L-103,-58 Z", colour=shade(paint, 0.3))
    pen.svg(
        "M-88,-30 L96,-30 C86,-18,70,-10,56,-10 L-60,-10 C-74,-12,-84,-22,-88,-30 Z",
        colour=shade(paint, 0.14),
    )
