"""Pictures moved aside, up or down and turned round: new views of a scene that is already drawn.

Called by batches.py. To draw a batch takes as long as to learn from it, so pictures come again;
moved, a thing falls on the tower's patches in another way each time, and is not learnt by heart.
"""

import random
from dataclasses import replace

import numpy as np

from gap_core.pocket_training.scene_cache import MODEL_HEIGHT_PX, MODEL_WIDTH_PX
from gap_core.pocket_world import Scene, Thing
from gap_core.pocket_world.drawing.things import UNMIRRORED
from gap_core.pocket_world.place_things import is_near_border
from gap_core.pocket_world.vocabulary import HEIGHT_PX, WIDTH_PX

_ASIDE_PX, _UP_PX = 9, 6  # of the scaled picture: most of a patch
_TRIES = 4
_CUT_PX = 6  # so much of a thing may be cut off, of the whole picture


def moved(scene: Scene, pixels: np.ndarray, *, rng: random.Random) -> tuple[Scene, np.ndarray]:
    """The scene and its picture, moved and perhaps mirrored together; unchanged if nothing fits.

    Args:
        scene: as it was drawn.
        pixels: (height, width, 3) uint8, scaled for the model.
        rng: where chance comes from.
    """
    if rng.random() < 0.5 and not _shows_writing(scene):
        scene, pixels = _mirrored(scene), pixels[:, ::-1]
    for _ in range(_TRIES):
        aside = rng.randint(-_ASIDE_PX, _ASIDE_PX)
        down = rng.randint(-_UP_PX, _UP_PX)
        there = _shifted(
            scene, aside * WIDTH_PX / MODEL_WIDTH_PX, down * HEIGHT_PX / MODEL_HEIGHT_PX
        )
        if _is_as_plain(there, scene):
            return there, _rolled(pixels, aside, down)
    return scene, pixels


def _shows_writing(scene: Scene) -> bool:
    return any(thing.word or thing.kind in UNMIRRORED for thing in scene.things)


def _mirrored(scene: Scene) -> Scene:
    things = [
        replace(
            thing,
            x_px=WIDTH_PX - thing.x_px,
            facing="right" if thing.facing == "left" else "left",
        )
        for thing in reversed(scene.things)
    ]
    return replace(scene, things=tuple(things))


def _shifted(scene: Scene, aside_px: float, down_px: float) -> Scene:
    things = [
        replace(thing, x_px=thing.x_px + aside_px, y_px=thing.y_px + down_px)
        for thing in scene.things
    ]
    return replace(scene, things=tuple(things))


def _is_as_plain(scene: Scene, before: Scene) -> bool:
    """Whether all things are still whole, and no more of them stand between two sides."""
    doubtful, doubtful_before = (sum(map(is_near_border, s.things)) for s in (scene, before))
    return doubtful <= doubtful_before and all(map(_is_whole, scene.things))


def _is_whole(thing: Thing) -> bool:
    half_px = thing.width_px / 2 - _CUT_PX
    is_within = half_px <= thing.x_px <= WIDTH_PX - half_px
    return is_within and thing.height_px - _CUT_PX <= thing.y_px <= HEIGHT_PX


def _rolled(pixels: np.ndarray, aside: int, down: int) -> np.ndarray:
    """The picture so many pixels to the right and down; its own edge fills what comes in."""
    rows = np.clip(np.arange(MODEL_HEIGHT_PX) - down, 0, MODEL_HEIGHT_PX - 1)
    columns = np.clip(np.arange(MODEL_WIDTH_PX) - aside, 0, MODEL_WIDTH_PX - 1)
    return pixels[rows][:, columns]
