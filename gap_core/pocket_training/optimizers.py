"""The optimizers with which small models are trained from nothing. Called by both trainings."""

from collections.abc import Iterable
from typing import Any

import torch

_ANY_RATE = 1e-3  # the trainings set the rates at every step


def muon_and_adamw(
    matrices: Iterable[Any], others: Iterable[Any], *, decay: float
) -> list[torch.optim.Optimizer]:
    """Muon for the layers' matrices, AdamW for all else; weights or groups of weights of each.

    Args:
        matrices: weights of two dimensions within the layers.
        others: embeddings, norms, biases, heads.
        decay: weight decay of the others.

    Source: Jordan et al. 2024, Muon; scaled to AdamW's step as in Liu et al. 2025.
    """
    return [
        torch.optim.Muon(matrices, lr=_ANY_RATE, weight_decay=0.05, adjust_lr_fn="match_rms_adamw"),
        torch.optim.AdamW(others, lr=_ANY_RATE, betas=(0.9, 0.98), weight_decay=decay),
    ]
