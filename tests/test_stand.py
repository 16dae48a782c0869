# A stand's screens: names that can be read aloud, the wall, the attract screen, the kiosk.
from __future__ import annotations

import re
import subprocess
from pathlib import Path
from typing import Any

import httpx
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from apps.game import stand
from apps.game.opening import check_kiosk
from apps.game.stand import is_this_machine, kiosk_browser
from gap_core.errors import GapError
from gap_core.play.manners import is_rude
from gap_core.settings import Settings
from scripts.highlights import main as highlights
from tests.fixtures_game import GameServer
from tests.fixtures_models import ScriptedModel
from tests.fixtures_play import Table
from tests.waiting import wait_until

RUDE = (
    "asshole", "A.s.s.h.o.l.e", "Ａｓｓｈｏｌｅ", "ShitHead", "shit99", "sh1t", "arschloch",
    "Scheisse", "merde", "mierda", "傻逼", "Chodu 7",
)  # fmt: skip
KIND = (
    "Ada", "Ben 7", "Scunthorpe United", "Matsushita", "Essex", "Hancock", "Analyst", "Penistone",
    "Assunta", "Massimo", "Großmeister", "Élodie", "李雷", "प्रिया", "player 12", "Käthe_92",
    "Der Zähler", "Classic", "R2D2", "🦊🦊",
)  # fmt: skip


@pytest.mark.parametrize("name", RUDE)
def test_rude_names_are_refused_however_they_are_spelt(table: Table, name: str) -> None:
    with pytest.raises(GapError, match="Nickname .* Choose another, friendlier one"):
        table.join(name)
    with pytest.raises(GapError, match="Team"):
        table.game.join("Ada", team=name, consent_version="1")


@pytest.mark.parametrize("name", KIND)
def test_other_names_are_not(name: str) -> None:
    assert not is_rude(name)


@given(st.integers(0, 10**9))
def test_numbers_are_no_insult(number: int) -> None:
    assert not is_rude(f"player {number}") and not is_rude(f"Ben {number} {number}")
    assert not is_rude(f"p{number}") and not is_rude(f"T{number:02}")


def finished_turn(table: Table, question: str = "Is it a cat?") -> str:
    """A question marked Wrong in a session that is over."""
    player_id = table.join(f"player {question}"[:20])
    table.game.start_session(player_id)
    turn = table.ask(player_id, question)
    table.mark(player_id, turn, "wrong")
    table.clock.advance(6 * 3600)
    table.game.view(player_id)
    return turn.turn_id


def choose(table: Table, *arguments: str) -> Any:
    given = [*arguments, "--db", str(table.db_path), "--hours", "1000000"]
    return CliRunner().invoke(highlights, given)


def test_nothing_is_shown_that_nobody_chose(game_server: GameServer) -> None:
    table = game_server.table
    turn_id = finished_turn(table, "Is <b>it</b> a cat?")
    assert "a cat" not in httpx.get(f"{game_server.url}/attract").text
    listed = choose(table)
    assert turn_id in listed.output and "Is <b>it</b> a cat?" in listed.output
    choose(table, turn_id)
    shown = httpx.get(f"{game_server.url}/attract").text
    assert "Is &lt;b&gt;it&lt;/b&gt; a cat?" in shown and "Wrong!" in shown
    assert turn_id not in shown and "tainted" not in shown
    choose(table, turn_id, "--hide")
    assert "a cat" not in httpx.get(f"{game_server.url}/attract").text


def test_attract_screen_welcomes_where_nothing_was_chosen(game_server: GameServer) -> None:
    plain = httpx.get(f"{game_server.url}/attract").text
    pictures = re.findall(r'src="(/static/welcome-[a-z]+\.jpg)"', plain)
    served = [httpx.get(game_server.url + picture) for picture in pictures]
    assert [answer.headers["content-type"] for answer in served] == ["image/jpeg"] * 2
    choose(game_server.table, finished_turn(game_server.table))
    assert "/static/welcome-" not in httpx.get(f"{game_server.url}/attract").text


def test_picture_of_a_chosen_question_is_served_by_its_token_alone(game_server: GameServer) -> None:
    table = game_server.table
    turn_id = finished_turn(table)
    choose(table, turn_id)
    page = httpx.get(f"{game_server.url}/attract").text
    (address,) = re.findall(r'src="(/highlight/[\w-]+)"', page)
    picture = httpx.get(game_server.url + address)
    Path(table.data_dir / "shown.jpg").write_bytes(picture.content)

    assert picture.headers["content-type"] == "image/jpeg"
    assert Image.open(table.data_dir / "shown.jpg").size == (4, 3)
    assert httpx.get(f"{game_server.url}/highlight/{turn_id}").status_code == 404
    choose(table, turn_id, "--hide")
    assert httpx.get(game_server.url + address).status_code == 404


def test_running_sessions_are_not_offered(table: Table) -> None:
    player_id = table.started()
    table.mark(player_id, table.ask(player_id, "Is it a cat?"), "wrong")

    assert "Is it a cat?" not in choose(table).output


def test_unknown_question_is_told(table: Table) -> None:
    assert "No marked question has the id 'none'" in choose(table, "none").output
    assert "Give the ids to hide" in choose(table, "--hide").output


def test_wall_shows_who_leads_with_names_escaped(game_server: GameServer) -> None:
    table = game_server.table
    table.play_session(table.game.join("<i>Ada</i>", consent_version="1").id, catches_traps=True)
    page = httpx.get(f"{game_server.url}/wall").text

    assert "&lt;i&gt;Ada&lt;/i&gt;" in page and "<i>Ada" not in page


@pytest.fixture
def coded_server(table: Table) -> Any:
    table.event_code = "gap26"
    with GameServer(table, ScriptedModel()) as running:
        yield running


@pytest.mark.parametrize("path", ["/wall", "/attract", "/kiosk"])
def test_screens_of_a_game_with_a_code_are_for_this_machine_and_players(
    coded_server: GameServer, path: str
) -> None:
    here = httpx.get(coded_server.url + path)
    named = httpx.get(coded_server.url + path, headers={"host": "stand.example"})
    proxied = httpx.get(coded_server.url + path, headers={"x-forwarded-for": "203.0.113.7"})

    assert here.status_code == (303 if path == "/kiosk" else 200)
    for other in (named, proxied):
        assert other.status_code in (303, 404)
        assert other.headers.get("location", "/join") == "/join"
        assert "gap_kiosk" not in other.headers.get("set-cookie", "")


def test_next_visitor_of_a_kiosk_starts_from_nothing(game_server: GameServer) -> None:
    player = game_server.player()
    player.http.get("/kiosk")
    left = player.http.post("/leave")

    assert left.headers["location"] == "/attract"
    assert left.headers["clear-site-data"] == '"cache", "storage"'
    assert set(player.http.cookies) == {"gap_kiosk"}
    assert player.http.get("/play/", headers={"accept": "text/html"}).headers["location"] == "/join"
    assert game_server.player().http.post("/leave").headers["location"] == "/join"


@pytest.mark.parametrize("path", ["/static/look.css", "/picture/x", "/healthz", "/nowhere"])
def test_kiosks_window_shows_nothing_but_pages(game_server: GameServer, path: str) -> None:
    def ask(**more: str) -> httpx.Response:
        return httpx.get(game_server.url + path, headers=more)

    kiosk = ask(**{"sec-fetch-dest": "document", "cookie": "gap_kiosk=1"})
    assert (kiosk.status_code, kiosk.headers["location"]) == (303, "/attract")
    for other in (
        ask(**{"sec-fetch-dest": "document"}),  # a phone's
        ask(**{"sec-fetch-dest": "style", "cookie": "gap_kiosk=1"}),  # a part of a page
    ):
        assert other.headers.get("location") != "/attract"


@pytest.mark.parametrize("path", ["/", "/join", "/week", "/wall", "/play/"])
def test_kiosks_pages_stay_open_to_it(game_server: GameServer, path: str) -> None:
    player = game_server.player("Ada")
    player.http.get("/kiosk")
    shown = player.http.get(path, headers={"sec-fetch-dest": "document"})

    assert shown.headers.get("location") in (None, "/play/")


def test_no_code_is_drawn_for_an_address_that_nobody_reaches(game_server: GameServer) -> None:
    assert httpx.get(f"{game_server.url}/qr.svg").status_code == 404
    assert "qr.svg" not in httpx.get(f"{game_server.url}/wall").text


def test_this_machine_is_known_by_address_and_name() -> None:
    def asked(client: str, host: str) -> bool:
        from starlette.requests import Request

        scope = {
            "type": "http", "client": (client, 1), "headers": [(b"host", host.encode())],
        }  # fmt: skip
        return is_this_machine(Request(scope))

    assert asked("127.0.0.1", "127.0.0.1:7860") and asked("::1", "[::1]:7860")
    assert asked("127.0.0.1", "localhost")
    assert not asked("127.0.0.1", "evil.example") and not asked("10.0.0.2", "127.0.0.1")
    assert not asked("127.0.0.1", "") and not asked("", "localhost")


def test_kiosk_needs_the_game_at_this_machines_address() -> None:
    check_kiosk(Settings(kiosk=True))
    check_kiosk(Settings(kiosk=True, host="0.0.0.0"))
    with pytest.raises(GapError, match="listen at '192.0.2.7' only"):
        check_kiosk(Settings(kiosk=True, host="192.0.2.7"))


def test_kiosk_browser_is_full_screen_private_and_ended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser, told = tmp_path / "chromium", tmp_path / "arguments"
    browser.write_text(f'#!/bin/sh\necho "$@" > {told}\nexec sleep 60\n')
    browser.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    started: list[subprocess.Popen[bytes]] = []
    begin = subprocess.Popen

    def noted(*args: Any, **kwargs: Any) -> subprocess.Popen[bytes]:
        started.append(begin(*args, **kwargs))
        return started[-1]

    monkeypatch.setattr(stand.subprocess, "Popen", noted)
    early: list[int] = []
    page = "http://127.0.0.1:1/kiosk"
    with kiosk_browser(page, on_early_end=early.append) as name:
        assert name == str(browser)
        while not told.is_file() or not told.read_text().endswith("/kiosk\n"):
            assert started[0].poll() is None
    assert started[0].poll() is not None and early == []
    assert {"--kiosk", "--incognito"} <= set(told.read_text().split())


def test_kiosk_browser_that_ends_by_itself_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = tmp_path / "chromium"
    browser.write_text("#!/bin/sh\nexit 3\n")
    browser.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    codes: list[int] = []
    with kiosk_browser("http://127.0.0.1:1/kiosk", on_early_end=codes.append):
        wait_until(lambda: bool(codes))
    assert codes == [3]


def test_neutral_names_are_not_for_players(table: Table) -> None:
    for name in ("left 5", "Left 12", "left7"):
        with pytest.raises(GapError, match="Choose another"):
            table.join(name)
    assert table.join("left handed 5")


def test_stand_without_chromium_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    with kiosk_browser("http://127.0.0.1:1/kiosk") as name:
        assert name == ""
