"""How each place and weather is drawn, behind the things.

Called by render.py. Places are pale, so that what stands in them is seen at once.
"""

import random

from gap_core.pocket_world.pen import Pen, mixed, shade
from gap_core.pocket_world.scene import Scene
from gap_core.pocket_world.vocabulary import HEIGHT_PX, WIDTH_PX

_SKIES = {
    "sunny": (0xFFBFE6F7, 0xFFE9F6F4),
    "cloudy": (0xFFCBD5DE, 0xFFE6EAEA),
    "rainy": (0xFF93A3B5, 0xFFBAC6CF),
    "snowy": (0xFFD5DEEB, 0xFFF1F4F8),
}
_SNOW = 0xFFF4F7FB


def draw_place(pen: Pen, scene: Scene) -> None:
    """Everything behind the things: sky with its weather, ground, houses, trees or walls."""
    rng = random.Random(f"place {scene.seed}")
    is_outside = scene.place != "room"
    if is_outside:
        _sky(pen, scene.weather, rng, left=0, top=0, width=WIDTH_PX, height=330)
    _PLACES[scene.place](pen, scene, rng)
    if is_outside:
        _fall(pen, scene.weather, rng, left=0, top=0, width=WIDTH_PX, height=HEIGHT_PX)


def _ground(colour: int, weather: str) -> int:
    """The ground's colour under the weather: whitened by snow, darkened by rain."""
    if weather == "snowy":
        return mixed(colour, _SNOW, 0.72)
    return mixed(colour, 0xFF5E6B7A, 0.18) if weather == "rainy" else colour


def _sky(
    pen: Pen,
    weather: str,
    rng: random.Random,
    *,
    left: float,
    top: float,
    width: float,
    height: float,
) -> None:
    """A banded sky with sun or clouds, in any rectangle: out of doors or in a window."""
    upper, lower = _SKIES[weather]
    bands = 10
    for band in range(bands):
        pen.box(
            left,
            top + height * band / bands,
            width=width,
            height=height / bands + 1.5,
            colour=mixed(upper, lower, band / (bands - 1)),
        )
    unit = min(width / WIDTH_PX * 1.6, height / 330 * 1.6, 1.0)
    if weather == "sunny":
        x, y = left + width * rng.choice((0.16, 0.84)), top + 62 * unit
        pen.oval(x, y, rx=56 * unit, ry=56 * unit, colour=0x55FFF3C4)
        pen.oval(x, y, rx=37 * unit, ry=37 * unit, colour=0xFFFFD45C)
        clouds, cloud = 1, 0xCCFFFFFF
    else:
        clouds = {"cloudy": 5, "rainy": 5, "snowy": 2}[weather]
        cloud = {"cloudy": 0xFFF3F5F6, "rainy": 0xFF6C7B8C, "snowy": 0xDDFFFFFF}[weather]
    for place in range(clouds):
        size = rng.uniform(0.75, 1.15) * unit
        reach = 78 * size  # half a cloud: it stays inside a window's frame
        x = left + reach + (width - 2 * reach) * (place + rng.uniform(0.2, 0.8)) / clouds
        _cloud(pen, x, top + 34 * size + rng.uniform(6, 60) * unit, size=size, colour=cloud)


def _cloud(pen: Pen, x: float, y: float, *, size: float, colour: int) -> None:
    for dx, dy, radius in ((-44, 8, 24), (-14, -8, 34), (24, -2, 29), (52, 10, 20)):
        pen.oval(x + dx * size, y + dy * size, rx=radius * size, ry=radius * size, colour=colour)
    pen.box(
        x - 66 * size,
        y + 6 * size,
        width=136 * size,
        height=24 * size,
        colour=colour,
        corner=12 * size,
    )


def _fall(
    pen: Pen,
    weather: str,
    rng: random.Random,
    *,
    left: float,
    top: float,
    width: float,
    height: float,
) -> None:
    """Rain streaks or snowflakes over a rectangle."""
    if weather not in ("rainy", "snowy"):
        return
    for _ in range(round(width * height / 2600)):
        x, y = left + rng.uniform(4, width - 10), top + rng.uniform(4, height - 20)
        if weather == "rainy":
            pen.line((x + 4, y), (x, y + 15), colour=0xBBE3F0FA, width=2.4)
        else:
            radius = rng.uniform(2.2, 4.6)
            pen.oval(x, y, rx=radius, ry=radius, colour=0xEEFFFFFF)


def _tree(pen: Pen, x: float, y: float, *, size: float, weather: str, rng: random.Random) -> None:
    leaf = mixed(
        rng.choice((0xFF8DB97F, 0xFF7BAF86, 0xFFA3C586)), _SNOW, 0.6 if weather == "snowy" else 0.0
    )
    with pen.at(x, y, scale=size):
        pen.box(-8, -62, width=16, height=62, colour=0xFF9A7B62, corner=5)
        for dx, dy, radius in ((-26, -84, 34), (26, -84, 34), (0, -116, 40)):
            pen.oval(dx, dy, rx=radius, ry=radius, colour=leaf)
        pen.oval(-10, -120, rx=20, ry=18, colour=mixed(leaf, 0xFFFFFFFF, 0.18))


def _street(pen: Pen, scene: Scene, rng: random.Random) -> None:
    walls = (0xFFEBCDB5, 0xFFE3D3C2, 0xFFD9C3C0, 0xFFE8D9B8, 0xFFCFD3CB)
    x = -20.0
    while x < WIDTH_PX:
        width, height = rng.uniform(96, 150), rng.uniform(130, 205)
        _house(pen, x, width=width, height=height, wall=rng.choice(walls), weather=scene.weather)
        x += width + 4
    pen.box(0, 318, width=WIDTH_PX, height=44, colour=_ground(0xFFD6D2CC, scene.weather))
    pen.box(0, 360, width=WIDTH_PX, height=120, colour=_ground(0xFFA9ABB2, scene.weather))
    pen.box(0, 358, width=WIDTH_PX, height=6, colour=_ground(0xFFC3BFBA, scene.weather))
    for dash in range(-20, WIDTH_PX, 92):
        pen.box(dash, 418, width=46, height=7, colour=0xFFE9E7E0, corner=3)


def _house(pen: Pen, x: float, *, width: float, height: float, wall: int, weather: str) -> None:
    top = 320 - height
    roof = mixed(0xFFC39C8C, _SNOW, 0.75 if weather == "snowy" else 0.0)
    pen.box(x, top, width=width, height=height, colour=wall)
    pen.shape((x - 6, top + 2), (x + width / 2, top - 38), (x + width + 6, top + 2), colour=roof)
    for row in range(int(height // 62)):
        for column in (0.2, 0.62):
            y = top + 20 + row * 58
            pen.box(
                x + width * column, y, width=width * 0.2, height=30, colour=0xFFF7F3EA, corner=3
            )
            pen.box(
                x + width * column + 3,
                y + 3,
                width=width * 0.2 - 6,
                height=24,
                colour=0xFFBCD3DC,
                corner=2,
            )


def _park(pen: Pen, scene: Scene, rng: random.Random) -> None:
    pen.oval(170, 350, rx=330, ry=86, colour=_ground(0xFFC3DDB0, scene.weather))
    pen.oval(520, 356, rx=300, ry=96, colour=_ground(0xFFB9D7A6, scene.weather))
    pen.box(0, 316, width=WIDTH_PX, height=164, colour=_ground(0xFFB3D59B, scene.weather))
    for place in range(4):
        x = 80 + place * 160 + rng.uniform(-44, 44)
        _tree(
            pen,
            x,
            326 + rng.uniform(-8, 8),
            size=rng.uniform(0.85, 1.25),
            weather=scene.weather,
            rng=rng,
        )
    tuft = shade(_ground(0xFFB3D59B, scene.weather), 0.14)
    for _ in range(26):
        x, y = rng.uniform(10, WIDTH_PX - 10), rng.uniform(340, 470)
        pen.line((x - 4, y - 7), (x, y), (x + 4, y - 7), colour=tuft, width=2)


def _beach(pen: Pen, scene: Scene, rng: random.Random) -> None:
    sea = {"sunny": 0xFF8FCBE0, "cloudy": 0xFF9DBBC9, "rainy": 0xFF7F98AB, "snowy": 0xFFA9C3D3}
    pen.box(0, 226, width=WIDTH_PX, height=110, colour=sea[scene.weather])
    for _ in range(16):
        x, y = rng.uniform(0, WIDTH_PX), rng.uniform(240, 312)
        pen.line((x, y), (x + rng.uniform(16, 40), y), colour=0x99FFFFFF, width=2.4)
    sand = _ground(0xFFF1DFB6, scene.weather)
    pen.svg(
        "M0,330 C90,312,200,342,330,326 C450,312,560,340,640,322 L640,480 L0,480 Z",
        colour=mixed(sand, 0xFFFFFFFF, 0.5),
    )
    pen.svg(
        "M0,340 C90,322,200,352,330,336 C450,322,560,350,640,332 L640,480 L0,480 Z", colour=sand
    )
    for _ in range(40):
        pen.oval(
            rng.uniform(0, WIDTH_PX),
            rng.uniform(352, 476),
            rx=1.8,
            ry=1.4,
            colour=shade(sand, 0.16),
        )


def _room(pen: Pen, scene: Scene, rng: random.Random) -> None:
    wall = rng.choice((0xFFF2DCC8, 0xFFDFE3D3, 0xFFE2DCE6, 0xFFF0E3C6))
    pen.box(0, 0, width=WIDTH_PX, height=340, colour=wall)
    for stripe in range(0, WIDTH_PX, 64):
        pen.box(stripe, 0, width=30, height=340, colour=mixed(wall, 0xFFFFFFFF, 0.22))
    x = rng.choice((70.0, 380.0))
    pen.box(x - 12, 30, width=214, height=182, colour=0xFFFBF6EC, corner=8)
    with pen.at(x, 42):
        _sky(pen, scene.weather, rng, left=0, top=0, width=190, height=158)
        _fall(pen, scene.weather, rng, left=0, top=0, width=190, height=158)
    pen.box(x + 91, 42, width=8, height=158, colour=0xFFFBF6EC)
    pen.box(x - 22, 206, width=234, height=14, colour=0xFFE9DCC8, corner=5)
    pen.box(0, 328, width=WIDTH_PX, height=14, colour=0xFFFBF6EC)
    pen.box(0, 340, width=WIDTH_PX, height=140, colour=0xFFD9B48F)
    for y in (366, 400, 438):
        pen.line((0, y), (WIDTH_PX, y), colour=0xFFCDA47C, width=2.5)
    pen.oval(WIDTH_PX / 2, 424, rx=250, ry=42, colour=0x55F6E7D6)


_PLACES = {"street": _street, "park": _park, "beach": _beach, "room": _room}
