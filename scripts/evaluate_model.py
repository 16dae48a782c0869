"""Evaluates a model on a dataset: scores by judge and category, with intervals."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from gap_core.evaluation.report import Evaluation


@click.command()
@click.option("--model", default="pocket", show_default=True, help="Name, folder or server.")
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
    for one in evaluations:
        _print_report(one)
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
    from gap_core.dataset.places import dataset_place
    from gap_core.evaluation.evaluating import keep_report
    from gap_core.evaluation.items import dataset_items
    from gap_core.evaluation.judges import open_judges
    from gap_core.play.game import utc_now
    from gap_core.settings import Settings

    places = {"data_dir": given["data_dir"], "db": given["db"]}
    settings = Settings(**{key: value for key, value in places.items() if value is not None})
    items = dataset_items(dataset_place(settings.data_dir, given["dataset"]), given["side"])
    chosen = [(given["model"], given["adapter"])]
    if given["against"] is not None:
        other = given["model"] if given["against"] == "base" else given["against"]
        chosen.append((other, given["against_adapter"]))
    evaluations = []
    with Store.open(settings.db) as store:
        judges = open_judges(given["judge"], store=store, clock=utc_now)
        for name, adapter in chosen:
            evaluated = _evaluate_one(store, items, (name, adapter), judges, settings, given)
            keep_report(store, evaluated, dataset=given["dataset"], side=given["side"])
            evaluations.append(evaluated)
    return evaluations


def _evaluate_one(
    store: Any,
    items: Any,
    chosen: tuple[str, Path | None],
    judges: Any,
    settings: Any,
    given: dict[str, Any],
) -> Evaluation:
    from gap_core.evaluation.answering import answered_by
    from gap_core.evaluation.evaluating import evaluate
    from models.fingerprint import adapter_fingerprint, weights_fingerprint
    from models.registry import load_model

    name, adapter = chosen
    options = {"quantize": given["quantize"], "device": given["device"] or "auto"}
    model = load_model(name, adapter=adapter, **options)
    by = answered_by(model, weights=weights_fingerprint(name), adapter=adapter_fingerprint(adapter))
    return evaluate(
        store,
        items,
        model=model,
        by=by,
        judges=judges,
        data_dir=settings.data_dir,
        on_step=lambda step, done, total: click.echo(f"{step}: {done} of {total}", file=sys.stderr),
    )


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


if __name__ == "__main__":
    main()
