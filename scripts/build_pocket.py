"""Make what the pocket consists of again from nothing: pictures, models, figures, manifests."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

SHEET, LLAMA = "sheet", "pocket-llama"
MODEL_PARTS = ("pocket", "pocket-full", "pocket-qwen", "pocket-qwen-full")
PARTS = (SHEET, *MODEL_PARTS, LLAMA)


@click.command()
@click.option("--all", "is_all", is_flag=True, help="Every part, in their order.")
@click.option(
    "--part", "parts", type=click.Choice(PARTS), multiple=True, help="One part; may be repeated."
)
@click.option(
    "--out", default="data/pocket_build", show_default=True, type=click.Path(path_type=Path),
    help="Folder for what is made, a folder each; nothing in models/ is touched.",
)  # fmt: skip
@click.option("--seed", type=int, help="Seed of weights and data, in place of the recipe's.")
@click.option("--dense-steps", type=int, help="Dense steps, in place of the recipe's.")
@click.option("--steps", type=int, help="Question steps, in place of the recipe's.")
@click.option("--pictures", type=int, help="Pictures a step, in place of the recipe's.")
@click.option("--shard-scenes", type=int, help="Scenes drawn into one file.")
@click.option(
    "--scenes",
    default=2_000,
    show_default=True,
    help="Fresh scenes, or answers to refine, to measure on.",
)
@click.option("--device", default="cpu", show_default=True, help="cpu or cuda.")
@click.option("--workers", default=0, show_default=True, help="Processes that make pictures.")
@click.option("--bf16", "is_bf16", is_flag=True, help="Multiply in bfloat16.")
def main(
    is_all: bool, parts: tuple[str, ...], out: Path, seed: int | None, dense_steps: int | None,
    steps: int | None, pictures: int | None, shard_scenes: int | None, scenes: int, device: str,
    workers: int, is_bf16: bool,
) -> None:  # fmt: skip
    """Build the pocket's parts from nothing, each with a manifest of seeds, data, time, figures.

    Example: python -m scripts.build_pocket --all

    A part whose run was stopped goes on from its last checkpoint.
    """
    from gap_core.errors import GapError
    from gap_core.pocket_training.build import Machine, build_model_part, build_sheet_part
    from gap_core.pocket_training.recipes import RECIPES
    from gap_core.pocket_training.watching import watch_on_stderr
    from gap_core.refiner_training.build import build_refiner_part
    from gap_core.refiner_training.train import RefinerConfig

    chosen = PARTS if is_all else parts
    if not chosen:
        raise click.ClickException("Nothing to build. Choose --all or a --part.")
    common = given(seed=seed, steps=steps)
    changes = common | given(dense_steps=dense_steps, pictures=pictures, shard_scenes=shard_scenes)
    machine = Machine(device, workers, is_bf16=is_bf16)
    figures: dict[str, dict[str, object]] = {}
    for part in chosen:
        folder, watcher = out / part, watch_on_stderr()
        try:
            if part == SHEET:
                figures[part] = build_sheet_part(out / "pocket_world.png")
                continue
            if part == LLAMA:
                config = replace(RefinerConfig(is_bf16=is_bf16), **common)
                manifest = build_refiner_part(config, folder, watcher=watcher, cases=scenes)
            else:
                config = replace(RECIPES[part], **changes)
                manifest = build_model_part(
                    config, folder, machine=machine, watcher=watcher, scenes=scenes
                )
        except GapError as err:
            raise click.ClickException(str(err)) from err
        figures[part] = manifest.figures
        click.echo(f"{part}: {manifest.steps} steps, {manifest.seconds}, {manifest.figures}")
    click.echo(json.dumps(figures))


def given(**options: Any) -> dict[str, Any]:
    """The options that were given."""
    return {name: value for name, value in options.items() if value is not None}


if __name__ == "__main__":
    main()
