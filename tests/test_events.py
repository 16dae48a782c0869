# Events: who may play when, what people agree to, the report; and consent that is taken back.
from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from pathlib import Path

import httpx
import pytest
from click.testing import CliRunner, Result

from apps.game.opening import settings_of_event
from db import Store
from db.evaluation_records import AnsweredBy
from db.event_store import EventRecord
from gap_core.dataset.labels import accepted_samples, person_hash
from gap_core.errors import GapError
from gap_core.events.events import add_event, event_of
from gap_core.events.report import event_report, report_page
from gap_core.events.withdrawing import Withdrawn
from gap_core.events.withdrawing import withdraw as take_consent_back
from gap_core.play import Game, Rules
from gap_core.settings import read_settings
from scripts.events import main as events
from scripts.withdraw import main as withdraw
from tests.fixtures_game import GameServer
from tests.fixtures_labeling import Desk
from tests.fixtures_models import ScriptedModel
from tests.fixtures_play import DECK, LABEL, SECRET, START, Table

CONSENT = ("Your questions help the lab.", "Ask for <b>nothing</b> private.")


def make(table: Table, **changes: object) -> EventRecord:
    """An event around the tests' clock."""
    values = {
        "title": "Fair & <i>Co</i>",
        "code": "Fair 26",
        "starts": START - timedelta(hours=1),
        "ends": START + timedelta(hours=8),
        "deck": DECK,
        "model": "scripted",
        "consent": CONSENT,
        "now": START,
    }
    with table.store() as store:
        return add_event(store, **(values | changes))  # type: ignore[arg-type]


class EventTable(Table):
    """A table at an event."""

    event: EventRecord | None = None

    def restarted(self) -> Game:
        return Game(
            self.db_path, data_dir=self.data_dir, secret=self.secret, model=LABEL, deck=DECK,
            rules=self.rules, clock=self.clock, event=self.event,
        )  # fmt: skip

    def join(self, nickname: str = "Ada") -> str:
        version, code = self.event.consent_version, self.event.code  # type: ignore[union-attr]
        return self.game.join(nickname, consent_version=version, event_code=code).id


@pytest.fixture
def fair(table: Table) -> EventTable:
    at = EventTable(table.db_path, table.data_dir)
    at.event = make(table)
    return at


@pytest.mark.parametrize("typed", ["Fair 26", "FAIR  26", " fair 26 "])
def test_code_is_taken_however_it_is_typed(fair: EventTable, typed: str) -> None:
    player = fair.game.join("Ada", consent_version="x", event_code=typed)

    with fair.store() as store:
        assert store.events.totals(fair.event).players == 1  # type: ignore[arg-type]
    assert fair.game.player(player.id) == player


def test_wrong_code_is_refused(fair: EventTable) -> None:
    with pytest.raises(GapError, match="event code is not right"):
        fair.game.join("Ada", consent_version="x", event_code="fair 27")


def test_nobody_joins_or_begins_outside_of_the_event(fair: EventTable) -> None:
    player_id = fair.started()
    fair.clock.advance(8 * 3600)
    with pytest.raises(GapError, match="is over"):
        fair.join("Ben")
    fair.game.view(player_id)  # closes by the clock, and a new one is not begun
    with pytest.raises(GapError, match="is over"):
        fair.game.start_session(player_id)
    fair.clock.now = START - timedelta(hours=2)
    with pytest.raises(GapError, match="begins at 2025-03-12 09:00 UTC"):
        fair.join("Cy")


def test_open_session_is_played_to_its_end(fair: EventTable) -> None:
    player_id = fair.started()
    with fair.store() as store:
        store.events.end(fair.event.id, now=START + timedelta(seconds=1))  # type: ignore[union-attr]
    fair.clock.advance(2)
    fair.mark(player_id, fair.ask(player_id), "wrong")

    assert fair.shown(player_id) is not None
    with pytest.raises(GapError, match="is over"):
        fair.join("Ben")


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"code": "ab"}, "too short"),
        ({"title": " "}, "no title"),
        ({"ends": START - timedelta(hours=1)}, "before its start"),
        ({"consent": ["x" * 501]}, "Shorten it"),
        ({"code": "FAIR 26"}, "another event's"),
    ],
)
def test_event_that_can_not_be_is_refused(
    fair: EventTable, changes: dict[str, object], words: str
) -> None:
    with pytest.raises(GapError, match=words):
        make(fair, **changes)


def test_people_agree_to_the_events_own_text(fair: EventTable) -> None:
    with GameServer(fair, ScriptedModel()) as server:
        page = httpx.get(f"{server.url}/join").text
        form = {"nickname": "Ada", "event_code": "fair 26", "consent": "1"}
        old = httpx.post(f"{server.url}/join", data=form)
        version = fair.event.consent_version  # type: ignore[union-attr]
        right = httpx.post(f"{server.url}/join", data=form | {"consent": version})
    assert "Your questions help the lab." in page and "&lt;b&gt;nothing" in page
    assert (old.status_code, right.status_code) == (422, 303)
    with fair.store() as store:
        ada = store.players.find("ada")
        assert ada is not None and store.players.consents(ada.id) == [version]


def test_deck_and_model_are_the_events_unless_said_otherwise(fair: EventTable) -> None:
    given = {"event": "fair 26", "db": str(fair.db_path), "deck": None, "model": None}
    settings = settings_of_event(read_settings(given), given)
    other = given | {"model": "pocket"}

    assert (settings.deck, settings.model) == (DECK, "scripted")
    assert settings_of_event(read_settings(other), other).model == "pocket"
    with pytest.raises(GapError, match="No event has the code 'none'"):
        settings_of_event(read_settings(given | {"event": "none"}), given)


class Tags(HTMLParser):
    """Every tag of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


def test_report_counts_the_event_alone_and_loads_nothing(fair: EventTable) -> None:
    outsider = Table(fair.db_path, fair.data_dir, clock=fair.clock)
    outsider.play_session(outsider.join("Out"), catches_traps=True)
    player_id = fair.game.join(
        "<script>alert(1)</script>"[:24], team="a&b", event_code="fair 26", consent_version="x"
    ).id
    fair.play_session(player_id, catches_traps=True)
    with fair.store() as store:
        report = event_report(store, fair.event, rules=Rules())  # type: ignore[arg-type]
    page = report_page(report, made=START)

    assert (report.totals.players, report.totals.sessions, report.questions) == (1, 1, 10)
    assert report.caught.hits == report.caught.n and report.false_alarms.hits == 0
    assert report.marked_wrong.n == 5
    assert sum(count for _, count, _ in report.categories) == report.verdicts == 10
    assert sum(count for _, count in report.hours) == 10
    tags = Tags(page).found
    assert not {"script", "i"} & {t for t, a in tags if "style" not in a}
    assert not [a for _, a in tags if {"src", "href", "srcset"} & set(a)] and "url(" not in page
    assert "Fair &amp; &lt;i&gt;" in page


def test_report_of_an_event_without_anybody(fair: EventTable) -> None:
    with fair.store() as store:
        report = event_report(store, fair.event, rules=Rules())  # type: ignore[arg-type]

    assert "Nobody finished a session." in report_page(report, made=START)


def run(table: Table, *arguments: str) -> Result:
    return CliRunner().invoke(events, [*arguments, "--db", str(table.db_path)])


def test_events_are_made_listed_ended_and_reported(table: Table, tmp_path: Path) -> None:
    text = tmp_path / "consent.txt"
    text.write_text("One line.\n\nAnother.\n", encoding="utf-8")
    span = ["--starts", "2026-01-01T09:00", "--ends", "2036-01-01T09:00"]
    made = run(table, "add", "Talk", "--code", "talk", *span, "--consent", str(text))
    again = run(table, "add", "Talk", "--code", "TALK", *span)
    listed = run(table, "list")
    ended = run(table, "end", "talk")
    page = tmp_path / "report.html"
    reported = run(table, "report", "talk", "--out", str(page))

    assert made.exit_code == listed.exit_code == ended.exit_code == reported.exit_code == 0
    assert again.exit_code == 1 and "another event's" in again.output
    assert "talk: Talk, 2026-01-01 09:00 to 2036-01-01 09:00 UTC" in listed.output
    with table.store() as store:
        event = event_of(store, "talk")
    assert event.consent == ("One line.", "Another.")
    assert event.ends_utc <= datetime.now(UTC)
    assert page.read_text(encoding="utf-8").startswith("<!doctype html>")
    unwritable = run(table, "report", "talk", "--out", str(tmp_path / "none" / "r.html"))
    assert unwritable.exit_code == 1 and "can't be used" in unwritable.output


SECRET_WORDS = "the unmistakable purple heron"


@pytest.fixture
def talker(table: Table) -> str:
    """Ada asked things that nobody else would, and played a session."""
    player_id = table.game.join("Ada Heron", team="Herons", consent_version="1").id
    table.game.start_session(player_id)
    for number in range(10):
        turn = table.open_turn(player_id, f"Is {SECRET_WORDS} {number} here?")
        table.finish(turn.turn_id, f"Yes, {SECRET_WORDS}.")
        table.mark(player_id, turn, "wrong")
    (table.data_dir / "secret.key").write_bytes(SECRET)
    return player_id


def take_back(table: Table, *more: str) -> Result:
    arguments = ["ada heron", "--yes", "--data-dir", str(table.data_dir), *more]
    return CliRunner().invoke(withdraw, arguments)


def bytes_of(table: Table) -> bytes:
    return b"".join(file.read_bytes() for file in table.data_dir.glob("gap.db*"))


def test_deleted_words_are_nowhere_in_the_file(table: Table, talker: str) -> None:
    assert SECRET_WORDS.encode() in bytes_of(table)
    result = take_back(table, "--delete-words")

    assert result.exit_code == 0, result.output
    assert json.loads(result.stdout.splitlines()[-1])["questions"] == 10
    assert SECRET_WORDS.encode() not in bytes_of(table)
    assert b"Heron" not in bytes_of(table)


def test_anonymous_player_leaves_the_words_and_no_name(table: Table, talker: str) -> None:
    result = take_back(table)

    assert json.loads(result.stdout.splitlines()[-1])["now"] == "left 1"
    assert b"Ada Heron" not in bytes_of(table) and SECRET_WORDS.encode() in bytes_of(table)
    assert [line.nickname for line in table.game.leaderboard()] == ["left 1"]


def test_who_took_consent_back_plays_no_more(table: Table, talker: str) -> None:
    take_back(table)

    assert table.game.player(talker) is None
    with pytest.raises(GapError, match="not joined"):
        table.game.start_session(talker)


def test_points_and_counts_of_others_stay(table: Table, talker: str) -> None:
    ben = table.join("Ben")
    table.play_session(ben, catches_traps=True)
    before = table.game.leaderboard()
    take_back(table, "--delete-words")
    after = table.game.leaderboard()

    assert [(line.rank, line.points) for line in after] == [
        (line.rank, line.points) for line in before
    ]
    with table.store() as store:
        assert store.connection.rows("PRAGMA integrity_check")[0][0] == "ok"
        assert len(store.connection.rows("PRAGMA foreign_key_check")) == 0


def test_deleted_questions_are_neither_selected_nor_served(table: Table, talker: str) -> None:
    rules = replace(Rules(), theta=0.0)
    table.rules = rules
    assert table.game.selected_questions() != []
    take_back(table, "--delete-words")

    assert table.game.selected_questions() == []


def test_append_only_tables_stay_so_afterwards(table: Table, talker: str) -> None:
    with table.store() as store:
        before = store.connection.rows("SELECT sql FROM sqlite_master WHERE type = 'trigger'")
    take_back(table, "--delete-words")
    with table.store() as store:
        after = store.connection.rows("SELECT sql FROM sqlite_master WHERE type = 'trigger'")

    assert sorted(row["sql"] for row in after) == sorted(row["sql"] for row in before)


def test_words_are_deleted_from_what_models_were_asked_again(table: Table, talker: str) -> None:
    by = AnsweredBy("pocket", "w", "full", "", "1")
    with table.store() as store:
        (own, *_) = store.connection.rows(
            """SELECT rounds.image_id, question FROM turns JOIN rounds ON rounds.id = round_id
            JOIN sessions ON sessions.id = session_id WHERE player_id = :id""",
            {"id": talker},
        )
        for question in (own["question"], "Somebody else's?"):
            store.evaluations.add_answer(
                by, image_id=own["image_id"], question=question, answer="No.", latency_s=0.0,
                answered=START,
            )  # fmt: skip
    take_back(table, "--delete-words")
    with table.store() as store:
        left = store.connection.rows("SELECT question FROM evaluation_answers")
        assert [row["question"] for row in left] == ["Somebody else's?"]
        assert all(one.question for one in store.replay.asked_on_traps())


def test_unknown_player_is_told(table: Table) -> None:
    result = take_back(table)

    assert result.exit_code == 1 and "No player is called 'ada heron'" in result.output


def test_exports_follow_and_earlier_datasets_are_named(desk: Desk, ada: str) -> None:
    first = desk.label(ada)
    desk.restarted(second_share=1.0)
    for _ in range(3):  # others of all players, so that some wait for a second label
        desk.label(ada)
    folder = desk.db_path.parent
    with desk.store() as store:
        before = list(accepted_samples(store, secret=SECRET))
        (row,) = store.connection.rows(
            "SELECT player_id, nickname FROM label_items JOIN players ON players.id = player_id "
            f"WHERE label_items.id = {first.id}"
        )
        (folder / "datasets" / "old").mkdir(parents=True)
        person = person_hash(row["player_id"], secret=SECRET)
        (folder / "datasets" / "old" / "samples.jsonl").write_text(f'{{"player": "{person}"}}\n')
        done = take_out(store, row["nickname"], folder)
        after = list(accepted_samples(store, secret=SECRET))
        empty = store.connection.rows(
            "SELECT state FROM label_items JOIN turns ON turns.id = turn_id "
            f"WHERE player_id = '{row['player_id']}' AND question = ''"
        )
    desk.bench.refresh_queue()
    served = desk.next(desk.person("Ben"))

    assert done.datasets == ["old"]
    assert {one.provenance.item_id for one in before} == {first.id} and after == []
    assert {one["state"] for one in empty} <= {"doubted", "done"} and served.question != ""
    assert desk.rows("SELECT 1 FROM label_items JOIN turns ON turns.id = turn_id "
                     "WHERE question = '' AND state IN ('waiting', 'second')") == []  # fmt: skip


def take_out(store: Store, nickname: str, folder: Path) -> Withdrawn:
    return take_consent_back(
        store, nickname, deletes_words=True, data_dir=folder, secret=SECRET, now=START
    )
