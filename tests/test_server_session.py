# A whole session in a real browser: scripts.serve_game in its process, its model behind a server.
from __future__ import annotations

import os
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from db import Store
from gap_core.play.text import nickname_key
from tests.fixtures_play import DECK, fill_deck
from tests.test_game_browser import FIELD, VERDICT, Tab
from tests.waiting import wait_until

ROOT = Path(__file__).parents[1]

pytestmark = [pytest.mark.browser, pytest.mark.long, pytest.mark.timeout(400)]


@dataclass
class RunningGame:
    url: str
    db_path: Path


@pytest.fixture(scope="module")
def game(model_server: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningGame]:
    """What `./scripts/play --model server:...` starts."""
    folder = tmp_path_factory.mktemp("server_session")
    fill_deck(folder / "gap.db", folder, tainted=6, untainted=6)
    command = [sys.executable, "-m", "scripts.serve_game", "--port", "0", "--deck", DECK]
    process = subprocess.Popen(
        [*command, "--data-dir", str(folder), "--model", model_server],
        cwd=ROOT,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    said: list[str] = []
    threading.Thread(target=lambda: said.extend(process.stdout or []), daemon=True).start()
    try:
        wait_until(lambda: "is open" in "".join(said) or process.poll() is not None, limit_s=120)
        found = re.search(r"http://127\.0\.0\.1:\d+", "".join(said).partition("is open")[2])
        assert found is not None, "".join(said)
        yield RunningGame(found[0], folder / "gap.db")
    finally:
        process.terminate()
        process.wait(timeout=20)


def test_a_whole_session_is_played_against_a_server(
    chromium: Any, game: RunningGame, model_server: str
) -> None:
    tab = Tab(chromium, game)  # type: ignore[arg-type]
    page = tab.join("Server Player")
    page.set_default_timeout(60_000)
    page.keyboard.press("Enter")
    for place in range(1, 11):
        page.wait_for_selector(f".dots li[data-is=now]:text-is('{place}')")
        page.wait_for_selector(FIELD)
        page.keyboard.type(f"What is number {place}?")
        page.keyboard.press("Enter")
        page.wait_for_selector(VERDICT)
        page.wait_for_timeout(450)
        page.keyboard.press("ArrowLeft")
    page.wait_for_selector("[data-ref=again]:visible:focus")
    tab.context.close()

    assert tab.trouble == []
    assert_ten_answers_are_stored(game.db_path, model=Path(model_server.partition("#")[2]).name)


def assert_ten_answers_are_stored(db_path: Path, *, model: str) -> None:
    with Store.open(db_path) as store:
        player = store.players.find(nickname_key("Server Player"))
        assert player is not None
        session = store.sessions.latest(player.id)
        assert session is not None and session.finished_utc is not None
        rounds = store.sessions.rounds(session.id)
        turns = [turn for shown in rounds for turn in store.turns.of_round(shown.id)]

    assert [turn.verdict for turn in turns] == ["wrong"] * 10
    assert {turn.answered_by.model for turn in turns} == {model}
    assert len({turn.answer for turn in turns}) > 1
