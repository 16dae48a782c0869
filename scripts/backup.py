"""Backs the data folder up while the game runs, verifies a backup, restores one."""

from __future__ import annotations

import contextlib
import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from scripts._settings import settings_of

if TYPE_CHECKING:
    from gap_core.care.backup import Backup
    from gap_core.settings import Settings


@click.command()
@click.option(
    "--to",
    "folder",
    type=click.Path(path_type=Path),
    help="Folder to make; default backups/gap-DATE-TIME in the data folder.",
)
@click.option("--verify", type=click.Path(path_type=Path), help="Only read this backup again.")
@click.option(
    "--restore", type=click.Path(path_type=Path), help="Make the data folder from this backup."
)
@click.option("--data-dir", type=click.Path(path_type=Path), help="Data folder; default ./data.")
@click.option(
    "--db", type=click.Path(path_type=Path), help="Database; default gap.db in the data folder."
)
def main(
    folder: Path | None,
    verify: Path | None,
    restore: Path | None,
    data_dir: Path | None,
    db: Path | None,
) -> None:
    """Back up database, pictures, adapters and secret; nobody has to stop playing.

    Restoring writes into a new or empty data folder only.

    Example: python -m scripts.backup --to /media/stick/saturday
    """
    from db import StoreError
    from gap_core.care.backup import restore_backup, verify_backup
    from gap_core.errors import GapError

    settings = settings_of(data_dir=data_dir, db=db)
    if (verify, restore, folder).count(None) < 2:
        raise click.UsageError("Give one of --to, --verify and --restore.")
    try:
        if verify is not None:
            done = verify_backup(verify)
        elif restore is not None:
            done = restore_backup(restore, settings.data_dir)
        else:
            done = back_up(settings, folder)
    except (GapError, StoreError) as err:
        raise click.ClickException(str(err)) from err
    if done.missing:
        click.secho(
            f"Warning: {len(done.missing)} files that belong to it are missing, the first is "
            f"'{done.missing[0]}'. Look: python -m scripts.doctor",
            fg="yellow",
            err=True,
        )
    click.echo(f"'{done.folder}' is whole: every file was read again.")
    click.echo(json.dumps(done._asdict() | {"folder": str(done.folder), "mib": round(done.mib, 1)}))


def back_up(settings: Settings, folder: Path | None) -> Backup:
    """Make a backup, with a progress bar."""
    from gap_core.care.backup import backup_name, make_backup

    place = folder or settings.data_dir / "backups" / backup_name(datetime.now(UTC))
    with contextlib.ExitStack() as stack:
        bar = stack.enter_context(click.progressbar(length=1, label="Copying", file=sys.stderr))

        def on_progress(done: int, total: int) -> None:
            bar.length = max(1, total)
            bar.update(done - bar.pos)

        return make_backup(settings, place, on_progress=on_progress)


if __name__ == "__main__":
    main()
