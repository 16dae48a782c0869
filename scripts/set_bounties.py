"""Has questions of rare categories count double, in XP alone."""

from __future__ import annotations

import json
from pathlib import Path

import click

from scripts._settings import settings_of


@click.command()
@click.argument("categories", nargs=-1)
@click.option("--none", "is_none", is_flag=True, help="From now on nothing counts double.")
@click.option("--data-dir", type=click.Path(path_type=Path), help="Data folder; default ./data.")
@click.option(
    "--db", type=click.Path(path_type=Path), help="Database; default gap.db in the data folder."
)
def main(
    categories: tuple[str, ...], is_none: bool, data_dir: Path | None, db: Path | None
) -> None:
    """From now on questions of these CATEGORIES give double XP; points stay as they are.

    build_dataset says which are short. The game may be running.

    Example: python -m scripts.set_bounties "Text Recognition" "Weather and Environment"
    """
    from db import Store, StoreError
    from gap_core.dataset.bounties import ask_players_for
    from gap_core.errors import GapError

    settings = settings_of(data_dir=data_dir, db=db)
    if is_none == bool(categories):
        raise click.UsageError("Give categories, or --none.")
    try:
        if not settings.db.is_file():
            raise GapError(f"No database at '{settings.db}'. Name its folder with --data-dir.")
        with Store.open(settings.db) as store:
            chosen = ask_players_for(store, categories)
    except (GapError, StoreError) as err:
        raise click.ClickException(str(err)) from err
    click.echo(f"Double XP now: {', '.join(chosen) or 'nothing'}.")
    click.echo(json.dumps({"bounties": chosen}))


if __name__ == "__main__":
    main()
