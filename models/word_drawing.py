"""Drawing the next word of one answer among others that are greedy. Called by running_batch.py."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from transformers.generation.logits_process import (
    LogitsProcessorList,
    RepetitionPenaltyLogitsProcessor,
    TemperatureLogitsWarper,
    TopKLogitsWarper,
    TopPLogitsWarper,
)

from models.base import Drawing


class WordDrawer:
    """Draws the words of one answer, by transformers' own rules, with dice of its own."""

    def __init__(self, drawing: Drawing, prompt_ids: Sequence[int], *, device: Any) -> None:
        rules = LogitsProcessorList()
        if drawing.repetition_penalty != 1:
            rules.append(RepetitionPenaltyLogitsProcessor(drawing.repetition_penalty))
        rules.append(TemperatureLogitsWarper(drawing.temperature))
        if drawing.top_k:
            rules.append(TopKLogitsWarper(drawing.top_k))
        if drawing.top_p < 1:
            rules.append(TopPLogitsWarper(drawing.top_p))
        self._rules = rules
        self._ids = torch.tensor([list(prompt_ids)], device=device)  # (1, said so far)
        self._dice = torch.Generator(device).manual_seed(drawing.seed)

    def draw(self, scores: torch.Tensor) -> torch.Tensor:
        """The next token, (), from the scores of all, (V,)."""
        ruled = self._rules(self._ids, scores[None].float())
        token = torch.multinomial(ruled.softmax(-1), 1, generator=self._dice)  # (1, 1)
        self._ids = torch.cat([self._ids, token], dim=1)
        return token[0, 0]


def drawer_for(drawing: Drawing, prompt_ids: Sequence[int], *, device: Any) -> WordDrawer | None:
    """Who draws an answer's words; None for a greedy one."""
    return WordDrawer(drawing, prompt_ids, device=device) if drawing.temperature > 0 else None


def picked(scores: torch.Tensor, drawers: Sequence[WordDrawer | None]) -> torch.Tensor:
    """The next token of each row, (rows,), from the scores (rows, V)."""
    tokens = scores.argmax(-1)
    for row, drawer in enumerate(drawers):
        if drawer is not None:
            tokens[row] = drawer.draw(scores[row])
    return tokens
