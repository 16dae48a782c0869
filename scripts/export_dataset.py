"""Writes a dataset in the format of another tool."""

from __future__ import annotations

import json
from pathlib import Path

import click

from scripts._settings import settings_of

FORMAT_NAMES = ("minicpm", "judge", "llama-factory", "ms-swift", "trl", "vlmevalkit", "csv")


@click.command()
@click.argument("name")
@click.option(
    "--format", "format_name", type=click.Choice(FORMAT_NAMES), required=True, help="What reads it."
)
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    help="Folder to make; default NAME-FORMAT in exports/ of the data folder.",
)
@click.option(
    "--pictures",
    type=click.Choice(("copy", "link")),
    default="copy",
    show_default=True,
    help="Hard links take no space, but change with the original.",
)
@click.option("--replace", is_flag=True, help="In the place of an earlier export.")
@click.option("--data-dir", type=click.Path(path_type=Path), help="Data folder; default ./data.")
def main(
    name: str,
    format_name: str,
    out: Path | None,
    pictures: str,
    replace: bool,
    data_dir: Path | None,
) -> None:
    """Write the dataset NAME, with its pictures, a card and a manifest, for another tool.

    Example: python -m scripts.export_dataset first --format llama-factory
    """
    from gap_core.dataset.exporting import export_dataset
    from gap_core.dataset.places import dataset_place
    from gap_core.errors import GapError

    settings = settings_of(data_dir=data_dir)
    try:
        report = export_dataset(
            dataset_place(settings.data_dir, name),
            out or settings.data_dir / "exports" / f"{name}-{format_name}",
            format_name=format_name,
            data_dir=settings.data_dir,
            pictures="link" if pictures == "link" else "copy",
            replace=replace,
        )
    except GapError as err:
        raise click.ClickException(str(err)) from err
    click.echo(f"{report.train:,} samples for training, {report.validation:,} for validation")
    if report.unseen:
        click.echo(f"{report.unseen:,} of them only name their picture: it is not at hand")
    click.echo(f"See {report.folder / 'README.md'}")
    counts = {"train": report.train, "validation": report.validation, "unseen": report.unseen}
    click.echo(json.dumps({"folder": str(report.folder)} | counts))


if __name__ == "__main__":
    main()
