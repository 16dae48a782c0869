"""Street, park, beach, farm, forest, harbour and desert, behind the things.

Called by places.py, in the light of the hour. Nothing drawn here is a kind that is asked about,
but for what vocabulary_full.SHOWN_BY_PLACE names.
"""

import random

from gap_core.pocket_world.drawing.light import SNOW, foliage_of, is_white
from gap_core.pocket_world.pen import Pen, mixed, shade
from gap_core.pocket_world.scene import Scene
from gap_core.pocket_world.vocabulary import HEIGHT_PX, WIDTH_PX

_HORIZON_PX = 318


def _snowed(colour: int, scene: Scene, share: float = 0.8) -> int:
    return mixed(colour, SNOW, share) if is_white(scene) else colour


def _ground(pen: Pen, top: float, upper: int, lower: int) -> None:
    pen.gradient(0, top, width=WIDTH_PX, height=HEIGHT_PX - top, upper=upper, lower=lower)


def _bush(pen: Pen, x: float, y: float, *, size: float, scene: Scene, rng: random.Random) -> None:
    """A round bush in the season's colours."""
    foliage = foliage_of(scene)
    leaf = foliage.leaves[rng.randrange(2)]
    for dx, dy, radius in ((-24, -16, 22), (22, -15, 21), (0, -28, 27)):
        pen.oval(x + dx * size, y + dy * size, rx=radius * size, ry=radius * size, colour=leaf)
    for _ in range(5):
        aside, up = rng.uniform(-30, 30) * size, rng.uniform(-44, -8) * size
        pen.oval(x + aside, y + up, rx=3.4 * size, ry=3.4 * size, colour=foliage.dots)


def draw_fallen(pen: Pen, scene: Scene, rng: random.Random) -> None:
    """Petals or leaves in the air and on the ground."""
    colours = {"spring": (0xFFF7C3D6, 0xFFF29DBD), "autumn": (0xFFD9762F, 0xFFEAB545, 0xFFB94E2A)}
    for _ in range(46 if scene.season in colours else 0):
        x, y = rng.uniform(6, WIDTH_PX - 6), rng.uniform(150, HEIGHT_PX - 6)
        size = rng.uniform(2.8, 4.8) * (1.25 if scene.season == "autumn" else 1.0)
        pen.oval(x, y, rx=size, ry=size * 0.62, colour=rng.choice(colours[scene.season]))


def draw_street(pen: Pen, scene: Scene, rng: random.Random) -> None:
    """A row of houses, hedges before them, pavement and road."""
    walls = (0xFFEFC9A8, 0xFFE5D2BC, 0xFFD8B9B2, 0xFFEBD9A9, 0xFFC6CFC6, 0xFFC2CAD6)
    roofs = (0xFFB5705A, 0xFF8E6E66, 0xFF7E7A86)
    x, order = -24.0, rng.sample(walls, len(walls))
    number = 0
    while x < WIDTH_PX:
        width, height = rng.uniform(100, 146), rng.uniform(128, 196)
        colours = order[number % len(order)], rng.choice(roofs)
        _house(pen, x, width=width, height=height, colours=colours, scene=scene)
        x, number = x + width + 3, number + 1
    for place in range(9):
        _bush(pen, place * 78 + rng.uniform(-10, 10), 330, size=0.78, scene=scene, rng=rng)
    pen.box(0, 322, width=WIDTH_PX, height=44, colour=_snowed(0xFFD9D4CB, scene, 0.7))
    for joint in range(0, WIDTH_PX, 64):
        pen.line((joint, 324), (joint - 14, 360), colour=_snowed(0xFFC4BEB4, scene, 0.7), width=2)
    pen.box(0, 362, width=WIDTH_PX, height=7, colour=_snowed(0xFFB5B0A8, scene, 0.5))
    _ground(pen, 368, _snowed(0xFF9C9EA8, scene, 0.55), _snowed(0xFFB2B3BA, scene, 0.55))
    for dash in range(-20, WIDTH_PX, 92):
        pen.box(dash, 420, width=48, height=7, colour=0xFFEDEAE1, corner=3)


def _house(
    pen: Pen, x: float, *, width: float, height: float, colours: tuple[int, int], scene: Scene
) -> None:
    wall, roof = colours
    top = 322 - height
    pen.shape(
        (x - 7, top + 2),
        (x + width / 2, top - 40),
        (x + width + 7, top + 2),
        colour=_snowed(roof, scene),
    )
    pen.box(x, top, width=width, height=height, colour=wall)
    pen.box(x, top, width=width, height=7, colour=shade(wall, 0.14))
    is_lit = scene.time != "day"
    for row in range(int(height // 62)):
        for column in (0.18, 0.6):
            left, y = x + width * column, top + 22 + row * 56
            pen.box(left, y, width=width * 0.22, height=32, colour=0xFFFAF5EA, corner=3)
            with pen.lit(0, 0.0) if is_lit else pen.at(0, 0):
                glass = 0xFFFFD877 if is_lit else 0xFFB4D0DC
                pen.box(left + 3, y + 3, width=width * 0.22 - 6, height=26, colour=glass, corner=2)
            pen.line(
                (left + width * 0.11, y + 3),
                (left + width * 0.11, y + 29),
                colour=0xFFFAF5EA,
                width=2.4,
            )


def draw_park(pen: Pen, scene: Scene, rng: random.Random) -> None:
    """Hills, hedges, a pond and a path."""
    grass = foliage_of(scene).grass
    pen.oval(150, 352, rx=330, ry=112, colour=mixed(grass, 0xFF9CC7C0, 0.3))
    pen.oval(540, 360, rx=320, ry=126, colour=mixed(grass, 0xFF9CC7C0, 0.16))
    for place in range(7):
        x = 30 + place * 98 + rng.uniform(-26, 26)
        _bush(pen, x, 332, size=rng.uniform(0.9, 1.5), scene=scene, rng=rng)
    _ground(pen, _HORIZON_PX, shade(grass, 0.06), grass)
    side = rng.choice((-1, 1))
    water = 0xFFCFE6F0 if is_white(scene) else 0xFF8FC6DE
    pen.oval(320 + side * 214, 352, rx=112, ry=18, colour=shade(grass, 0.18))
    pen.oval(320 + side * 214, 350, rx=106, ry=15, colour=water)
    pen.svg(
        f"M{320 - side * 60},480 C{320 - side * 40},420,{320 - side * 240},400,"
        f"{320 - side * 190},330 L{320 - side * 160},330 C{320 - side * 190},392,"
        f"{320 + side * 60},410,{320 + side * 70},480 Z",
        colour=mixed(0xFFEBDDB8, grass, 0.25),
    )
    _tufts(pen, grass, rng)


def _tufts(pen: Pen, grass: int, rng: random.Random) -> None:
    for _ in range(26):
        x, y = rng.uniform(10, WIDTH_PX - 10), rng.uniform(346, 470)
        pen.line((x - 4, y - 7), (x, y), (x + 4, y - 7), colour=shade(grass, 0.16), width=2)


def draw_beach(pen: Pen, scene: Scene, rng: random.Random) -> None:
    """Sea with an island far off, a wet edge and sand."""
    sea = mixed(0xFF6FBBD6, 0xFF8C9AA8, 0.0 if scene.weather in ("sunny", "clear") else 0.45)
    pen.svg("M420,232 C450,196,500,200,528,214 C560,208,584,222,600,232 Z", colour=0xFF8FB0A8)
    pen.gradient(
        0, 230, width=WIDTH_PX, height=112, upper=shade(sea, 0.1), lower=mixed(sea, 0xFFFFFFFF, 0.3)
    )
    for _ in range(18):
        x, y = rng.uniform(0, WIDTH_PX), rng.uniform(242, 314)
        pen.line((x, y), (x + rng.uniform(16, 44), y), colour=0x99FFFFFF, width=2.4)
    sand = _snowed(0xFFF2DDAE, scene, 0.7)
    for dy, colour in ((0, 0xFFFFFFFF), (9, shade(sand, 0.14)), (17, sand)):
        y = 326 + dy
        pen.svg(
            f"M0,{y + 4} C90,{y - 14},200,{y + 16},330,{y} C450,{y - 14},560,{y + 14},640,{y - 4} "
            "L640,480 L0,480 Z",
            colour=colour,
        )
    for _ in range(44):
        x, y = rng.uniform(0, WIDTH_PX), rng.uniform(356, 476)
        pen.oval(x, y, rx=2, ry=1.4, colour=shade(sand, 0.16))


def draw_farm(pen: Pen, scene: Scene, rng: random.Random) -> None:
    """A barn and a silo behind fields and a fence."""
    grass = foliage_of(scene).grass
    pen.oval(480, 350, rx=380, ry=100, colour=mixed(grass, 0xFF9CC7C0, 0.25))
    side = rng.choice((70, 420))
    _barn(pen, side, scene)
    field = _snowed(0xFFE3C36B, scene, 0.82)
    pen.svg("M0,300 C200,282,430,300,640,290 L640,330 L0,330 Z", colour=field)
    for row in range(12):
        pen.line((row * 58, 299), (row * 58 - 26, 328), colour=shade(field, 0.14), width=3)
    for place in range(8):
        _bush(pen, place * 92 + rng.uniform(-16, 16), 332, size=0.72, scene=scene, rng=rng)
    _ground(pen, 326, shade(grass, 0.06), grass)
    for x in range(6, WIDTH_PX, 78):
        pen.box(x, 312, width=9, height=42, colour=_snowed(0xFFC9A87F, scene, 0.4), corner=3)
    for y in (322, 338):
        pen.box(0, y, width=WIDTH_PX, height=6, colour=_snowed(0xFFD8BA92, scene, 0.4), corner=2)
    _tufts(pen, grass, rng)


def _barn(pen: Pen, x: float, scene: Scene) -> None:
    red, roof = 0xFFB9544A, _snowed(0xFF7A5A55, scene)
    pen.box(x + 116, 196, width=36, height=110, colour=0xFFC9CCD2, corner=4)
    pen.oval(x + 134, 196, rx=18, ry=16, colour=_snowed(0xFF9FA4AD, scene))
    pen.box(x, 226, width=118, height=84, colour=red)
    pen.shape((x - 8, 228), (x + 24, 182), (x + 94, 182), (x + 126, 228), colour=roof)
    pen.box(x + 38, 252, width=42, height=58, colour=0xFFFAF0E4)
    pen.box(x + 42, 256, width=34, height=54, colour=shade(red, 0.2))
    pen.line((x + 43, 257), (x + 75, 308), colour=0xFFFAF0E4, width=4)
    pen.line((x + 75, 257), (x + 43, 308), colour=0xFFFAF0E4, width=4)


def draw_forest(pen: Pen, scene: Scene, rng: random.Random) -> None:
    """Three rows of trees, paler with distance, and a mossy ground."""
    foliage = foliage_of(scene)
    haze = 0xFFC9D8D6
    for row, (y, size, share) in enumerate(((300, 0.8, 0.55), (318, 1.05, 0.3), (338, 1.35, 0.0))):
        for place in range(8 - row):
            x = (place + rng.uniform(0.1, 0.7)) * WIDTH_PX / (7.4 - row)
            leaf = mixed(foliage.leaves[(place + row) % 2], haze, share)
            _tall_tree(pen, x, y, size=size, leaf=leaf, is_fir=(place + row) % 3 == 0, scene=scene)
    moss = mixed(foliage.grass, 0xFF8A7F5C, 0.0 if is_white(scene) else 0.28)
    _ground(pen, 332, shade(moss, 0.12), moss)
    _tufts(pen, moss, rng)


def _tall_tree(
    pen: Pen, x: float, y: float, *, size: float, leaf: int, is_fir: bool, scene: Scene
) -> None:
    trunk = mixed(0xFF7C6250, 0xFFC9D8D6, max(0.0, (1.35 - size) * 0.7))
    pen.box(x - 8 * size, y - 120 * size, width=16 * size, height=122 * size, colour=trunk)
    if is_fir:
        fir = leaf if is_white(scene) else mixed(leaf, 0xFF3F7A58, 0.65)
        for step, reach in enumerate((58, 48, 36)):
            top = y - (110 + step * 42) * size
            pen.shape(
                (x - reach * size, top + 58 * size),
                (x, top - 22 * size),
                (x + reach * size, top + 58 * size),
                colour=shade(fir, 0.05 * (2 - step)),
            )
        return
    for dx, dy, radius in ((-26, -128, 34), (28, -124, 34), (0, -164, 44)):
        pen.oval(x + dx * size, y + dy * size, rx=radius * size, ry=radius * size, colour=leaf)
    pen.oval(
        x - 12 * size,
        y - 172 * size,
        rx=20 * size,
        ry=17 * size,
        colour=mixed(leaf, 0xFFFFFFFF, 0.2),
    )


def draw_harbour(pen: Pen, scene: Scene, rng: random.Random) -> None:
    """Sea, a lighthouse on its mole, and the stones of a quay."""
    sea = mixed(0xFF5E9DB8, 0xFF8C9AA8, 0.0 if scene.weather in ("sunny", "clear") else 0.4)
    pen.gradient(
        0,
        236,
        width=WIDTH_PX,
        height=110,
        upper=shade(sea, 0.14),
        lower=mixed(sea, 0xFFFFFFFF, 0.16),
    )
    _lighthouse(pen, rng.choice((96.0, 540.0)), scene)
    for _ in range(20):
        x, y = rng.uniform(0, WIDTH_PX), rng.uniform(248, 326)
        pen.curve((x, y), (x + 11, y - 6), (x + 22, y), colour=0x88FFFFFF, width=2.4)
    stone = _snowed(0xFFC9BDAA, scene, 0.7)
    pen.box(0, 334, width=WIDTH_PX, height=16, colour=shade(stone, 0.3))
    _ground(pen, 344, stone, shade(stone, 0.06))
    for row, y in enumerate((372, 406, 444)):
        pen.line((0, y), (WIDTH_PX, y), colour=shade(stone, 0.14), width=2.4)
        for x in range(-40 + row * 34, WIDTH_PX, 112):
            pen.line((x, y), (x - 8, y + 36), colour=shade(stone, 0.14), width=2.4)
    for x in (58, 322, 586):
        pen.box(x - 10, 326, width=20, height=26, colour=0xFF55535C, corner=5)
        pen.box(x - 15, 322, width=30, height=10, colour=0xFF6B6973, corner=5)


def _lighthouse(pen: Pen, x: float, scene: Scene) -> None:
    pen.svg(f"M{x - 84},262 C{x - 50},238,{x + 50},238,{x + 84},262 Z", colour=0xFF8E8A86)
    for step, colour in enumerate((0xFFF4EFE6, 0xFFC9504A, 0xFFF4EFE6, 0xFFC9504A)):
        low, high = 246 - step * 26, 220 - step * 26
        foot, head = 24 - step * 2.4, 21.6 - step * 2.4
        pen.shape(
            (x - foot, low), (x - head, high), (x + head, high), (x + foot, low), colour=colour
        )
    is_on = scene.time != "day"
    with pen.lit(0, 0.0) if is_on else pen.at(0, 0):
        if is_on:
            pen.oval(x, 132, rx=34, ry=24, colour=0x44FFF0B3)
        pen.box(x - 11, 122, width=22, height=22, colour=0xFFFFE9A0 if is_on else 0xFFCDE3EC)
    pen.shape((x - 16, 124), (x, 104), (x + 16, 124), colour=0xFF8A4A45)
    pen.box(x - 17, 141, width=34, height=6, colour=0xFF55535C, corner=2)


def draw_desert(pen: Pen, scene: Scene, rng: random.Random) -> None:
    """Table mountains and dunes."""
    for middle, width, high in ((70, 150, 92), (300, 90, 60), (500, 180, 110)):
        left, top = middle + rng.uniform(-40, 40), 312 - high
        pen.shape(
            (left - 22, 320),
            (left, top),
            (left + width, top),
            (left + width + 26, 320),
            colour=0xFFCF8A62,
        )
        pen.shape(
            (left + width * 0.6, top),
            (left + width, top),
            (left + width + 26, 320),
            (left + width * 0.7, 320),
            colour=0xFFB9744F,
        )
        pen.box(left + 4, top + high * 0.3, width=width - 4, height=7, colour=0xFFDDA079)
    sand = 0xFFEFCB8C
    pen.svg(
        "M0,314 C120,286,240,322,380,304 C480,292,560,316,640,300 L640,480 L0,480 Z",
        colour=shade(sand, 0.12),
    )
    pen.svg("M0,344 C160,312,330,366,640,330 L640,480 L0,480 Z", colour=sand)
    pen.svg(
        "M0,420 C200,384,420,440,640,400 L640,480 L0,480 Z", colour=mixed(sand, 0xFFFFFFFF, 0.16)
    )
    for _ in range(20):
        x, y = rng.uniform(10, WIDTH_PX - 50), rng.uniform(352, 470)
        pen.curve((x, y), (x + 17, y - 6), (x + 34, y), colour=shade(sand, 0.16), width=2)
