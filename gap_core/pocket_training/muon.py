"""Muon, which steps matrices along their orthogonalized momentum, in a precision of choice.

PyTorch's own always orthogonalizes in bfloat16. On processors without instructions for it that is
some twelve times slower than fp32 (scripts/bench_muon.py).
Called by optimizers.py.
"""

from collections.abc import Callable, Iterable
from typing import Any

import torch

_QUINTIC = (3.4445, -4.7750, 2.0315)  # steepest at zero; singular values end within 0.7 to 1.2
_ROUNDS = 5
_SMALLEST = 1e-7


class Muon(torch.optim.Optimizer):
    """Nesterov momentum, made orthogonal, scaled to the size of AdamW's steps.

    Args:
        params: matrices, or groups of them.
        lr: step, comparable to AdamW's.
        momentum: share of the running mean that a step keeps.
        weight_decay: share of `lr` by which weights shrink a step.
        is_bf16: orthogonalize in bfloat16, else in the precision of the gradients.

    Source: Jordan et al. 2024, Muon; the scale is that of Liu et al. 2025, Muon is scalable for
    LLM training.
    """

    def __init__(
        self,
        params: Iterable[Any],
        *,
        lr: float,
        momentum: float = 0.95,
        weight_decay: float = 0.0,
        is_bf16: bool = False,
    ) -> None:
        super().__init__(params, {"lr": lr, "momentum": momentum, "weight_decay": weight_decay})
        self._is_bf16 = is_bf16

    @torch.no_grad()
    def step(self, closure: Callable[[], float] | None = None) -> None:
        """Move every matrix that has a gradient; closures are not for this optimizer.

        Raises:
            ValueError: there is a closure, or a weight is no matrix.
        """
        if closure is not None:
            raise ValueError("Muon takes no closure.")
        for group in self.param_groups:
            for weight in group["params"]:
                if weight.grad is not None:
                    self._move(weight, group)

    def _move(self, weight: torch.Tensor, group: dict[str, Any]) -> None:
        if weight.ndim != 2 or weight.grad is None:
            raise ValueError(f"Muon moves matrices; this weight is {tuple(weight.shape)}.")
        state = self.state[weight]
        if not state:
            state["momentum_buffer"] = torch.zeros_like(weight.grad)
        mean = state["momentum_buffer"].lerp_(weight.grad, 1 - group["momentum"])
        ahead = weight.grad.lerp(mean, group["momentum"])
        direction = orthogonalized(ahead.bfloat16() if self._is_bf16 else ahead)
        scale = 0.2 * max(weight.shape) ** 0.5
        weight.mul_(1 - group["lr"] * group["weight_decay"])
        weight.add_(direction, alpha=-group["lr"] * scale)


def orthogonalized(matrix: torch.Tensor) -> torch.Tensor:
    """Nearly the closest matrix with orthonormal rows, or columns, by Newton-Schulz iteration."""
    is_tall = matrix.size(0) > matrix.size(1)
    flat = matrix.T if is_tall else matrix
    flat = flat / flat.norm().clamp(min=_SMALLEST)
    first, second, third = _QUINTIC
    for _ in range(_ROUNDS):
        gram = flat @ flat.T
        change = torch.addmm(gram, gram, gram, beta=second, alpha=third)
        flat = torch.addmm(flat, change, flat, beta=first)
    return flat.T if is_tall else flat
