"""Decoration by which a birthday, a wedding, a market, a match or a festival is known.

Called by places.py, behind the things. What it looks like is in SHOWN_BY_OCCASION.
"""

import math
import random

from gap_core.pocket_world.pen import Pen, mixed, shade
from gap_core.pocket_world.scene import Scene
from gap_core.pocket_world.vocabulary import WIDTH_PX

_PARTY = (0xFFE2574C, 0xFFF2B632, 0xFF4A9C7A, 0xFF4A7FC9, 0xFFB065B8)
_WHITE, _ROSE = 0xFFFFFDF8, 0xFFF3A9BD


def draw_occasion(pen: Pen, scene: Scene, rng: random.Random) -> None:
    """What is hung up and built for the occasion; nothing on an ordinary day."""
    drawer = {
        "birthday": _birthday,
        "wedding": _wedding,
        "market": _market,
        "match": _match,
        "festival": _festival,
    }.get(scene.occasion)
    if drawer is not None:
        with pen.lit(0, 0.0) if scene.occasion == "festival" else pen.at(0, 0):
            drawer(pen, rng)


def _on_string(place: float, top: float, sag: float) -> tuple[float, float]:
    """A point of a string that hangs in three bows across the picture; place 0 to 1."""
    bow = place * 3 % 1
    return place * WIDTH_PX, top + sag * 4 * bow * (1 - bow)


def _string(pen: Pen, top: float, sag: float, colour: int) -> None:
    points = [_on_string(step / 36, top, sag) for step in range(36)]
    pen.line(*points, (WIDTH_PX, top), colour=colour, width=2.4)


def _pennants(pen: Pen, top: float, sag: float, colours: tuple[int, ...]) -> None:
    _string(pen, top, sag, 0xFF8B7F76)
    for number in range(18):
        x, y = _on_string((number + 0.5) / 18, top, sag)
        pen.shape((x - 14, y), (x + 14, y), (x, y + 32), colour=colours[number % len(colours)])


def _birthday(pen: Pen, rng: random.Random) -> None:
    """Pennants, bunches of balloons and confetti."""
    _pennants(pen, 16, 34, _PARTY)
    for x, lean in ((34, 1), (606, -1)):
        for number, (dx, dy) in enumerate(((0, 0), (30, 20), (4, 44))):
            colour = _PARTY[(number + (x > 300) * 2) % 5]
            cx, cy = x + lean * dx, 118 + dy
            pen.curve(
                (cx, cy + 24), (x + lean * 8, 210), (x + lean * 6, 262), colour=0xFF8B7F76, width=2
            )
            pen.oval(cx, cy, rx=22, ry=27, colour=colour)
            pen.oval(cx - 7, cy - 9, rx=5, ry=8, colour=mixed(colour, _WHITE, 0.6))
    for _ in range(60):
        left, top = rng.uniform(0, WIDTH_PX), rng.uniform(70, 470)
        pen.box(left, top, width=7, height=4.4, colour=rng.choice(_PARTY), corner=1)


def _wedding(pen: Pen, rng: random.Random) -> None:
    """An arch of roses with a heart, white ribbons and a carpet of petals."""
    pen.shape((278, 340), (362, 340), (430, 480), (210, 480), colour=0xFFF6EFE9)
    for side in (-1, 1):
        pen.box(320 + side * 112 - 6, 150, width=12, height=196, colour=_WHITE, corner=4)
        for number in range(3):
            left, right = 320 + side * (130 + number * 64), 320 + side * (194 + number * 64)
            pen.curve((left, 70), ((left + right) / 2, 122), (right, 70), colour=_WHITE, width=11)
    for step in range(27):
        angle = math.pi * step / 26
        x, y = 320 - 112 * math.cos(angle), 160 - 112 * math.sin(angle)
        _rose(pen, x + rng.uniform(-5, 5), y + rng.uniform(-5, 5), number=step)
    for step in range(9):
        for side in (-1, 1):
            _rose(pen, 320 + side * 112 + rng.uniform(-6, 6), 168 + step * 20, number=step)
    pen.svg(
        "M320,138 C300,108,262,116,268,150 C272,176,302,192,320,208 C338,192,368,176,372,150 "
        "C378,116,340,108,320,138 Z",
        colour=0xFFE0607E,
    )
    for _ in range(40):
        x, y = 320 + rng.uniform(-110, 110), rng.uniform(352, 474)
        pen.oval(x, y, rx=4.4, ry=2.8, colour=_ROSE)


def _rose(pen: Pen, x: float, y: float, *, number: int) -> None:
    colour = (_WHITE, _ROSE, 0xFFF7D3DC)[number % 3]
    pen.oval(x + 9, y + 7, rx=8, ry=5, colour=0xFF7FAE78)
    pen.oval(x, y, rx=11, ry=11, colour=colour)
    pen.oval(x, y, rx=5, ry=5, colour=shade(colour, 0.14))


def _market(pen: Pen, rng: random.Random) -> None:
    """Three stalls with striped awnings and crates of fruit."""
    for number, x in enumerate((14, 226, 438)):
        colour = (0xFFD8584C, 0xFF3F8F76, 0xFFE0A030)[(number + rng.randrange(3)) % 3]
        _stall(pen, x, colour)


def _stall(pen: Pen, x: float, colour: int) -> None:
    for post in (x + 8, x + 176):
        pen.box(post, 186, width=9, height=160, colour=0xFF9A7350, corner=2)
    pen.box(x + 6, 282, width=182, height=62, colour=0xFFC08C5A, corner=4)
    for number, fruit in enumerate((0xFFD8433F, 0xFFF2A638, 0xFF6FAE4C)):
        left = x + 12 + number * 58
        for row, count in ((276, 4), (266, 3)):
            for place in range(count):
                pen.oval(left + 9 + place * 12 + (4 - count) * 6, row, rx=8, ry=8, colour=fruit)
        pen.box(left, 278, width=54, height=22, colour=0xFFDDB583, corner=3)
    for stripe in range(8):
        left = x - 4 + stripe * 25.2
        tone = colour if stripe % 2 == 0 else _WHITE
        pen.svg(
            f"M{left + 10 - stripe * 2.4},150 L{left + 33 - stripe * 2.4},150 L{left + 25.2},204 "
            f"C{left + 25.2},222,{left},222,{left},204 Z",
            colour=tone,
        )


def _match(pen: Pen, rng: random.Random) -> None:
    """A goal with its net, white lines, corner flags and pennants."""
    _pennants(pen, 14, 26, (0xFF3F6FC0, _WHITE))
    pen.line((150, 356), (490, 356), colour=_WHITE, width=5)
    pen.line((150, 356), (40, 470), colour=_WHITE, width=6)
    pen.line((490, 356), (600, 470), colour=_WHITE, width=6)
    for step in range(13):
        x = 212 + step * 18
        pen.line((x, 216), (x, 352), colour=0xBBFFFFFF, width=1.6)
    for step in range(8):
        y = 220 + step * 18
        pen.line((208, y), (432, y), colour=0xBBFFFFFF, width=1.6)
    pen.line((206, 356), (206, 212), (434, 212), (434, 356), colour=_WHITE, width=10)
    for x in (44, 596):
        pen.line((x, 470), (x, 372), colour=0xFFF4EFE6, width=5)
        lean = 34 if x < 320 else -34
        pen.shape((x, 370), (x + lean, 383), (x, 397), colour=0xFFE0473F)


def _festival(pen: Pen, rng: random.Random) -> None:
    """Paper lanterns on strings, and fireworks."""
    for x, y, radius, colour in (
        (120, 96, 58, 0xFFFF7A6B),
        (330, 70, 46, 0xFFFFD35C),
        (530, 104, 60, 0xFF7FD1FF),
    ):
        for ray in range(14):
            angle = 2 * math.pi * ray / 14
            near, far = radius * 0.35, radius * (1.0 if ray % 2 else 0.8)
            pen.line(
                (x + near * math.cos(angle), y + near * math.sin(angle)),
                (x + far * math.cos(angle), y + far * math.sin(angle)),
                colour=colour,
                width=4,
            )
            pen.oval(
                x + far * 1.12 * math.cos(angle),
                y + far * 1.12 * math.sin(angle),
                rx=3.4,
                ry=3.4,
                colour=_WHITE,
            )
    _string(pen, 150, 40, 0xFF6B4A3C)
    for number in range(12):
        at, hung = _on_string((number + 0.5) / 12, 150, 40)
        colour = (0xFFE8503F, 0xFFF6B73C, 0xFFF08DB2)[number % 3]
        pen.oval(at, hung + 22, rx=31, ry=31, colour=(0x30 << 24) | (colour & 0xFFFFFF))
        pen.oval(at, hung + 22, rx=20, ry=21, colour=colour)
        pen.oval(at, hung + 22, rx=9, ry=20, colour=mixed(colour, 0xFFFFF3C4, 0.55))
        for dy in (1, 39):
            pen.box(at - 8, hung + dy, width=16, height=5, colour=0xFF5B3A29, corner=2)
