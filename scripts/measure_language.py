"""Measure the readers of words: question categories, equivalence of answers, changed facts."""

import json

import click


@click.command()
@click.option("--misses", is_flag=True, help="Print every case that was judged wrongly.")
def main(misses: bool) -> None:
    """Print how often words are read rightly, with n and 95% intervals.

    Tables for tuning and held-out tables stand apart; only the latter tell
    what to expect of words that nobody has seen.

    Example: python -m scripts.measure_language --misses
    """
    from gap_core.language.measure import (
        measure_categories,
        measure_changes,
        measure_equivalence,
    )

    held_out = measure_categories("category_heldout")
    other = {name: measure_categories(f"category_{name}")["all"] for name in ("dev", "paper")}
    click.echo("Category of a question")
    for name, tally in held_out.items():
        click.echo(f"  {'held out: ' + name:40}{tally.right}")
    click.echo(f"  {'paper, table 8':40}{other['paper'].right}")
    click.echo(f"  {'tuned on':40}{other['dev'].right}")
    pairs = [measure_equivalence(name) for name in ("equivalence_heldout", "equivalence")]
    click.echo("Equivalence of two answers")
    for name, tally in zip(("held out", "hard cases, tuned on"), pairs, strict=True):
        click.echo(f"  {name:40}{tally.right}")
    guard = measure_changes()
    click.echo("Guard of refinements, tuned on")
    for tally in guard:
        click.echo(f"  {tally.name:40}{tally.right}")
    if misses:
        for tally in (held_out["all"], other["paper"], *pairs, *guard):
            click.echo("\n".join(["", f"{tally.name}:", *tally.misses]))
    click.echo(
        json.dumps(
            {
                "category_heldout": held_out["all"].right.mean,
                "equivalence_heldout": pairs[0].right.mean,
                "equivalence_hard": pairs[1].right.mean,
            }
        )
    )


if __name__ == "__main__":
    main()
