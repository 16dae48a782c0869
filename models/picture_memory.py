"""Remembers what the vision tower made of a picture, for the next question on it.

Called by `TransformersVLM`, from any thread.
"""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Callable
from typing import NamedTuple

import torch
from PIL import Image

from models.base import Ask


class SeenPicture(NamedTuple):
    """What the model has of a picture.

    `ids` of the tokens that stand for it in a prompt, `features`, (tokens, hidden) a slice, and
    `shape`, height and width of the slices in patches.
    """

    ids: list[int]
    features: list[torch.Tensor]
    shape: dict[str, torch.Tensor]


class PictureKey(NamedTuple):
    """Who asks, and on which pixels."""

    scope: str
    digest: bytes


class PictureMemory:
    """The pictures that were asked about last, the oldest forgotten first.

    A scope never profits from another's pictures: shared, a quick first answer would tell a
    player that somebody saw this picture before, and trap pictures are seen more often.
    """

    def __init__(self, *, max_pictures: int = 256) -> None:
        self._max_pictures = max_pictures
        self._lock = threading.Lock()
        self._seen: OrderedDict[PictureKey, SeenPicture] = OrderedDict()

    def recall(self, ask: Ask, *, look: Callable[[], SeenPicture]) -> SeenPicture:
        """The ask's picture, by `look` if it isn't known.

        It is forgotten at once if the ask names no scope.
        """
        if not ask.scope:
            return look()
        key = picture_key(ask)
        with self._lock:
            seen = self._seen.pop(key, None)
        seen = look() if seen is None else seen
        with self._lock:
            self._seen[key] = seen
            if len(self._seen) > self._max_pictures:
                self._seen.popitem(last=False)
        return seen


def picture_key(ask: Ask) -> PictureKey:
    """The same for the same pixels, whichever file they came from."""
    return PictureKey(ask.scope, pixel_digest(ask.image))


def pixel_digest(image: Image.Image) -> bytes:
    """A fingerprint of size and pixels."""
    digest = hashlib.sha256(f"{image.mode} {image.size}".encode())
    digest.update(image.tobytes())
    return digest.digest()
