"""The optimizers with which small models are trained from nothing. Called by both trainings."""

from collections.abc import Iterable
from typing import Any

import torch

from gap_core.pocket_training.muon import Muon

_ANY_RATE = 1e-3  # the trainings set the rates at every step


def muon_and_adamw(
    matrices: Iterable[Any], others: Iterable[Any], *, decay: float, is_bf16: bool
) -> list[torch.optim.Optimizer]:
    """Muon for the layers' matrices, AdamW for all else; weights or groups of weights of each.

    Args:
        matrices: weights of two dimensions within the layers.
        others: embeddings, norms, biases, heads.
        decay: weight decay of the others.
        is_bf16: Muon multiplies in bfloat16.
    """
    return [
        Muon(matrices, lr=_ANY_RATE, weight_decay=0.05, is_bf16=is_bf16),
        torch.optim.AdamW(others, lr=_ANY_RATE, betas=(0.9, 0.98), weight_decay=decay),
    ]
