"""Scores only of the words that carry the loss. Called by train.py.

A vocabulary is the widest thing in a model: scores of every word of it for every token of a
prompt cost more memory than the rest of a step. So they are computed where an answer stands.
"""

from __future__ import annotations

from typing import Any

import torch


class AnswerHead:
    """Narrows what the model's head sees to the batch's `answer_places`; see `Collator`.

    Hooks rather than a direct call, so that several devices still train through one forward pass.
    """

    def __init__(self, model: Any) -> None:
        self._places: torch.Tensor | None = None
        base = model.get_base_model()
        base.register_forward_pre_hook(self._take_places, with_kwargs=True)
        base.lm_head.register_forward_pre_hook(self._narrow)

    def _take_places(
        self, _model: Any, given: tuple[Any, ...], named: dict[str, Any]
    ) -> tuple[tuple[Any, ...], dict[str, Any]]:
        self._places = named.pop("answer_places", None)
        return given, named

    def _narrow(self, _head: Any, given: tuple[torch.Tensor]) -> tuple[torch.Tensor]:
        if self._places is None:
            return given
        return (given[0][self._places].unsqueeze(0),)  # (1, answer tokens, D)


def answer_loss(
    outputs: Any, labels: torch.Tensor, num_items_in_batch: torch.Tensor | int | None = None
) -> torch.Tensor:
    """Cross-entropy of the answers' tokens; a mean over them, or over those of a whole step.

    Args:
        outputs: with logits (1, answer tokens, V) where the head was narrowed.
        labels: (B, T), IGNORED outside of answers.
        num_items_in_batch: answer tokens of all batches that make one step.
    """
    logits = outputs["logits"][0].float()  # (answer tokens, V)
    wanted = labels[:, 1:]
    wanted = wanted[wanted >= 0].to(logits.device)  # (answer tokens,)
    if num_items_in_batch is None:
        return torch.nn.functional.cross_entropy(logits, wanted)
    total = torch.nn.functional.cross_entropy(logits, wanted, reduction="sum")
    return total / num_items_in_batch
