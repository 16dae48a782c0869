# What every player can read of the application: Gradio's config, pages, headers.
from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import closing

import gradio as gr
import pytest

from apps.game.gradio_page import (
    BLOCKS_SETTINGS,
    MOST_SESSIONS,
    QUEUE_SETTINGS,
    QUEUE_TABLES,
    build_page,
)
from apps.game.handlers import GameHandlers
from apps.game.templating import HERE
from gap_core.simulation.board_wire import EVENTS
from models.batching import Batcher
from tests.fixtures_game import GameServer
from tests.fixtures_models import ScriptedModel
from tests.fixtures_play import Table

TELLING = ("taint", "told", "honest", "posterior", "secret", "hmac")


@pytest.fixture
def page(table: Table, scripted_model: ScriptedModel) -> Iterator[gr.Blocks]:
    with closing(Batcher(scripted_model)) as batcher:
        yield build_page(GameHandlers(table.restarted(), batcher))


def test_event_names_give_nothing_away(page: gr.Blocks) -> None:
    names = [event["api_name"] for event in page.get_config_file()["dependencies"]]

    assert [name.split("_")[0] for name in names] == ["look", "look", "begin", "judge", "ask"]


def test_the_config_holds_no_telling_word(page: gr.Blocks) -> None:
    config = json.dumps(page.get_config_file()).lower()

    assert [word for word in TELLING if word in config] == []


def test_events_stand_where_the_tests_expect_them(page: gr.Blocks) -> None:
    targets = [event["targets"][0][1] for event in page.get_config_file()["dependencies"]]

    assert {name: place for place, name in enumerate(targets)} == EVENTS


def test_no_event_can_be_run_past_the_queue(page: gr.Blocks) -> None:
    assert page.api_open is False


def test_no_statistics_of_events_are_worked_out(page: gr.Blocks) -> None:
    # Gradio would do so after each event, over the last 10,000.
    queue = page._queue
    queue.events_recorded = 2
    record = {"function": "ask", "status": "success", "process_time": 1.0}

    assert queue.compute_analytics_summary([record, record]) == {"functions": {}}
    assert queue.ANALYTICS_MAX_EVENTS == 1


def test_what_gradio_is_set_by_is_still_there() -> None:
    # They stand in no documentation: an upgrade that renames one would leave it without effect.
    fresh = gr.Blocks(analytics_enabled=False)
    wanted = [(fresh, name) for name in BLOCKS_SETTINGS]
    wanted += [(fresh._queue, name) for name in (*QUEUE_SETTINGS, *QUEUE_TABLES)]
    gone = [f"{type(of).__name__}.{name}" for of, name in wanted if not hasattr(of, name)]

    assert not gone, f"Gradio {gr.__version__} has no {gone}: see apps/game/gradio_page.py"


def test_gradio_forgets_sessions_of_long_ago(page: gr.Blocks) -> None:
    remembered = gr.routes.App.create_app(page).state_holder
    for number in range(MOST_SESSIONS + 5):
        remembered[f"session {number}"]

    assert len(remembered.session_data) == len(remembered.time_last_used) == MOST_SESSIONS


@pytest.mark.parametrize("name", QUEUE_TABLES)
def test_the_queue_forgets_sessions_of_long_ago(page: gr.Blocks, name: str) -> None:
    table = getattr(page._queue, name)
    for number in range(MOST_SESSIONS + 5):
        table[f"session {number}"] = set()

    assert len(table) == MOST_SESSIONS and f"session {MOST_SESSIONS + 4}" in table


def test_the_boards_template_is_no_template_any_more(page: gr.Blocks) -> None:
    # Gradio runs what stands in ${} and {{}} as a program.
    boards = [c for c in page.get_config_file()["components"] if c["type"] == "html"]
    html = boards[0]["props"]["html_template"]

    assert not any(mark in html for mark in ("${", "{{", "`", "\\"))


def test_words_of_players_never_become_html() -> None:
    scripts = "".join(file.read_text() for file in (HERE / "static").glob("*.js"))

    assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(", scripts)


def test_static_files_name_no_outside_address() -> None:
    # A namespace is a name, not an address.
    files = [file for kind in ("static", "templates") for file in (HERE / kind).iterdir()]
    texts = [file.read_text() for file in files if file.suffix != ".jpg"]
    text = "".join(texts).replace("http://www.w3.org/2000/svg", "")

    assert len(texts) > 20
    assert re.findall(r"(?:https?:)?//[\w.-]+\.\w+", text) == []


def test_the_served_page_names_no_outside_address(shared_server: GameServer) -> None:
    page = shared_server.player().page

    outside = {
        address
        for address in re.findall(r"https?://[^\"'\s<>\\]+", page)
        if not address.startswith(shared_server.url)
    }
    assert outside <= {"http://www.w3.org/2000/svg"}


def test_every_inline_script_of_the_page_carries_the_nonce(shared_server: GameServer) -> None:
    answer = shared_server.player().http.get("/play/", headers={"accept": "text/html"})
    policy = answer.headers["content-security-policy"]
    nonce = re.search(r"'nonce-([^']+)'", policy)

    assert nonce is not None
    tags = re.findall(r"<script[^>]*>", answer.text)
    assert tags and all(f'nonce="{nonce[1]}"' in tag for tag in tags)
    assert "'unsafe-inline'" not in policy.split("script-src")[1].split(";")[0]


@pytest.mark.parametrize("path", ["/join", "/week", "/nothing", "/healthz", "/static/look.css"])
def test_every_response_carries_the_headers(shared_server: GameServer, path: str) -> None:
    answer = shared_server.player().http.get(path)

    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
    assert "server" not in answer.headers


def test_what_is_named_after_its_content_is_fetched_once(shared_server: GameServer) -> None:
    player = shared_server.player()
    (asset, *_) = re.findall(r"assets/index-[\w-]+\.js", player.page)
    found = player.http.get(f"/play/{asset}")
    missing = player.http.get("/play/assets/index-none.js")

    assert found.status_code == 200 and "immutable" in found.headers["cache-control"]
    assert missing.status_code == 404 and "immutable" not in missing.headers.get(
        "cache-control", ""
    )
    assert "cache-control" not in player.http.get("/static/look.css").headers


def test_pages_say_which_model_plays_and_that_it_fibs(shared_server: GameServer) -> None:
    page = shared_server.player().http.get("/join", headers={"cookie": ""}).text

    assert "Playing: scripted (none)" in page
    assert "wrong on purpose" in page
