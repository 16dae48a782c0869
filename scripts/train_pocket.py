"""Train the pocket model from nothing and write it where the game loads it."""

import json
import signal
from pathlib import Path

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
    "--dense-steps",
    default=700,
    show_default=True,
    help="Steps of patch lessons for the image tower.",
)
@click.option("--steps", default=4000, show_default=True, help="Steps of questions.")
@click.option(
    "--start", type=click.Path(path_type=Path), help="Finished weights to go on from: a folder."
)
@click.option("--learning-rate", default=1.5e-3, show_default=True, help="Highest rate of the run.")
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
    run_dir: Path, out: Path, dense_steps: int, steps: int, start: Path | None,
    learning_rate: float, pictures: int, seed: int, threads: int, device: str, is_compiled: bool,
    is_bf16: bool, export_only: bool,
) -> None:  # fmt: skip
    """Train the pocket model: dense lessons, then questions by competence.

    Example: python -m scripts.train_pocket --steps 4000

    Interrupt it with Ctrl+C: it saves a checkpoint and goes on from there the next time.
    """
    import torch
    from transformers import PreTrainedTokenizerFast

    from gap_core.errors import GapError
    from gap_core.pocket_training.corpus import corpus_lines
    from gap_core.pocket_training.train import PocketConfig, PocketTrainer, Progress
    from models.pocket_architecture import train_tokenizer

    if threads:
        torch.set_num_threads(threads)
    try:
        config = PocketConfig(
            seed=seed,
            steps=steps,
            pictures=pictures,
            learning_rate=learning_rate,
            start=str(start) if start else None,
            **({"dense_steps": 0, "dense_weight": 0.0} if start else {"dense_steps": dense_steps}),
        )
    except GapError as err:
        raise click.ClickException(str(err)) from err
    tokenizer_dir = run_dir / "tokenizer"
    if start:
        tokenizer = PreTrainedTokenizerFast.from_pretrained(start)
    elif tokenizer_dir.exists():
        tokenizer = PreTrainedTokenizerFast.from_pretrained(tokenizer_dir)
    else:
        tokenizer = train_tokenizer(corpus_lines(seed=seed))
        tokenizer.save_pretrained(tokenizer_dir)
    trainer = PocketTrainer(
        config,
        folder=run_dir,
        tokenizer=tokenizer,
        device=device,
        is_compiled=is_compiled,
        is_bf16=is_bf16,
    )
    stopping: list[int] = []
    signal.signal(signal.SIGINT, lambda number, frame: stopping.append(number))

    def report(progress: Progress) -> None:
        if progress.step % 20 == 0:
            click.echo(
                f"{progress.phase} {progress.step}/{progress.steps} loss {progress.loss:.3f} "
                f"right {progress.right:.3f} stage {progress.stage} {progress.seconds:.2f} s/step",
                err=True,
            )

    if not export_only:
        trainer.run(on_step=report, is_stopped=lambda: bool(stopping))
    trainer.export(out)
    click.echo(
        json.dumps({"step": trainer.step, "right": round(trainer.right, 4), "out": str(out)})
    )


if __name__ == "__main__":
    main()
