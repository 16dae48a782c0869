"""Measures how long a dataset takes to build and how much memory, at two sizes."""

from __future__ import annotations

import json
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path

import click


@click.command()
@click.option(
    "--samples",
    default=100_000,
    show_default=True,
    help="Of the larger dataset; the smaller one has a tenth.",
)
@click.option("--pictures", default=5_000, show_default=True, help="Drawn, of both datasets.")
@click.option(
    "--folder", type=click.Path(path_type=Path), help="Where to make the files; default: temporary."
)
def main(samples: int, pictures: int, folder: Path | None) -> None:
    """Measure lint, duplicates and split of samples that are drawn, on all cores.

    A tenth of them is built first: the ratio tells what grows with the number of samples.

    Example: python -m scripts.bench_dataset --samples 10000 --pictures 500
    """
    from gap_core.dataset.speed import measure_builds
    from gap_core.hardware import describe_hardware

    if samples < 1_000 or not 0 < pictures <= samples // 10:
        raise click.ClickException(
            f"{samples} samples of {pictures} pictures are too few to compare. Take at least "
            "1,000 samples, and ten times as many as pictures."
        )
    hardware = describe_hardware()
    click.echo(hardware)
    with (
        tempfile.TemporaryDirectory(dir=folder) as made,
        click.progressbar(length=pictures, label="Drawing", file=sys.stderr) as bar,
    ):
        sizes = (samples // 10, samples)
        costs = []
        for cost in measure_builds(
            sizes, pictures=pictures, folder=Path(made), on_drawn=lambda: bar.update(1)
        ):
            costs.append(cost)
            steps = ", ".join(f"{name} {took:.1f}" for name, took in cost.seconds.items())
            click.echo(
                f"{cost.samples:,} samples: {cost.total_s:.1f} s ({steps}), peak "
                f"{cost.peak_mib:,.0f} MiB, {cost.kept:,} kept"
            )
    few, many = costs
    click.echo(
        f"ten times as many samples: {many.total_s / few.total_s:.1f} times as long, "
        f"{many.peak_mib / few.peak_mib:.2f} times the memory"
    )
    click.echo(json.dumps({"hardware": hardware, "builds": [asdict(cost) for cost in costs]}))


if __name__ == "__main__":
    main()
