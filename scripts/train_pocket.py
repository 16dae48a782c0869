"""Train the pocket model from nothing and write it where the game loads it."""

import json
from pathlib import Path
from typing import Any

import click


@click.command()
@click.option(
    "--run-dir",
    default="data/pocket_training/pocket",
    show_default=True,
    type=click.Path(path_type=Path),
    help="Folder of checkpoints; a stopped run goes on from there.",
)
@click.option(
    "--out",
    default="models/pocket",
    show_default=True,
    type=click.Path(path_type=Path),
    help="Folder for the finished model.",
)
@click.option(
    "--edition", type=click.Choice(["basic", "full"]), default="basic", show_default=True,
    help="Which world to teach; full takes another run folder.",
)  # fmt: skip
@click.option(
    "--architecture", type=click.Choice(["minicpm", "qwen"]), default="minicpm", show_default=True,
    help="MiniCPM-V 4.6, or Qwen2-VL: another run folder and --out.",
)  # fmt: skip
@click.option(
    "--shape", type=click.Choice(["small", "large"]), default="small", show_default=True,
    help="Six or twelve million parameters.",
)  # fmt: skip
@click.option(
    "--tokens", default=1_280, show_default=True, help="Tokens of the vocabulary; full wants 2048."
)
@click.option(
    "--workers", default=0, show_default=True,
    help="Processes that draw all scenes first and then make batches ahead; 0 does it in between.",
)  # fmt: skip
@click.option("--shard-scenes", default=500, show_default=True, help="Scenes drawn into one file.")
@click.option(
    "--dense-steps",
    type=click.IntRange(min=0),
    help="Steps of patch lessons for the image tower; default 700, or none with --start. With both "
    "the words are those of the edition, not the start's.",
)
@click.option("--steps", default=4000, show_default=True, help="Steps of questions.")
@click.option(
    "--start", type=click.Path(path_type=Path), help="Finished weights to go on from: a folder."
)
@click.option(
    "--matrix-rate", default=5e-3, show_default=True, help="Highest rate of the layers' matrices."
)
@click.option("--learning-rate", default=2e-3, show_default=True, help="Highest rate of all else.")
@click.option("--pictures", default=32, show_default=True, help="Pictures a step.")
@click.option("--seed", default=1, show_default=True, help="Seed of weights and data.")
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
    run_dir: Path, out: Path, edition: str, architecture: str, shape: str, tokens: int,
    workers: int, shard_scenes: int, dense_steps: int | None, steps: int, start: Path | None,
    matrix_rate: float, learning_rate: float, pictures: int, seed: int, threads: int, device: str,
    is_compiled: bool, is_bf16: bool, export_only: bool,
) -> None:  # fmt: skip
    """Train the pocket model: dense lessons, then questions by competence.

    Example: python -m scripts.train_pocket --steps 4000

    Interrupt it with Ctrl+C: it saves a checkpoint and goes on from there the next time.
    """
    import torch

    from gap_core.errors import GapError
    from gap_core.pocket_training.build import Machine, open_run, train_to_end
    from gap_core.pocket_training.config import PocketConfig
    from gap_core.pocket_training.watching import watch_on_stderr

    if threads:
        torch.set_num_threads(threads)
    machine = Machine(device, workers, is_compiled, is_bf16)
    try:
        config = PocketConfig(
            edition=edition,
            architecture=architecture,
            shape=shape,
            vocabulary_tokens=tokens,
            shard_scenes=shard_scenes,
            is_cache_drawn=workers > 0,
            seed=seed,
            steps=steps,
            pictures=pictures,
            matrix_rate=matrix_rate,
            learning_rate=learning_rate,
            start=str(start) if start else None,
            **_dense_lessons(dense_steps, has_start=start is not None),
        )
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


def _dense_lessons(steps: int | None, *, has_start: bool) -> dict[str, Any]:
    if steps is not None:
        return {"dense_steps": steps}
    return {"dense_steps": 0, "dense_weight": 0.0} if has_start else {}


if __name__ == "__main__":
    main()
