"""What a load test tells: lines for a person and a record. Called by scripts/load_test.py."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from gap_core.simulation.labelers import LabelingFigures
from gap_core.simulation.load import LoadFigures
from gap_core.simulation.memory_slope import by_minute
from gap_core.simulation.percentiles import percentiles

STEPS = ("page", "load", "begin", "picture", "first words", "ask", "judge")


def lines_of(figures: LoadFigures, labeling: LabelingFigures) -> Iterator[str]:
    """The report, line by line."""
    yield f"{'step':<14}{'p50':>9}{'p95':>9}{'p99':>9}{'n':>9}"
    for step, times in _steps(figures, labeling):
        told = "".join(f"{1000 * mark:>6.0f} ms" for mark in percentiles(times))
        yield f"{step:<14}{told}{len(times):>9,}"
    yield f"{figures.answers_per_s:.1f} answers/s, {figures.sessions:,} sessions begun"
    if labeling.times_s["draft"] or labeling.empty:
        saved = len(labeling.times_s["save"])
        yield (
            f"{saved / figures.seconds:.2f} labels/s saved ({saved:,}); the queue was empty at "
            f"{labeling.empty:,} looks"
        )
    server, client = figures.server_cpu_s, figures.client_cpu_s
    yield (
        f"processor time an answer: game {figures.cpu_ms(server):.1f} ms "
        f"({server / figures.seconds:.2f} cores), players {figures.cpu_ms(client):.1f} ms "
        f"({client / figures.seconds:.2f} cores)"
    )
    yield from memory_lines(figures)
    troubles = figures.troubles + labeling.troubles
    for what, counted in (("refused", figures.refusals), ("troubles", troubles)):
        told = "; ".join(f"{words} ({count})" for words, count in counted.items())
        yield f"{what}: {told or 'none'}"


def memory_lines(figures: LoadFigures) -> Iterator[str]:
    """Memory of the game by the minute, and whether it is flat."""
    minutes = by_minute(figures.memory)
    yield "memory by the minute, MiB: " + " ".join(f"{mib:.0f}" for mib in minutes)
    slope = figures.memory_slope()
    if slope is None:
        yield "too short to tell whether memory is flat"
        return
    is_flat = slope.low <= 0
    yield (
        f"second half: {slope.mean:+.1f} MiB/h [{slope.low:+.1f}, {slope.high:+.1f}], "
        f"{'flat: no growth can be told' if is_flat else 'memory grows'}"
    )


def record_of(figures: LoadFigures, labeling: LabelingFigures) -> dict[str, object]:
    """The same, for programs: each step has its percentiles in s and n."""
    record: dict[str, object] = {
        step: [round(mark, 4) for mark in percentiles(times)] + [len(times)]
        for step, times in _steps(figures, labeling)
    }
    slope = figures.memory_slope()
    return record | {
        "seconds": figures.seconds,
        "is_cut_short": figures.is_cut_short,
        "answers_per_s": figures.answers_per_s,
        "labels_per_s": len(labeling.times_s["save"]) / figures.seconds,
        "server_cpu_ms": figures.cpu_ms(figures.server_cpu_s),
        "client_cpu_ms": figures.cpu_ms(figures.client_cpu_s),
        "memory_mib": [round(mib, 1) for mib in by_minute(figures.memory)],
        "memory_mib_per_h": None if slope is None else [slope.mean, slope.low, slope.high],
        "refusals": figures.refusals.total(),
        "troubles": dict(figures.troubles + labeling.troubles),
    }


def _steps(
    figures: LoadFigures, labeling: LabelingFigures
) -> Iterator[tuple[str, Sequence[float]]]:
    for step in STEPS:
        if figures.times_s[step]:
            yield step, figures.times_s[step]
    for step, times in labeling.times_s.items():
        if times:
            yield step, times
