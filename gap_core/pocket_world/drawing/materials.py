"""Wood, metal, stone and plastic as they look on a face of a thing.

Called by furniture.py and containers.py.
"""

from gap_core.pocket_world.pen import Pen, mixed, shade
from gap_core.pocket_world.scene import Thing
from gap_core.pocket_world.vocabulary_full import FULL_COLOURS

_RIVET, _WHITE = 0xFF5E646E, 0xFFFFFFFF


def paint_of(thing: Thing) -> int:
    """The thing's body colour; each grey material has its own grey."""
    own = {"metal": 0xFF98A3B3, "stone": 0xFF9A958D, "wood": 0xFFA06C40}
    return own.get(thing.material, FULL_COLOURS[thing.colour])


def draw_face(
    pen: Pen, thing: Thing, x: float, y: float, *, width: float, height: float, corner: float = 6
) -> None:
    """A rectangle of the thing's material."""
    paint = paint_of(thing)
    pen.box(x, y, width=width, height=height, colour=paint, corner=corner)
    {"wood": _grain, "metal": _gloss, "stone": _cracks, "plastic": _shine}[thing.material](
        pen, x, y, width, height, paint
    )


def _grain(pen: Pen, x: float, y: float, width: float, height: float, paint: int) -> None:
    """Planks with a grain."""
    dark = shade(paint, 0.32)
    count = max(1, round(height / 26))
    for row in range(count):
        top = y + height * row / count
        if row:
            pen.line((x + 2, top), (x + width - 2, top), colour=dark, width=3.2)
        middle = top + height / count / 2
        pen.curve(
            (x + width * 0.12, middle),
            (x + width * 0.35, middle - 5),
            (x + width * 0.6, middle),
            colour=shade(paint, 0.2),
            width=2.4,
        )
        pen.oval(x + width * 0.78, middle, rx=5, ry=3, colour=dark)


def _gloss(pen: Pen, x: float, y: float, width: float, height: float, paint: int) -> None:
    """A broad shine and rivets."""
    pen.box(
        x + width * 0.14,
        y + 1,
        width=width * 0.16,
        height=height - 2,
        colour=mixed(paint, _WHITE, 0.62),
    )
    pen.box(
        x + width * 0.36,
        y + 1,
        width=width * 0.06,
        height=height - 2,
        colour=mixed(paint, _WHITE, 0.45),
    )
    pen.box(
        x + width * 0.74, y + 1, width=width * 0.14, height=height - 2, colour=shade(paint, 0.24)
    )
    for u in (0.05, 0.95):
        for v in (7.0, height - 7.0):
            pen.oval(x + width * u, y + v, rx=3, ry=3, colour=_RIVET)


def _cracks(pen: Pen, x: float, y: float, width: float, height: float, paint: int) -> None:
    """Joints between blocks, and speckles."""
    joint = mixed(paint, 0xFF5A554E, 0.75)
    rows = max(1, round(height / 30))
    columns = max(2, round(width / 50))
    for row in range(rows):
        top, high = y + height * row / rows, height / rows
        if row:
            pen.line((x + 2, top), (x + width - 2, top), colour=joint, width=3.4)
        for column in range(1, columns):
            shift = 0.5 if row % 2 else 0.0
            at = x + width * (column - shift) / columns
            pen.line((at, top + 2), (at, top + high - 2), colour=joint, width=3.4)
        for column in range(columns * 2):
            at = x + width * (column + 0.35) / (columns * 2)
            pen.oval(at, top + high * (0.3 if column % 2 else 0.68), rx=2.6, ry=2, colour=joint)


def _shine(pen: Pen, x: float, y: float, width: float, height: float, paint: int) -> None:
    """One soft highlight on a smooth face."""
    pen.box(
        x + width * 0.08,
        y + height * 0.14,
        width=width * 0.5,
        height=max(3.0, height * 0.12),
        colour=mixed(paint, _WHITE, 0.55),
        corner=4,
    )
