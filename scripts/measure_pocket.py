"""Measure the pocket model on fresh scenes: right, wrong when told, by category."""

import json
import sys
from pathlib import Path

import click

from models.registry import DEFAULT_MODEL


@click.command()
@click.option("--model", default=DEFAULT_MODEL, show_default=True, help="Model name or folder.")
@click.option("--scenes", default=2_000, show_default=True, help="Fresh scenes of each deck.")
@click.option("--quantize", type=click.Choice(["nf4"]), help="Load the model in 4 bit.")
@click.option("--misses", type=click.Path(path_type=Path), help="File for the wrong answers.")
@click.option(
    "--edition", "edition_name", type=click.Choice(["basic", "full"]),
    help="Which world to ask about. Default: the one that the model was taught.",
)  # fmt: skip
@click.option(
    "--words", type=click.Choice(["taught", "visitors"]), default="taught", show_default=True,
    help="Whose: those of training, or of people who saw none of them.",
)  # fmt: skip
@click.option("--write", is_flag=True, help="Keep both error rates beside the weights.")
def main(
    model: str, scenes: int, quantize: str | None, misses: Path | None,
    edition_name: str | None,
    words: str, write: bool,
) -> None:  # fmt: skip
    """Print how often the pocket is right, with n and 95% intervals.

    Example: python -m scripts.measure_pocket --scenes 2000
    """
    import torch

    from gap_core.hardware import describe_hardware
    from gap_core.pocket_training.measure import first_word_seconds, measure_pocket
    from gap_core.pocket_world import EDITIONS
    from gap_core.pocket_world.questions import categories_of
    from gap_core.scoring.shares import share_of
    from models.errors import ModelError
    from models.measured import MeasuredErrors, write_measured
    from models.registry import load_model, taught_edition

    if scenes < 10:
        raise click.ClickException(f"{scenes} scenes measure nothing. Take 10 or more.")
    edition_name = edition_name or taught_edition(model) or ""
    if edition_name not in EDITIONS:
        raise click.ClickException(
            f"Which world was '{model}' taught? Add --edition basic or full."
        )
    try:
        loaded = load_model(model, quantize=quantize)
    except ModelError as err:
        raise click.ClickException(str(err)) from err
    edition = EDITIONS[edition_name]
    total = 3 * scenes + 2 * (scenes // 10)
    with click.progressbar(length=total, file=sys.stderr) as bar:
        report = measure_pocket(
            loaded,
            scenes=scenes,
            edition=edition,
            is_visitor=words == "visitors",
            on_answers=lambda done, _: bar.update(done - bar.pos),
        )
    world = f"{edition.name} world, {words} words"
    click.echo(f"{loaded.name} ({loaded.quantization}), {world}, on {describe_hardware()}\n")
    click.echo(
        f"{'':27}{'simple, honest: right':36}{'simple, told wrong: wrong':36}crowded, honest: right"
    )
    told = report.told_wrong
    for name in ("all", *categories_of(edition)):
        wrong = told.n.get(name, 0) - told.right.get(name, 0)
        click.echo(
            f"{name:27}{report.simple.right_share(name)!s:36}"
            f"{share_of(wrong, told.n.get(name, 0))!s:36}{report.crowded.right_share(name)}"
        )
    click.echo(
        f"\nepsilon, wrong though honest:      {1 - (report.simple.right_share().mean or 0):.3f}"
    )
    click.echo(f"delta, right though told wrong:    {told.right_share()}")
    click.echo(f"told wrong, not of the asked kind: {told.wrong_kind_share()}")
    click.echo(f"descriptions without an error:     {report.descriptions}")
    click.echo(f"evades questions about the game:   {report.evasions}")
    torch.set_num_threads(1)
    waits = first_word_seconds(loaded)
    middle, late = waits[len(waits) // 2], waits[int(len(waits) * 0.95)]
    click.echo(
        f"first word on one core:            median {middle:.3f} s, "
        f"p95 {late:.3f} s, n={len(waits)}"
    )
    if misses is not None:
        misses.write_text("\n".join([*report.simple.misses, "--- told wrong", *told.misses]))
    if write:
        errors = MeasuredErrors(
            honest_wrong=round(1 - (report.simple.right_share().mean or 0), 4),
            told_right=round(told.right_share().mean or 0, 4),
            measured_on=report.simple.n.get("all", 0),
        )
        write_measured(model, errors)
    click.echo(
        json.dumps(
            {
                "right_simple": report.simple.right_share().mean,
                "right_told_wrong": told.right_share().mean,
                "right_crowded": report.crowded.right_share().mean,
                "n": report.simple.n.get("all", 0),
            }
        )
    )


if __name__ == "__main__":
    main()
