"""Brings in a dataset that another tool's format holds."""

from __future__ import annotations

import json
from pathlib import Path

import click

from scripts._settings import settings_of
from scripts.export_dataset import FORMAT_NAMES


@click.command()
@click.argument("source", type=click.Path(path_type=Path))
@click.option(
    "--format", "format_name", type=click.Choice(FORMAT_NAMES), required=True, help="Of the file."
)
@click.option("--name", required=True, help="Of the import.")
@click.option(
    "--pictures",
    type=click.Path(path_type=Path),
    help="Folder that pictures are named in; default that of the file.",
)
@click.option(
    "--without-pictures", is_flag=True, help="Take records whose picture is not at hand too."
)
@click.option(
    "--licence", default="unknown", show_default=True, help="Of pictures, where none is named."
)
@click.option("--replace", is_flag=True, help="In the place of an import of that name.")
@click.option("--data-dir", type=click.Path(path_type=Path), help="Data folder; default ./data.")
def main(
    source: Path,
    format_name: str,
    name: str,
    pictures: Path | None,
    without_pictures: bool,
    licence: str,
    replace: bool,
    data_dir: Path | None,
) -> None:
    """Bring in SOURCE, a file or the folder of an export; what can't be used is named.

    Nothing is fetched: pictures must lie in a folder. build_dataset --imported NAME takes it up.

    Example: python -m scripts.import_dataset gap_train.json --format minicpm --name gap --pictures
    coco
    """
    from gap_core.dataset.importing import REFUSED, import_dataset
    from gap_core.errors import GapError

    settings = settings_of(data_dir=data_dir)
    try:
        report = import_dataset(
            source,
            format_name=format_name,
            name=name,
            data_dir=settings.data_dir,
            pictures=pictures,
            licence=licence,
            without_pictures=without_pictures,
            replace_import=replace,
            on_progress=_tell,
        )
    except GapError as err:
        raise click.ClickException(str(err)) from err
    for reason, count in report.refused.items():
        click.echo(f"refused, {reason}: {count:,}")
    click.echo(f"{report.samples:,} samples, {report.with_provenance:,} of them known from here")
    if report.refused:
        click.echo(f"See {report.folder / REFUSED}")
    record = {"folder": str(report.folder), "samples": report.samples, "refused": report.refused}
    click.echo(json.dumps(record))


def _tell(records: int) -> None:
    if records % 1_000 == 0:
        click.echo(f"{records:,} records", err=True)


if __name__ == "__main__":
    main()
