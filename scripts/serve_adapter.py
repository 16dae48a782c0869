"""Asks the running game to answer with an adapter, or without one."""

from __future__ import annotations

import json
from pathlib import Path

import click

from scripts._settings import settings_of


@click.command()
@click.argument("name", required=False)
@click.option("--none", "is_none", is_flag=True, help="Back to the model without an adapter.")
@click.option("--data-dir", type=click.Path(path_type=Path), help="Data folder; default ./data.")
@click.option(
    "--db", type=click.Path(path_type=Path), help="Database; default gap.db in the data folder."
)
def main(name: str | None, is_none: bool, data_dir: Path | None, db: Path | None) -> None:
    """Have the game answer with the adapter NAME, once nobody is in the middle of a session.

    Example: python -m scripts.serve_adapter pocket_first
    """
    from db import Store, StoreError
    from gap_core.decks.demotion import words_of_promotions_left
    from gap_core.errors import GapError
    from gap_core.training.registry import request_adapter
    from models.errors import ModelError

    settings = settings_of(data_dir=data_dir, db=db)
    try:
        with Store.open(settings.db) as store:
            if (name is None) != is_none:
                raise GapError("Give the name of an adapter, or --none.")
            number = request_adapter(store, name, data_dir=settings.data_dir, requested_by="script")
            left = words_of_promotions_left(store, served=name)
    except (GapError, StoreError, ModelError) as err:
        raise click.ClickException(str(err)) from err
    click.echo("Asked. A game that runs follows between sessions; one that starts, at once.")
    if left:
        click.echo(left)
    click.echo(json.dumps({"request": number, "adapter": name}))


if __name__ == "__main__":
    main()
