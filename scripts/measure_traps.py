"""Measures how often a model does not do as it is told on traps, before it is played."""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from models.registry import DEFAULT_MODEL
from scripts._settings import settings_of

if TYPE_CHECKING:
    from gap_core.decks.trap_errors import TrapReport
    from gap_core.settings import Settings
    from models.base import VisionModel


@click.command()
@click.option("--model", default=DEFAULT_MODEL, show_default=True, help="Name, folder or server.")
@click.option("--quantize", type=click.Choice(["nf4", "full"]), help="As for ./scripts/play.")
@click.option("--device", type=click.Choice(["auto", "cpu", "cuda"]), help="As for play.")
@click.option("--deck", help="Deck of drawn pictures. Default: the model's own.")
@click.option("--questions", default=800, show_default=True, help="Asked twice each.")
@click.option("--seed", default=1, show_default=True, help="Seed of pictures and questions.")
@click.option("--write", is_flag=True, help="Keep both rates for the game.")
@click.option("--data-dir", type=click.Path(path_type=Path), help="Data folder; default ./data.")
def main(
    model: str,
    quantize: str | None,
    device: str | None,
    deck: str | None,
    questions: int,
    seed: int,
    write: bool,
    data_dir: Path | None,
) -> None:
    """Print how often MODEL errs on traps though honest, and is right though told to err.

    Example: python -m scripts.measure_traps --model minicpm-v --questions 200
    """
    from db import Store, StoreError
    from gap_core.decks.trap_errors import measure_traps, traps_with_known_answers
    from gap_core.errors import GapError
    from models.errors import ModelError
    from models.registry import load_model

    if questions < 10:
        raise click.ClickException(f"{questions} questions measure nothing. Take 10 or more.")
    settings = settings_of(model=model, deck=deck, data_dir=data_dir)
    try:
        with Store.open(settings.db) as store:
            traps = traps_with_known_answers(store, settings.deck)
        loaded = load_model(model, quantize=quantize, device=device or "auto")
        with click.progressbar(length=2 * questions, label="Asking", file=sys.stderr) as bar:
            report = measure_traps(
                loaded,
                traps,
                data_dir=settings.data_dir,
                questions=questions,
                seed=seed,
                on_answers=bar.update,
            )
        tell(report, loaded, deck=settings.deck, seed=seed)
        finish(report, loaded, name=model, deck=settings.deck, settings=settings if write else None)
    except (GapError, StoreError, ModelError) as err:
        raise click.ClickException(str(err)) from err


def tell(report: TrapReport, model: VisionModel, *, deck: str, seed: int) -> None:
    """The table for people."""
    from gap_core.hardware import describe_hardware
    from models.prompts import PROMPT_VERSION

    click.echo(f"{model.name} ({model.quantization}) on {describe_hardware()}")
    click.echo(f"deck {deck}, prompts {PROMPT_VERSION}, seed {seed}\n")
    click.echo(f"epsilon, wrong though honest:   {report.honest_wrong}")
    click.echo(f"delta, right though told wrong: {report.told_right}")
    unscored = f"{report.unscored_honest} honest, {report.unscored_told} told wrong"
    click.echo(f"unscored, no fact to be read:   {unscored}")


def finish(
    report: TrapReport, model: VisionModel, *, name: str, deck: str, settings: Settings | None
) -> None:
    """Keep the rates where the game looks for them, warn, and end with one JSON object.

    Raises:
        ModelError: nothing could be scored, so there is nothing to keep.
    """
    from models.errors import ModelError
    from models.measured import MeasuredErrors, trap_warning, write_measured
    from models.prompts import PROMPT_VERSION

    epsilon, delta = report.honest_wrong, report.told_right
    if epsilon.mean is None or delta.mean is None:
        raise ModelError(f"No answer of '{name}' could be read, so nothing was measured.")
    errors = MeasuredErrors(round(epsilon.mean, 4), round(delta.mean, 4), min(epsilon.n, delta.n))
    about = {
        "honest_wrong_95": [epsilon.low, epsilon.high],
        "told_right_95": [delta.low, delta.high],
        "unscored": [report.unscored_honest, report.unscored_told],
        "deck": deck,
        "quantization": model.quantization,
        "prompt_version": PROMPT_VERSION,
        "measured_utc": datetime.now(UTC).isoformat(timespec="seconds"),
    }
    if settings is not None:
        where = {"quantization": model.quantization, "data_dir": settings.data_dir}
        path = write_measured(name, errors, **where, about=about)
        click.echo(f"\nKept in '{path}'.")
    warning = trap_warning(errors, name)
    if warning:
        click.secho(f"\n{warning}", fg="yellow")
    click.echo(json.dumps({**errors._asdict(), **about}))


if __name__ == "__main__":
    main()
