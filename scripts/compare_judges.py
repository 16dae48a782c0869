"""Holds judges against people's ratings, and against each other."""

from __future__ import annotations

import json
from pathlib import Path

import click

from scripts._settings import settings_of


@click.command()
@click.argument("rated", type=click.Path(path_type=Path))
@click.option(
    "--judge", multiple=True, default=("factual",), show_default=True, help="As evaluate_model."
)
@click.option("--data-dir", type=click.Path(path_type=Path), help="Data folder; default ./data.")
@click.option(
    "--db", type=click.Path(path_type=Path), help="Database; default gap.db in the data folder."
)
def main(rated: Path, judge: tuple[str, ...], data_dir: Path | None, db: Path | None) -> None:
    """Print how far judges agree with the ratings in RATED and with each other.

    RATED is a file of JSON with imageLink, question, correctAnswer, modelAnswer and a score from
    0 to 1 that a person gave. Printed is Krippendorff's alpha with its interval over pictures.

    Example: python -m scripts.compare_judges rated.jsonl --judge factual --judge llama-3.1-8b
    """
    from db import Store, StoreError
    from gap_core.errors import GapError
    from gap_core.evaluation.evaluating import plain_record
    from gap_core.evaluation.judges import open_judges
    from gap_core.evaluation.rated import compare_with_people, read_rated
    from gap_core.play.game import utc_now
    from models.errors import ModelError

    settings = settings_of(data_dir=data_dir, db=db)
    try:
        answers = read_rated(rated)
        with Store.open(settings.db) as store:
            judges = open_judges(judge, store=store, clock=utc_now)
            found = compare_with_people(answers, judges)
    except (GapError, ModelError, StoreError) as err:
        raise click.ClickException(str(err)) from err
    for pair in found.pairs:
        click.echo(pair)
    click.echo(json.dumps(found._asdict() | {"pairs": [plain_record(p) for p in found.pairs]}))


if __name__ == "__main__":
    main()
