"""Makes questions of several hops from pictures or from nothing, and checks them."""

from __future__ import annotations

import signal
import sys
from pathlib import Path
from typing import Any

import click

from scripts._settings import settings_of

LANGUAGES = ("en", "zh")


@click.command()
@click.argument("run")
@click.option(
    "--source",
    default="pocket-full",
    show_default=True,
    help="text, pocket, pocket-full, dataset:NAME, folder:PATH, records:FILE or coco:FILE.",
)
@click.option("--pictures", default="", help="Folder of records' pictures; default: the file's.")
@click.option(
    "--model",
    default="graph",
    show_default=True,
    help="graph, or who writes: a name, a folder or server:URL#NAME.",
)
@click.option("--relation", "relations", multiple=True, help="Repeatable; default: all that fit.")
@click.option(
    "--language",
    "languages",
    multiple=True,
    type=click.Choice(LANGUAGES),
    help="Repeatable; default: both.",
)
@click.option("--count", default=400, show_default=True, help="Items.")
@click.option("--top-up", is_flag=True, help="Go on until COUNT are accepted; at most 4 × COUNT.")
@click.option("--in-flight", default=16, show_default=True, help="Items in the making at once.")
@click.option("--samples", default=3, show_default=True, help="Answers drawn to verify one.")
@click.option("--seed", default=1, show_default=True, help="Seed of all that is drawn.")
@click.option("--slowest-s", default=300.0, show_default=True, help="Of a server's reply, s.")
@click.option("--data-dir", type=click.Path(path_type=Path), help="Data folder; default ./data.")
@click.option(
    "--db", type=click.Path(path_type=Path), help="Database; default gap.db in the data folder."
)
def main(run: str, data_dir: Path | None, db: Path | None, slowest_s: float, **values: Any) -> None:
    """Work on the run called RUN until every item is accepted, refused or given up.

    Ctrl+C stops it after the calls in flight; the same command goes on, as after a crash.

    Example: python -m scripts.synthesize first --source pocket-full --count 400
    """
    from dataclasses import replace

    from db import Store, StoreError
    from gap_core.errors import GapError
    from gap_core.synthesis.calls import Pulse
    from gap_core.synthesis.config import checked_config
    from gap_core.synthesis.doors import SERVER_LIMITS
    from gap_core.synthesis.report import report_json, report_lines, report_of
    from gap_core.synthesis.running import begin_run, run_synthesis
    from gap_core.synthesis.starting import open_job, write_run_config
    from models.errors import ModelError

    given = {name: value for name, value in values.items() if value not in ((), None)}
    settings = settings_of(data_dir=data_dir, db=db)
    limits = replace(SERVER_LIMITS, answer_s=slowest_s, silence_s=min(60.0, slowest_s))
    try:
        config = checked_config(**given)
        pulse = Pulse(most_failures=max(32, 4 * config.in_flight))
        signal.signal(signal.SIGINT, lambda *_: pulse.stop.set())
        with Store.open(settings.db) as store:
            begun = begin_run(store, run, config)
        write_run_config(run, config, data_dir=settings.data_dir)
        with (
            open_job(
                config, db=settings.db, data_dir=settings.data_dir, limits=limits, pulse=pulse
            ) as (job, subject_at),
            click.progressbar(length=config.count, label="Items", file=sys.stderr) as bar,
        ):

            def show(counts: dict[Any, int]) -> None:
                ended = counts["accepted"] + counts["refused"] + counts["given_up"]
                done = counts["accepted"] if config.top_up else ended
                bar.update(max(0, done - bar.pos))

            run_synthesis(job, begun, subject_at, on_progress=show)
    except (GapError, ModelError, StoreError) as err:
        raise click.ClickException(str(err)) from err
    with Store.open(settings.db) as store:
        report = report_of(store, begun)
    click.echo("\n".join(report_lines(report)))
    if not report.is_whole:
        click.echo("Stopped. The same command goes on.")
    click.echo(report_json(report))


if __name__ == "__main__":
    main()
