"""Adds a folder of pictures, or the pictures of a COCO file, to a deck."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from scripts._settings import settings_of


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--deck", required=True, help="Deck that the pictures go to; made if it is new.")
@click.option(
    "--annotations",
    type=click.Path(path_type=Path),
    help="COCO instances file; default none: every picture of the folder.",
)
@click.option(
    "--licence", default="unknown", show_default=True, help="Recorded where none is named."
)
@click.option("--data-dir", type=click.Path(path_type=Path), help="Data folder; default ./data.")
@click.option(
    "--db", type=click.Path(path_type=Path), help="Database; default gap.db in the data folder."
)
def main(folder: Path, deck: str, annotations: Path | None, licence: str, **places: Any) -> None:
    """Add the pictures of FOLDER to a deck; what can't be used is named and passed over.

    Example: python -m scripts.import_images photos --deck city --licence CC-BY-4.0
    """
    from db import Store, StoreError
    from gap_core.decks.import_images import import_images
    from gap_core.errors import GapError

    settings = settings_of(**places)
    try:
        with Store.open(settings.db) as store, counting_bar() as on_progress:
            report = import_images(
                store,
                folder,
                data_dir=settings.data_dir,
                deck=deck,
                licence=licence,
                annotations=annotations,
                on_progress=on_progress,
            )
    except (GapError, StoreError) as err:
        raise click.ClickException(str(err)) from err
    for file in report.skipped:
        click.echo(f"skipped {file.name}: {file.reason}")
    click.echo(
        f"{report.added} added ({report.proposed} proposed as tainted), "
        f"{report.known} known before, {len(report.skipped)} skipped"
    )
    click.echo(json.dumps({"deck": deck} | asdict(report)))


@contextmanager
def counting_bar() -> Iterator[Callable[[int, int], None]]:
    """A progress bar on stderr that learns its length from the first call."""
    with click.progressbar(length=1, label="Reading", file=sys.stderr) as bar:

        def show(done: int, total: int) -> None:
            bar.length = total
            bar.update(done - bar.pos)

        yield show


if __name__ == "__main__":
    main()
