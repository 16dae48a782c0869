"""Makes a full-size model with random weights, to measure memory and speed without the real one."""

from __future__ import annotations

import json
from pathlib import Path

import click

GIB = 2**30


@click.command()
@click.argument("name")
@click.argument("folder", required=False, type=click.Path(path_type=Path))
@click.option("--seed", default=1, show_default=True, help="Of the weights.")
def main(name: str, folder: Path | None, seed: int) -> None:
    """Write a checkpoint of NAME's shape to FOLDER; without FOLDER only tell its memory.

    NAME is minicpm-v, qwen2-vl-2b, qwen2-vl-7b or qwen2.5-vl-7b.

    Example: python -m scripts.make_random_model minicpm-v

    Then measure it: python -m scripts.bench_serving --model FOLDER --quantize nf4
    """
    from models.errors import ModelError
    from models.full_size import memory_of, write_random_model

    try:
        memory = memory_of(name)
        if folder is not None:
            if folder.exists() and any(folder.iterdir()):
                raise ModelError(f"'{folder}' isn't empty. Choose another folder.")
            write_random_model(name, folder, seed=seed)
    except ModelError as err:
        raise click.ClickException(str(err)) from err
    record = {
        "model": name,
        "parameters": memory.parameters,
        "bf16_gib": round(memory.bf16 / GIB, 2),
        "nf4_gib": round(memory.nf4 / GIB, 2),
        "folder": None if folder is None else str(folder),
    }
    click.echo(json.dumps(record))


if __name__ == "__main__":
    main()
