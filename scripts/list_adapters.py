"""Lists the adapters that were trained, and which one the game serves."""

from __future__ import annotations

import json
from pathlib import Path

import click

from scripts._settings import settings_of


@click.command()
@click.option("--data-dir", type=click.Path(path_type=Path), help="Data folder; default ./data.")
@click.option(
    "--db", type=click.Path(path_type=Path), help="Database; default gap.db in the data folder."
)
def main(data_dir: Path | None, db: Path | None) -> None:
    """List adapters, the newest first, with what each came from.

    Example: python -m scripts.list_adapters
    """
    from db import Store, StoreError
    from gap_core.errors import GapError
    from models.errors import ModelError

    settings = settings_of(data_dir=data_dir, db=db)
    try:
        with Store.open(settings.db) as store:
            adapters = store.adapters.all()
            request = store.adapters.last_request()
    except (GapError, StoreError, ModelError) as err:
        raise click.ClickException(str(err)) from err
    for one in adapters:
        loss = "" if one.held_back_loss is None else f", held-back loss {one.held_back_loss:.4f}"
        parent = f", goes on from {one.parent}" if one.parent else ""
        click.echo(
            f"{one.name}: {one.model}, dataset {one.dataset}, {one.learnt:,} samples{loss}{parent}"
        )
    asked = None
    if request is not None:
        waits = "waits for the game" if request.switched_utc is None else "heard"
        click.echo(f"asked for: {request.adapter or 'none'} ({request.problem or waits})")
        asked = request.adapter
    click.echo(json.dumps({"adapters": [one.name for one in adapters], "asked_for": asked}))


if __name__ == "__main__":
    main()
