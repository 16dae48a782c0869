"""A small pen over aggdraw: filled shapes in flat colours with smooth edges.

Called by draw_things.py and draw_places.py, which decide what a thing looks like. Colours are
0xAARRGGBB integers. aggdraw brings its own rasterizer: no fonts or libraries of the system.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager

import aggdraw
from PIL import Image

from gap_core.pocket_world.letters import letter_strokes

Point = tuple[float, float]
_CIRCLE = 0.5523  # control point distance that makes a cubic a quarter circle


def mixed(colour: int, other: int, share: float) -> int:
    """`share` of the other colour mixed into the first; the first one's opacity is kept."""
    result = colour >> 24
    for shift in (16, 8, 0):
        first, second = colour >> shift & 255, other >> shift & 255
        result = result << 8 | round(first * (1 - share) + second * share)
    return result


def lit(colour: int, light: int, share: float) -> int:
    """The colour as it looks when so much of what falls on it is coloured light."""
    result = colour >> 24
    for shift in (16, 8, 0):
        own = colour >> shift & 255
        result = result << 8 | round(own * (1 - share + share * (light >> shift & 255) / 255))
    return result


def shade(colour: int, share: float = 0.22) -> int:
    """The colour in shadow; of a dark colour, its highlight."""
    is_dark = sum(colour >> shift & 255 for shift in (16, 8, 0)) < 240
    return mixed(colour, 0xFFFFFFFF if is_dark else 0xFF3A2B4A, share)


class Pen:
    """Draws in local coordinates: x to the right, y down, scaled, and mirrored on request."""

    def __init__(self, image: Image.Image) -> None:
        self._canvas = aggdraw.Draw(image)
        self._canvas.setantialias(True)
        self._x, self._y, self._scale, self._mirror, self._flip = 0.0, 0.0, 1.0, 1.0, 1.0
        self._light, self._light_share = 0xFFFFFFFF, 0.0

    @contextmanager
    def at(
        self,
        x: float,
        y: float,
        *,
        scale: float = 1.0,
        mirrored: bool = False,
        flipped: bool = False,
    ) -> Iterator[None]:
        """Local coordinates whose origin is (x, y) of the ones outside, until the block ends."""
        kept = self._x, self._y, self._scale, self._mirror, self._flip
        self._x, self._y = self._point((x, y))
        self._scale *= scale
        self._mirror *= -1.0 if mirrored else 1.0
        self._flip *= -1.0 if flipped else 1.0
        yield
        self._x, self._y, self._scale, self._mirror, self._flip = kept

    @contextmanager
    def lit(self, light: int, share: float) -> Iterator[None]:
        """Everything in a coloured light, until the block ends."""
        kept = self._light, self._light_share
        self._light, self._light_share = light, share
        yield
        self._light, self._light_share = kept

    def finish(self) -> None:
        """Write everything drawn into the image."""
        self._canvas.flush()

    def _point(self, point: Point) -> Point:
        x, y = point
        return self._x + x * self._scale * self._mirror, self._y + y * self._scale * self._flip

    def box(
        self, x: float, y: float, *, width: float, height: float, colour: int, corner: float = 0.0
    ) -> None:
        """A rectangle by its upper left corner, its corners rounded."""
        right, bottom = x + width, y + height
        r = min(corner, width / 2, height / 2)
        k = r * (1 - _CIRCLE)
        self.svg(
            f"M{x + r},{y} L{right - r},{y} C{right - k},{y},{right},{y + k},{right},{y + r}"
            f" L{right},{bottom - r}"
            f" C{right},{bottom - k},{right - k},{bottom},{right - r},{bottom}"
            f" L{x + r},{bottom} C{x + k},{bottom},{x},{bottom - k},{x},{bottom - r}"
            f" L{x},{y + r} C{x},{y + k},{x + k},{y},{x + r},{y} Z",
            colour=colour,
        )

    def oval(self, x: float, y: float, *, rx: float, ry: float, colour: int) -> None:
        """An ellipse by its centre and radii."""
        cx, cy = self._point((x, y))
        rx, ry = rx * self._scale, ry * self._scale
        self._fill_oval((cx - rx, cy - ry, cx + rx, cy + ry), self._ink(colour))

    def ring(self, x: float, y: float, *, radius: float, colour: int, width: float) -> None:
        """A circle's outline."""
        cx, cy = self._point((x, y))
        r = radius * self._scale
        self._canvas.ellipse((cx - r, cy - r, cx + r, cy + r), self._stroke(colour, width), None)

    def line(self, *points: Point, colour: int, width: float) -> None:
        """A polyline with round ends and corners."""
        flat = [number for point in points for number in self._point(point)]
        self._canvas.line(flat, self._stroke(colour, width))
        for x, y in points:
            self.oval(x, y, rx=width / 2, ry=width / 2, colour=colour)

    def curve(self, start: Point, control: Point, end: Point, *, colour: int, width: float) -> None:
        """A quadratic curve with round ends."""
        self.svg(
            f"M{start[0]},{start[1]} Q{control[0]},{control[1]},{end[0]},{end[1]}",
            colour=colour,
            width=width,
        )
        for x, y in (start, end):
            self.oval(x, y, rx=width / 2, ry=width / 2, colour=colour)

    def shape(self, *points: Point, colour: int) -> None:
        """A filled polygon."""
        flat = [number for point in points for number in self._point(point)]
        self._fill_polygon(flat, self._ink(colour))

    def svg(self, outline: str, *, colour: int, width: float = 0.0) -> None:
        """A shape as an SVG path of absolute M, L, Q, C and Z; stroked where a width is given.

        Raises:
            ValueError: another command in the outline.
        """
        path = aggdraw.Path()
        for command, numbers in re.findall(r"([A-Za-z])([^A-Za-z]*)", outline):
            values = [
                float(number) for number in re.findall(r"-?\d+(?:\.\d+)?(?:e-?\d+)?", numbers)
            ]
            points = [self._point(pair) for pair in zip(values[::2], values[1::2], strict=True)]
            _extend(path, command, points)
        if width:
            self._canvas.path(path, self._stroke(colour, width))
        else:
            self._fill_path(path, self._ink(colour))

    def word(
        self, text: str, *, x: float, y: float, width: float, height: float, colour: int
    ) -> None:
        """A word in the project's own capitals, fitted into the box around (x, y)."""
        letter = min(height / 1.5, width / (len(text) * 1.42 - 0.42))
        left = x - letter * (len(text) * 1.42 - 0.42) / 2
        for place, character in enumerate(text):
            for stroke in letter_strokes(character):
                corner = (left + place * letter * 1.42, y - letter * 0.75)
                points = [(corner[0] + u * letter, corner[1] + v * letter * 1.5) for u, v in stroke]
                self.line(*points, colour=colour, width=letter * 0.3)

    def gradient(
        self, x: float, y: float, *, width: float, height: float, upper: int, lower: int
    ) -> None:
        """A rectangle whose colour runs from the upper to the lower, without any outline."""
        bands = 24
        for band in range(bands):
            self.box(
                x,
                y + height * band / bands,
                width=width,
                height=height / bands + 1.5,
                colour=mixed(upper, lower, band / (bands - 1)),
            )

    def strip(self, x: float, y: float, *, width: float, height: float, colour: int) -> None:
        """A rectangle with hard edges: translucent ones that touch show no seam."""
        self._canvas.setantialias(False)
        self.box(x, y, width=width, height=height, colour=colour)
        self._canvas.setantialias(True)

    def _ink(self, colour: int) -> int:
        """The colour as it is printed: in the light of the hour."""
        return lit(colour, self._light, self._light_share) if self._light_share else colour

    def _fill_oval(self, corners: tuple[float, float, float, float], colour: int) -> None:
        self._canvas.ellipse(corners, None, brush(colour))

    def _fill_polygon(self, flat: list[float], colour: int) -> None:
        self._canvas.polygon(flat, None, brush(colour))

    def _fill_path(self, path: aggdraw.Path, colour: int) -> None:
        self._canvas.path(path, None, brush(colour))

    def _stroke(self, colour: int, width: float) -> aggdraw.Pen:
        ink = self._ink(colour)
        return aggdraw.Pen(channels(ink), width * self._scale, ink >> 24)


def brush(colour: int) -> aggdraw.Brush:
    """Aggdraw's brush of a colour."""
    return aggdraw.Brush(channels(colour), colour >> 24)


def channels(colour: int) -> tuple[int, int, int]:
    """Red, green and blue, 0 to 255."""
    return colour >> 16 & 255, colour >> 8 & 255, colour & 255


def _extend(path: aggdraw.Path, command: str, points: list[Point]) -> None:
    """One SVG command added to the path."""
    flat = [number for point in points for number in point]
    if command == "M":
        path.moveto(*flat)
    elif command == "L":
        for x, y in points:
            path.lineto(x, y)
    elif command == "C":
        path.curveto(*flat)
    elif command == "Q":
        (x0, y0), (cx, cy), (x, y) = path.coords()[-2:], *points
        path.curveto(
            x0 + (cx - x0) * 2 / 3, y0 + (cy - y0) * 2 / 3,
            x + (cx - x) * 2 / 3, y + (cy - y) * 2 / 3, x, y,
        )  # fmt: skip
    elif command == "Z":
        path.close()
    else:
        raise ValueError(f"An outline uses '{command}'; the pen knows M, L, Q, C and Z.")
