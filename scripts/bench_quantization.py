"""Compares a model's speed and size in full precision and in NF4, side by side."""

from __future__ import annotations

import json
import sys

import click


@click.command()
@click.option("--model", default="pocket", show_default=True, help="Model name or folder.")
@click.option("--batch", default=8, show_default=True, help="Questions in a batch.")
@click.option("--rounds", default=10, show_default=True, help="Batches of each precision.")
@click.option("--seed", default=1, show_default=True, help="Seed of the pictures.")
def main(model: str, batch: int, rounds: int, seed: int) -> None:
    """Measure answers per second and weights in memory, full precision against NF4.

    Example: python -m scripts.bench_quantization --batch 8 --rounds 10
    """
    from gap_core.hardware import describe_hardware
    from gap_core.simulation.precision_speed import measure_models
    from gap_core.simulation.serving_load import mean_interval, ratio_interval
    from models.errors import ModelError
    from models.registry import load_model
    from scripts.bench_serving import sample_asks

    try:
        ways = [load_model(model), load_model(model, quantize="nf4")]
    except ModelError as err:
        raise click.ClickException(str(err)) from err
    progress = click.progressbar(length=2 * rounds, label="Measuring", file=sys.stderr)
    asks = sample_asks(seed, count=batch)
    with progress as bar:
        rates = measure_models(ways, asks, rounds=rounds, on_round=lambda: bar.update(1))
    hardware = describe_hardware()
    record: dict[str, object] = {"model": model, "hardware": hardware, "n": batch * rounds}
    click.echo(
        f"{hardware}\nmodel {model}, batches of {batch}, n = {batch * rounds} answers each\n"
    )
    for way, own in zip(ways, rates, strict=True):
        rate, mib = mean_interval(own, seed=seed), round(way.weights_mib, 1)
        shown = f"{rate.mean:.2f} [{rate.low:.2f}, {rate.high:.2f}] answers/s"
        click.echo(f"{way.quantization:<5} {shown:<32} {mib} MiB of weights")
        record[way.quantization] = {"answers_per_s": rate.mean, "weights_mib": mib}
    times = ratio_interval(rates[1], rates[0], seed=seed)
    click.echo(f"\nNF4 / full: {times.mean:.2f} [{times.low:.2f}, {times.high:.2f}] times as fast")
    record["times"] = [times.mean, times.low, times.high]
    click.echo(json.dumps(record))


if __name__ == "__main__":
    main()
