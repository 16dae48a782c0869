"""Draws the prizes of a week so that anybody can check it."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from scripts._settings import settings_of

if TYPE_CHECKING:
    from datetime import date

    from gap_core.settings import Settings


@click.command()
@click.argument("week", required=False)
@click.option(
    "--commit", "commits", is_flag=True, help="Bind the draw to a seed; publish the hash."
)
@click.option("--beacon", default="", help="A public value from after the week's end.")
@click.option("--out", type=click.Path(path_type=Path), help="File for the record to publish.")
@click.option("--check", type=click.Path(path_type=Path), help="Only check this published record.")
@click.option("--data-dir", type=click.Path(path_type=Path), help="Data folder; default ./data.")
@click.option(
    "--db", type=click.Path(path_type=Path), help="Database; default gap.db in the data folder."
)
def main(
    week: str | None,
    commits: bool,
    beacon: str,
    out: Path | None,
    check: Path | None,
    data_dir: Path | None,
    db: Path | None,
) -> None:
    """Commit to a seed while WEEK lasts (--commit), and draw once it is over.

    Prizes go to the first three, and to three drawn from places four to ten; only players count
    whose marks have shown that they look. WEEK is 2026-W48 or a date in it.

    Example: python -m scripts.draw_prizes 2026-W48 --commit
    """
    from db import StoreError
    from gap_core.errors import GapError
    from gap_core.rewards.week import check_outcome, monday_of

    if (week is None) == (check is None):
        raise click.UsageError("Give a week, or a record with --check.")
    settings = settings_of(data_dir=data_dir, db=db)
    try:
        if check is not None:
            record = read_record(check)
            check_outcome(record)
            click.echo("The draw is as it should be.")
        else:
            record = draw(settings, monday_of(week or ""), commits=commits, beacon=beacon)
        if out is not None:
            out.write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")
    except (GapError, StoreError) as err:
        raise click.ClickException(str(err)) from err
    except OSError as err:
        raise click.ClickException(f"'{out}' can't be written ({err.strerror}).") from err
    click.echo(json.dumps(record))


def draw(settings: Settings, monday: date, *, commits: bool, beacon: str) -> dict[str, Any]:
    """The commitment, or the record of the draw."""
    from db import Store
    from gap_core.errors import GapError
    from gap_core.play.rules import Rules
    from gap_core.rewards.week import commit_to_seed, draw_prizes

    if not settings.db.is_file():
        raise GapError(f"No database at '{settings.db}'. Name its folder with --data-dir.")
    now = datetime.now(UTC)
    with Store.open(settings.db) as store:
        if commits:
            seed = commit_to_seed(store, monday, now=now)
            return {"week": seed.week, "commitment": seed.commitment}
        return draw_prizes(store, monday, wrong_rate=Rules().wrong_rate, beacon=beacon, now=now)


def read_record(file: Path) -> dict[str, Any]:
    """A published record.

    Raises:
        GapError: it can't be read.
    """
    from gap_core.errors import GapError

    try:
        record = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as err:
        raise GapError(f"'{file}' can't be read as JSON. Give the published file.") from err
    if not isinstance(record, dict):
        raise GapError(f"'{file}' is no record of a draw. Give the published file.")
    return record


if __name__ == "__main__":
    main()
