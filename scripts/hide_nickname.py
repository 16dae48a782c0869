"""Takes a rude nickname or team name off every page, or brings it back."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from scripts._settings import settings_of


@click.command()
@click.argument("name")
@click.option("--team", "is_team", is_flag=True, help="NAME is a team's.")
@click.option("--undo", is_flag=True, help="NAME is the neutral one: bring the other back.")
@click.option("--data-dir", type=click.Path(path_type=Path), help="Data folder; default ./data.")
@click.option(
    "--db", type=click.Path(path_type=Path), help="Database; default gap.db in the data folder."
)
def main(name: str, is_team: bool, undo: bool, **places: Any) -> None:
    """Call the player NAME by a neutral name, such as "player 7", everywhere and at once.

    The game may be running; the player plays on and keeps all points. A team becomes "team 1",
    also for those who join it later.

    Example: python -m scripts.hide_nickname "Rude Name"
    """
    from db import Store, StoreError
    from gap_core.errors import GapError
    from gap_core.play.nicknames import hide_nickname, restore_nickname
    from gap_core.play.team_names import hide_team, restore_team

    settings = settings_of(**places)
    ways = (hide_team, restore_team) if is_team else (hide_nickname, restore_nickname)
    change = ways[undo]
    try:
        if not settings.db.is_file():
            raise GapError(f"No database at '{settings.db}'. Name its folder with --data-dir.")
        with Store.open(settings.db) as store:
            renamed = change(store, name)
    except (GapError, StoreError) as err:
        raise click.ClickException(str(err)) from err
    click.echo(f"'{renamed.before}' is called '{renamed.now}' now.")
    click.echo(json.dumps(renamed._asdict()))


if __name__ == "__main__":
    main()
