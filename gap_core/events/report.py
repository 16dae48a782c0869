"""A page about an event once it is over: one HTML file, also for paper. Called by its script."""

from collections import Counter
from datetime import datetime
from typing import Any, NamedTuple

from jinja2 import Environment, PackageLoader, StrictUndefined

from db import Store
from db.event_store import EventBest, EventRecord, EventTotals, EventTurn
from gap_core.language.categories import category_of
from gap_core.play.rules import Rules
from gap_core.play.selecting import selected_questions
from gap_core.scoring.shares import Share, share_of

BEST = 10
PAGES = Environment(
    loader=PackageLoader("gap_core.events", "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


class EventReport(NamedTuple):
    """What the page shows.

    Attributes:
        caught: marks Wrong of answers that were wrong on purpose.
        false_alarms: marks Wrong of other answers on traps.
        marked_wrong: marks Wrong on ordinary pictures.
        gaps: of these questions, how many can be believed.
        categories: questions by category, and how many marks Wrong on ordinary pictures.
        hours: questions by the hour they were asked in, UTC.
    """

    event: EventRecord
    totals: EventTotals
    questions: int
    verdicts: int
    caught: Share
    false_alarms: Share
    marked_wrong: Share
    gaps: int
    categories: list[tuple[str, int, Share]]
    hours: list[tuple[datetime, int]]
    best: list[EventBest]


def event_report(store: Store, event: EventRecord, *, rules: Rules) -> EventReport:
    """All figures of an event."""
    turns = store.events.turns(event)
    selected = selected_questions(store, theta=rules.theta, errors=rules.model_errors)
    own = {turn.turn_id for turn in turns}
    marked = [turn for turn in turns if turn.verdict is not None]
    traps = [turn for turn in marked if turn.tainted]
    return EventReport(
        event=event,
        totals=store.events.totals(event),
        questions=len(turns),
        verdicts=len(marked),
        caught=_wrong_share([turn for turn in traps if turn.told_wrong]),
        false_alarms=_wrong_share([turn for turn in traps if not turn.told_wrong]),
        marked_wrong=_wrong_share([turn for turn in marked if not turn.tainted]),
        gaps=sum(question.turn_id in own for question in selected),
        categories=_by_category(marked),
        hours=_by_hour(turns),
        best=store.events.best(event, limit=BEST),
    )


def report_page(report: EventReport, *, made: datetime) -> str:
    """The page: everything in one file, nothing loaded, words of players escaped."""
    busiest = max((count for _, count in report.hours), default=1)
    shown: dict[str, Any] = report._asdict() | {"made": made, "busiest": busiest}
    return PAGES.get_template("report.html").render(**shown)


def _wrong_share(turns: list[EventTurn]) -> Share:
    return share_of(sum(turn.verdict == "wrong" for turn in turns), len(turns))


def _by_category(marked: list[EventTurn]) -> list[tuple[str, int, Share]]:
    by_name: dict[str, list[EventTurn]] = {}
    for turn in marked:
        if turn.question:  # deleted on request: of no category
            by_name.setdefault(category_of(turn.question).category, []).append(turn)
    lines = [
        (name, len(own), _wrong_share([turn for turn in own if not turn.tainted]))
        for name, own in by_name.items()
    ]
    return sorted(lines, key=lambda line: (-line[1], line[0]))


def _by_hour(turns: list[EventTurn]) -> list[tuple[datetime, int]]:
    counts = Counter(turn.asked_utc.replace(minute=0, second=0, microsecond=0) for turn in turns)
    return sorted(counts.items())
