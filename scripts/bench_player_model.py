"""Compares the player interaction model's fit with torch's autograd and py-irt, side by side."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from gap_core.simulation.player_model_speed import Baseline, Figures, Split

PRIORS = click.Choice(["vague", "hierarchical"])


@click.command()
@click.option("--turns", default=1_000_000, show_default=True, help="Turns to simulate.")
@click.option("--players", default=50_000, show_default=True, help="Players.")
@click.option("--images", default=5000, show_default=True, help="Images.")
@click.option("--held-out", default=0.1, show_default=True, help="Share of turns to predict.")
@click.option("--flat", is_flag=True, help="No time pressure or fatigue: py-irt's own model.")
@click.option("--epochs", default=2000, show_default=True, help="Epochs to seek a best in.")
@click.option("--check-every", default=5, show_default=True, help="Epochs between two looks.")
@click.option("--patience", default=300, show_default=True, help="Epochs without a better look.")
@click.option("--rounds", default=3, show_default=True, help="Timed fits of each way.")
@click.option("--irt-python", default=sys.executable, help="Python with py-irt; default: this one.")
@click.option(
    "--irt-priors",
    type=PRIORS,
    multiple=True,
    default=("vague", "hierarchical"),
    show_default=True,
    help="Its priors, vague being its default; repeatable.",
)
@click.option("--seed", default=1, show_default=True, help="Seed of the turns.")
def main(
    turns: int,
    players: int,
    images: int,
    held_out: float,
    flat: bool,
    epochs: int,
    check_every: int,
    patience: int,
    rounds: int,
    irt_python: str,
    irt_priors: tuple[str, ...],
    seed: int,
) -> None:
    """Time fits of simulated turns and predict turns held out, against torch and py-irt.

    Each of the others runs for the fewest epochs that bring it within 0.1% of its own best
    held-out log-likelihood; the search for that is not timed. py-irt is not
    installed with this project; name a Python that has it.

    Example: python -m scripts.bench_player_model --turns 20000 --players 1000 --images 200
    """
    from gap_core.errors import GapError
    from gap_core.simulation.player_model_baselines import PyIrt, fit_by_autograd, has_py_irt
    from gap_core.simulation.player_model_speed import compare_fits, split_turns
    from gap_core.simulation.simulated_turns import TrueParameters, draw_turns

    baselines: dict[str, Baseline] = {"torch autograd": fit_by_autograd}
    if has_py_irt(irt_python):
        for priors in irt_priors:
            baselines[f"py-irt 1PL, {priors}"] = PyIrt(irt_python, priors=priors, seed=seed)
    else:
        click.echo(
            f"py-irt is not installed in '{irt_python}', so it is not compared. "
            "Install it into an environment of its own and name its Python: --irt-python"
        )
    truth = TrueParameters(tau=0, gamma=0) if flat else TrueParameters()
    simulated = draw_turns(turns, players=players, images=images, seed=seed, truth=truth)
    split = split_turns(simulated.turns, held_out=held_out, seed=seed)
    fits = 1 + len(baselines) + rounds * (1 + len(baselines))
    progress = click.progressbar(length=fits, label="Fitting", file=sys.stderr)
    try:
        with progress as bar:
            figures = compare_fits(
                split,
                baselines,
                epochs=epochs,
                check_every=check_every,
                patience=patience,
                rounds=rounds,
                on_fit=lambda: bar.update(1),
            )
    except GapError as err:
        raise click.ClickException(str(err)) from err
    print_figures(split, figures, seed=seed)


def print_figures(split: Split, figures: list[Figures], *, seed: int) -> None:
    """One line a way; the last line of all is JSON."""
    from gap_core.hardware import describe_hardware
    from gap_core.simulation.player_model_speed import describe_way

    hardware, n = describe_hardware(), len(split.held_out)
    click.echo(f"{hardware}\n{len(split.train):,} turns to learn from, {n:,} held out\n")
    record: dict[str, object] = {"hardware": hardware, "learnt_from": len(split.train), "n": n}
    for way in figures:
        line, values = describe_way(way, figures[0], revealed=split.held_out.revealed, seed=seed)
        click.echo(line)
        record[way.way] = values
    click.echo(json.dumps(record))


if __name__ == "__main__":
    main()
