"""How fast the same model answers in each precision. Called by scripts/bench_quantization.py."""

from __future__ import annotations

import time
from collections.abc import Callable

from models.base import Ask, VisionModel


def measure_models(
    models: list[VisionModel], asks: list[Ask], *, rounds: int, on_round: Callable[[], None]
) -> list[list[float]]:
    """Answers a second of each model on one batch, round by round, the models taking turns.

    Args:
        models: measured one after another within a round; warmed up first.
        asks: the batch.
        rounds: how often each model answers it.
        on_round: called after each model's turn, for a progress bar.

    Returns:
        One list of rates a model, `rounds` long.
    """
    for model in models:
        model.answer(asks)
    rates: list[list[float]] = [[] for _ in models]
    for _ in range(rounds):
        for model, own in zip(models, rates, strict=True):
            started = time.perf_counter()
            replies = model.answer(asks)
            own.append(len(replies) / (time.perf_counter() - started))
            on_round()
    return rates
