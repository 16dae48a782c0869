"""Runs an experiment from simulated playtest to figures."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import click

from scripts._settings import settings_of
from scripts.evaluate_model import tell_step


@click.command()
@click.argument("name")
@click.option("--quick", is_flag=True, help="A small one: a hundred players, one seed.")
@click.option(
    "--world",
    type=click.Choice(["basic", "full"]),
    help="Of the ordinary pictures: what the pocket was taught, or more than that; default full "
    "for same-dataset and cross-model, else basic.",
)
@click.option("--seed", default=1, show_default=True, help="Of players, deck, split, training.")
@click.option(
    "--repeat",
    type=click.IntRange(min=1),
    help="How many seeds, from 1, where two ways are compared; default 3, with --quick 1.",
)
@click.option(
    "--folder",
    type=click.Path(path_type=Path),
    help="Of the run; default experiments/NAME in the data folder.",
)
@click.option("--data-dir", type=click.Path(path_type=Path), help="Data folder; default ./data.")
def main(
    name: str,
    quick: bool,
    world: str | None,
    seed: int,
    repeat: int | None,
    folder: Path | None,
    data_dir: Path | None,
) -> None:
    """Run the experiment NAME: same-dataset, informative-vs-random, rounds, noise, cross-model.

    Every step's outcome is kept, so a run that was killed goes on; run it again with the same
    words. The report is report.md in its folder, with pictures.

    Example: python -m scripts.run_experiment same-dataset --quick
    """
    from db import StoreError
    from gap_core.errors import GapError
    from gap_core.experiments.catalogue import run_experiment, usual_world
    from gap_core.experiments.run import REPORT, ExperimentRun
    from gap_core.experiments.scale import scale_of
    from models.errors import ModelError
    from scripts.simulate_playtest import play

    settings = settings_of(data_dir=data_dir)
    world = world or usual_world(name)
    scale = scale_of(world, is_quick=quick, seed=seed)
    if repeat is not None:
        scale = replace(scale, seeds=tuple(range(1, repeat + 1)))
    own = f"{name}{'-full-world' if world == 'full' else ''}{'-quick' if quick else ''}-{seed}"
    place = folder or settings.data_dir / "experiments" / own
    try:
        run = ExperimentRun(place, scale, on_step=lambda step: click.echo(step, err=True))
        outcome = run_experiment(name, run, playtest=play, on_step=tell_step)
    except (GapError, ModelError, StoreError) as err:
        raise click.ClickException(str(err)) from err
    click.echo((place / REPORT).read_text(encoding="utf-8"))
    click.echo(json.dumps(outcome | {"report": str(place / REPORT)}))


if __name__ == "__main__":
    main()
