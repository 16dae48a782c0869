"""Writes an adapter for another program."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from scripts._settings import settings_of

if TYPE_CHECKING:
    from gap_core.training.packaging import PackageFormat


@click.command()
@click.argument("name")
@click.option(
    "--out", type=click.Path(path_type=Path), required=True, help="Folder or file to make."
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["peft", "vllm", "gguf"]),
    required=True,
    help="What reads it; gguf is for llama.cpp.",
)
@click.option(
    "--llama-cpp", type=click.Path(path_type=Path), help="Checkout of llama.cpp, for gguf."
)
@click.option("--replace", is_flag=True, help="Put it in the place of one that was made before.")
@click.option("--data-dir", type=click.Path(path_type=Path), help="Data folder; default ./data.")
@click.option(
    "--db", type=click.Path(path_type=Path), help="Database; default gap.db in the data folder."
)
def main(
    name: str,
    out: Path,
    form: PackageFormat,
    llama_cpp: Path | None,
    replace: bool,
    data_dir: Path | None,
    db: Path | None,
) -> None:
    """Write the adapter NAME for another program, and say how it is used there.

    Example: python -m scripts.export_adapter pocket_first --format vllm --out data/for_vllm
    """
    from db import Store, StoreError
    from gap_core.errors import GapError
    from gap_core.training.packaging import export_adapter
    from gap_core.training.registry import adapter_place, registered_adapter
    from models.errors import ModelError

    settings = settings_of(data_dir=data_dir, db=db)
    try:
        with Store.open(settings.db) as store:
            folder = adapter_place(store, name, data_dir=settings.data_dir)
            model = registered_adapter(store, name).model
        usage = export_adapter(
            folder,
            out,
            form=form,
            model=model,
            llama_cpp=llama_cpp or settings.llama_cpp,
            replace=replace,
        )
    except (GapError, StoreError, ModelError) as err:
        raise click.ClickException(str(err)) from err
    click.echo(f"Use it: {usage}")
    click.echo(json.dumps({"out": str(out), "format": form, "adapter": name, "usage": usage}))


if __name__ == "__main__":
    main()
