"""Measure Muon's step beside PyTorch's own, on the matrices of pocket-llama."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from collections.abc import Callable

    import torch

_LAYERS = 4
_LAYER = (*[(256, 256)] * 2, *[(128, 256)] * 2, *[(704, 256)] * 2, (256, 704))


@click.command()
@click.option("--rounds", default=5, show_default=True, help="Steps of each, in turn.")
def main(rounds: int) -> None:
    """Print the seconds of a step in bfloat16 and in fp32 as ratios to PyTorch's.

    Example: python -m scripts.bench_muon --rounds 9
    """
    from statistics import median

    import torch

    from gap_core.hardware import describe_hardware
    from gap_core.pocket_training.muon import Muon

    if rounds < 3:
        raise click.ClickException("Fewer than 3 rounds have no middle. Take 3 or more.")
    torch.set_num_threads(1)
    makers: dict[str, Callable[[list[torch.nn.Parameter]], torch.optim.Optimizer]] = {
        "torch.optim.Muon": lambda weights: torch.optim.Muon(weights, lr=1e-3),
        "in bfloat16": lambda weights: Muon(weights, lr=1e-3, is_bf16=True),
        "in fp32": lambda weights: Muon(weights, lr=1e-3),
    }
    steppers = {name: make(_matrices()) for name, make in makers.items()}
    seconds: dict[str, list[float]] = {name: [] for name in makers}
    for _ in range(rounds):
        for name, optimizer in steppers.items():
            seconds[name].append(_time(optimizer))
    click.echo(f"{describe_hardware()}\n\n{'':18}{'seconds a step':28}ratio")
    first = median(seconds["torch.optim.Muon"])
    for name, taken in seconds.items():
        spread = f"{median(taken):.3f} [{min(taken):.3f}, {max(taken):.3f}] n={rounds}"
        click.echo(f"{name:18}{spread:28}{median(taken) / first:.2f}")


def _matrices() -> list[torch.nn.Parameter]:
    """Weights of the sizes that Muon moves in pocket-llama, with gradients."""
    import torch

    torch.manual_seed(1)
    made = [torch.nn.Parameter(torch.randn(shape)) for shape in _LAYER * _LAYERS]
    for weight in made:
        weight.grad = torch.randn(weight.shape)
    return made


def _time(optimizer: torch.optim.Optimizer) -> float:
    started = time.perf_counter()
    optimizer.step()
    return time.perf_counter() - started


if __name__ == "__main__":
    main()
