"""Takes a player's consent back: makes them anonymous, or deletes their words too."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import click

from scripts._settings import settings_of


@click.command()
@click.argument("nickname")
@click.option(
    "--delete-words", is_flag=True, help="Delete questions and answers too, not the name alone."
)
@click.option("--yes", is_flag=True, help="Don't ask; it can't be undone.")
@click.option("--data-dir", type=click.Path(path_type=Path), help="Data folder; default ./data.")
@click.option(
    "--db", type=click.Path(path_type=Path), help="Database; default gap.db in the data folder."
)
def main(
    nickname: str, delete_words: bool, yes: bool, data_dir: Path | None, db: Path | None
) -> None:
    """Take the consent of NICKNAME back, for good; the game may be running.

    Name and team go, and with --delete-words all that they asked and was answered: new datasets
    and exports are without it. Backups made before still hold it.

    Example: python -m scripts.withdraw "Ada" --delete-words
    """
    from db import Store, StoreError
    from gap_core.errors import GapError
    from gap_core.events.withdrawing import withdraw
    from gap_core.settings import load_secret

    settings = settings_of(data_dir=data_dir, db=db)
    if not yes:
        click.confirm(f"Take '{nickname}' out for good?", abort=True, err=True)
    try:
        if not settings.db.is_file():
            raise GapError(f"No database at '{settings.db}'. Name its folder with --data-dir.")
        with Store.open(settings.db) as store:
            done = withdraw(
                store,
                nickname,
                deletes_words=delete_words,
                data_dir=settings.data_dir,
                secret=load_secret(settings.secret_file),
                now=datetime.now(UTC),
            )
    except (GapError, StoreError) as err:
        raise click.ClickException(str(err)) from err
    for name in done.datasets:
        click.echo(f"Dataset '{name}' was made before: build it again, and whatever came of it.")
    click.echo(json.dumps(done.done._asdict() | {"datasets": done.datasets}))


if __name__ == "__main__":
    main()
