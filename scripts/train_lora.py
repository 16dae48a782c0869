"""Teaches a model what people found: one LoRA or QLoRA run over a built dataset."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from scripts._settings import settings_of

if TYPE_CHECKING:
    from gap_core.training.run_folder import Measured


@click.command()
@click.argument("config_file", type=click.Path(path_type=Path))
@click.option("--data-dir", type=click.Path(path_type=Path), help="Data folder; default ./data.")
@click.option(
    "--db", type=click.Path(path_type=Path), help="Database; default gap.db in the data folder."
)
@click.option(
    "--gpus", type=click.IntRange(1), help="Write a file for accelerate launch and stop; all GPUs."
)
@click.option("--machines", default=1, show_default=True, help="That share these GPUs.")
@click.option(
    "--launch-file", default="accelerate.yaml", show_default=True,
    type=click.Path(path_type=Path), help="Written with --gpus.",
)  # fmt: skip
def main(
    config_file: Path,
    data_dir: Path | None,
    db: Path | None,
    gpus: int | None,
    machines: int,
    launch_file: Path,
) -> None:
    """Train an adapter as CONFIG_FILE says; a stopped or killed run goes on.

    Example: python -m scripts.train_lora gap_core/training/configs/pocket.yaml

    Ctrl+C, or a file called "stop" in the run's folder, stops it after its present step.
    """
    from db import Store, StoreError
    from gap_core.errors import GapError
    from gap_core.training.config import read_config
    from gap_core.training.from_dataset import is_first_process, train_registered
    from gap_core.training.launching import launch_command, write_launch_config
    from models.errors import ModelError
    from models.registry import needs_fetching

    settings = settings_of(data_dir=data_dir, db=db)
    try:
        config = read_config(config_file)
        if gpus is not None:
            write_launch_config(launch_file, processes=gpus, machines=machines)
            click.echo(f"Start it with: {launch_command(launch_file, config_file)}")
            click.echo(json.dumps({"launch_file": str(launch_file)}))
            return
        if not needs_fetching(config.model):
            os.environ.setdefault("HF_HUB_OFFLINE", "1")
        with Store.open(settings.db) as store:
            result = train_registered(
                store, config, data_dir=settings.data_dir, on_measured=show_progress
            )
    except (GapError, ModelError, StoreError) as err:
        raise click.ClickException(str(err)) from err
    if not is_first_process():
        return
    click.echo(err=True)
    if result.adapter is None:
        click.echo("Stopped. The same command goes on from here.")
    record = {**vars(result), "adapter": result.adapter and str(result.adapter)}
    del record["trained_images"], record["trained_samples"]
    click.echo(json.dumps(record))


def show_progress(measured: Measured) -> None:
    """One line on stderr that grows to the right; evaluations stay on the screen."""
    if measured.held_back_loss is not None:
        line = f"step {measured.step}: loss on what is held back {measured.held_back_loss:.4f}"
        click.echo(f"\r{line:<78}", err=True)
        return
    done = round(30 * measured.step / measured.steps)
    left_s = measured.seconds / measured.step * (measured.steps - measured.step)
    click.echo(
        f"\r[{'#' * done:-<30}] {measured.step}/{measured.steps}  loss {measured.loss:.4f}  "
        f"{left_s / 60:.1f} min left ",
        err=True,
        nl=False,
    )
    sys.stderr.flush()


if __name__ == "__main__":
    main()
