"""Makes a dataset of drawn scenes with their true answers, to try training without players."""

from __future__ import annotations

import json
from pathlib import Path

import click

from scripts._settings import settings_of


@click.command()
@click.option("--name", default="first", show_default=True, help="Of the dataset.")
@click.option(
    "--samples", default=400, show_default=True, help="Crowded scenes, one question each."
)
@click.option(
    "--edition", "edition_name", type=click.Choice(["basic", "full"]), default="full",
    show_default=True, help="Of the pocket world; the model 'pocket' knows the basic one.",
)  # fmt: skip
@click.option("--seed", default=1, show_default=True, help="Seed of questions and split.")
@click.option("--replace", is_flag=True, help="In the place of a dataset of that name.")
@click.option("--data-dir", type=click.Path(path_type=Path), help="Data folder; default ./data.")
def main(
    name: str, samples: int, edition_name: str, seed: int, replace: bool, data_dir: Path | None
) -> None:
    """Draw crowded scenes, ask one question of each, and make a dataset of the true answers.

    Example: python -m scripts.draw_dataset --name first --samples 400
    """
    from gap_core.dataset.build_config import BuildConfig
    from gap_core.dataset.building import build_dataset
    from gap_core.dataset.places import dataset_place
    from gap_core.errors import GapError
    from gap_core.pocket_world import EDITIONS
    from gap_core.training.speed import drawn_samples

    settings = settings_of(data_dir=data_dir)
    try:
        folder = dataset_place(settings.data_dir, name)
        report = build_dataset(
            drawn_samples(
                samples, edition=EDITIONS[edition_name], data_dir=settings.data_dir, seed=seed
            ),
            folder,
            data_dir=settings.data_dir,
            config=BuildConfig(seed=seed),
            replace=replace,
            on_step=lambda step: click.echo(step, err=True),
        )
    except GapError as err:
        raise click.ClickException(str(err)) from err
    record = {"folder": str(folder), "train": report.train, "validation": report.validation}
    click.echo(json.dumps(record | {"left_out": report.left_out}))


if __name__ == "__main__":
    main()
