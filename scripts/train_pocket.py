"""Train a pocket model by one of the recipes, from nothing or from finished weights."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from scripts.build_pocket import MODEL_PARTS, given


@click.command()
@click.option(
    "--recipe", type=click.Choice(MODEL_PARTS), default="pocket", show_default=True,
    help="Whose settings hold where no option is given.",
)  # fmt: skip
@click.option(
    "--run-dir",
    type=click.Path(path_type=Path),
    help="Folder of checkpoints; a stopped run goes on from there. Default: "
    "data/pocket_training/RECIPE.",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    help="Folder for the finished model. Default: model in the run folder.",
)
@click.option(
    "--shape", type=click.Choice(["small", "large"]), help="Six or twelve million parameters."
)
@click.option(
    "--workers", default=0, show_default=True,
    help="Processes that draw all scenes first and then make batches ahead; 0 does it in between.",
)  # fmt: skip
@click.option("--shard-scenes", type=int, help="Scenes drawn into one file.")
@click.option(
    "--dense-steps",
    type=click.IntRange(min=0),
    help="Steps of patch lessons alone, for the image tower; none with --start unless given.",
)
@click.option("--steps", type=int, help="Steps of questions.")
@click.option(
    "--start", type=click.Path(path_type=Path), help="Finished weights to go on from: a folder."
)
@click.option(
    "--new-words",
    "has_new_words",
    is_flag=True,
    help="With --start: the edition's words in place of the start's, which are of another edition.",
)
@click.option(
    "--start-share",
    type=click.FloatRange(0, 1, max_open=True),
    help="With --start: how much of its weights the finished model keeps; 0.5 for the mean.",
)
@click.option("--matrix-rate", type=float, help="Highest rate of the layers' matrices.")
@click.option("--learning-rate", type=float, help="Highest rate of all else.")
@click.option(
    "--decay-share", type=float, help="Share of the steps of questions in which the rates fall."
)
@click.option("--pictures", type=int, help="Pictures a step.")
@click.option("--seed", type=int, help="Seed of weights and data.")
@click.option("--threads", default=0, show_default=True, help="CPU threads; 0 leaves it to torch.")
@click.option("--device", default="cpu", show_default=True, help="cpu or cuda.")
@click.option(
    "--compile", "is_compiled", is_flag=True, help="Compile the model first: wants a C++ compiler."
)
@click.option(
    "--bf16", "is_bf16", is_flag=True, help="Multiply in bfloat16: for processors that have it."
)
@click.option("--export-only", is_flag=True, help="Write the last checkpoint as a model and stop.")
def main(
    recipe: str, run_dir: Path | None, out: Path | None, workers: int, start: Path | None,
    threads: int, device: str, is_compiled: bool, is_bf16: bool, export_only: bool, **changes: Any,
) -> None:  # fmt: skip
    """Train the pocket model: dense lessons, then questions by competence.

    Example: python -m scripts.train_pocket --recipe pocket --steps 4000

    Interrupt it with Ctrl+C: it saves a checkpoint and goes on from there the next time.
    """
    import torch

    from gap_core.errors import GapError
    from gap_core.pocket_training.build import Machine, open_run, train_to_end
    from gap_core.pocket_training.recipes import RECIPES
    from gap_core.pocket_training.watching import watch_on_stderr

    if threads:
        torch.set_num_threads(threads)
    machine = Machine(device, workers, is_compiled, is_bf16)
    run_dir = run_dir or Path("data/pocket_training", recipe)
    out = out or run_dir / "model"
    # Finished weights have had their patch lessons.
    begin = {"start": str(start), "dense_steps": changes["dense_steps"] or 0} if start else {}
    try:
        config = replace(RECIPES[recipe], **given(**changes | begin), is_cache_drawn=workers > 0)
        trainer = open_run(config, run_dir, machine)
    except GapError as err:
        raise click.ClickException(str(err)) from err
    if export_only:
        trainer.export(out)
    else:
        train_to_end(trainer, out=out, machine=machine, watcher=watch_on_stderr())
    click.echo(
        json.dumps({"step": trainer.step, "right": round(trainer.right, 4), "out": str(out)})
    )


if __name__ == "__main__":
    main()
