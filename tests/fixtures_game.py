# A running game on a free port, and a player who speaks Gradio's protocol without a browser.
from __future__ import annotations

import json
import re
import secrets
import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Self

import httpx
import pytest

from apps.game.app import build_app
from apps.game.consent import consent_version
from apps.game.handlers import GameHandlers
from apps.game.identity import Identity
from apps.listening import quiet_server
from gap_core.simulation.board_wire import JOIN, LISTEN, event_body, merged
from models.base import VisionModel
from models.batching import Batcher
from tests.fixtures_models import ScriptedModel
from tests.fixtures_play import Table, fill_deck
from tests.waiting import wait_until

AGREED = consent_version("en")  # what the form sends


@dataclass
class Message:
    """One server-sent event: when it came after the request, what it was, its bytes."""

    at_s: float
    kind: str
    board: dict[str, Any]
    raw: str


@dataclass
class WirePlayer:
    """Plays through raw HTTP and keeps everything that came over the wire."""

    base_url: str
    session: str = field(default_factory=lambda: secrets.token_hex(6))
    page: str = ""

    def __post_init__(self) -> None:
        self.http = httpx.Client(base_url=self.base_url, timeout=30, follow_redirects=False)

    def join(self, nickname: str, **more: str) -> Self:
        answer = self.http.post("/join", data={"nickname": nickname, "consent": AGREED, **more})
        assert answer.status_code == 303, answer.text
        self.page = self.http.get("/play/", headers={"accept": "text/html"}).text
        return self

    def post_event(self, name: str, words: Any = None, **changes: Any) -> httpx.Response:
        """The request that a browser makes when the board fires an event."""
        body = event_body(name, words, session=self.session)
        # ASCII with escapes, as a program may send it: lone surrogates too.
        content = json.dumps(body | changes)
        headers = {"content-type": "application/json"}
        return self.http.post(JOIN, content=content, headers=headers)

    def fire(self, name: str, **words: Any) -> list[Message]:
        """An event and all that the server sends until its end."""
        began = time.monotonic()
        assert self.post_event(name, words).status_code == 200
        return list(self.listen(began))

    def board(self, name: str, **words: Any) -> dict[str, Any]:
        """An event and the board it ends with."""
        return self.fire(name, **words)[-1].board

    def listen(self, began: float) -> Iterator[Message]:
        board: dict[str, Any] = {}
        address = f"{LISTEN}?session_hash={self.session}"
        with self.http.stream("GET", address) as stream:
            assert stream.status_code == 200
            for line in stream.iter_lines():
                if not line.startswith("data:"):
                    continue
                said = json.loads(line[5:])
                if said["msg"] in ("process_generating", "process_completed"):
                    assert said["success"], said
                    board = merged(board, said["output"].get("data"))
                    yield Message(time.monotonic() - began, said["msg"], board, line)
                if said["msg"] == "process_completed":
                    return

    def ask(self, board: dict[str, Any], question: str = "What is this?") -> dict[str, Any]:
        return self.board("ask", question=question, round=board["round"]["token"])

    def judge(self, board: dict[str, Any], verdict: str) -> dict[str, Any]:
        return self.board("judge", turn=board["round"]["asked"][-1]["turn"], verdict=verdict)

    def picture(self, board: dict[str, Any]) -> httpx.Response:
        return self.http.get(f"/picture/{board['round']['token']}")


@dataclass
class GameServer:
    """The application under uvicorn in a thread, over the table's game."""

    table: Table
    model: VisionModel

    def __enter__(self) -> Self:
        self.batcher = Batcher(self.model)
        self.handlers = GameHandlers(self.table.restarted(), self.batcher)
        app = build_app(self.handlers, secret=self.table.secret)
        listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        self.server = quiet_server(app, patience_s=1)
        self.thread = threading.Thread(target=self.server.run, kwargs={"sockets": [listener]})
        self.thread.start()
        wait_until(lambda: self.server.started)
        return self

    def __exit__(self, *_error: object) -> None:
        self.server.should_exit = True
        self.batcher.close()
        self.thread.join(timeout=20)

    def signed_cookie(self, player_id: str) -> str:
        return Identity(self.table.secret).sign(player_id)

    def player(self, nickname: str = "") -> WirePlayer:
        return WirePlayer(self.url).join(nickname or f"player {secrets.randbelow(10**9)}")


TIMES = r'"(left|closes_in|duration|average_duration|cache_duration|avg_time)":[\d.e-]+'
NAMES = r'"(event_id|token|turn|stamp|nickname)":"[^"]*"'


def same_for_all(raw: str) -> str:
    """A message without what is random, a time or a name in every one of them."""
    raw = re.sub(NAMES, r'"\1":"*"', raw)
    raw = re.sub(r'\["replace",\["stamp"\],"[^"]*"\]', '["replace",["stamp"],"*"]', raw)
    return re.sub(r'"place":\d+', '"place":0', re.sub(TIMES, r'"\1":0', raw))


@pytest.fixture(scope="module")
def shared_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[GameServer]:
    """One game for all tests of a file that only need some player in it."""
    folder = tmp_path_factory.mktemp("shared")
    fill_deck(folder / "gap.db", folder, tainted=12, untainted=14)
    with GameServer(Table(folder / "gap.db", folder), ScriptedModel()) as running:
        yield running


@pytest.fixture
def game_server(table: Table, scripted_model: ScriptedModel) -> Iterator[GameServer]:
    """A game that can be reached over HTTP; time moves by `game_server.table.clock` only."""
    with GameServer(table, scripted_model) as running:
        yield running
