"""Train pocket-llama from nothing or from finished weights."""

import json
from pathlib import Path

import click


@click.command()
@click.option(
    "--run-dir",
    default="data/pocket_training/pocket_llama",
    show_default=True,
    type=click.Path(path_type=Path),
    help="Folder of checkpoints; a stopped run goes on from there.",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    help="Folder for the finished model. Default: model in the run folder.",
)
@click.option(
    "--start", type=click.Path(path_type=Path), help="Finished weights to go on from: a folder."
)
@click.option("--steps", default=3_500, show_default=True, help="Steps in all.")
@click.option("--cases", default=96, show_default=True, help="Answers to mend a step.")
@click.option("--seed", default=1, show_default=True, help="Seed of weights and data.")
@click.option("--threads", default=0, show_default=True, help="CPU threads; 0 leaves it to torch.")
@click.option(
    "--bf16/--fp32", "is_bf16", default=None,
    help="Multiply in bfloat16, or fp32. By default what the processor is made for.",
)  # fmt: skip
@click.option(
    "--compile", "is_compiled", is_flag=True, help="Compile the layers first: wants a C++ compiler."
)
@click.option("--export-only", is_flag=True, help="Write the last checkpoint as a model and stop.")
def main(
    run_dir: Path, out: Path | None, start: Path | None, steps: int, cases: int, seed: int,
    threads: int, is_bf16: bool | None, is_compiled: bool, export_only: bool,
) -> None:  # fmt: skip
    """Train the refiner on answers that are generated as it learns.

    Example: python -m scripts.train_pocket_llama --steps 3500

    Interrupt it with Ctrl+C: it saves a checkpoint and goes on from there the next time.
    """
    import torch

    from gap_core.errors import GapError
    from gap_core.hardware import is_made_for_bfloat16
    from gap_core.pocket_training.watching import watch_on_stderr
    from gap_core.refiner_training.build import open_run
    from gap_core.refiner_training.train import RefinerConfig

    if threads:
        torch.set_num_threads(threads)
    try:
        config = RefinerConfig(
            seed=seed,
            steps=steps,
            cases=cases,
            is_bf16=is_made_for_bfloat16() if is_bf16 is None else is_bf16,
            start=str(start) if start else None,
        )
        trainer = open_run(config, run_dir, is_compiled=is_compiled)
    except GapError as err:
        raise click.ClickException(str(err)) from err
    if not export_only:
        watcher = watch_on_stderr()
        trainer.run(on_step=watcher.on_step, is_stopped=watcher.is_stopped)
    out = out or run_dir / "model"
    trainer.export(out)
    click.echo(
        json.dumps({"step": trainer.step, "right": round(trainer.right, 4), "out": str(out)})
    )


if __name__ == "__main__":
    main()
