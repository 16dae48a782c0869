"""Perceptual hashes of pictures: pictures that look alike have hashes that differ in few bits.

Called by building. The hash is the usual one (Zauner 2010, the pHash of the ImageHash library):
which of the lowest frequencies of the grey picture are above their median.
"""

from collections.abc import Iterable, Iterator
from functools import partial
from itertools import islice
from pathlib import Path
from typing import NamedTuple

import numpy as np
from PIL import Image
from scipy.fft import dctn

from gap_core.dataset.checking import map_in_processes
from gap_core.decks.reading import PictureRefusedError, read_picture

SIDE = 16  # frequencies each way, so 256 bits
WORDS = SIDE * SIDE // 64
_SIDE_PX = 4 * SIDE
_BATCH = 16


class PictureHash(NamedTuple):
    """A picture's hash, (WORDS,) of 64 bits; None with the reason where it can't be read."""

    image_id: str
    words: np.ndarray | None
    trouble: str = ""


def hash_picture(picture: Image.Image) -> np.ndarray:
    """The 256 bits of a picture, as (WORDS,) unsigned 64 bit integers."""
    grey = picture.convert("L").resize((_SIDE_PX, _SIDE_PX), Image.Resampling.LANCZOS)
    low = dctn(np.asarray(grey, dtype=np.float64))[:SIDE, :SIDE]
    bits = (low > np.median(low)).ravel()
    return np.packbits(bits).view(np.uint64)


def hash_pictures(
    places: Iterable[tuple[str, str]], *, root: Path, workers: int = 1
) -> Iterator[PictureHash]:
    """The hashes of pictures, in their order.

    Args:
        places: id and place of each picture.
        root: the folder that places are relative to.
        workers: processes that read pictures; 1 reads them here.
    """
    for hashed in map_in_processes(partial(_hash_batch, root), _batches(places), workers=workers):
        yield from hashed


def _batches(places: Iterable[tuple[str, str]]) -> Iterator[list[tuple[str, str]]]:
    source = iter(places)
    while batch := list(islice(source, _BATCH)):
        yield batch


def _hash_batch(root: Path, places: list[tuple[str, str]]) -> list[PictureHash]:
    return [_hash_file(root, place) for place in places]


def _hash_file(root: Path, place: tuple[str, str]) -> PictureHash:
    image_id, path = place
    if not path:
        return PictureHash(image_id, None, "not at hand")
    try:
        return PictureHash(image_id, hash_picture(read_picture(root / path)))
    except (PictureRefusedError, OSError) as err:
        return PictureHash(image_id, None, str(err))
