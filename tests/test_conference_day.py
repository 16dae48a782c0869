# A day at a stand, shortened, in a real browser; and that its watchers notice what is wrong.
from __future__ import annotations

import asyncio
import json
import random
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from db import Store
from gap_core.decks.deal import deal_pocket_deck
from gap_core.pocket_world import scene_from_json
from gap_core.simulation.stand.day import review
from gap_core.simulation.stand.kiosk import Kiosk
from gap_core.simulation.stand.records import StandDay, quantiles
from gap_core.simulation.stand.scenes import SceneBook
from gap_core.simulation.stand.watching import Watch
from scripts import conference_day
from tests.fixtures_browser import CHROMIUM
from tests.fixtures_play import Table


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


needs_chromium = pytest.mark.skipif(
    CHROMIUM is None, reason="no Chromium: apt install chromium-headless-shell"
)


@needs_chromium
@pytest.mark.browser
@pytest.mark.long
@pytest.mark.timeout(420)
def test_a_while_at_a_stand_passes_without_a_hand_or_trouble(tmp_path: Path) -> None:
    arguments = ["--minutes", "0.5", "--haste", "10", "--kiosks", "3", "--port", str(free_port())]
    done = CliRunner().invoke(conference_day.main, [*arguments, "--data-dir", str(tmp_path)])

    assert done.exit_code == 0, done.output
    record = json.loads(done.output.splitlines()[-1])
    assert record["troubles"] == {} and record["questions"] > 3
    assert sum(record["visits"].values()) >= record["checks"] >= 2


@asynccontextmanager
async def watched_page(day: StandDay, folder: Path, html: str) -> AsyncIterator[Any]:
    from playwright.async_api import async_playwright

    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        context = await browser.new_context()
        watch = Watch(day, "kiosk 1", folder)
        watch.over(context)
        page = await context.new_page()

        async def answer(route: Any) -> None:
            status = 500 if route.request.url.endswith("/broken") else 200
            await route.fulfill(status=status, body=html, content_type="text/html")

        await page.route("**/*", answer)
        yield page, watch
        await asyncio.sleep(0.3)  # what it said comes a little later
        await browser.close()


@needs_chromium
@pytest.mark.browser
def test_scripts_leaks_and_server_errors_are_noticed(tmp_path: Path) -> None:
    day = StandDay()
    html = "<script>setTimeout(() => alert(1)); nobody.there</script>{'tainted': 1}"

    async def look() -> None:
        async with watched_page(day, tmp_path, html) as (page, watch):
            await page.goto("http://localhost/fine")
            await page.goto("http://localhost/broken")
            await watch.stuck(page, "the lobby")

    asyncio.run(look())
    assert {"script error", "dialog", "leak", "server error", "stuck"} <= set(day.troubles)
    assert day.responses[500] >= 1 and (tmp_path / "stuck-1.png").is_file()
    assert "kiosk 1: the lobby at http://localhost/broken" in day.examples["stuck"]


LITTER = """<input value="half a ques"><p>Welcome, Ada</p><script>
  localStorage.setItem('a', 1); document.cookie = 'gap_player=x';</script>"""


@needs_chromium
@pytest.mark.browser
@pytest.mark.parametrize("is_clean", [True, False])
def test_everything_that_a_visitor_leaves_is_noticed(tmp_path: Path, is_clean: bool) -> None:
    day = StandDay()

    async def look() -> None:
        html = "<input>" if is_clean else LITTER
        async with watched_page(day, tmp_path, html) as (page, watch):
            kiosk = Kiosk(
                1, "http://localhost", page, "", day, watch, None, random.Random(1),  # type: ignore[arg-type]
                gap_s=1, haste=1, seed=1, last=["Ada"],
            )  # fmt: skip
            await page.context.add_cookies(
                [{"name": "gap_kiosk", "value": "1", "url": "http://localhost"}]
            )
            await page.goto("http://localhost/join")
            await kiosk.check_nothing_left()

    asyncio.run(look())
    left = {f"left behind: {what}" for what in ("cookies", "words", "local", "typed")}
    assert set(day.troubles) == (set() if is_clean else left)


def test_errors_in_the_servers_words_are_noticed(tmp_path: Path) -> None:
    day = StandDay()
    lines = [{"level": "INFO"}, {"level": "ERROR"}, {"level": "WARNING", "error": "OSError"}]
    (tmp_path / "log.jsonl").write_text("".join(f"{json.dumps(line)}\n" for line in lines))
    (tmp_path / "server.txt").write_text("Traceback (most recent call last)")
    conference_day.read_log(tmp_path, day)

    assert day.troubles == {"traceback in the server's output": 1, "error in the server's log": 2}


def test_visitor_knows_the_picture_of_an_open_round_alone(tmp_path: Path) -> None:
    with Store.open(tmp_path / "gap.db") as store:
        deal_pocket_deck(store, data_dir=tmp_path, tainted=6, untainted=6)
        graphs = [scene_from_json(one.graph_json) for one in store.images.drawn("pocket")]
    table = Table(tmp_path / "gap.db", tmp_path, deck="pocket")
    player_id = table.started("Ada")
    token = table.token(player_id)
    scenes = SceneBook(tmp_path)

    assert scenes.seen("Ada", token) in graphs
    assert scenes.seen("Ada", "another") is None and scenes.seen("Nobody", token) is None
    table.mark(player_id, table.ask(player_id), "wrong")
    assert scenes.seen("Ada", token) is None


def test_facilitator_chooses_only_what_can_be_read_aloud(table: Table) -> None:
    for number, question in enumerate(["Is it a cat?", "<b>What</b>?", "What is this asshole?"]):
        player_id = table.join(f"player {number}")
        table.game.start_session(player_id)
        table.mark(player_id, table.ask(player_id, question), "wrong")
        table.clock.advance(6 * 3600)
        table.game.view(player_id)

    assert review(table.db_path, now=table.clock.now, hours=24) == 1
    with table.store() as store:
        assert [one.question for one in store.highlights.chosen(limit=9)] == ["Is it a cat?"]


def test_times_are_told_with_their_number() -> None:
    assert quantiles([]) == "none"
    shown = quantiles([float(n) for n in range(100, 0, -1)])
    assert shown == "median 50.0, p95 95.0, longest 100.0 s, n=100"


def test_stand_without_a_browser_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    done = CliRunner().invoke(conference_day.main, ["--minutes", "1"])

    assert done.exit_code == 1 and "apt install chromium-headless-shell" in done.output
