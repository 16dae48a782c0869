"""Chooses what the wall and the attract screen show of what was played."""

from __future__ import annotations

import json
import secrets
from datetime import UTC, datetime, timedelta
from pathlib import Path

import click

from scripts._settings import settings_of


@click.command()
@click.argument("ids", nargs=-1)
@click.option("--hide", "hides", is_flag=True, help="Show these no more.")
@click.option("--hours", default=24.0, show_default=True, help="How far back to look, in hours.")
@click.option("--most", default=30, show_default=True, help="Candidates to list.")
@click.option("--data-dir", type=click.Path(path_type=Path), help="Data folder; default ./data.")
@click.option(
    "--db", type=click.Path(path_type=Path), help="Database; default gap.db in the data folder."
)
def main(
    ids: tuple[str, ...],
    hides: bool,
    hours: float,
    most: int,
    data_dir: Path | None,
    db: Path | None,
) -> None:
    """List what was marked wrong lately, or show the questions of these IDS to everybody.

    Nothing is shown that nobody chose: read it first. Confirmed by an expert comes first.

    Example: python -m scripts.highlights 3f2a91 --hide
    """
    from db import Store, StoreError
    from gap_core.errors import GapError

    settings = settings_of(data_dir=data_dir, db=db)
    now = datetime.now(UTC)
    if hides and not ids:
        raise click.UsageError("Give the ids to hide.")
    try:
        if not settings.db.is_file():
            raise GapError(f"No database at '{settings.db}'. Name its folder with --data-dir.")
        with Store.open(settings.db) as store:
            if not ids:
                since = now - timedelta(hours=hours)
                for one in store.highlights.candidates(since=since, limit=most):
                    truth = f" (expert: {one.truth})" if one.truth else ""
                    click.echo(f"{one.turn_id}\n  {one.question}\n  {one.answer}{truth}")
            elif hides:
                click.echo(f"Hidden: {store.highlights.drop(ids)}.")
            else:
                for turn_id in ids:
                    token = secrets.token_urlsafe(12)
                    if not store.highlights.choose(turn_id, token=token, now=now):
                        raise GapError(f"No marked question has the id '{turn_id}'. List them.")
            shown = len(store.highlights.chosen(limit=1000))
    except (GapError, StoreError) as err:
        raise click.ClickException(str(err)) from err
    click.echo(json.dumps({"shown": shown}))


if __name__ == "__main__":
    main()
