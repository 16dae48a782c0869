"""The tensors of all answers in the making: rows join and leave between two tokens.

Called by `TransformersVLM`. transformers' own continuous batching takes text alone; `generate`
keeps a batch until its longest answer is over.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import torch
from torch import nn
from transformers import DynamicCache
from transformers.modeling_outputs import BaseModelOutputWithPooling

from models.base import Drawing
from models.word_drawing import WordDrawer, drawer_for, picked

# Prompts of nearly equal length get the same shape, so that their time tells nothing.
PROMPT_MULTIPLE_TOKENS = 16

Change = Callable[[torch.Tensor, torch.Tensor], torch.Tensor]


class Prompt(NamedTuple):
    """Token ids of a whole prompt, and the features of its picture, (tokens, hidden) a slice.

    `positions`, (3, tokens), where the model places a picture's tokens in height and width;
    whatever follows is `shift` away from its number in the row. `adapter` is what looked at it.
    `drawing` is how the answer's words are drawn.
    """

    ids: list[int]
    seen: list[torch.Tensor]
    positions: torch.Tensor | None = None
    shift: int = 0
    adapter: str | None = None
    drawing: Drawing = Drawing()


class RunningBatch:
    """Decoding of rows of different age, padded on the left to one width.

    Args:
        model: a model with a picture part, whose `model` takes embeddings of pictures.
        pad_id: the token that fills up on the left; never attended to.
    """

    def __init__(self, model: Any, *, pad_id: int) -> None:
        self._model = model
        self._pad_id = pad_id
        self._cache: DynamicCache | None = None
        self._mask = torch.empty(0, 0, dtype=torch.long)  # (rows, width), 1 where attended
        self._newest = torch.empty(0, dtype=torch.long)  # (rows,), the last token of each row
        self._shifts = torch.empty(0, 1, dtype=torch.long)  # (rows, 1), of positions
        self._drawers: list[WordDrawer | None] = []  # by row, None for a greedy one

    def __len__(self) -> int:
        """Rows in the making."""
        return len(self._newest)

    def admit(self, prompts: Sequence[Prompt]) -> list[int]:
        """Appends rows; the first token of each."""
        longest = max(len(prompt.ids) for prompt in prompts)
        width = -(-longest // PROMPT_MULTIPLE_TOKENS) * PROMPT_MULTIPLE_TOKENS
        missing = [width - len(prompt.ids) for prompt in prompts]
        device = self._model.device
        ids = [[self._pad_id] * m + p.ids for m, p in zip(missing, prompts, strict=True)]
        mask = torch.tensor([[0] * m + [1] * (width - m) for m in missing], device=device)
        cache = DynamicCache(config=self._model.config)
        seen = [slice_ for prompt in prompts for slice_ in prompt.seen]
        drawers = [drawer_for(prompt.drawing, prompt.ids, device=device) for prompt in prompts]
        scores = self._forward(
            torch.tensor(ids, device=device),
            mask,
            cache,
            positions=prompt_positions(prompts, mask),
            mm_encoder_outputs={"image": BaseModelOutputWithPooling(pooler_output=seen)},
        )
        newest = picked(scores, drawers)
        shifts = torch.tensor([[prompt.shift] for prompt in prompts], device=device)
        self._join(cache, mask, newest, shifts)
        self._drawers += drawers
        return newest.tolist()

    def step(self) -> list[int]:
        """One more token for every row."""
        if self._cache is None:
            return []
        self._mask = torch.cat([self._mask, torch.ones_like(self._mask[:, :1])], dim=1)
        positions = counted_positions(self._mask)[:, -1:] + self._shifts
        scores = self._forward(self._newest[:, None], self._mask, self._cache, positions=positions)
        self._newest = picked(scores, self._drawers)
        return self._newest.tolist()

    def keep(self, rows: list[int]) -> None:
        """Drops all other rows, and the columns that are padding in every row that is left."""
        if len(rows) == len(self):
            return
        self._drawers = [self._drawers[row] for row in rows]
        if not rows:
            self._cache = None
            self._mask, self._newest = self._mask[:0, :0], self._newest[:0]
            self._shifts = self._shifts[:0]
            return
        chosen = torch.tensor(rows, device=self._newest.device)
        self._mask, self._newest = self._mask[chosen], self._newest[chosen]
        self._shifts = self._shifts[chosen]
        unused = int(self._mask.any(0).int().argmax())
        self._mask = self._mask[:, unused:]
        for layer in self._layers():
            _change_layer(
                layer,
                layer,
                states=lambda own, _: own[chosen],
                keys=lambda own, _: own[chosen][:, :, unused:],
            )

    def _forward(
        self,
        ids: torch.Tensor,
        mask: torch.Tensor,
        cache: DynamicCache,
        *,
        positions: torch.Tensor,
        **pictures: Any,
    ) -> torch.Tensor:
        """How likely each token is to come next, (rows, V), after the tokens (rows, n).

        `positions` are (rows, n), or (3, rows, n) in time, height and width.
        """
        hidden = self._model.model(
            input_ids=ids,
            attention_mask=mask,
            position_ids=positions,
            past_key_values=cache,
            use_cache=True,
            **pictures,
        ).last_hidden_state  # (rows, n, D)
        head: nn.Module = self._model.get_output_embeddings()
        return head(hidden[:, -1])

    def _join(
        self, cache: DynamicCache, mask: torch.Tensor, newest: torch.Tensor, shifts: torch.Tensor
    ) -> None:
        if self._cache is None:
            self._cache, self._mask, self._newest, self._shifts = cache, mask, newest, shifts
            return
        width = max(mask.shape[1], self._mask.shape[1])
        for old, new in zip(self._layers(), cache.layers, strict=True):
            _join_layer(old, new, width)
        self._mask = torch.cat([_widened(part, width, dim=1) for part in (self._mask, mask)])
        self._newest = torch.cat([self._newest, newest])
        self._shifts = torch.cat([self._shifts, shifts])

    def _layers(self) -> list[Any]:
        return [] if self._cache is None else self._cache.layers


def counted_positions(mask: torch.Tensor) -> torch.Tensor:
    """Tokens numbered from 0 in each row, padding left out, (rows, width)."""
    return (mask.cumsum(-1) - 1).clamp(min=0)


def prompt_positions(prompts: Sequence[Prompt], mask: torch.Tensor) -> torch.Tensor:
    """Positions of whole prompts: as the model placed them, else counted."""
    counted = counted_positions(mask)
    if prompts[0].positions is None:
        return counted
    placed = counted.expand(3, *counted.shape).clone()  # (3, rows, width)
    for row, prompt in enumerate(prompts):
        if prompt.positions is not None:
            placed[:, row, -len(prompt.ids) :] = prompt.positions.to(mask.device)
    return placed


def _join_layer(old: Any, new: Any, width: int) -> None:
    """Appends the rows of one cache layer to another's, both `width` wide."""
    _change_layer(
        old,
        new,
        states=lambda own, arriving: torch.cat([own, arriving]),
        keys=lambda *parts: torch.cat([_widened(part, width) for part in parts]),
    )


def _widened(part: torch.Tensor, width: int, *, dim: int = 2) -> torch.Tensor:
    """Zeros added on the left of dimension `dim` of (rows, width), or (rows, heads, width, D)."""
    missing = width - part.shape[dim]
    if not missing:
        return part
    shape = list(part.shape)
    shape[dim] = missing
    return torch.cat([part.new_zeros(shape), part], dim=dim)


def _change_layer(layer: Any, other: Any, *, states: Change, keys: Change) -> None:
    """Puts a change of its own tensor and the other layer's in the place of each.

    Layers of linear attention have states, which have no width; other layers keys and values.
    """
    for name in ("conv_states", "recurrent_states"):
        held = getattr(layer, name, {})
        for key, state in held.items():
            if state is not None:
                held[key] = states(state, getattr(other, name)[key])
    for name in ("keys", "values"):
        if getattr(layer, name, None) is not None:
            setattr(layer, name, keys(getattr(layer, name), getattr(other, name)))
