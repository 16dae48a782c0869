"""Makes a dataset from accepted labels: lint, duplicates, split, report."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from models.registry import DEFAULT_MODEL
from scripts._settings import settings_of

if TYPE_CHECKING:
    from db import Store
    from gap_core.dataset.building import BuildReport
    from gap_core.dataset.sample import Sample
    from gap_core.settings import Settings


@click.command()
@click.option("--name", required=True, help="Of the dataset; a folder of datasets/ in the data.")
@click.option(
    "--imported", multiple=True, help="Name of an import to add; repeatable. See import_dataset."
)
@click.option("--no-labels", is_flag=True, help="Imports only, no accepted labels.")
@click.option("--validation-share", default=0.2, show_default=True, help="Of the samples.")
@click.option("--seed", default=1, show_default=True, help="Seed of the split.")
@click.option("--keep", multiple=True, help="Rule of lint that leaves nothing out; repeatable.")
@click.option("--target", multiple=True, help="Share a category should have, NAME=0.1; repeatable.")
@click.option(
    "--replay",
    type=click.IntRange(min=0),
    default=0,
    show_default=True,
    help="So many questions about traps, with the answers that --model gives now, are learnt too, "
    "so that it does not forget.",
)
@click.option("--model", default=DEFAULT_MODEL, show_default=True, help="Answers what is replayed.")
@click.option("--adapter", type=click.Path(path_type=Path), help="Its adapter's folder.")
@click.option("--quantize", type=click.Choice(["nf4", "full"]), help="As for ./scripts/play.")
@click.option("--device", type=click.Choice(["auto", "cpu", "cuda"]), help="As for play.")
@click.option("--workers", default=0, show_default=True, help="Processes; 0 takes all cores.")
@click.option("--replace", is_flag=True, help="In the place of a dataset of that name.")
@click.option("--data-dir", type=click.Path(path_type=Path), help="Data folder; default ./data.")
@click.option(
    "--db", type=click.Path(path_type=Path), help="Database; default gap.db in the data folder."
)
def main(**given: Any) -> None:
    """Make a dataset from accepted labels, and say what was left out and why.

    Example: python -m scripts.build_dataset --name first --seed 1
    """
    from db import Store, StoreError
    from gap_core.dataset.places import dataset_place
    from gap_core.errors import GapError
    from models.errors import ModelError

    places = {"data_dir": given["data_dir"], "db": given["db"]}
    settings = settings_of(**places)
    try:
        with Store.open(settings.db) as store:
            report = _build(store, given, settings)
    except (GapError, ModelError, StoreError) as err:
        raise click.ClickException(str(err)) from err
    _tell(report, dataset_place(settings.data_dir, given["name"]), replay=given["replay"])


def _build(store: Store, given: dict[str, Any], settings: Settings) -> BuildReport:
    from gap_core.dataset.build_config import BuildConfig, read_targets
    from gap_core.dataset.building import build_dataset
    from gap_core.dataset.labels import accepted_samples
    from gap_core.dataset.places import dataset_place, imported_samples
    from gap_core.hardware import usable_cores
    from gap_core.settings import load_secret

    config = BuildConfig(
        given["validation_share"],
        given["seed"],
        keep_rules=frozenset(given["keep"]),
        target=read_targets(given["target"]),
    )
    labels = (
        []
        if given["no_labels"]
        else accepted_samples(store, secret=load_secret(settings.secret_file))
    )
    brought_in = [imported_samples(settings.data_dir, one) for one in given["imported"]]
    return build_dataset(
        chain(labels, *brought_in, _replay(store, given, settings)),
        dataset_place(settings.data_dir, given["name"]),
        data_dir=settings.data_dir,
        config=config,
        workers=given["workers"] or usable_cores(),
        replace=given["replace"],
        on_step=lambda step: click.echo(step, err=True),
    )


def _replay(store: Store, given: dict[str, Any], settings: Settings) -> Iterable[Sample]:
    """What is learnt so that it is not forgotten; asked for once the labels were read."""
    if not given["replay"] or not store.replay.asked_on_traps():
        return
    from gap_core.evaluation.contenders import Contender
    from gap_core.settings import load_secret
    from gap_core.training.replay import replay_samples

    contender = Contender(
        given["model"], given["adapter"], given["quantize"], given["device"] or "auto"
    )
    model, by = contender.load()
    yield from replay_samples(
        store,
        model,
        by=by,
        data_dir=settings.data_dir,
        secret=load_secret(settings.secret_file),
        most=given["replay"],
        seed=given["seed"],
        on_answered=_tell_replay,
    )


def _tell_replay(done: int, total: int) -> None:
    click.echo(f"\rreplay: {done} of {total}   ", nl=done == total, file=sys.stderr)


def _tell(report: BuildReport, folder: Path, *, replay: int) -> None:
    click.echo(f"{report.train:,} samples for training, {report.validation:,} for validation")
    if replay:
        fewer = (
            ""
            if report.replay >= replay
            else f", not {replay:,}: no more was asked, or it is left out"
        )
        click.echo(f"of those for training, {report.replay:,} are replay{fewer}")
    for reason, count in report.left_out.items():
        click.echo(f"left out, {reason}: {count:,}")
    for bounty in report.bounties:
        click.echo(f"short of {bounty.category}: {bounty.missing:,} more would reach the target")
    click.echo(f"See {folder / 'README.md'}")
    record = {"folder": str(folder), "train": report.train, "validation": report.validation}
    click.echo(json.dumps(record | {"left_out": report.left_out, "findings": report.findings}))


if __name__ == "__main__":
    main()
