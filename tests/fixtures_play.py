# Fixtures for store and game: a fresh file, a clock that is moved by hand, a deck of tiny pictures.
from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from PIL import Image

from db import Store
from db.records import ImageRecord, RoundRecord
from gap_core.play import Game, GameView, ModelLabel, OpenTurn, RoundView, Rules
from models.prompts import WRONG

DECK = "test"
SECRET = b"a secret of thirty-two bytes....."
LABEL = ModelLabel(name="scripted", quantization="none", adapter=None, prompt_version="1", seed=7)
START = datetime(2025, 3, 12, 10, 0, tzinfo=UTC)  # a Wednesday


@dataclass
class Clock:
    """Gives the time it was set to."""

    now: datetime = START

    def __call__(self) -> datetime:
        return self.now

    def advance(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


def fill_deck(db_path: Path, data_dir: Path, *, tainted: int, untainted: int) -> None:
    """A deck of pictures of one colour each."""
    (data_dir / "images").mkdir(parents=True, exist_ok=True)
    with Store.open(db_path) as store, store.transaction():
        for number in range(tainted + untainted):
            picture = Image.new("RGB", (4, 3), (number % 256, number // 256, 0))
            image_id = hashlib.sha256(picture.tobytes()).hexdigest()
            picture.save(data_dir / "images" / f"{image_id}.png")
            record = ImageRecord(
                id=image_id,
                path=f"images/{image_id}.png",
                width_px=4,
                height_px=3,
                source="folder",
                licence="test",
                origin=None,
                added_utc=START,
            )
            store.images.add(record)
            taint = "tainted" if number < tainted else "untainted"
            store.images.put_in_deck(
                image_id, deck=DECK, taint=taint, decided_by="test", decided=START
            )


@dataclass
class Table:
    """A game with its files and clock, and the steps that tests take most."""

    db_path: Path
    data_dir: Path
    clock: Clock = field(default_factory=Clock)
    rules: Rules = field(default_factory=Rules)
    event_code: str = ""
    secret: bytes = SECRET
    deck: str = DECK

    @property
    def game(self) -> Game:
        return self.restarted()

    def restarted(self) -> Game:
        """A new Game over the same file, as after a restart."""
        return Game(
            self.db_path,
            data_dir=self.data_dir,
            secret=self.secret,
            model=LABEL,
            deck=self.deck,
            rules=self.rules,
            clock=self.clock,
            event_code=self.event_code,
        )

    def join(self, nickname: str = "Ada") -> str:
        return self.game.join(nickname, consent_version="1", event_code=self.event_code).id

    def started(self, nickname: str = "Ada") -> str:
        player_id = self.join(nickname)
        self.game.start_session(player_id)
        return player_id

    def shown(self, player_id: str) -> RoundView:
        """The round being shown to this player."""
        session = self.game.view(player_id).session
        assert session is not None and session.round is not None
        return session.round

    def token(self, player_id: str) -> str:
        return self.shown(player_id).token

    def rounds(self, player_id: str) -> list[RoundRecord]:
        """All rounds of the player's last session, as stored."""
        with self.store() as store:
            session = store.sessions.latest(player_id)
            assert session is not None
            return store.sessions.rounds(session.id)

    def open_turn(self, player_id: str, question: str = "What is this?") -> OpenTurn:
        return self.game.open_turn(player_id, round_token=self.token(player_id), question=question)

    def finish(self, turn_id: str, answer: str = "A cat.") -> None:
        self.game.finish_turn(turn_id, answer=answer, tokens=3, latency_s=0.2, first_word_s=0.1)

    def ask(self, player_id: str, question: str = "What is this?") -> OpenTurn:
        """A question that is answered at once."""
        turn = self.open_turn(player_id, question)
        self.finish(turn.turn_id)
        return turn

    def mark(self, player_id: str, turn: OpenTurn, verdict: str) -> GameView:
        return self.game.give_verdict(player_id, turn_id=turn.turn_id, verdict=verdict)

    def play_session(self, player_id: str, *, catches_traps: bool) -> GameView:
        """Ten pictures, one question each: all told-wrong answers marked wrong, or none."""
        self.game.start_session(player_id)
        for _ in range(self.rules.images_per_session):
            turn = self.ask(player_id)
            is_trap = turn.system == WRONG
            verdict = "wrong" if is_trap == catches_traps else "correct"
            view = self.mark(player_id, turn, verdict)
            if verdict == "correct":
                self.clock.advance(self.rules.round_s + self.rules.grace_s + 1)
                view = self.game.view(player_id)
        return view

    def store(self) -> Store:
        return Store.open(self.db_path)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """A fresh migrated file."""
    with Store.open(tmp_path / "gap.db") as opened:
        yield opened


@pytest.fixture
def table(tmp_path: Path) -> Table:
    """A game over a deck of 12 tainted and 14 untainted pictures, at a clock set by hand."""
    fill_deck(tmp_path / "gap.db", tmp_path, tainted=12, untainted=14)
    return Table(db_path=tmp_path / "gap.db", data_dir=tmp_path)


@pytest.fixture
def game(table: Table) -> Game:
    """The game of the table."""
    return table.game
