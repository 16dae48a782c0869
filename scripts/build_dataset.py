"""Makes a dataset from accepted labels: lint, duplicates, split, report."""

from __future__ import annotations

import json
from itertools import chain
from pathlib import Path

import click


@click.command()
@click.option("--name", required=True, help="Of the dataset; a folder of datasets/ in the data.")
@click.option(
    "--imported", multiple=True, help="Name of an import to add; repeatable. See import_dataset."
)
@click.option("--no-labels", is_flag=True, help="Imports only, no accepted labels.")
@click.option("--validation-share", default=0.2, show_default=True, help="Of the samples.")
@click.option("--seed", default=1, show_default=True, help="Seed of the split.")
@click.option("--keep", multiple=True, help="Rule of lint that leaves nothing out; repeatable.")
@click.option("--target", multiple=True, help="Share a category should have, NAME=0.1; repeatable.")
@click.option("--workers", default=0, show_default=True, help="Processes; 0 takes all cores.")
@click.option("--replace", is_flag=True, help="In the place of a dataset of that name.")
@click.option("--data-dir", type=click.Path(path_type=Path), help="Data folder; default ./data.")
@click.option(
    "--db", type=click.Path(path_type=Path), help="Database; default gap.db in the data folder."
)
def main(
    name: str,
    imported: tuple[str, ...],
    no_labels: bool,
    validation_share: float,
    seed: int,
    keep: tuple[str, ...],
    target: tuple[str, ...],
    workers: int,
    replace: bool,
    data_dir: Path | None,
    db: Path | None,
) -> None:
    """Make a dataset from accepted labels, and say what was left out and why.

    Example: python -m scripts.build_dataset --name first --seed 1
    """
    from db import Store, StoreError
    from gap_core.dataset.build_config import BuildConfig, read_targets
    from gap_core.dataset.building import build_dataset
    from gap_core.dataset.labels import accepted_samples
    from gap_core.dataset.places import dataset_place, imported_samples
    from gap_core.errors import GapError
    from gap_core.hardware import usable_cores
    from gap_core.settings import Settings, load_secret

    given = {"data_dir": data_dir, "db": db}
    settings = Settings(**{key: value for key, value in given.items() if value is not None})
    try:
        config = BuildConfig(
            validation_share, seed, keep_rules=frozenset(keep), target=read_targets(target)
        )
        with Store.open(settings.db) as store:
            labels = (
                []
                if no_labels
                else accepted_samples(store, secret=load_secret(settings.secret_file))
            )
            brought_in = [imported_samples(settings.data_dir, one) for one in imported]
            report = build_dataset(
                chain(labels, *brought_in),
                dataset_place(settings.data_dir, name),
                data_dir=settings.data_dir,
                config=config,
                workers=workers or usable_cores(),
                replace=replace,
                on_step=lambda step: click.echo(step, err=True),
            )
    except (GapError, StoreError) as err:
        raise click.ClickException(str(err)) from err
    folder = dataset_place(settings.data_dir, name)
    click.echo(f"{report.train:,} samples for training, {report.validation:,} for validation")
    for reason, count in report.left_out.items():
        click.echo(f"left out, {reason}: {count:,}")
    for bounty in report.bounties:
        click.echo(f"short of {bounty.category}: {bounty.missing:,} more would reach the target")
    click.echo(f"See {folder / 'README.md'}")
    record = {"folder": str(folder), "train": report.train, "validation": report.validation}
    click.echo(json.dumps(record | {"left_out": report.left_out, "findings": report.findings}))


if __name__ == "__main__":
    main()
