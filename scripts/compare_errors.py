"""Ask two models the same questions about fresh scenes, and see whether they err alike."""

import json
import sys

import click


@click.command()
@click.argument("first")
@click.argument("second")
@click.option("--scenes", default=1_000, show_default=True, help="Fresh crowded scenes.")
@click.option(
    "--edition", "edition_name", type=click.Choice(["basic", "full"]), default="basic",
    show_default=True, help="Which world to ask about.",
)  # fmt: skip
def main(first: str, second: str, scenes: int, edition_name: str) -> None:
    """Print how often FIRST and SECOND (names or folders) are wrong, and how often together.

    Example: python -m scripts.compare_errors pocket pocket --scenes 100
    """
    from gap_core.pocket_training.error_agreement import compare_errors
    from gap_core.pocket_world import EDITIONS
    from models.errors import ModelError
    from models.registry import load_model

    if scenes < 10:
        raise click.ClickException(f"{scenes} scenes compare nothing. Take 10 or more.")
    try:
        models = [load_model(name) for name in (first, second)]
        with click.progressbar(length=2 * scenes, file=sys.stderr) as bar:
            found = compare_errors(
                *models, scenes=scenes, edition=EDITIONS[edition_name], on_answers=bar.update
            )
    except ModelError as err:
        raise click.ClickException(str(err)) from err
    alpha = found.alpha
    click.echo(f"{first} wrong:                {found.first}")
    click.echo(f"{second} wrong:               {found.second}")
    click.echo(f"errors of {first} that {second} makes too: {found.also_wrong}")
    told = (
        "not defined" if alpha is None else f"{alpha.mean:.3f} [{alpha.low:.3f}, {alpha.high:.3f}]"
    )
    click.echo(f"Krippendorff's alpha of right and wrong: {told} n={scenes}")
    click.echo(
        json.dumps(
            {
                "first_wrong": found.first.mean,
                "second_wrong": found.second.mean,
                "alpha": None if alpha is None else round(alpha.mean, 4),
                "n": scenes,
            }
        )
    )


if __name__ == "__main__":
    main()
