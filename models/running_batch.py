"""The tensors of all answers in the making: rows join and leave between two tokens.

Called by `TransformersVLM`. transformers' own continuous batching takes text alone; `generate`
keeps a batch until its longest answer is over.
"""

from __future__ import annotations

from typing import Any

import torch

from models.prefill import Prefilled, counted_positions, next_scores
from models.row_cache import RowCache, order_of_kept
from models.word_drawing import WordDrawer, drawer_for, picked


class RunningBatch:
    """Decoding of rows of different age, padded on the left to one width.

    Args:
        model: the model that read the prompts.
    """

    def __init__(self, model: Any) -> None:
        self._model = model
        self._cache: RowCache | None = None
        self._mask = torch.empty(0, 0, dtype=torch.long)  # (rows, width), 1 where attended
        self._newest = torch.empty(0, dtype=torch.long)  # (rows,), the last token of each row
        self._shifts = torch.empty(0, 1, dtype=torch.long)  # (rows, 1), of positions
        self._drawers: list[WordDrawer | None] = []  # by row, None for a greedy one

    def __len__(self) -> int:
        """Rows in the making."""
        return len(self._newest)

    def join(self, prefilled: Prefilled) -> list[int]:
        """Appends rows; the first token of each."""
        prompts, device = prefilled.prompts, prefilled.scores.device
        drawers = [drawer_for(prompt.drawing, prompt.ids, device=device) for prompt in prompts]
        newest = picked(prefilled.scores, drawers)
        shifts = torch.tensor([[prompt.shift] for prompt in prompts], device=device)
        if self._cache is None:
            self._cache = RowCache(prefilled.cache)
            self._mask, self._newest, self._shifts = prefilled.mask, newest, shifts
        else:
            self._cache.add(prefilled.cache)
            width = max(self._mask.shape[1], prefilled.mask.shape[1])
            masks = [_widened(mask, width) for mask in (self._mask, prefilled.mask)]
            self._mask = torch.cat(masks)
            self._newest = torch.cat([self._newest, newest])
            self._shifts = torch.cat([self._shifts, shifts])
        self._drawers += drawers
        return newest.tolist()

    def step(self) -> list[int]:
        """One more token for every row."""
        if self._cache is None:
            return []
        self._mask = torch.cat([self._mask, torch.ones_like(self._mask[:, :1])], dim=1)
        positions = counted_positions(self._mask)[:, -1:] + self._shifts
        scores = next_scores(
            self._model, self._newest[:, None], self._mask, self._cache, positions=positions
        )
        self._newest = picked(scores, self._drawers)
        return self._newest.tolist()

    def keep(self, rows: list[int]) -> list[int]:
        """Drops all other rows, and the columns that are padding in every row that is left.

        Returns the rows in their new order.
        """
        if len(rows) == len(self):
            return rows
        order = order_of_kept(rows)
        self._drawers = [self._drawers[row] for row in order]
        chosen = torch.tensor(order, dtype=torch.long, device=self._newest.device)
        self._mask, self._newest = self._mask[chosen], self._newest[chosen]
        self._shifts = self._shifts[chosen]
        if not order or self._cache is None:
            self._cache = None
            return order
        unused = int(self._mask.any(0).int().argmax())
        self._mask = self._mask[:, unused:]
        self._cache.keep(order, unused=unused)
        return order


def _widened(mask: torch.Tensor, width: int) -> torch.Tensor:
    """Zeros added on the left of a mask, (rows, width)."""
    return torch.nn.functional.pad(mask, (width - mask.shape[1], 0))
