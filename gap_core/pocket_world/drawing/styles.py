"""The four ways a FULL picture is made: colour drawing, pencil sketch, poster, grey photo.

Called by pictures.py. A style is a pen that draws differently, and a finish over the whole.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple

import aggdraw
import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageOps

from gap_core.pocket_world.pen import Pen, Point, brush, channels
from gap_core.pocket_world.scene import Thing
from gap_core.pocket_world.vocabulary import HEIGHT_PX, WIDTH_PX

_PAPER, _POSTER_INK = 0xFFFAF6EC, 0xFF22283C
_POSTER_INKS = (
    0xF6EBD2, 0xEBCB8F, 0xE79A4B, 0xC9553F, 0xF0A9B4, 0x7FB8AE, 0xA6D0E0, 0x4E86A6, 0x2B3C63,
    0x8DB26B, 0x4F7F52, 0x8A6048, 0xB9B4AC, 0x77757E, 0x2A2A35, 0xE6E3EA, 0x24463F, 0x3C4A3A,
    0x4A5A8C, 0xFFF6E4, 0xB98A6A, 0x1B2140, 0xC8A8C0, 0xF2C84B,
)  # fmt: skip


class Edge(NamedTuple):
    """A line round a shape."""

    colour: int
    width: float


_EDGES = {"printed poster": Edge(_POSTER_INK, 2.6), "pencil sketch": Edge(0xFF3E3E46, 1.4)}
_SOFT_EDGE = Edge(0xFF9AA5B5, 1.5)
_Y, _X = np.mgrid[0:HEIGHT_PX, 0:WIDTH_PX].astype(np.float32)
_GRAIN = np.random.default_rng(5).normal(0, 1, _X.shape).astype(np.float32)
_HATCHING = np.sin((_X * 0.8 + _Y) * 0.95 + _GRAIN * 0.4)
_DOTS = (((_X + _Y) % 6 < 2) & ((_X - _Y) % 6 < 2)).astype(np.int16)[..., None]
_CORNERS = np.sqrt((_X / WIDTH_PX * 2 - 1) ** 2 + (_Y / HEIGHT_PX * 2 - 1) ** 2)
_MEAN_GREY = 0.42  # of white, that a dark photo is brought up to
_VIGNETTE = 1 - 0.3 * np.clip(_CORNERS - 0.55, 0, 1)


class OutlinePen(Pen):
    """Fills shapes and goes round them with a line, where one is asked for."""

    def __init__(self, image: Image.Image) -> None:
        super().__init__(image)
        self._outline: Edge | None = None

    @contextmanager
    def outlined(self, edge: Edge | None) -> Iterator[None]:
        """This line round every shape, or none, until the block ends."""
        kept, self._outline = self._outline, edge
        yield
        self._outline = kept

    def line(self, *points: Point, colour: int, width: float) -> None:
        """A polyline; a thick one gets an edge on both sides."""
        edge = self._edge_of(colour, width * self._scale)
        with self.outlined(None):
            if edge is not None:
                wide = width + 2 * edge.width / self._scale
                super().line(*points, colour=edge.colour, width=wide)
            super().line(*points, colour=colour, width=width)

    def curve(self, start: Point, control: Point, end: Point, *, colour: int, width: float) -> None:
        """A quadratic curve, which has no edge."""
        with self.outlined(None):
            super().curve(start, control, end, colour=colour, width=width)

    def _edge_of(self, colour: int, extent: float) -> Edge | None:
        """The line round a shape; translucent shadows and tiny dots have none."""
        return self._outline if colour >> 24 == 255 and extent >= 6 else None

    def _edge(self, colour: int, extent: float) -> Any:
        edge = self._edge_of(colour, extent)
        return aggdraw.Pen(channels(edge.colour), edge.width) if edge else None

    def _fill_oval(self, corners: tuple[float, float, float, float], colour: int) -> None:
        edge = self._edge(colour, corners[2] - corners[0])
        self._canvas.ellipse(corners, edge, brush(colour))

    def _fill_polygon(self, flat: list[float], colour: int) -> None:
        self._canvas.polygon(flat, self._edge(colour, _extent(flat)), brush(colour))

    def _fill_path(self, path: aggdraw.Path, colour: int) -> None:
        self._canvas.path(path, self._edge(colour, _extent(path.coords())), brush(colour))


def _extent(flat: Sequence[float]) -> float:
    """The longer side of the box round a flat list of x and y."""
    xs, ys = flat[::2], flat[1::2]
    return max(max(xs) - min(xs), max(ys) - min(ys)) if xs and ys else 0.0


def edge_of(thing: Thing, style: str) -> Edge | None:
    """The line round a thing: ink on a poster, graphite in a sketch; else a soft one if white.

    White on snow, sand or a pale wall would not be seen without.
    """
    if style in _EDGES:
        return _EDGES[style]
    return _SOFT_EDGE if thing.colour == "white" else None


def as_backdrop(image: Image.Image, style: str) -> Image.Image:
    """The surroundings before the things are drawn over them: of a poster in few inks."""
    if style != "printed poster":
        return image
    palette = Image.new("P", (1, 1))
    palette.putpalette(([part for ink in _POSTER_INKS for part in channels(ink)] * 11)[:768])
    return image.quantize(palette=palette, dither=Image.Dither.NONE).convert("RGB")


def finish(image: Image.Image, style: str) -> Image.Image:
    """What is done to the whole picture last."""
    return {
        "pencil sketch": _pencil,
        "printed poster": _frame,
        "black and white photo": _photograph,
    }.get(style, lambda same: same)(image)


def _pencil(image: Image.Image) -> Image.Image:
    """Pencil lines where colours meet, hatching where it is dark, on grained paper."""
    source = ImageOps.autocontrast(image, cutoff=0.2)
    high = np.asarray(source.filter(ImageFilter.MaxFilter(3)), dtype=np.float32)
    low = np.asarray(source.filter(ImageFilter.MinFilter(3)), dtype=np.float32)
    edge = np.clip(((high - low).max(axis=-1) - 20) / 70, 0, 1)
    grey = np.asarray(source.convert("L"), dtype=np.float32)
    dark = np.clip((200 - grey) / 200, 0, 1)
    shaded = 250 - 62 * dark - _HATCHING * 34 * dark - edge * (96 + 70 * dark) + _GRAIN * 3
    paper = np.array(channels(_PAPER), dtype=np.float32) / 255
    return Image.fromarray((np.clip(shaded, 28, 252)[..., None] * paper).astype(np.uint8))


def _frame(image: Image.Image) -> Image.Image:
    """A cream border with a rule, and the dots of a screen print."""
    pixels = np.asarray(image).astype(np.int16) + 13 * _DOTS
    printed = Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8))
    draw = ImageDraw.Draw(printed)
    draw.rectangle((0, 0, WIDTH_PX - 1, HEIGHT_PX - 1), outline=(246, 235, 210), width=11)
    draw.rectangle((10, 10, WIDTH_PX - 11, HEIGHT_PX - 11), outline=(34, 40, 60), width=4)
    return printed


def _photograph(image: Image.Image) -> Image.Image:
    """Greys with darker corners, in a white border; a night is exposed longer."""
    grey = np.asarray(ImageOps.autocontrast(image.convert("L"), cutoff=0.5), dtype=np.float32)
    exposure = np.clip(np.log(_MEAN_GREY) / np.log(max(grey.mean(), 20) / 255), 0.55, 1)
    exposed = 255 * (grey / 255) ** exposure
    toned = np.clip(exposed * _VIGNETTE + _GRAIN * 3.5, 0, 255).astype(np.uint8)
    photo = Image.fromarray(toned).convert("RGB")
    ImageDraw.Draw(photo).rectangle(
        (0, 0, WIDTH_PX - 1, HEIGHT_PX - 1), outline=(245, 245, 243), width=10
    )
    return photo
