"""Writes a model with an adapter merged into its weights."""

from __future__ import annotations

import json
from pathlib import Path

import click

from scripts._settings import settings_of


@click.command()
@click.argument("name")
@click.option("--out", type=click.Path(path_type=Path), required=True, help="Folder to make.")
@click.option("--replace", is_flag=True, help="Put it in the place of one that was made before.")
@click.option("--data-dir", type=click.Path(path_type=Path), help="Data folder; default ./data.")
@click.option(
    "--db", type=click.Path(path_type=Path), help="Database; default gap.db in the data folder."
)
def main(name: str, out: Path, replace: bool, data_dir: Path | None, db: Path | None) -> None:
    """Write a whole checkpoint that answers as the adapter NAME does.

    Example: python -m scripts.merge_adapter pocket_first --out data/pocket_first
    """
    from db import Store, StoreError
    from gap_core.errors import GapError
    from gap_core.training.packaging import merge_adapter
    from gap_core.training.registry import adapter_place, registered_adapter
    from models.errors import ModelError

    settings = settings_of(data_dir=data_dir, db=db)
    try:
        with Store.open(settings.db) as store:
            folder = adapter_place(store, name, data_dir=settings.data_dir)
            model = registered_adapter(store, name).model
        merge_adapter(folder, out, model=model, replace=replace)
    except (GapError, StoreError, ModelError) as err:
        raise click.ClickException(str(err)) from err
    usage = f"./scripts/play --model {out}"
    click.echo(f"Play it: {usage}")
    click.echo(json.dumps({"out": str(out), "model": model, "adapter": name, "usage": usage}))


if __name__ == "__main__":
    main()
