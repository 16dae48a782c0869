"""Events with a code, a start and an end; reports about them."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from models.registry import DEFAULT_MODEL
from scripts._settings import settings_of

if TYPE_CHECKING:
    from db import Store

_PLACES = (
    click.option(
        "--data-dir", type=click.Path(path_type=Path), help="Data folder; default ./data."
    ),
    click.option(
        "--db", type=click.Path(path_type=Path), help="Database; default gap.db in the data folder."
    ),
)
_MOMENT = click.DateTime(["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"])


def places(command: Any) -> Any:
    """The two options that every command has."""
    for option in _PLACES:
        command = option(command)
    return command


@contextlib.contextmanager
def opened(data_dir: Path | None, db: Path | None, *, is_made: bool = False) -> Iterator[Store]:
    """The store; what a person can mend is told without a traceback."""
    from db import Store, StoreError
    from gap_core.errors import GapError

    given = {"data_dir": data_dir, "db": db}
    settings = settings_of(**given)
    try:
        if not is_made and not settings.db.is_file():
            raise GapError(f"No database at '{settings.db}'. Name its folder with --data-dir.")
        with Store.open(settings.db) as store:
            yield store
    except (GapError, StoreError) as err:
        raise click.ClickException(str(err)) from err
    except OSError as err:
        raise click.ClickException(f"'{err.filename}' can't be used ({err.strerror}).") from err


@click.group()
def main() -> None:
    """Make, list, end and report events; times are UTC. Play one with ./scripts/play --event CODE.

    Example: python -m scripts.events add "PyCon" --code pycon26 --starts 2026-11-25T09:00 --ends
    2026-11-26T18:00
    """


@main.command()
@click.argument("title")
@click.option("--code", required=True, help="What people type to join.")
@click.option("--starts", type=_MOMENT, required=True, help="UTC, as 2026-11-25T09:00.")
@click.option("--ends", type=_MOMENT, required=True, help="UTC.")
@click.option("--model", default=DEFAULT_MODEL, show_default=True, help="That plays.")
@click.option("--deck", help="That sessions are dealt from. Default: the model's own.")
@click.option(
    "--consent",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Text file, a line each, that people agree to; default: the game's own.",
)
@places
def add(
    title: str,
    code: str,
    starts: datetime,
    ends: datetime,
    model: str,
    deck: str | None,
    consent: Path | None,
    **where: Path | None,
) -> None:
    """Make the event TITLE."""
    from gap_core.events.events import add_event
    from gap_core.settings import deck_for

    with opened(**where, is_made=True) as store:
        event = add_event(
            store,
            title=title,
            code=code,
            starts=starts.replace(tzinfo=UTC),
            ends=ends.replace(tzinfo=UTC),
            deck=deck or deck_for(model),
            model=model,
            consent=() if consent is None else consent.read_text(encoding="utf-8").splitlines(),
            now=datetime.now(UTC),
        )
    places = (("--data-dir", where["data_dir"]), ("--db", where["db"]))
    given = "".join(f" {option} '{place}'" for option, place in places if place is not None)
    click.echo(f"Play it: ./scripts/play --event '{event.code}'{given}")
    click.echo(json.dumps({"title": event.title, "code": event.code, "deck": event.deck}))


@main.command(name="list")
@places
def list_events(**where: Path | None) -> None:
    """Every event, the latest first."""
    with opened(**where) as store:
        events = store.events.all()
    for event in events:
        span = f"{event.starts_utc:%Y-%m-%d %H:%M} to {event.ends_utc:%Y-%m-%d %H:%M}"
        click.echo(f"{event.code}: {event.title}, {span} UTC, {event.deck}, {event.model}")
    click.echo(json.dumps({"events": len(events)}))


@main.command()
@click.argument("code")
@places
def end(code: str, **where: Path | None) -> None:
    """End the event of CODE now; open sessions may be played to their end."""
    from gap_core.events.events import event_of

    with opened(**where) as store:
        store.events.end(event_of(store, code).id, now=datetime.now(UTC))
        ended = event_of(store, code)
    click.echo(json.dumps({"code": ended.code, "ended": ended.ends_utc.isoformat()}))


@main.command()
@click.argument("code")
@click.option("--out", type=click.Path(path_type=Path), required=True, help="HTML file to write.")
@places
def report(code: str, out: Path, **where: Path | None) -> None:
    """Write a page about the event of CODE: one HTML file, also for paper."""
    from gap_core.events.events import event_of
    from gap_core.events.report import event_report, report_page
    from gap_core.play.rules import Rules

    with opened(**where) as store:
        figures = event_report(store, event_of(store, code), rules=Rules())
        out.write_text(report_page(figures, made=datetime.now(UTC)), encoding="utf-8")
    totals = figures.totals._asdict() | {"questions": figures.questions, "gaps": figures.gaps}
    click.echo(json.dumps(totals))


if __name__ == "__main__":
    main()
