"""Events, who joined at them, and what was played there. Called by events and play."""

import json
import sqlite3
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from db.connection import Connection
from db.times import utc_moment, utc_text

PLAYED = """
FROM event_players JOIN sessions ON sessions.player_id = event_players.player_id
WHERE event_id = :id AND sessions.started_utc >= :starts_utc AND sessions.started_utc < :ends_utc
"""
TOTALS = f"""
SELECT (SELECT count(*) FROM event_players WHERE event_id = :id) AS players,
    count(*) AS sessions, count(DISTINCT sessions.player_id) AS playing,
    coalesce(sum(finish_reason = 'played'), 0) AS played_out,
    coalesce(sum(points), 0) AS points {PLAYED}
"""
TURNS = f"""
SELECT turns.question, turns.told_wrong, rounds.tainted, rounds.image_id, sessions.player_id,
    verdicts.verdict, turns.id AS turn_id, turns.asked_utc
FROM rounds JOIN turns ON turns.round_id = rounds.id AND turns.answer IS NOT NULL
JOIN sessions ON sessions.id = rounds.session_id
LEFT JOIN verdicts ON verdicts.turn_id = turns.id
WHERE sessions.id IN (SELECT sessions.id {PLAYED}) ORDER BY turns.asked_utc, turns.id
"""
BEST = f"""
SELECT nickname, team, sum(points) AS points, count(*) AS sessions
FROM players JOIN sessions ON sessions.player_id = players.id
WHERE sessions.id IN (SELECT sessions.id {PLAYED}) AND points IS NOT NULL
GROUP BY players.id ORDER BY points DESC, max(finished_utc) LIMIT :limit
"""


@dataclass(frozen=True)
class EventRecord:
    """An event: when, with which deck and model, and what people agree to.

    Attributes:
        code_key: the code as compared with what people type.
        consent: the lines of the text; its version is stored with every player's consent.
    """

    id: int
    title: str
    code: str
    code_key: str
    starts_utc: datetime
    ends_utc: datetime
    deck: str
    model: str
    consent: tuple[str, ...]
    consent_version: str


class EventTotals(NamedTuple):
    """Players that joined, of them playing; sessions, of them played to their end; points."""

    players: int
    sessions: int
    playing: int
    played_out: int
    points: int


class EventTurn(NamedTuple):
    """An answered question of an event."""

    question: str
    told_wrong: bool
    tainted: bool
    image_id: str
    player_id: str
    verdict: str | None
    turn_id: str
    asked_utc: datetime


class EventBest(NamedTuple):
    """One of the best of an event."""

    nickname: str
    team: str
    points: int
    sessions: int


class EventStore:
    """Reads and writes `events` and `event_players`."""

    def __init__(self, connection: Connection) -> None:
        """Share the store's handle."""
        self._connection = connection

    def add(self, event: EventRecord, *, now: datetime) -> bool:
        """Add an event (its id is not looked at); False if the code is another event's."""
        row = self._connection.row(
            """INSERT INTO events (title, code, code_key, starts_utc, ends_utc, deck, model,
                consent_json, consent_version, created_utc)
            VALUES (:title, :code, :code_key, :starts, :ends, :deck, :model, :consent,
                :consent_version, :now)
            ON CONFLICT (code_key) DO NOTHING RETURNING id""",
            {
                "title": event.title,
                "code": event.code,
                "code_key": event.code_key,
                "starts": utc_text(event.starts_utc),
                "ends": utc_text(event.ends_utc),
                "deck": event.deck,
                "model": event.model,
                "consent": json.dumps(event.consent, ensure_ascii=False),
                "consent_version": event.consent_version,
                "now": utc_text(now),
            },
        )
        return row is not None

    def find(self, code_key: str) -> EventRecord | None:
        """The event of this code."""
        row = self._connection.row("SELECT * FROM events WHERE code_key = :key", {"key": code_key})
        return None if row is None else _event(row)

    def all(self) -> list[EventRecord]:
        """Every event, the latest first."""
        rows = self._connection.rows("SELECT * FROM events ORDER BY starts_utc DESC, id DESC")
        return [_event(row) for row in rows]

    def end(self, event_id: int, *, now: datetime) -> None:
        """End an event now rather than later."""
        self._connection.rows(
            "UPDATE events SET ends_utc = :now WHERE id = :id AND ends_utc > :now",
            {"id": event_id, "now": utc_text(now)},
        )

    def add_player(self, event_id: int, *, player_id: str) -> None:
        """Somebody joined at the event."""
        self._connection.rows(
            "INSERT INTO event_players (player_id, event_id) VALUES (:player_id, :event_id)",
            {"player_id": player_id, "event_id": event_id},
        )

    def totals(self, event: EventRecord) -> EventTotals:
        """What was played between its start and its end."""
        return EventTotals(*self._connection.rows(TOTALS, _span(event))[0])

    def turns(self, event: EventRecord) -> list[EventTurn]:
        """Every answered question of it, oldest first."""
        return [
            EventTurn(
                question=row["question"],
                told_wrong=bool(row["told_wrong"]),
                tainted=bool(row["tainted"]),
                image_id=row["image_id"],
                player_id=row["player_id"],
                verdict=row["verdict"],
                turn_id=row["turn_id"],
                asked_utc=utc_moment(row["asked_utc"]),
            )
            for row in self._connection.rows(TURNS, _span(event))
        ]

    def best(self, event: EventRecord, *, limit: int) -> list[EventBest]:
        """Its best players."""
        rows = self._connection.rows(BEST, _span(event) | {"limit": limit})
        return [EventBest(*row) for row in rows]


def _span(event: EventRecord) -> dict[str, object]:
    return {
        "id": event.id,
        "starts_utc": utc_text(event.starts_utc),
        "ends_utc": utc_text(event.ends_utc),
    }


def _event(row: sqlite3.Row) -> EventRecord:
    return EventRecord(
        id=row["id"],
        title=row["title"],
        code=row["code"],
        code_key=row["code_key"],
        starts_utc=utc_moment(row["starts_utc"]),
        ends_utc=utc_moment(row["ends_utc"]),
        deck=row["deck"],
        model=row["model"],
        consent=tuple(json.loads(row["consent_json"])),
        consent_version=row["consent_version"],
    )
