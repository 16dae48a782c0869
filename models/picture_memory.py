"""Remembers what the vision tower made of a picture, for the next question on it.

Called by `TransformersVLM` from the one thread that runs the model.
"""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from typing import NamedTuple

import torch
from PIL import Image

from models.base import Ask


class PictureKey(NamedTuple):
    """Who asks, and on which pixels."""

    scope: str
    digest: bytes


class PictureMemory:
    """The features of the pictures that were asked about last, the oldest forgotten first.

    A scope never profits from another's pictures: shared, a quick first answer would tell a
    player that somebody saw this picture before, and trap pictures are seen more often.
    """

    def __init__(self, *, max_pictures: int = 256) -> None:
        self._max_pictures = max_pictures
        self._features: OrderedDict[PictureKey, torch.Tensor] = OrderedDict()

    def recall(self, ask: Ask) -> torch.Tensor | None:
        """Features of the ask's picture, (tokens, hidden); None where they aren't known."""
        if not ask.scope:
            return None
        key = picture_key(ask)
        if key in self._features:
            self._features.move_to_end(key)
        return self._features.get(key)

    def keep(self, ask: Ask, features: torch.Tensor) -> None:
        """Remembers the features, unless the ask names no scope."""
        if not ask.scope:
            return
        self._features[picture_key(ask)] = features.clone()
        if len(self._features) > self._max_pictures:
            self._features.popitem(last=False)


def picture_key(ask: Ask) -> PictureKey:
    """The same for the same pixels, whichever file they came from."""
    return PictureKey(ask.scope, pixel_digest(ask.image))


def pixel_digest(image: Image.Image) -> bytes:
    """A fingerprint of size and pixels."""
    digest = hashlib.blake2b(f"{image.mode} {image.size}".encode(), digest_size=16)
    digest.update(image.tobytes())
    return digest.digest()
