"""Measure pocket-llama on answers it has never seen: facts kept, fluent, and the guard."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from gap_core.refiner_training.measure import GuardTable, RefinerReport


@click.command()
@click.option("--model", default="pocket-llama", show_default=True, help="Model name or folder.")
@click.option("--cases", default=2_000, show_default=True, help="Held-out answers to refine.")
@click.option("--experts", default=300, show_default=True, help="Answers on the pocket deck.")
@click.option("--first-words", is_flag=True, help="Judge what it writes first, kept to or not.")
@click.option("--seed", default=1, show_default=True, help="Seed of the cases.")
@click.option("--misses", type=click.Path(path_type=Path), help="File for what went wrong.")
def main(
    model: str, cases: int, experts: int, first_words: bool, seed: int, misses: Path | None
) -> None:
    """Print how often the refiner keeps facts and writes well, with n and 95% intervals.

    Example: python -m scripts.measure_pocket_llama --cases 2000
    """
    from gap_core.hardware import describe_hardware
    from gap_core.labeling.rewriting import MORE_TRIES
    from gap_core.refiner_training.measure import held_out_cases, judge_guard, refine_cases
    from gap_core.refiner_training.pocket_experts import expert_cases
    from models.errors import ModelError
    from models.registry import load_language_model

    if cases < 10 or experts < 10:
        raise click.ClickException("Fewer than 10 cases measure nothing. Take 10 or more.")
    more_tries = 0 if first_words else MORE_TRIES
    try:
        loaded = load_language_model(model)
        with click.progressbar(length=cases + experts, file=sys.stderr) as bar:
            held_out, deck = (
                refine_cases(loaded, drawn, more_tries=more_tries, on_done=bar.update)
                for drawn in (held_out_cases(cases, seed=seed), expert_cases(experts, seed=seed))
            )
    except ModelError as err:
        raise click.ClickException(str(err)) from err
    click.echo(f"{loaded.name} ({loaded.quantization}) on {describe_hardware()}\n")
    _print_shares("held-out words, names and wordings", held_out)
    _print_categories(held_out)
    _print_shares("\nhurried experts on the pocket deck", deck)
    written, planted = judge_guard(deck, seed=seed)
    _print_guard({"what the model wrote": written, "one fact turned": planted})
    if misses is not None:
        misses.write_text(
            "\n".join([*_miss_lines(held_out), *_miss_lines(deck), *written.slips, *planted.slips])
        )
    click.echo(
        json.dumps(
            {
                "facts_unchanged": held_out.share(lambda one: not one.changes).mean,
                "fluent": held_out.share(lambda one: not one.faults).mean,
                "exact": held_out.share(lambda one: one.is_exact).mean,
                "n": len(held_out.refined),
            }
        )
    )


def _print_shares(title: str, report: RefinerReport) -> None:
    click.echo(title)
    rows = {
        "facts unchanged": lambda one: not one.changes,
        "facts kept (generator)": lambda one: one.is_kept,
        "other words kept (generator)": lambda one: one.are_words_kept,
        "passed by the guard as typed": lambda one: not one.flags,
        "fluent": lambda one: not one.faults,
        "the sentence that was meant": lambda one: one.is_exact,
        "the model's first words": lambda one: one.tries == 1 and not one.is_tidied,
        "tidied without the model": lambda one: one.is_tidied,
    }
    for label, is_hit in rows.items():
        click.echo(f"  {label:30}{report.share(is_hit)}")


def _print_categories(report: RefinerReport) -> None:
    click.echo(f"  fine, returned as it was      {report.fine_returned()}")
    click.echo(f"  rules broken                  {dict(report.fault_counts().most_common())}\n")
    click.echo(f"{'':30}{'facts unchanged':34}fluent")
    for category in sorted({one.case.category for one in report.refined}):
        kept = report.share(lambda one: not one.changes, category)
        click.echo(f"  {category:28}{kept!s:34}{report.share(lambda o: not o.faults, category)}")


def _print_guard(tables: dict[str, GuardTable]) -> None:
    click.echo(f"\n{'the guard on':26}{'changed: flagged':>18}{'missed':>8}", nl=False)
    click.echo(f"{'kept: flagged':>16}{'passed':>8}")
    for label, table in tables.items():
        click.echo(
            f"{label:26}{table.changed_flagged:>18}{table.changed_missed:>8}"
            f"{table.kept_flagged:>16}{table.kept_passed:>8}"
        )


def _miss_lines(report: RefinerReport) -> list[str]:
    return [
        f"{','.join(one.changes) or '-'} | {','.join(one.faults) or '-'} | "
        f"{'' if one.is_kept else 'FACT '}{'' if one.are_words_kept else 'WORD '}| "
        f"{one.case.question} | {one.case.typed} | {one.written} | {one.case.truth}"
        for one in report.refined
        if one.changes or one.faults or not one.is_kept or not one.are_words_kept
    ]


if __name__ == "__main__":
    main()
