"""Teaches a model a run's accepted items in four steps, and holds that against plain teaching."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from models.registry import DEFAULT_MODEL
from scripts._settings import settings_of


@click.command()
@click.argument("run")
@click.option("--model", default=DEFAULT_MODEL, show_default=True, help="Model name or folder.")
@click.option(
    "--use",
    type=click.Choice(("split", "full")),
    default="full",
    show_default=True,
    help="Each item in one step in turn, as published, or in every step.",
)
@click.option("--seeds", default=3, show_default=True, help="Runs of each way, for the table.")
@click.option("--held-out", default=0.25, show_default=True, help="Share of pictures asked about.")
@click.option("--learning-rate", default=1e-5, show_default=True, help="Published for 7 B.")
@click.option(
    "--epochs",
    default=1.0,
    show_default=True,
    help="Of each step; plain fine-tuning takes as many steps in all.",
)
@click.option("--rank", default=8, show_default=True, help="Of the adapters.")
@click.option("--merge", is_flag=True, help="Write the first seed's curriculum as one model too.")
@click.option("--data-dir", type=click.Path(path_type=Path), help="Data folder; default ./data.")
@click.option(
    "--db", type=click.Path(path_type=Path), help="Database; default gap.db in the data folder."
)
def main(
    run: str,
    model: str,
    use: str,
    seeds: int,
    held_out: float,
    merge: bool,
    data_dir: Path | None,
    db: Path | None,
    **training: Any,
) -> None:
    """Train MODEL on RUN's pictures, plainly and by the curriculum, and print the table.

    Stopped or killed, the same command goes on: runs that are over are read.

    Example: python -m scripts.run_curriculum first --seeds 1
    """
    from db import Store, StoreError
    from gap_core.errors import GapError
    from gap_core.synthesis.curriculum import accepted_items, is_held_out
    from gap_core.synthesis.curriculum_experiment import compare_teaching
    from gap_core.synthesis.curriculum_training import MERGED
    from gap_core.synthesis.starting import found_run, run_folder
    from gap_core.training.packaging import merge_adapter
    from models.errors import ModelError

    settings = settings_of(data_dir=data_dir, db=db)
    try:
        folder = run_folder(settings.data_dir, run) / f"training-{use}"
        with Store.open(settings.db) as store:
            items = [
                one
                for one in accepted_items(store, found_run(store, run))
                if one.subject.kind == "image"
            ]
        asked = [one for one in items if is_held_out(one, held_out)]
        learnt = [one for one in items if not is_held_out(one, held_out)]
        if not asked or not learnt:
            raise GapError(f"{len(items)} items with pictures are too few to hold some out.")
        rows = compare_teaching(
            learnt,
            asked,
            folder,
            run=run,
            data_dir=settings.data_dir,
            use="split" if use == "split" else "full",
            settings={"model": model, **training},
            seeds=range(1, seeds + 1),
            on_stage=lambda stage: click.echo(stage, err=True),
        )
        if merge and rows is not None:
            last = folder / "curriculum_1" / "step_4" / "adapter"
            merge_adapter(last, folder / MERGED, model=model)
    except (GapError, ModelError, StoreError) as err:
        raise click.ClickException(str(err)) from err
    if rows is None:
        click.echo("Stopped. The same command goes on.")
        return
    click.echo(f"{len(learnt):,} items learnt, {len(asked):,} held out, {seeds} seeds")
    for row in rows:
        click.echo(f"{row.name}: one hop {row.single}, several {row.multi}")
    table = {row.name: {"single": row.single.mean, "multi": row.multi.mean} for row in rows}
    click.echo(json.dumps({"learnt": len(learnt), "held_out": len(asked), "right": table}))


if __name__ == "__main__":
    main()
