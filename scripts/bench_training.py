"""Times a LoRA run beside TRL's SFTTrainer on the same model and data."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click


@click.command()
@click.option("--model", default="pocket", show_default=True, help="Model name or folder.")
@click.option("--samples", default=64, show_default=True, help="Drawn ones, passed over again.")
@click.option("--steps", default=24, show_default=True, help="Of each run.")
@click.option("--batch", default=8, show_default=True, help="Samples a step.")
@click.option("--rounds", default=3, show_default=True, help="Runs of each way, in turn.")
@click.option(
    "--trl-python", type=click.Path(path_type=Path),
    help="Python of an environment with TRL; without it only ours is timed.",
)  # fmt: skip
def main(
    model: str, samples: int, steps: int, batch: int, rounds: int, trl_python: Path | None
) -> None:
    """Measure samples per second and peak memory of a LoRA run, against TRL's SFTTrainer.

    Example: python -m scripts.bench_training --trl-python trl-env/bin/python
    """
    from statistics import median

    from gap_core.errors import GapError
    from gap_core.hardware import describe_hardware
    from gap_core.training.config import made_config
    from gap_core.training.speed import compare_speed

    pythons = {"ours": Path(sys.executable)} | ({"trl": trl_python} if trl_python else {})
    progress = click.progressbar(length=rounds * len(pythons), label="Training", file=sys.stderr)
    try:
        config = made_config(
            name="bench", model=model, steps=steps, batch=batch, targets="all", rank=16, alpha=32,
            schedule="constant", warmup_share=0, held_back_share=0, evaluate_every_steps=None,
            checkpoint_every_steps=steps, keep="last",
        )  # fmt: skip
        with progress as bar:
            costs = compare_speed(
                config, samples=samples, rounds=rounds, pythons=pythons,
                on_run=lambda: bar.update(1),
            )  # fmt: skip
    except GapError as err:
        raise click.ClickException(str(err)) from err
    click.echo(f"{describe_hardware()}\n{model}, {steps} steps of {batch}, {samples} samples")
    record: dict[str, object] = {"n": rounds, "model": model}
    for way, runs in costs.items():
        figures = {}
        for name in ("samples_per_s", "samples_per_cpu_s", "peak_mib"):
            values = sorted(float(run[name]) for run in runs)
            figures[name] = {"median": round(median(values), 2), "range": [values[0], values[-1]]}
            click.echo(
                f"{way:<5} {name:<18} {median(values):8.2f} [{values[0]:.2f}, {values[-1]:.2f}]"
            )
        losses = runs[0]["losses"]
        click.echo(f"{way:<5} loss               {losses[0]:8.4f} -> {losses[-1]:.4f}")
        record[way] = figures
    click.echo(json.dumps(record))


if __name__ == "__main__":
    main()
