"""Holds every estimator of scoring against simulated players whose truth is known."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from itertools import product
from pathlib import Path

import click


@click.command()
@click.option("--players", default=20_000, show_default=True, help="Players of a scenario.")
@click.option("--population", "populations", multiple=True, help="Repeatable; default all.")
@click.option(
    "--error-rate",
    "error_rates",
    type=float,
    multiple=True,
    default=(0.1, 0.2, 0.5, 0.8),
    show_default=True,
    help="Of the model on untainted pictures; repeatable.",
)
@click.option(
    "--sessions",
    type=int,
    multiple=True,
    default=(1, 3, 10),
    show_default=True,
    help="Sessions each player plays; repeatable.",
)
@click.option(
    "--model-error",
    "model_errors",
    type=float,
    multiple=True,
    default=(0.0, 0.05),
    show_default=True,
    help="Epsilon and delta on tainted pictures; repeatable.",
)
@click.option(
    "--measured-on",
    default=2000,
    show_default=True,
    help="Answers from which the estimators know epsilon and delta.",
)
@click.option("--theta", default=0.8, show_default=True, help="Selection threshold.")
@click.option("--seed", default=1, show_default=True, help="Seed of players and play.")
@click.option(
    "--chart", type=click.Path(path_type=Path), help="Draw the precision into this .svg or .png."
)
def main(
    players: int,
    populations: tuple[str, ...],
    error_rates: tuple[float, ...],
    sessions: tuple[int, ...],
    model_errors: tuple[float, ...],
    measured_on: int,
    theta: float,
    seed: int,
    chart: Path | None,
) -> None:
    """Print precision, recall, calibration and coverage of every estimator.

    Example: python -m scripts.validate_scoring --players 2000 --population u_shape
    """
    from gap_core.hardware import describe_hardware
    from gap_core.scoring.charts import SUFFIXES, precision_chart, save_chart
    from gap_core.scoring.rates import ModelErrors
    from gap_core.simulation.populations import POPULATIONS
    from gap_core.simulation.replica import World
    from gap_core.simulation.scoring_report import (
        goals_missed,
        precision_table,
        scenario_lines,
        summary_lines,
    )
    from gap_core.simulation.validation import Scenario, run_scenario

    chosen = populations or tuple(POPULATIONS)
    for name in chosen:
        if name not in POPULATIONS:
            known = ", ".join(POPULATIONS)
            raise click.ClickException(f"No population '{name}'. Choose one of: {known}.")
    if min(players, measured_on, *sessions) < 1 or not all(0 < rate < 1 for rate in error_rates):
        raise click.ClickException("Every number starts at 1; error rates lie in (0, 1).")
    if not all(0 <= error < 0.5 for error in model_errors):
        raise click.ClickException("Model errors lie between 0 and 0.5; choose smaller ones.")
    if chart is not None and chart.suffix not in SUFFIXES:
        raise click.ClickException(f"'{chart}' is no chart file. Choose a .svg or .png.")
    scenarios = [
        Scenario(
            name,
            World(rate, ModelErrors(error, error)),
            sessions=played,
            players=players,
            theta=theta,
            seed=seed,
            measured_on=measured_on,
        )
        for name, error, rate, played in product(chosen, model_errors, error_rates, sessions)
    ]
    click.echo(f"{describe_hardware()}\n{players} players a scenario, theta {theta}, seed {seed}")
    found = []
    with click.progressbar(scenarios, label="Validating", file=sys.stderr) as bar:
        for scenario in bar:
            found.append(run_scenario(scenario))
            click.echo("\n" + "\n".join(scenario_lines(found[-1])))
    missed = [words for one in found for words in goals_missed(one)]
    click.echo("\nPopulations that behave alike on both decks:")
    click.echo("\n".join(summary_lines(found)))
    click.echo(f"\nGoals of joint missed: {len(missed)}")
    for words in missed:
        click.echo(f"  {words}")
    if chart is not None:
        save_chart(precision_chart(precision_table(found), theta=theta), chart)
    click.echo(json.dumps({"scenarios": [asdict(one) for one in found], "missed": missed}))


if __name__ == "__main__":
    main()
