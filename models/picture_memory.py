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
        self._lock = threading.Lock()
        self._features: OrderedDict[PictureKey, torch.Tensor] = OrderedDict()

    def features_of(
        self, ask: Ask, *, look: Callable[[], list[torch.Tensor]]
    ) -> list[torch.Tensor]:
        """Features of the ask's picture, (tokens, hidden) a slice, by `look` if they aren't known.

        They are forgotten at once if the ask names no scope.
        """
        if not ask.scope:
            return look()
        key = picture_key(ask)
        with self._lock:
            features = self._features.pop(key, None)
        features = look() if features is None else features
        with self._lock:
            self._features[key] = features
            if len(self._features) > self._max_pictures:
                self._features.popitem(last=False)
        return features


def picture_key(ask: Ask) -> PictureKey:
    """The same for the same pixels, whichever file they came from."""
    return PictureKey(ask.scope, pixel_digest(ask.image))


def pixel_digest(image: Image.Image) -> bytes:
    """A fingerprint of size and pixels."""
    digest = hashlib.blake2b(f"{image.mode} {image.size}".encode(), digest_size=16)
    digest.update(image.tobytes())
    return digest.digest()
