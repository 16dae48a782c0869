"""Measure the readers of words: question categories, equivalence of answers, changed facts."""

import json

import click


@click.command()
@click.option("--misses", is_flag=True, help="Print every case that was judged wrongly.")
@click.option("--scenes", default=100, show_default=True, help="Scenes for the factual scorer.")
@click.option("--edition", default="basic", show_default=True, help="Edition of the pocket world.")
@click.option("--seed", default=1, show_default=True, help="Seed of questions and slips.")
def main(misses: bool, scenes: int, edition: str, seed: int) -> None:
    """Print how often words are read rightly, with n and 95% intervals.

    Tables for tuning and held-out tables stand apart; only the latter tell
    what to expect of words that nobody has seen.

    Example: python -m scripts.measure_language --misses
    """
    from gap_core.evaluation.factual_check import check_scorer, measure_photo_answers
    from gap_core.evaluation.guard_check import check_guard
    from gap_core.language.case_files import VISITORS
    from gap_core.language.forms_check import check_forms
    from gap_core.language.measure import (
        measure_categories,
        measure_changes,
        measure_equivalence,
        measure_first_three,
    )
    from gap_core.pocket_world.edition import EDITIONS

    if edition not in EDITIONS:
        raise click.ClickException(f"There is no edition '{edition}'. Known: {', '.join(EDITIONS)}")
    held_out = measure_categories("category_heldout")
    pocket = measure_categories("pocket world")
    other = {
        name: measure_categories(f"category_{name}")["all"] for name in ("dev", "spent", "paper")
    }
    click.echo("Category of a question")
    for title, tallies in (("held out", held_out), ("pocket world", pocket)):
        for name, tally in tallies.items():
            click.echo(f"  {title + ': ' + name:48}{tally.right}")
    click.echo(f"  {'held out: among the first three':48}{measure_first_three('category_heldout')}")
    visitors = [measure_categories(table)["all"] for table in VISITORS]
    for name, tally in zip(("basic's", "full's further"), visitors, strict=True):
        click.echo(f"  {f'visitors, {name} forms':48}{tally.right}")
    click.echo(f"  {'paper, table 8':48}{other['paper'].right}")
    click.echo(f"  {'tuned on':48}{other['dev'].right}")
    click.echo(f"  {'once held out, since learnt from':48}{other['spent'].right}")
    pairs = [measure_equivalence(name) for name in ("equivalence_heldout", "equivalence")]
    click.echo("Equivalence of two answers")
    for name, tally in zip(("held out", "hard cases, tuned on"), pairs, strict=True):
        click.echo(f"  {name:48}{tally.right}")
    guard = measure_changes()
    click.echo("Guard of refinements, tuned on")
    for tally in guard:
        click.echo(f"  {tally.name:48}{tally.right}")
    asked = [check_forms(edition, rounds=3, slips=slips, seed=seed) for slips in (False, True)]
    click.echo(f"Questions of the pocket world ({edition}) in held-out wordings")
    for name, read in zip(("as written", "with one slip of typing"), asked, strict=True):
        click.echo(f"  {name + ': understood':48}{read.right.share}")
        click.echo(f"  {name + ': misunderstood':48}{read.wrong.share}")
    click.echo(f"Questions of the pocket world ({edition}) in visitors' words")
    for name, table in zip(("basic's", "full's further"), VISITORS, strict=True):
        read = check_forms(edition, rounds=3, table=table, seed=seed)
        if read.right.n:
            click.echo(f"  {name + ' forms: understood':48}{read.right.share}")
            click.echo(f"  {name + ' forms: misunderstood':48}{read.wrong.share}")
    scored = check_scorer(EDITIONS[edition], scenes=scenes, seed=seed)
    click.echo(f"Factual scorer against the scene graph ({edition}), balanced accuracy")
    click.echo(f"  {'right answers scored right':48}{scored.right.share}")
    click.echo(f"  {'wrong answers scored wrong':48}{scored.wrong.share}")
    click.echo(f"  {'balanced accuracy':48}{scored.balanced_accuracy:.4f}")
    photo = [measure_photo_answers(name) for name in ("photo_heldout", "photo_answers")]
    for name, tally in zip(("held out", "tuned on"), photo, strict=True):
        click.echo(f"  {'answers on photographs, ' + name:48}{tally.right}")
    guarded = check_guard(EDITIONS[edition], scenes=scenes, seed=seed)
    click.echo(f"Guard of refinements against the scene graph ({edition})")
    click.echo(f"  {'harmless ones passed':48}{guarded.passed.share}")
    click.echo(f"  {'false ones stopped':48}{guarded.stopped.share}")
    if misses:
        for tally in (held_out["all"], pocket["all"], other["paper"], *pairs, *guard, *photo):
            click.echo("\n".join(["", f"{tally.name}:", *tally.misses]))
        click.echo(
            "\n".join(
                [
                    "",
                    "forms:",
                    *asked[0].misses,
                    "",
                    "scorer:",
                    *scored.misses,
                    "",
                    "guard:",
                    *guarded.misses,
                ]
            )
        )
    click.echo(
        json.dumps(
            {
                "category_pocket": pocket["all"].right.mean,
                "category_heldout": held_out["all"].right.mean,
                "equivalence_heldout": pairs[0].right.mean,
                "equivalence_hard": pairs[1].right.mean,
                "forms_heldout": asked[0].right.share.mean,
                "scorer_balanced_accuracy": scored.balanced_accuracy,
                "scorer_photo_heldout": photo[0].right.mean,
                "guard_stopped": guarded.stopped.share.mean,
            }
        )
    )


if __name__ == "__main__":
    main()
