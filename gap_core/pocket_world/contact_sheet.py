"""Many scenes side by side in one small picture, for the eye that judges them.

Called by scripts/draw_contact_sheet.py.
"""

from PIL import Image

from gap_core.pocket_world.edition import Edition
from gap_core.pocket_world.render import render_scene
from gap_core.pocket_world.sampling import sample_scene

_CELL_PX, _GAP_PX, _COLUMNS = (208, 156), 4, 8
_MOST_THINGS = 6  # more would be too small to be judged on a sheet


def draw_contact_sheet(*, edition: Edition, scenes: int, seed: int) -> Image.Image:
    """So many scenes in rows of eight, from one thing to a few, in 256 colours."""
    width, height = _CELL_PX[0] + _GAP_PX, _CELL_PX[1] + _GAP_PX
    rows = -(-scenes // _COLUMNS)
    sheet = Image.new("RGB", (_COLUMNS * width + _GAP_PX, rows * height + _GAP_PX), "white")
    for number in range(scenes):
        things = 1 + number * 5 % _MOST_THINGS
        picture = render_scene(sample_scene(seed + number, things=things, edition=edition))
        cell = picture.resize(_CELL_PX, Image.Resampling.LANCZOS)
        row, column = divmod(number, _COLUMNS)
        sheet.paste(cell, (_GAP_PX + column * width, _GAP_PX + row * height))
    return sheet.quantize(256, dither=Image.Dither.NONE)
