"""Sky by hour and weather: sun, moon, stars, clouds, rain, snow, fog and lightning.

Called by places.py, out of doors and for windows. Skies have their own light: they are drawn
without the light of the hour.
"""

import math
import random
from typing import NamedTuple

from gap_core.pocket_world.pen import Pen, mixed
from gap_core.pocket_world.scene import Scene

_SKIES: dict[tuple[str, str], tuple[int, int]] = {
    ("day", "sunny"): (0xFF86C5E8, 0xFFEAF6EF),
    ("day", "cloudy"): (0xFFC3CFDA, 0xFFE9ECEA),
    ("day", "rainy"): (0xFF8797AB, 0xFFB6C3CD),
    ("day", "snowy"): (0xFFC7D3E4, 0xFFF0F4F8),
    ("day", "foggy"): (0xFFD2D7D6, 0xFFEBECE8),
    ("day", "stormy"): (0xFF4E5873, 0xFF8A90A4),
    ("evening", "sunny"): (0xFF7C6BB0, 0xFFFFC27A),
    ("evening", "cloudy"): (0xFF8F80A6, 0xFFF0B08C),
    ("evening", "rainy"): (0xFF6B6788, 0xFFC99A8E),
    ("evening", "snowy"): (0xFF9C93BD, 0xFFF3C8B4),
    ("evening", "foggy"): (0xFFBFA9AE, 0xFFEFCDAE),
    ("evening", "stormy"): (0xFF45395C, 0xFFB8707A),
    ("night", "clear"): (0xFF121A3E, 0xFF37498A),
    ("night", "cloudy"): (0xFF1F2743, 0xFF48527A),
    ("night", "rainy"): (0xFF1B243D, 0xFF3B4968),
    ("night", "snowy"): (0xFF283257, 0xFF5F6C98),
    ("night", "foggy"): (0xFF343C5C, 0xFF626A8A),
    ("night", "stormy"): (0xFF12162B, 0xFF3A3F62),
}
_CLOUDS = {"sunny": 2, "clear": 0, "cloudy": 6, "rainy": 6, "snowy": 4, "foggy": 0, "stormy": 7}
_BOLT = 0xFFFFE45C
_FOG_BAND_PX = 6
_FLAKE_RIM, _RIM_PX = 0xFFBECBDA, 1.0  # white on a pale sky would not be seen without


class Frame(NamedTuple):
    """A rectangle of sky; in a window everything is smaller."""

    left: float
    top: float
    width: float
    height: float

    @property
    def unit(self) -> float:
        """How large sun and clouds are."""
        return min(self.width / 400, self.height / 206, 1.0)


def draw_sky(pen: Pen, scene: Scene, rng: random.Random, frame: Frame) -> None:
    """The sky of the scene's hour and weather in a rectangle."""
    upper, lower = _SKIES[scene.time, scene.weather]
    with pen.lit(0, 0.0):
        pen.gradient(
            frame.left, frame.top, width=frame.width, height=frame.height, upper=upper, lower=lower
        )
        _draw_lights(pen, scene, rng, frame)
        _draw_clouds(pen, scene, rng, frame, upper)
        if scene.weather == "stormy":
            _draw_bolt(pen, rng, frame)


def _draw_lights(pen: Pen, scene: Scene, rng: random.Random, frame: Frame) -> None:
    """Sun, setting sun, or moon and stars."""
    u = frame.unit
    x = frame.left + frame.width * rng.choice((0.15, 0.85))
    if scene.time == "night":
        if scene.weather == "clear":
            _draw_stars(pen, rng, frame)
        if scene.weather != "stormy":
            _draw_moon(pen, x, frame.top + 62 * u, 30 * u, upper=_SKIES["night", scene.weather][0])
    elif scene.weather == "sunny" and scene.time == "evening":
        y = frame.top + frame.height * 0.6
        for radius, colour in ((92, 0x30FFE0A0), (66, 0x50FFD890), (46, 0xFFFF9A4D)):
            pen.oval(x, y, rx=radius * u, ry=radius * u, colour=colour)
    elif scene.weather == "sunny":
        y = frame.top + 62 * u
        for ray in range(12):
            angle = math.pi * ray / 6
            start = (x + math.cos(angle) * 50 * u, y + math.sin(angle) * 50 * u)
            end = (x + math.cos(angle) * 62 * u, y + math.sin(angle) * 62 * u)
            pen.line(start, end, colour=0xFFFFD86B, width=5 * u)
        pen.oval(x, y, rx=40 * u, ry=40 * u, colour=0xFFFFCB45)
        pen.oval(x, y, rx=33 * u, ry=33 * u, colour=0xFFFFDA70)


def _draw_stars(pen: Pen, rng: random.Random, frame: Frame) -> None:
    for _ in range(round(frame.width * frame.height / 5200) + 6):
        x = frame.left + rng.uniform(0.03, 0.97) * frame.width
        y = frame.top + rng.uniform(0.04, 0.72) * frame.height
        radius = rng.choice((1.3, 1.8, 2.6))
        pen.oval(x, y, rx=radius, ry=radius, colour=0xFFFFF6D8)


def _draw_moon(pen: Pen, x: float, y: float, radius: float, *, upper: int) -> None:
    pen.oval(x, y, rx=radius * 1.6, ry=radius * 1.6, colour=0x1CFFF6D8)
    pen.oval(x, y, rx=radius, ry=radius, colour=0xFFFFF3CF)
    shade = mixed(upper, 0xFF37498A, 0.12)
    pen.oval(x + radius * 0.5, y - radius * 0.16, rx=radius * 0.82, ry=radius * 0.82, colour=shade)


def _draw_clouds(pen: Pen, scene: Scene, rng: random.Random, frame: Frame, upper: int) -> None:
    count = _CLOUDS[scene.weather]
    light = {
        "sunny": 0xFFFFFFFF,
        "cloudy": 0xFFF6F7F7,
        "rainy": 0xFF67758A,
        "snowy": 0xFFFDFEFF,
        "stormy": 0xFF343C55,
    }.get(scene.weather, 0xFFFFFFFF)
    share = {"day": 0.0, "evening": 0.3, "night": 0.62}[scene.time]
    glow = 0xFFF2997A if scene.time == "evening" else upper
    cloud = mixed(light, glow, share)
    for place in range(count):
        size = rng.uniform(0.8, 1.2) * frame.unit
        reach = 80 * size  # half a cloud: it stays inside a window's frame
        span = frame.width - 2 * reach
        x = frame.left + reach + span * (place + rng.uniform(0.2, 0.8)) / count
        y = frame.top + 40 * size + rng.uniform(0, 58) * frame.unit
        _draw_cloud(pen, x, y, size=size, colour=cloud)


def _draw_cloud(pen: Pen, x: float, y: float, *, size: float, colour: int) -> None:
    """A flat-bottomed cloud in one piece."""
    pen.box(
        x - 70 * size,
        y + 4 * size,
        width=140 * size,
        height=26 * size,
        colour=colour,
        corner=13 * size,
    )
    for dx, dy, radius in ((-40, 4, 26), (-8, -8, 34), (32, 2, 28)):
        pen.oval(x + dx * size, y + dy * size, rx=radius * size, ry=radius * size, colour=colour)


def _draw_bolt(pen: Pen, rng: random.Random, frame: Frame) -> None:
    """One plain flash of lightning."""
    x = frame.left + frame.width * rng.choice((0.3, 0.52, 0.7))
    y, u = frame.top + 66 * frame.unit, frame.unit
    pen.shape(
        (x, y),
        (x + 34 * u, y),
        (x + 14 * u, y + 44 * u),
        (x + 40 * u, y + 44 * u),
        (x - 14 * u, y + 124 * u),
        (x + 2 * u, y + 62 * u),
        (x - 22 * u, y + 62 * u),
        colour=_BOLT,
    )


def draw_fall(pen: Pen, scene: Scene, rng: random.Random, frame: Frame) -> None:
    """Rain or snow over a rectangle; in a thunderstorm rain too."""
    if scene.weather not in ("rainy", "snowy", "stormy"):
        return
    px_each = (4200 if scene.weather == "stormy" else 2600) * frame.unit  # many in a window
    with pen.lit(0, 0.0):
        for _ in range(round(frame.width * frame.height / px_each)):
            x = frame.left + rng.uniform(4, frame.width - 10)
            y = frame.top + rng.uniform(4, frame.height - 20)
            if scene.weather == "snowy":
                radius = rng.uniform(2.4, 4.8)
                rim = radius + _RIM_PX
                pen.oval(x, y, rx=rim, ry=rim, colour=_FLAKE_RIM)
                pen.oval(x, y, rx=radius, ry=radius, colour=0xFFFFFFFF)
            else:
                pen.line((x + 5, y), (x, y + 16), colour=0xB8DDECF8, width=2.4)


def draw_fog(pen: Pen, scene: Scene, frame: Frame) -> None:
    """Veils that thicken towards the distance."""
    if scene.weather != "foggy":
        return
    veil = {"day": 0xE9EAE6, "evening": 0xECCFB4, "night": 0x555D7C}[scene.time]
    with pen.lit(0, 0.0):
        bands = round(frame.height / _FOG_BAND_PX)
        for band in range(bands):
            place = band / (bands - 1)  # thickest at the horizon
            share = min(1.0, place / 0.55) * (1 - 0.8 * max(0.0, place - 0.62))
            pen.strip(
                frame.left,
                frame.top + band * _FOG_BAND_PX,
                width=frame.width,
                height=_FOG_BAND_PX,
                colour=(round(190 * share) << 24) | veil,
            )
