"""Evaluates a model on a dataset: scores by judge and category, with intervals."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from models.registry import DEFAULT_MODEL
from scripts._settings import settings_of

if TYPE_CHECKING:
    from gap_core.evaluation.report import Evaluation


@click.command()
@click.option("--model", default=DEFAULT_MODEL, show_default=True, help="Name, folder or server.")
@click.option("--adapter", type=click.Path(path_type=Path), help="Folder of a LoRA adapter.")
@click.option("--against", help="Another model to compare with; 'base' for the same, no adapter.")
@click.option("--against-adapter", type=click.Path(path_type=Path), help="Its adapter's folder.")
@click.option("--dataset", required=True, help="Name of a dataset; see build_dataset.")
@click.option(
    "--side",
    default="validation",
    show_default=True,
    type=click.Choice(["train", "validation"]),
    help="Which of its samples.",
)
@click.option(
    "--judge",
    multiple=True,
    default=("factual",),
    show_default=True,
    help="factual, choice, or a language model: name, folder, server:URL#NAME; repeatable.",
)
@click.option("--quantize", type=click.Choice(["nf4", "full"]), help="As for ./scripts/play.")
@click.option("--device", type=click.Choice(["auto", "cpu", "cuda"]), help="As for play.")
@click.option("--data-dir", type=click.Path(path_type=Path), help="Data folder; default ./data.")
@click.option(
    "--db", type=click.Path(path_type=Path), help="Database; default gap.db in the data folder."
)
def main(**given: Any) -> None:
    """Print what judges give a model's answers, and how much better it is than another.

    Answers and scores are kept: what was asked once is not asked again, and an evaluation that
    was killed goes on where it was. Intervals are over pictures; a score that can't be read is
    counted as unscored.

    Example: python -m scripts.evaluate_model --adapter runs/1/adapter --against base --dataset gap
    """
    from db import StoreError
    from gap_core.errors import GapError
    from gap_core.evaluation.evaluating import plain_record, report_record
    from gap_core.evaluation.report import compare
    from models.errors import ModelError

    try:
        evaluations = _evaluate_all(given)
    except (GapError, ModelError, StoreError) as err:
        raise click.ClickException(str(err)) from err
    record: dict[str, Any] = {"reports": [report_record(one.report) for one in evaluations]}
    adapters = (given["adapter"], given["against_adapter"])
    for one, adapter in zip(evaluations, adapters, strict=False):
        _print_report(one)
        _print_learnt(one, adapter, given)
    if len(evaluations) == 2:
        after, before = evaluations
        differences = compare(before, after)
        record["differences"] = {
            judge: {name: plain_record(paired) for name, paired in found.items()}
            for judge, found in differences.items()
        }
        click.echo("Higher than the other by")
        for judge, found in differences.items():
            for name, paired in found.items():
                click.echo(f"  {judge + ': ' + name:40}{paired}")
    click.echo(json.dumps(record))


def _evaluate_all(given: dict[str, Any]) -> list[Evaluation]:
    """The model's evaluation and, where one was named, the other's."""
    from db import Store
    from gap_core.evaluation.contenders import Contender, evaluate_on_dataset, rival_of

    settings = settings_of(data_dir=given["data_dir"], db=given["db"])
    first = Contender(
        given["model"], given["adapter"], given["quantize"], given["device"] or "auto"
    )
    contenders = [first]
    if given["against"] is not None:
        contenders.append(rival_of(first, given["against"], given["against_adapter"]))
    with Store.open(settings.db) as store:
        return evaluate_on_dataset(
            store,
            contenders,
            dataset=given["dataset"],
            side=given["side"],
            judges=given["judge"],
            data_dir=settings.data_dir,
            on_step=tell_step,
        )


def tell_step(step: str, done: int, total: int) -> None:
    """One line on stderr, written over until the step is done."""
    click.echo(f"\r{step}: {done} of {total}   ", nl=done == total, file=sys.stderr)


def _print_report(evaluation: Evaluation) -> None:
    report = evaluation.report
    by = report.answered_by
    with_adapter = f" with {by.adapter}" if by.adapter else ""
    click.echo(f"{by.model}{with_adapter}: {report.items} questions, {report.pictures} pictures")
    for judge, figures in report.figures.items():
        for name, figure in figures.items():
            click.echo(f"  {judge + ': ' + name:40}{figure}")
    if report.agreement is not None:
        for pair in report.agreement.pairs:
            click.echo(f"  agreement of {pair}")


def _print_learnt(evaluation: Evaluation, adapter: Path | None, given: dict[str, Any]) -> None:
    """A line where an adapter is asked about pictures that it, or what it goes on from, learnt."""
    from db import Store
    from gap_core.training.registry import images_learnt_by

    settings = settings_of(data_dir=given["data_dir"], db=given["db"])
    asked = {one.item.image_id for one in evaluation.answered}
    with Store.open(settings.db) as store:
        known = asked & images_learnt_by(store, adapter, data_dir=settings.data_dir)
    if known:
        click.echo(
            f"  It has learnt {len(known):,} of the {len(asked):,} pictures: these scores tell "
            "what it remembers, too."
        )


if __name__ == "__main__":
    main()
