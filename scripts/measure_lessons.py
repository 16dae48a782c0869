"""Measure what a training run's image tower sees: on pictures it learnt from, and on fresh ones."""

from pathlib import Path

import click


@click.command()
@click.option(
    "--run-dir", required=True, type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="Folder with the run's last checkpoint.",
)  # fmt: skip
@click.option("--scenes", default=1_000, show_default=True, help="Scenes of each: two things each.")
def main(run_dir: Path, scenes: int) -> None:
    """Print how often each lesson is known, with n and 95% intervals.

    Example: python -m scripts.measure_lessons --run-dir data/pocket_training/pocket-full
    """
    from gap_core.errors import GapError
    from gap_core.pocket_training.build import Machine, open_run
    from gap_core.pocket_training.config import read_config
    from gap_core.pocket_training.lesson_shares import lesson_shares
    from gap_core.pocket_training.measure import FIRST_SEED
    from gap_core.pocket_world import EDITIONS, sample_scene
    from gap_core.scoring.shares import share_of

    try:
        config = read_config(run_dir)
        run = open_run(config, run_dir, Machine())
    except GapError as err:
        raise click.ClickException(str(err)) from err
    if not run.step:
        raise click.ClickException(f"No checkpoint in '{run_dir}'. Train a while first.")
    edition = EDITIONS[config.edition]
    pair = next(level for level in run.cache.levels if level.most_things == 2)
    learnt = lesson_shares(run, [run.cache.scene_of(pair, n) for n in range(scenes)])
    fresh = lesson_shares(
        run, [sample_scene(FIRST_SEED + n, things=2, edition=edition) for n in range(scenes)]
    )
    click.echo(f"step {run.step}\n{'':12}{'pictures of the training':36}fresh pictures")
    for name, share in learnt.items():
        click.echo(f"{name:12}{share!s:36}{fresh.get(name, share_of(0, 0))}")


if __name__ == "__main__":
    main()
