# kill -9 in mid-session: every accepted verdict is there and the same round goes on.
from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from db import Store
from tests.fixtures_game import WirePlayer
from tests.waiting import wait_until

ROOT = Path(__file__).parents[1]

pytestmark = pytest.mark.slow


class GameProcess:
    """The real server script in its own process, with a scripted model."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = 0
        self.said = ""

    def start(self, *, word_s: float = 0.02) -> None:
        command = [sys.executable, "-m", "tests.serve_scripted", "--port", str(self.port)]
        self.process = subprocess.Popen(
            [*command, "--data-dir", str(self.folder)],
            cwd=ROOT,
            env=os.environ | {"SCRIPTED_WORD_S": str(word_s)},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.said = ""
        threading.Thread(target=self._listen, daemon=True).start()
        wait_until(lambda: "The game is open" in self.said, limit_s=90)
        self.port = int(re.search(r"127\.0\.0\.1:(\d+)", self.said)[1])  # type: ignore[index]

    def _listen(self) -> None:
        stream = self.process.stdout
        for line in stream or []:
            self.said += line

    def kill(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(timeout=10)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def store(self) -> Store:
        return Store.open(self.folder / "gap.db")

    def deadline(self) -> str:
        with self.store() as store:
            found = store.connection.rows(
                "SELECT deadline_utc FROM rounds WHERE closed_utc IS NULL "
                "AND opened_utc IS NOT NULL",
                {},
            )
        return str(found[0][0])

    def verdicts(self) -> int:
        with self.store() as store:
            return int(store.connection.rows("SELECT count(*) FROM verdicts", {})[0][0])


@pytest.fixture
def game_process(tmp_path: Path) -> Iterator[GameProcess]:
    running = GameProcess(tmp_path)
    running.start()
    yield running
    running.kill()


def test_accepted_verdicts_and_deadline_survive_a_kill(game_process: GameProcess) -> None:
    player = WirePlayer(game_process.url).join("Ada")
    board = player.judge(player.ask(player.board("begin")), "wrong")
    board = player.judge(player.ask(board, "One?"), "correct")
    deadline = game_process.deadline()

    game_process.kill()
    game_process.start()

    after = player.board("look")
    assert game_process.verdicts() == 2
    assert (after["place"], after["round"]["token"]) == (2, board["round"]["token"])
    assert after["round"]["asked"] == board["round"]["asked"]
    assert game_process.deadline() == deadline
    assert player.judge(player.ask(after, "Two?"), "wrong")["place"] == 3


def test_a_question_that_a_kill_cut_off_can_be_asked_again(game_process: GameProcess) -> None:
    game_process.kill()
    game_process.start(word_s=2.0)
    player = WirePlayer(game_process.url).join("Ada")
    board = player.board("begin")
    player.post_event("ask", {"question": "One?", "round": board["round"]["token"]})
    wait_until(lambda: player_is_waiting(game_process))

    game_process.kill()
    game_process.start()

    after = player.board("look")
    assert after["round"]["waiting"] is False
    assert player.ask(after, "One?")["round"]["asked"][0]["answer"]


def player_is_waiting(game_process: GameProcess) -> bool:
    with game_process.store() as store:
        return len(store.turns.unanswered()) == 1


def test_ctrl_c_ends_with_one_friendly_line(game_process: GameProcess) -> None:
    game_process.process.send_signal(signal.SIGINT)

    assert game_process.process.wait(timeout=60) == 0
    wait_until(lambda: "open sessions go on next time." in game_process.said)
    assert "Abort" not in game_process.said and "Traceback" not in game_process.said


@pytest.mark.browser
def test_an_open_page_goes_on_by_itself(game_process: GameProcess, chromium: Any) -> None:
    page = chromium.new_page()
    page.goto(game_process.url)
    page.fill("[name=nickname]", "Ada")
    page.check("[name=consent]")
    page.click("button[type=submit]")
    page.click("[data-ref=start]")
    page.wait_for_selector(".picture img.shown")
    picture = page.get_attribute(".picture img", "src")

    game_process.kill()
    page.fill(".ask .field", "Is anybody there?")
    page.keyboard.press("Enter")
    page.wait_for_selector(".notice:visible", timeout=30_000)
    game_process.start()

    page.wait_for_selector(".ask:visible .field:enabled", timeout=40_000)
    assert page.get_attribute(".picture img", "src") == picture
