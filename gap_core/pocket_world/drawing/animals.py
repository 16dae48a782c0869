"""Animals of the FULL edition beside dog, cat and bird: the foot at (0, 0), facing right.

Called by things.py.
"""

from gap_core.pocket_world.drawing.faces import INK, PAPER
from gap_core.pocket_world.pen import Pen, mixed, shade
from gap_core.pocket_world.scene import Thing
from gap_core.pocket_world.vocabulary_full import FULL_COLOURS

_HOOF, _NOSE = 0xFF4A3B36, 0xFFE9A5A0


def _eye(pen: Pen, x: float, y: float, *, size: float = 4.4) -> None:
    """An eye that is seen on any coat."""
    pen.oval(x, y, rx=size * 1.35, ry=size * 1.35, colour=PAPER)
    pen.oval(x + size * 0.3, y, rx=size * 0.8, ry=size * 0.9, colour=INK)


def _legs(
    pen: Pen,
    far: tuple[int, ...],
    near: tuple[int, ...],
    *,
    high: float,
    coat: int,
    width: float = 17,
) -> None:
    """Four legs with hooves, the far ones in shadow."""
    for xs, colour in ((far, shade(coat, 0.28)), (near, coat)):
        for x in xs:
            pen.box(x, -high, width=width, height=high, colour=colour, corner=7)
            pen.box(x - 1, -10, width=width + 2, height=10, colour=_HOOF, corner=4)


def draw_horse(pen: Pen, thing: Thing) -> None:
    """A horse with mane and tail."""
    coat = FULL_COLOURS[thing.colour]
    mane = shade(coat, 0.5)
    pen.svg("M-76,-104 C-104,-100,-102,-50,-94,-30 C-84,-40,-78,-70,-66,-86 Z", colour=mane)
    _legs(pen, (-58, 36), (-74, 20), high=66, coat=coat)
    pen.svg(
        "M-80,-74 C-84,-116,-50,-116,-10,-110 C20,-108,30,-120,46,-150 L76,-138 "
        "C64,-110,60,-84,46,-62 C10,-44,-60,-44,-80,-74 Z",
        colour=coat,
    )
    pen.svg(
        "M40,-146 C48,-172,66,-172,82,-160 L100,-128 C104,-116,88,-110,80,-118 L60,-130 Z",
        colour=coat,
    )
    pen.svg("M86,-122 L98,-136 C106,-124,98,-112,86,-114 Z", colour=mixed(coat, PAPER, 0.4))
    pen.shape((52, -160), (54, -178), (66, -164), colour=coat)
    pen.svg("M54,-170 C30,-160,22,-130,16,-108 L34,-112 C40,-132,46,-148,62,-160 Z", colour=mane)
    _eye(pen, 72, -146)
    pen.oval(97, -122, rx=2.4, ry=2.8, colour=INK)


def draw_cow(pen: Pen, thing: Thing) -> None:
    """A spotted cow with horns and udder."""
    coat = FULL_COLOURS[thing.colour]
    spot = 0xFF4A3B36 if thing.colour == "white" else PAPER
    pen.curve((-84, -104), (-102, -80), (-94, -44), colour=shade(coat, 0.2), width=6)
    pen.oval(-94, -40, rx=7, ry=10, colour=_HOOF)
    _legs(pen, (-60, 30), (-78, 14), high=56, coat=coat, width=18)
    pen.oval(-34, -44, rx=17, ry=13, colour=_NOSE)
    pen.box(-90, -116, width=146, height=76, colour=coat, corner=30)
    pen.oval(-50, -92, rx=24, ry=17, colour=spot)
    pen.oval(6, -72, rx=22, ry=16, colour=spot)
    pen.oval(-14, -106, rx=13, ry=8, colour=spot)
    for x, tip in ((42, 36), (76, 84)):
        pen.line((x, -120), (tip, -136), colour=0xFFEDE3CC, width=8)
    pen.oval(30, -110, rx=14, ry=8, colour=shade(coat, 0.22))
    pen.oval(90, -110, rx=12, ry=8, colour=shade(coat, 0.22))
    pen.box(36, -126, width=48, height=58, colour=coat, corner=20)
    pen.box(40, -90, width=52, height=32, colour=_NOSE, corner=15)
    for x in (56, 76):
        pen.oval(x, -76, rx=3.4, ry=4.4, colour=0xFF9C5B58)
    for x in (50, 74):
        _eye(pen, x, -104, size=4)


def draw_sheep(pen: Pen, thing: Thing) -> None:
    """A woolly sheep with a bare face."""
    wool = FULL_COLOURS[thing.colour]
    face = 0xFF4B4149 if thing.colour != "black" else 0xFFB9AFA6
    _legs(pen, (-34, 14), (-46, 2), high=34, coat=face, width=12)
    for x, y, radius in (
        (-40, -52, 24),
        (-24, -74, 24),
        (2, -78, 25),
        (24, -64, 23),
        (18, -42, 22),
        (-8, -40, 25),
        (-32, -40, 20),
    ):
        pen.oval(x, y, rx=radius, ry=radius, colour=wool)
    for x, y in ((-34, -60), (-10, -72), (-14, -48), (12, -56)):
        pen.curve((x - 9, y), (x, y + 11), (x + 9, y), colour=shade(wool, 0.16), width=3)
    pen.oval(22, -76, rx=11, ry=6, colour=shade(face, 0.2))
    pen.svg(
        "M26,-88 C46,-96,62,-84,62,-64 C62,-50,48,-44,40,-50 C30,-58,24,-74,26,-88 Z", colour=face
    )
    pen.oval(34, -90, rx=16, ry=11, colour=wool)
    _eye(pen, 46, -72, size=3.6)


def draw_pig(pen: Pen, thing: Thing) -> None:
    """A round pig with a curly tail."""
    skin = FULL_COLOURS[thing.colour]
    pen.curve((-60, -58), (-82, -62), (-72, -78), colour=shade(skin, 0.2), width=5)
    pen.curve((-72, -78), (-62, -70), (-74, -62), colour=shade(skin, 0.2), width=5)
    _legs(pen, (-32, 26), (-46, 12), high=30, coat=skin, width=16)
    pen.svg(
        "M-64,-46 C-66,-92,-20,-94,8,-90 C40,-88,54,-66,48,-44 C40,-14,-56,-12,-64,-46 Z",
        colour=skin,
    )
    pen.oval(38, -60, rx=29, ry=28, colour=skin)
    pen.shape((18, -80), (14, -102), (38, -88), colour=shade(skin, 0.2))
    pen.shape((46, -86), (62, -98), (62, -74), colour=shade(skin, 0.2))
    pen.oval(56, -52, rx=15, ry=13, colour=mixed(skin, 0xFFE07A86, 0.5))
    for x in (51, 61):
        pen.oval(x, -52, rx=2.6, ry=4.2, colour=0xFF7A3A42)
    _eye(pen, 38, -70, size=3.8)


def draw_duck(pen: Pen, thing: Thing) -> None:
    """A duck on flat feet, with a wide bill."""
    feather = FULL_COLOURS[thing.colour]
    bill = 0xFFF0932B if thing.colour != "orange" else 0xFFD9622B
    for x in (-8, 10):
        pen.line((x, -16), (x, -3), colour=bill, width=5)
        pen.shape((x - 4, -4), (x + 14, 0), (x - 6, 0), colour=bill)
    pen.svg(
        "M-48,-48 C-40,-40,-30,-46,-16,-46 C4,-48,24,-50,28,-34 C28,-14,-6,-8,-22,-14 "
        "C-40,-20,-48,-34,-48,-48 Z",
        colour=feather,
    )
    pen.svg("M-22,-38 C-8,-46,12,-42,10,-28 C-4,-20,-18,-24,-22,-38 Z", colour=shade(feather, 0.2))
    pen.svg("M8,-36 C10,-52,12,-56,10,-62 L30,-62 C28,-52,30,-44,28,-32 Z", colour=feather)
    pen.oval(20, -66, rx=19, ry=19, colour=feather)
    pen.svg("M34,-70 C46,-72,54,-66,52,-62 C50,-56,42,-58,34,-58 Z", colour=bill)
    _eye(pen, 24, -71, size=3.4)


def draw_fish(pen: Pen, thing: Thing) -> None:
    """A fish in a bowl; without the bowl where it is somewhere strange."""
    if thing.oddity:
        with pen.at(0, -6, scale=1.5):
            _swim(pen, FULL_COLOURS[thing.colour])
        return
    pen.svg("M-30,-90 C-58,-74,-58,-14,-30,0 L30,0 C58,-14,58,-74,30,-90 Z", colour=0xFFDDF0F6)
    pen.svg("M-46,-62 C-56,-40,-50,-12,-30,-2 L30,-2 C50,-12,56,-40,46,-62 Z", colour=0xFF9CD0E6)
    pen.svg("M-38,-10 C-20,-18,20,-18,38,-10 L30,-2 L-30,-2 Z", colour=0xFFE4CE9B)
    with pen.at(0, -14):
        _swim(pen, FULL_COLOURS[thing.colour])
    pen.box(-34, -95, width=68, height=8, colour=0xFFB6D9E6, corner=4)
    pen.curve((-38, -66), (-46, -44), (-38, -22), colour=0xAAFFFFFF, width=4)


def _swim(pen: Pen, scale: int) -> None:
    pen.shape((-18, -24), (-38, -38), (-34, -22), (-38, -8), colour=shade(scale, 0.2))
    pen.svg("M-22,-23 C-10,-42,20,-42,32,-24 C20,-6,-10,-6,-22,-23 Z", colour=scale)
    pen.svg("M-4,-35 C2,-46,14,-44,14,-36 Z", colour=shade(scale, 0.2))
    pen.curve((10, -34), (4, -24), (10, -13), colour=shade(scale, 0.3), width=2.6)
    _eye(pen, 20, -27, size=3.2)


def draw_rabbit(pen: Pen, thing: Thing) -> None:
    """A rabbit that sits with its ears up."""
    fur = FULL_COLOURS[thing.colour]
    pen.oval(-36, -18, rx=12, ry=11, colour=mixed(fur, PAPER, 0.6))
    pen.svg("M-38,0 C-46,-44,-14,-58,8,-50 C32,-44,32,-16,26,0 Z", colour=fur)
    pen.oval(-16, -12, rx=22, ry=14, colour=shade(fur, 0.14))
    for x in (10, 22):
        pen.box(x, -22, width=11, height=22, colour=shade(fur, 0.08), corner=5)
    for x, tip, tone in ((8, -4, 0.2), (26, 32, 0.0)):
        pen.svg(
            f"M{x - 8},-74 C{tip - 14},-112,{tip + 8},-128,{tip + 6},-104 "
            f"C{tip + 8},-90,{x + 8},-82,{x + 7},-74 Z",
            colour=shade(fur, tone) if tone else fur,
        )
    pen.svg("M22,-78 C22,-96,30,-110,33,-102 C35,-92,30,-84,28,-78 Z", colour=_NOSE)
    pen.oval(18, -60, rx=25, ry=23, colour=fur)
    pen.oval(38, -56, rx=5, ry=4, colour=0xFFD9777B)
    _eye(pen, 23, -66, size=4)
    pen.curve((30, -48), (34, -43), (40, -49), colour=shade(fur, 0.5), width=2.4)


def draw_camel(pen: Pen, thing: Thing) -> None:
    """A camel with two humps."""
    fur = FULL_COLOURS[thing.colour]
    pen.curve((-80, -94), (-96, -80), (-90, -56), colour=shade(fur, 0.3), width=6)
    _legs(pen, (-58, 28), (-72, 14), high=72, coat=fur, width=15)
    pen.svg(
        "M-82,-78 C-84,-104,-70,-108,-62,-112 C-56,-152,-30,-152,-22,-116 "
        "C-16,-110,-12,-110,-8,-114 C0,-150,26,-150,32,-108 "
        "C38,-94,38,-74,30,-62 C0,-50,-66,-50,-82,-78 Z",
        colour=fur,
    )
    pen.svg(
        "M22,-92 C40,-70,58,-76,60,-112 C60,-132,58,-146,56,-154 L78,-156 "
        "C82,-120,80,-70,50,-58 C36,-54,24,-60,22,-92 Z",
        colour=fur,
    )
    pen.svg(
        "M52,-156 C56,-178,78,-178,90,-166 C104,-162,104,-146,92,-144 C76,-142,54,-142,52,-156 Z",
        colour=fur,
    )
    pen.shape((56, -166), (54, -182), (68, -172), colour=shade(fur, 0.24))
    _eye(pen, 76, -162, size=4)
    pen.oval(97, -156, rx=2.4, ry=2.6, colour=INK)
    pen.box(-26, -118, width=22, height=48, colour=0xFFB5483A, corner=4)
    pen.box(-26, -88, width=22, height=7, colour=0xFFF0C24B)


def draw_bear(pen: Pen, thing: Thing) -> None:
    """A bear that stands upright and looks at the reader."""
    fur = FULL_COLOURS[thing.colour]
    light = mixed(fur, 0xFFF0D9B5, 0.5) if thing.colour != "white" else 0xFFE5DCCD
    for x in (-42, 12):
        pen.box(x, -44, width=30, height=44, colour=fur, corner=13)
        pen.oval(x + 15, -5, rx=18, ry=7, colour=shade(fur, 0.22))
    pen.oval(0, -64, rx=52, ry=50, colour=fur)
    pen.oval(0, -56, rx=30, ry=33, colour=light)
    for side in (-1, 1):
        pen.line((side * 44, -88), (side * 62, -56), colour=shade(fur, 0.12), width=24)
        pen.oval(side * 27, -150, rx=14, ry=14, colour=fur)
        pen.oval(side * 27, -150, rx=7, ry=7, colour=light)
    pen.oval(0, -124, rx=39, ry=34, colour=fur)
    pen.oval(0, -112, rx=19, ry=15, colour=light)
    pen.oval(0, -119, rx=8, ry=6, colour=INK)
    pen.curve((-7, -106), (0, -100), (7, -106), colour=INK, width=2.6)
    for x in (-15, 15):
        _eye(pen, x, -132, size=4)
