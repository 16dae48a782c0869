"""Ways of serving under the same loads: measured one after another, told as a table.

Called by scripts/bench_serving.py.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import torch

from gap_core.errors import GapError
from gap_core.simulation.model_servers import KINDS, peak_mib, running_server
from gap_core.simulation.serving_load import (
    LoadPlan,
    ServingFigures,
    mean_interval,
    measure_server,
    measure_ways,
    percentile,
    ratio_interval,
)
from models.base import Ask, VisionModel
from models.registry import find_folder

Figures = dict[int, list[ServingFigures]]  # by players, the lock and the batcher first


def measure_all(
    model: VisionModel, asks: list[Ask], *, plans: Sequence[LoadPlan], on_block: Callable[[], None]
) -> Figures:
    """One lock and the batcher under each load."""
    figures: Figures = {}
    for plan in plans:
        figures[plan.players] = measure_ways(model, asks, plan=plan, on_block=on_block)
        for way in figures[plan.players]:
            way.peak_mib = own_peak_mib()
    return figures


def add_servers(
    figures: Figures, name: str, asks: list[Ask], *, plans: Sequence[LoadPlan]
) -> list[str]:
    """Adds every server that can serve this model; a sentence for each that can't."""
    misses = []
    for kind in KINDS:
        try:
            with running_server(kind, find_folder(name)) as server:
                for plan in plans:
                    measured = measure_server(
                        server.model, asks, way=kind, plan=plan, on_block=lambda: None
                    )
                    measured.peak_mib = server.peak_mib()
                    figures[plan.players].append(measured)
        except GapError as err:
            misses.append(str(err))
    return misses


def own_peak_mib() -> float | None:
    """The most memory that this process held until now: of the GPU where there is one."""
    if torch.cuda.is_available():
        return torch.cuda.max_memory_reserved() / 2**20
    return peak_mib("/proc/self/status")


def table_of(ways: Sequence[ServingFigures], *, plan: LoadPlan) -> list[str]:
    """Lines for people: a way each, then what the batcher gains over one lock."""
    lines = [
        f"{plan.players} players",
        f"{'way':<20} {'answers/s [95%]':<22} {'n':>6} {'tokens/s':>9} "
        f"{'first word p50':>14} {'p95':>8} {'p99':>8} {'peak memory':>13} {'cpu/answer':>11}",
    ]
    for way in ways:
        rate = mean_interval(way.rates, seed=plan.seed)
        shown = f"{rate.mean:.2f} [{rate.low:.2f}, {rate.high:.2f}]"
        waits = [f"{percentile(way.first_word_s, share):.2f} s" for share in (0.5, 0.95, 0.99)]
        cpu = "not told" if way.cpu_s is None else f"{way.cpu_ms_per_answer:.0f} ms"
        memory = "not told" if way.peak_mib is None else f"{way.peak_mib:.0f} MiB"
        lines.append(
            f"{way.way:<20} {shown:<22} {sum(way.answers):>6} {way.tokens_per_s:>9.1f} "
            f"{waits[0]:>14} {waits[1]:>8} {waits[2]:>8} {memory:>13} {cpu:>11}"
        )
    times = ratio_interval(ways[1].rates, ways[0].rates, seed=plan.seed)
    gain = f"{times.mean:.2f} [{times.low:.2f}, {times.high:.2f}]"
    return [*lines, f"batcher / one lock: {gain} times the answers"]


def record_of(ways: Sequence[ServingFigures], *, plan: LoadPlan) -> dict[str, Any]:
    """The same as one object."""
    times = ratio_interval(ways[1].rates, ways[0].rates, seed=plan.seed)
    record: dict[str, Any] = {**vars(plan), "times": [times.mean, times.low, times.high]}
    for way in ways:
        rate = mean_interval(way.rates, seed=plan.seed)
        record[way.way.replace(" ", "_")] = {
            "answers_per_s": [rate.mean, rate.low, rate.high],
            "n": sum(way.answers),
            "tokens_per_s": way.tokens_per_s,
            **{
                f"first_word_p{share}_s": percentile(way.first_word_s, share / 100)
                for share in (50, 95, 99)
            },
            "peak_mib": way.peak_mib,
            "cpu_ms_per_answer": way.cpu_ms_per_answer,
        }
    return record
