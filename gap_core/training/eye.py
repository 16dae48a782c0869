"""What the image tower makes of a batch's pictures. Called by train.py.

A frozen tower sees the same in a picture every time, so it looks once. Each picture is looked at
alone: what is remembered must not depend on the batch that a picture first came in, or a run that
goes on after a stop would end elsewhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from transformers.modeling_outputs import BaseModelOutputWithPooling

REMEMBERED_MIB = 1_024  # of what was seen


class Eye:
    """Turns a batch's `pictures`, known by `picture_ids`, into what the model takes.

    Args:
        model: with its adapter.
        is_frozen: whether the tower stays as it is.
    """

    def __init__(self, model: Any, *, is_frozen: bool) -> None:
        self._base = model.get_base_model()
        self._is_frozen = is_frozen
        self._seen: dict[str, list[torch.Tensor]] = {}
        self._free_bytes = REMEMBERED_MIB * 2**20
        self._base.register_forward_pre_hook(self._look_at_pictures, with_kwargs=True)

    def _look_at_pictures(
        self, _model: Any, given: tuple[Any, ...], named: dict[str, Any]
    ) -> tuple[tuple[Any, ...], dict[str, Any]]:
        pictures: Sequence[dict[str, torch.Tensor]] = named.pop("pictures", ())
        image_ids: Sequence[str] = named.pop("picture_ids", ())
        if not pictures:
            return given, named
        joined = _joined(pictures)
        if not self._is_frozen:
            return given, named | joined
        del joined["pixel_values"]
        seen = [
            part
            for image_id, picture in zip(image_ids, pictures, strict=True)
            for part in self._features(image_id, picture)
        ]
        image = BaseModelOutputWithPooling(pooler_output=seen)
        return given, named | joined | {"mm_encoder_outputs": {"image": image}}

    def _features(self, image_id: str, picture: dict[str, torch.Tensor]) -> list[torch.Tensor]:
        """One tensor a slice, (tokens, D)."""
        pixels = picture["pixel_values"]
        known = self._seen.get(image_id)
        if known is not None:
            return [part.to(pixels.device) for part in known]
        with torch.no_grad():
            shape = next(one for name, one in picture.items() if name != "pixel_values")
            looked = self._base.model.get_image_features(pixels, shape)
        features = list(looked.pooler_output)
        size = sum(part.nbytes for part in features)
        if size <= self._free_bytes:
            self._free_bytes -= size
            self._seen[image_id] = [part.cpu() for part in features]
        return features


def _joined(pictures: Sequence[dict[str, torch.Tensor]]) -> dict[str, torch.Tensor]:
    """Inputs of one batch, joined along the axis that the architecture packs pictures by."""
    # MiniCPM lays all patches of a batch side by side, (1, C, P, patches); Qwen one a line.
    is_row = pictures[0]["pixel_values"].dim() == 4
    return {
        name: torch.cat(
            [one[name] for one in pictures], dim=3 if is_row and name == "pixel_values" else 0
        )
        for name in pictures[0]
    }
