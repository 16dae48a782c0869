"""How each kind of thing is drawn: one function a kind, the foot at (0, 0), facing right.

Called by render.py. Sizes are those of vocabulary.KINDS; a thing is scaled and mirrored there.
"""

from gap_core.pocket_world.pen import Pen, mixed, shade
from gap_core.pocket_world.scene import Thing
from gap_core.pocket_world.vocabulary_full import FULL_COLOURS

_SKIN, _HAIR = 0xFFF3C7A0, 0xFF5B3A29
_INK, _PAPER, _GLASS = 0xFF2E2A33, 0xFFFBF8F1, 0xFFCFEAF5
_RUBBER, _METAL = 0xFF35343B, 0xFFB9BEC7


def draw_thing(pen: Pen, thing: Thing) -> None:
    """The thing in its own colours, in the pen's present coordinates."""
    _DRAWN[thing.kind](pen, thing)


def _face(pen: Pen, thing: Thing, *, x: float, y: float, size: float) -> None:
    """Two eyes and a mouth; happy smiles, sad bends down."""
    for side in (-0.42, 0.42):
        pen.oval(x + side * size, y, rx=size * 0.13, ry=size * 0.16, colour=_INK)
        pen.oval(
            x + side * size * 1.25,
            y + size * 0.34,
            rx=size * 0.17,
            ry=size * 0.11,
            colour=0x66E8776B,
        )
    bend = 0.95 if thing.face == "happy" else 0.3
    ends = 0.5 if thing.face == "happy" else 0.66
    pen.curve(
        (x - size * 0.32, y + size * ends),
        (x, y + size * bend),
        (x + size * 0.32, y + size * ends),
        colour=_INK,
        width=size * 0.11,
    )


def _man(pen: Pen, thing: Thing) -> None:
    shirt = FULL_COLOURS[thing.colour]
    for x in (-27, 5):
        pen.box(x, -84, width=22, height=80, colour=0xFF4A5568, corner=6)
        pen.box(x - 1, -12, width=30, height=12, colour=_INK, corner=6)
    for x in (-44, 26):
        pen.box(x, -150, width=18, height=66, colour=shade(shirt, 0.14), corner=9)
        pen.oval(x + 9, -82, rx=9, ry=9, colour=_SKIN)
    pen.box(-32, -156, width=64, height=82, colour=shirt, corner=16)
    pen.box(-8, -168, width=16, height=18, colour=shade(_SKIN, 0.12), corner=5)
    pen.oval(0, -192, rx=29, ry=31, colour=_SKIN)
    pen.svg(
        "M-30,-194 C-34,-232,34,-232,30,-194 C22,-210,2,-214,-12,-211 "
        "C-22,-209,-28,-203,-30,-194 Z",
        colour=_HAIR,
    )
    _face(pen, thing, x=2, y=-190, size=23)


def _woman(pen: Pen, thing: Thing) -> None:
    dress, hair = FULL_COLOURS[thing.colour], 0xFF7A3B22
    pen.svg(
        "M-34,-186 C-40,-236,40,-236,34,-186 L38,-140 C20,-128,-20,-128,-38,-140 Z", colour=hair
    )
    for x in (-20, 8):
        pen.box(x, -46, width=12, height=42, colour=_SKIN)
        pen.box(x - 2, -10, width=22, height=10, colour=0xFFB5483A, corner=5)
    for x, lean in ((-30, -12), (30, 12)):
        pen.line((x, -136), (x + lean, -92), colour=_SKIN, width=14)
    pen.svg(
        "M-26,-148 C-30,-118,-24,-104,-46,-40 L46,-40 C24,-104,30,-118,26,-148 "
        "C14,-158,-14,-158,-26,-148 Z",
        colour=dress,
    )
    pen.box(-27, -104, width=54, height=9, colour=shade(dress, 0.3), corner=3)
    pen.box(-8, -162, width=16, height=18, colour=shade(_SKIN, 0.12), corner=5)
    pen.oval(0, -186, rx=28, ry=30, colour=_SKIN)
    pen.svg(
        "M-30,-184 C-34,-226,34,-226,30,-184 C26,-204,6,-206,-4,-214 C-10,-204,-26,-204,-30,-184 Z",
        colour=hair,
    )
    _face(pen, thing, x=0, y=-182, size=22)


def _dog(pen: Pen, thing: Thing) -> None:
    fur = FULL_COLOURS[thing.colour]
    dark = shade(fur, 0.3)
    pen.curve((-58, -62), (-88, -76), (-80, -108), colour=fur, width=13)
    for x in (-52, 20):
        pen.box(x, -44, width=16, height=44, colour=dark, corner=7)
    for x in (-36, 36):
        pen.box(x, -44, width=16, height=44, colour=fur, corner=7)
    pen.box(-64, -78, width=118, height=50, colour=fur, corner=25)
    pen.oval(48, -84, rx=31, ry=29, colour=fur)
    pen.box(58, -86, width=36, height=25, colour=mixed(fur, _PAPER, 0.35), corner=12)
    pen.oval(90, -80, rx=7, ry=6, colour=_INK)
    pen.svg("M30,-108 C12,-106,10,-76,20,-62 C32,-66,40,-88,38,-106 Z", colour=dark)
    pen.oval(58, -92, rx=4.4, ry=5.4, colour=_INK if thing.colour != "black" else _PAPER)
    pen.box(
        24,
        -62,
        width=34,
        height=9,
        colour=0xFFD8433F if thing.colour != "orange" else 0xFF3B78C9,
        corner=4,
    )
    bend = -62 if thing.face == "happy" else -70
    pen.curve((66, -66), (74, bend), (84, -66), colour=_INK, width=2.6)


def _cat(pen: Pen, thing: Thing) -> None:
    fur = FULL_COLOURS[thing.colour]
    dark = shade(fur, 0.3)
    pen.curve((-34, -16), (-76, -24), (-56, -78), colour=dark, width=13)
    pen.svg("M-44,0 C-52,-52,-20,-70,4,-66 C32,-62,36,-24,32,0 Z", colour=fur)
    for x in (-8, 14):
        pen.box(x, -32, width=15, height=32, colour=shade(fur, 0.12), corner=7)
    pen.shape((-18, -84), (-14, -116), (10, -100), colour=fur)
    pen.shape((26, -100), (48, -116), (50, -82), colour=fur)
    pen.shape((-12, -90), (-9, -106), (3, -98), colour=0xFFE9A5A0)
    pen.shape((31, -98), (43, -107), (45, -90), colour=0xFFE9A5A0)
    pen.oval(16, -78, rx=35, ry=29, colour=fur)
    eye = 0xFF8FBF5A if thing.colour == "black" else _INK
    for x in (3, 29):
        pen.oval(x, -82, rx=4.2, ry=6, colour=eye)
    pen.shape((11, -71), (21, -71), (16, -65), colour=0xFFD9777B)
    for y in (-70, -64):
        pen.line((30, y + 1), (56, y - 3), colour=dark, width=1.8)
        pen.line((2, y + 1), (-24, y - 3), colour=dark, width=1.8)
    bend = -54 if thing.face == "happy" else -62
    pen.curve(
        (8, -60),
        (16, bend),
        (24, -60),
        colour=_INK if thing.colour != "black" else _PAPER,
        width=2.4,
    )


def _bird(pen: Pen, thing: Thing) -> None:
    feather = FULL_COLOURS[thing.colour]
    for x in (-6, 10):
        pen.line((x, -20), (x, -3), (x + 9, -2), colour=0xFFE08A2E, width=4)
    pen.shape((-26, -36), (-52, -58), (-46, -32), (-24, -24), colour=shade(feather, 0.3))
    pen.svg("M-32,-34 C-26,-62,18,-70,28,-42 C30,-18,-8,-8,-32,-34 Z", colour=feather)
    pen.oval(22, -56, rx=20, ry=19, colour=feather)
    pen.svg("M-18,-44 C-4,-54,14,-44,10,-30 C-4,-24,-16,-30,-18,-44 Z", colour=shade(feather, 0.26))
    pen.shape(
        (39, -62),
        (56, -54),
        (39, -48),
        colour=0xFFF0A22E if thing.colour != "yellow" else 0xFFE06A2E,
    )
    pen.oval(27, -60, rx=4.4, ry=4.8, colour=_PAPER)
    pen.oval(28, -60, rx=2.8, ry=3.2, colour=_INK)


def _wheel(pen: Pen, x: float, *, radius: float) -> None:
    pen.oval(x, -radius, rx=radius, ry=radius, colour=_RUBBER)
    pen.oval(x, -radius, rx=radius * 0.5, ry=radius * 0.5, colour=_METAL)


def _car(pen: Pen, thing: Thing) -> None:
    paint = FULL_COLOURS[thing.colour]
    pen.svg(
        "M-72,-58 C-60,-96,-46,-106,-22,-106 L20,-106 C46,-106,58,-90,74,-58 Z",
        colour=shade(paint, 0.14),
    )
    pen.svg("M-58,-60 C-50,-88,-40,-97,-22,-97 L-6,-97 L-6,-60 Z", colour=_GLASS)
    pen.svg("M4,-97 L18,-97 C38,-97,48,-84,59,-60 L4,-60 Z", colour=_GLASS)
    pen.svg(
        "M-114,-26 C-116,-54,-106,-62,-76,-63 L72,-63 C102,-60,114,-50,115,-26 "
        "C115,-18,110,-16,104,-16 L-104,-16 C-110,-16,-114,-18,-114,-26 Z",
        colour=paint,
    )
    pen.box(-114, -30, width=229, height=7, colour=shade(paint, 0.25), corner=3)
    pen.oval(106, -46, rx=8, ry=8, colour=0xFFFFF0B3)
    pen.box(-114, -52, width=10, height=13, colour=0xFFB8322F, corner=4)
    pen.box(8, -54, width=18, height=5, colour=shade(paint, 0.4), corner=2)
    _wheel(pen, -66, radius=24)
    _wheel(pen, 66, radius=24)


def _bus(pen: Pen, thing: Thing) -> None:
    paint = FULL_COLOURS[thing.colour]
    pen.box(-146, -156, width=292, height=140, colour=paint, corner=20)
    pen.box(
        -146,
        -62,
        width=292,
        height=12,
        colour=mixed(paint, _PAPER if thing.colour != "white" else 0xFF9AA3B0, 0.6),
    )
    for x in (-132, -82, -32, 18):
        pen.box(x, -138, width=42, height=58, colour=_GLASS, corner=8)
    pen.box(74, -138, width=34, height=118, colour=shade(paint, 0.3), corner=6)
    pen.box(79, -132, width=24, height=66, colour=_GLASS, corner=5)
    pen.box(116, -138, width=28, height=62, colour=_GLASS, corner=8)
    pen.oval(138, -36, rx=8, ry=8, colour=0xFFFFF0B3)
    _wheel(pen, -84, radius=26)
    _wheel(pen, 44, radius=26)


def _bicycle(pen: Pen, thing: Thing) -> None:
    paint = FULL_COLOURS[thing.colour]
    for x in (-54, 54):
        pen.ring(x, -36, radius=33, colour=_RUBBER, width=7)
        for dx, dy in ((0, 31), (31, 0), (22, 22), (22, -22)):
            pen.line((x - dx, -36 - dy), (x + dx, -36 + dy), colour=0x99B9BEC7, width=1.4)
    pen.line((-54, -36), (-24, -84), (36, -84), (0, -36), (-54, -36), colour=paint, width=10)
    pen.line((-28, -92), (0, -36), colour=paint, width=10)
    pen.line((54, -36), (34, -102), colour=paint, width=10)
    pen.line((34, -104), (52, -110), colour=_INK, width=7)
    pen.line((-42, -96), (-14, -96), colour=_INK, width=11)
    pen.oval(0, -36, rx=9, ry=9, colour=_INK)


def _chair(pen: Pen, thing: Thing) -> None:
    paint = FULL_COLOURS[thing.colour]
    dark = shade(paint, 0.3)
    for x in (-38, 26):
        pen.box(x, -66, width=11, height=66, colour=dark, corner=4)
    pen.box(-42, -138, width=14, height=80, colour=dark, corner=6)
    pen.box(-40, -136, width=24, height=70, colour=paint, corner=9)
    pen.box(-44, -74, width=90, height=20, colour=paint, corner=8)
    pen.box(-44, -60, width=90, height=7, colour=dark, corner=3)
    pen.box(14, -56, width=9, height=46, colour=shade(paint, 0.42), corner=3)
    pen.box(-22, -56, width=9, height=46, colour=shade(paint, 0.42), corner=3)


def _table(pen: Pen, thing: Thing) -> None:
    wood = FULL_COLOURS[thing.colour]
    for x in (-82, 66):
        pen.box(x, -88, width=15, height=88, colour=shade(wood, 0.3), corner=4)
    for x in (-56, 44):
        pen.box(x, -88, width=11, height=72, colour=shade(wood, 0.45), corner=4)
    pen.box(-98, -108, width=196, height=24, colour=wood, corner=9)
    pen.box(-98, -91, width=196, height=9, colour=shade(wood, 0.25), corner=4)


def _apple(pen: Pen, thing: Thing) -> None:
    skin = FULL_COLOURS[thing.colour]
    pen.svg(
        "M0,-48 C12,-58,30,-50,29,-30 C28,-10,14,1,0,-2 C-14,1,-28,-10,-29,-30 "
        "C-30,-50,-12,-58,0,-48 Z",
        colour=skin,
    )
    pen.oval(-12, -34, rx=5, ry=8, colour=0x66FFFFFF)
    pen.curve((0, -46), (1, -58), (7, -62), colour=0xFF6B4528, width=4.5)
    pen.svg("M5,-54 C12,-66,24,-64,27,-58 C20,-50,11,-49,5,-54 Z", colour=0xFF5E9E4C)


def _cake(pen: Pen, thing: Thing) -> None:
    sponge = FULL_COLOURS[thing.colour]
    pen.box(-47, -8, width=94, height=8, colour=0xFFDADDE3, corner=4)
    pen.box(-39, -52, width=78, height=46, colour=sponge, corner=7)
    pen.box(-39, -30, width=78, height=7, colour=shade(sponge, 0.2))
    icing = mixed(sponge, _PAPER, 0.62) if thing.colour != "white" else 0xFFF3D6DD
    pen.box(-41, -60, width=82, height=17, colour=icing, corner=8)
    for x, drop in ((-32, 15), (-12, 10), (9, 16), (28, 11)):
        pen.box(x - 6, -52, width=13, height=drop, colour=icing, corner=6)
    pen.box(-3, -78, width=6, height=20, colour=0xFF5AA9D6, corner=2)
    pen.svg("M0,-90 C7,-82,5,-76,0,-76 C-5,-76,-7,-82,0,-90 Z", colour=0xFFF9B233)


def _ball(pen: Pen, thing: Thing) -> None:
    rubber = FULL_COLOURS[thing.colour]
    pen.oval(0, -40, rx=40, ry=40, colour=rubber)
    pen.svg(
        "M-34,-60 C-12,-42,12,-42,34,-60 C39,-52,40,-47,40,-40 C16,-22,-16,-22,-40,-40 "
        "C-40,-47,-39,-52,-34,-60 Z",
        colour=mixed(rubber, _PAPER, 0.78),
    )
    pen.oval(-14, -64, rx=9, ry=6, colour=0x77FFFFFF)


def _sign(pen: Pen, thing: Thing) -> None:
    board = FULL_COLOURS[thing.colour]
    pen.box(-6, -100, width=12, height=100, colour=_METAL, corner=4)
    pen.box(-74, -184, width=148, height=96, colour=shade(board, 0.3), corner=14)
    pen.box(-69, -179, width=138, height=86, colour=board, corner=11)
    ink = _INK if thing.colour in ("yellow", "white") else _PAPER
    pen.word(thing.word, x=0, y=-136, width=112, height=58, colour=ink)


_DRAWN = {
    "man": _man, "woman": _woman, "dog": _dog, "cat": _cat, "bird": _bird, "car": _car,
    "bus": _bus, "bicycle": _bicycle, "chair": _chair, "table": _table, "apple": _apple,
    "cake": _cake, "ball": _ball, "sign": _sign,
}  # fmt: skip
