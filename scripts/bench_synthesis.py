"""Measures synthesis: many items in flight against one, and finding near-duplicates."""

from __future__ import annotations

import json
import sys

import click


@click.command()
@click.option("--in-flight", default=16, show_default=True, help="Items at once, against one.")
@click.option("--think-s", default=0.25, show_default=True, help="Before each reply, s.")
@click.option("--items", default=32, show_default=True, help="Items of a block of many at once.")
@click.option("--blocks", default=3, show_default=True, help="Blocks of each way, in turn.")
@click.option(
    "--documents", default=10_000, show_default=True, help="Texts for the index; 0: none."
)
@click.option(
    "--faulty-items", default=0, show_default=True, help="Items made by a server at its worst."
)
@click.option("--seed", default=1, show_default=True, help="Seed of texts.")
def main(
    in_flight: int,
    think_s: float,
    items: int,
    blocks: int,
    documents: int,
    faulty_items: int,
    seed: int,
) -> None:
    """Measure replies a second from one server, and an index of texts against refitting TF-IDF.

    The server waits before each reply as a model would, and answers any number side by side.

    Example: python -m scripts.bench_synthesis --blocks 1 --documents 1000
    """
    from statistics import median

    from gap_core.hardware import describe_hardware
    from gap_core.simulation import synthesis_speed as speed
    from gap_core.simulation.author_server import AuthorServer

    hardware = describe_hardware()
    click.echo(hardware)
    record: dict[str, object] = {"hardware": hardware, "think_s": think_s}
    if blocks:
        found: dict[int, list[speed.Throughput]] = {1: [], in_flight: []}
        with (
            AuthorServer(think_s=think_s) as server,
            click.progressbar(length=2 * blocks, label="Calls", file=sys.stderr) as bar,
        ):
            for block in range(blocks):
                for at_once, count in ((1, max(2, items // in_flight)), (in_flight, items)):
                    measured = speed.measure_throughput(
                        server, in_flight=at_once, items=count, seed=seed + block
                    )
                    found[at_once].append(measured)
                    bar.update(1)
        rates = {n: [one.replies_per_s for one in many] for n, many in found.items()}
        for at_once, many in found.items():
            shown = ", ".join(f"{rate:.1f}" for rate in rates[at_once])
            replies = sum(one.replies for one in many)
            click.echo(f"{at_once} in flight: {shown} replies/s, n={replies:,} replies")
        ratios = [many / one for one, many in zip(rates[1], rates[in_flight], strict=True)]
        shown = ", ".join(f"{ratio:.1f}" for ratio in ratios)
        click.echo(f"{median(ratios):.1f} times as many; by block {shown}")
        record |= {"replies_per_s": rates, "ratios": ratios}
    if documents:
        texts = speed.documents(documents, seed=seed)
        with click.progressbar(length=documents, label="Texts", file=sys.stderr) as bar:
            wall_s, cpu_s, refused = speed.time_index(texts, on_text=lambda: bar.update(1))
        refits = speed.time_refits(texts)
        whole_s = speed.whole_refit_s(refits, documents)
        click.echo(
            f"growing index: {documents:,} texts in {wall_s:.1f} s ({cpu_s:.1f} s of processor), "
            f"{refused:,} refused"
        )
        for size, seconds in refits.items():
            click.echo(f"refitting, one more after {size:,}: {1000 * seconds:.1f} ms of processor")
        click.echo(f"refitting for {documents:,}: {whole_s:,.0f} s of processor, extrapolated")
        record |= {"index_s": wall_s, "index_cpu_s": cpu_s, "refused": refused}
        record |= {"refit_s": refits, "whole_refit_s": whole_s}
    if faulty_items:
        record |= _with_faults(faulty_items, in_flight=in_flight, seed=seed)
    click.echo(json.dumps(record))


def _with_faults(items: int, *, in_flight: int, seed: int) -> dict[str, object]:
    from gap_core.simulation.synthesis_faults import work_through_faults

    report, faults = work_through_faults(items, in_flight=in_flight, seed=seed)
    states = {state: count for state, count in report.states.items() if count}
    shown = ", ".join(f"{count:,} {state.replace('_', ' ')}" for state, count in states.items())
    whole = "none lost" if report.is_whole else "NOT ALL came to an end"
    click.echo(f"a server at its worst: {items:,} items, {shown}, {whole}")
    calls = report.replies + report.failures
    shown = ", ".join(f"{kind} {count:,}" for kind, count in sorted(faults.items()))
    click.echo(f"{faults.total():,} faults put in, {calls:,} calls ended: {shown}")
    for name, share in report.checks.items():
        click.echo(f"{name}: {share}")
    return {"states": states, "faults": dict(faults), "is_whole": report.is_whole}


if __name__ == "__main__":
    main()
