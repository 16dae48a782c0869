"""Looks an installation over and says what to do."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from models.registry import DEFAULT_MODEL
from scripts._settings import settings_of

COLOURS = {"fine": "green", "warning": "yellow", "broken": "red"}


@click.command()
@click.option("--data-dir", type=click.Path(path_type=Path), help="Data folder; default ./data.")
@click.option(
    "--db", type=click.Path(path_type=Path), help="Database; default gap.db in the data folder."
)
@click.option("--deck", help="Deck that is to be played. Default: the model's own.")
@click.option("--model", help=f"Model that is to play. Default: {DEFAULT_MODEL}.")
@click.option("--refiner", help="Model that is to refine. Default: pocket-llama.")
def main(**given: Any) -> None:
    """Check disk, database, pictures, secret, models, clock and backups; change nothing.

    Ends with 1 if something is broken. The game may be running.

    Example: python -m scripts.doctor --data-dir data
    """
    from gap_core.care.doctor import examine

    settings = settings_of(**given)
    found = []
    for finding in examine(settings, now=datetime.now(UTC)):
        found.append(finding)
        click.secho(f"{finding.state:8}", fg=COLOURS[finding.state], nl=False)
        click.echo(f"{finding.subject}: {finding.words}")
        if finding.state != "fine":
            click.echo(f"        {finding.todo}")
    states = [finding.state for finding in found]
    click.echo(json.dumps({state: states.count(state) for state in COLOURS}))
    raise SystemExit(1 if "broken" in states else 0)


if __name__ == "__main__":
    main()
