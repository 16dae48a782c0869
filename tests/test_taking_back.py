# A player takes their words back alone: over real HTTP, at a kiosk, in a browser.
from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from gap_core.care.doctor import examine
from gap_core.dataset.labels import person_hash
from gap_core.errors import GapError
from gap_core.play import utc_now
from gap_core.settings import Settings
from tests.fixtures_game import GameServer, WirePlayer
from tests.fixtures_models import ScriptedModel
from tests.fixtures_play import DECK, SECRET, START, Table, fill_deck

WORDS = "zebra crossing lights"
SURE = {"choice": "words", "sure": "yes"}


@pytest.fixture
def ada(game_server: GameServer) -> WirePlayer:
    """In the middle of a session, with one answer marked."""
    player = game_server.player("Ada Heron")
    board = player.ask(player.board("begin"), f"Do you see {WORDS}?")
    player.judge(board, "correct")
    return player


def names(table: Table) -> set[str]:
    with table.store() as store:
        return {row["nickname"] for row in store.connection.rows("SELECT nickname FROM players")}


def in_the_file(table: Table, words: str) -> bool:
    return any(words.encode() in file.read_bytes() for file in table.data_dir.glob("gap.db*"))


def test_page_says_what_happens_and_asks_twice(game_server: GameServer, ada: WirePlayer) -> None:
    first = ada.http.get("/withdraw")
    second = ada.http.post("/withdraw", data={"choice": "words"})

    assert first.status_code == 200 and "Ada Heron" in first.text
    assert second.status_code == 200 and 'name="sure" value="yes"' in second.text
    assert names(game_server.table) == {"Ada Heron"}  # nothing has happened yet


def test_words_are_deleted_and_the_cookie_is_cleared(
    game_server: GameServer, ada: WirePlayer
) -> None:
    assert in_the_file(game_server.table, WORDS)
    done = ada.http.post("/withdraw", data=SURE)

    assert done.status_code == 200 and "left 1" in done.text
    assert 'gap_player=""' in done.headers["set-cookie"]
    assert not in_the_file(game_server.table, WORDS)
    assert not in_the_file(game_server.table, "Ada Heron")


def test_name_alone_leaves_the_words(game_server: GameServer, ada: WirePlayer) -> None:
    ada.http.post("/withdraw", data=SURE | {"choice": "name"})

    assert names(game_server.table) == {"left 1"} and in_the_file(game_server.table, WORDS)


def test_running_session_ends(game_server: GameServer, ada: WirePlayer) -> None:
    token = ada.board("look")["round"]["token"]
    cookie = ada.http.cookies["gap_player"]
    ada.http.post("/withdraw", data=SURE)

    with game_server.table.store() as store:
        assert store.connection.rows("SELECT id FROM sessions WHERE finished_utc IS NULL") == []
    ada.http.cookies.set("gap_player", cookie)  # a copy of it is worth nothing
    assert ada.http.get(f"/picture/{token}").status_code == 404
    assert ada.http.get("/play/", headers={"accept": "text/html"}).headers["location"] == "/join"
    assert ada.http.post("/withdraw", data=SURE).status_code == 401


# The answer came after the words were gone and was stored beside the emptied question.
def test_answer_in_the_making_is_not_stored(table: Table) -> None:
    player_id = table.started()
    turn = table.open_turn(player_id, f"Do you see {WORDS}?")
    table.game.take_back(player_id, deletes_words=True)

    with pytest.raises(GapError, match="given up"):
        table.finish(turn.turn_id, f"Yes, {WORDS}.")
    assert not in_the_file(table, WORDS)


def test_board_in_another_tab_says_so(game_server: GameServer, ada: WirePlayer) -> None:
    with game_server.table.store() as store:
        ada_id = store.players.find("ada heron").id  # type: ignore[union-attr]
    ada.http.post("/withdraw", data=SURE)

    assert game_server.handlers.look(ada_id)["screen"] == "gone"
    assert game_server.handlers.begin(ada_id)["screen"] == "gone"


def test_open_board_can_ask_whether_its_player_is_known(
    game_server: GameServer, ada: WirePlayer
) -> None:
    cookie = ada.http.cookies["gap_player"]
    before = ada.http.get("/here").status_code
    ada.http.post("/withdraw", data=SURE)
    ada.http.cookies.set("gap_player", cookie)

    assert (before, ada.http.get("/here").status_code) == (204, 401)


def test_nobody_else_can_be_reached(game_server: GameServer, ada: WirePlayer) -> None:
    with game_server.table.store() as store:
        ada_id = store.players.find("ada heron").id  # type: ignore[union-attr]
    mallory = game_server.player("Mallory")
    aimed = {"nickname": "Ada Heron", "player": ada_id, "player_id": ada_id, "id": ada_id}
    forged = {"Cookie": f"gap_player={ada_id}"}
    refused = ada.http.__class__(base_url=game_server.url).post(
        "/withdraw", data=SURE, headers=forged
    )
    mallory.http.post("/withdraw", params=aimed, data=SURE | aimed)

    assert refused.status_code == 401
    assert names(game_server.table) == {"Ada Heron", "left 1"}
    assert ada.board("look")["nickname"] == "Ada Heron"


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://evil.example"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
    ],
)
def test_another_sites_page_takes_nothing_back(
    game_server: GameServer, ada: WirePlayer, headers: dict[str, str]
) -> None:
    assert ada.http.post("/withdraw", data=SURE, headers=headers).status_code == 403
    assert names(game_server.table) == {"Ada Heron"}


@pytest.mark.parametrize("form", [{}, {"choice": "all", "sure": "yes"}, {"sure": "yes"}])
def test_nothing_happens_without_a_choice(
    game_server: GameServer, ada: WirePlayer, form: dict[str, str]
) -> None:
    answer = ada.http.post("/withdraw", data=form)

    assert answer.status_code == 422 and "Choose one of the two" in answer.text
    assert names(game_server.table) == {"Ada Heron"}


def test_a_glance_changes_nothing(game_server: GameServer, ada: WirePlayer) -> None:
    ada.http.get("/withdraw", params=SURE)

    assert names(game_server.table) == {"Ada Heron"}


def test_strangers_have_nothing_to_take_back(game_server: GameServer) -> None:
    stranger = WirePlayer(game_server.url).http

    assert stranger.get("/withdraw").headers["location"] == "/join"
    assert stranger.post("/withdraw", data=SURE).status_code == 401


def test_too_many_tries_are_refused(game_server: GameServer, ada: WirePlayer) -> None:
    answers = {ada.http.get("/withdraw").status_code for _ in range(70)}

    assert answers == {200, 429}


def test_kiosk_takes_back_for_its_present_visitor_alone(game_server: GameServer) -> None:
    kiosk = WirePlayer(game_server.url)
    kiosk.http.get("/kiosk")
    kiosk.join("First")
    kiosk.http.post("/leave")
    assert kiosk.http.post("/withdraw", data=SURE).status_code == 401  # between two visitors
    kiosk.join("Second")
    done = kiosk.http.post("/withdraw", data=SURE)

    assert names(game_server.table) == {"First", "left 1"}
    assert done.headers["clear-site-data"] == '"cache", "storage"' and "/attract" in done.text


def test_nickname_is_shown_as_text(game_server: GameServer) -> None:
    player = game_server.player("<i>${7*7}</i>")
    shown = player.http.get("/withdraw").text + player.http.post("/withdraw", data=SURE).text

    assert "&lt;i&gt;${7*7}" in shown and "<i>" not in shown


def test_doctor_names_datasets_with_deleted_words(table: Table) -> None:
    player_id = table.started()
    folder = table.data_dir / "datasets" / "old"
    folder.mkdir(parents=True)
    (table.data_dir / "secret.key").write_bytes(SECRET)
    person = person_hash(player_id, secret=SECRET)
    (folder / "samples.jsonl").write_text(f'{{"player": "{person}"}}\n')
    settings = Settings(data_dir=table.data_dir, deck=DECK)
    before = next(one for one in examine(settings, now=START) if one.subject == "datasets")
    table.game.take_back(player_id, deletes_words=True)
    after = next(one for one in examine(settings, now=START) if one.subject == "datasets")

    assert before.state == "fine"
    assert after.state == "warning" and "'old'" in after.words


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[GameServer]:
    folder = tmp_path_factory.mktemp("back")
    fill_deck(folder / "gap.db", folder, tainted=12, untainted=14)
    table = Table(folder / "gap.db", folder, clock=utc_now)  # type: ignore[arg-type]
    with GameServer(table, ScriptedModel()) as server:
        yield server


def joined(page: Any, url: str, nickname: str) -> None:
    page.goto(url)
    page.fill("[name=nickname]", nickname)
    page.check("[name=consent]")
    page.keyboard.press("Enter")
    page.wait_for_selector("[data-ref=start]:visible")


@pytest.mark.browser
def test_words_are_taken_back_by_keyboard_and_another_tab_is_told(
    chromium: Any, running: GameServer
) -> None:
    context = chromium.new_context(viewport={"width": 390, "height": 844})
    page, other = context.new_page(), context.new_page()
    joined(page, running.url, "Taker")
    other.goto(f"{running.url}/play/")
    other.wait_for_selector("[data-ref=start]:visible")
    page.get_by_role("link", name="Take my words back").first.click()
    page.locator("[value=words]").focus()
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Yes, delete my words").click()
    page.get_by_role("heading", name="It is done").wait_for()

    assert "left " in page.content() and context.cookies() == []
    width = page.evaluate("document.documentElement.scrollWidth")
    other.reload()
    assert other.url.endswith("/join") and width <= 390
    context.close()


# "left 1" stood there whatever the language.
def test_who_left_is_called_so_in_the_readers_language(
    game_server: GameServer, ada: WirePlayer
) -> None:
    ada.http.cookies.set("gap_language", "de")
    finish(game_server.table, "Ada Heron")
    done = ada.http.post("/withdraw", data=SURE | {"choice": "name"}).text
    reader = game_server.player("Left alone")
    reader.http.cookies.set("gap_language", "hi")
    pages = [reader.http.get(f"/{name}").text for name in ("week", "wall")]
    finish(game_server.table, "Left alone")
    top = [line["nickname"] for line in reader.board("look")["end"]["top"]]

    assert "weg 1" in done and "nenne am Stand: left 1" in done  # what the host's commands know
    assert all("विदा 1" in page and "left" not in page.split("<main")[1] for page in pages)
    assert set(top) == {"विदा 1", "Left alone"}


def finish(table: Table, nickname: str) -> None:
    with table.store() as store:
        player = store.players.find(nickname.lower())
    assert player is not None
    table.game.start_session(player.id)
    for _ in range(10):
        session = table.game.view(player.id).session
        if session is not None and session.round is not None:
            table.mark(player.id, table.ask(player.id), "wrong")


# Gradio put a toast over the board, titled "Error" whatever the language, and the board waited.
@pytest.mark.browser
@pytest.mark.parametrize("way", ["words taken back", "signed out", "another player"])
def test_board_in_another_tab_says_that_it_is_over(
    chromium: Any, running: GameServer, way: str
) -> None:
    context = chromium.new_context(viewport={"width": 390, "height": 844}, locale="de")
    page, other = context.new_page(), context.new_page()
    joined(page, running.url, f"Ada {way}")
    other.goto(f"{running.url}/play/")
    other.click("[data-ref=start]:visible")
    other.wait_for_selector(".picture img.shown")
    leave = {"choice": "words", "sure": "yes"} if way == "words taken back" else {}
    page.request.post(f"{running.url}/{'withdraw' if leave else 'leave'}", form=leave)
    if way == "another player":
        joined(page, running.url, "Somebody else")
    other.fill(".ask .field", "Was ist das?")
    other.keyboard.press("Enter")
    other.wait_for_selector(".gone:visible")

    shown = other.inner_text("body")
    assert "Diese Partie ist vorbei." in shown and "Error" not in shown and "Ada" not in shown
    assert other.locator(".picture, .ask").count() == 0
    other.get_by_role("link", name="Neu anfangen").click()
    other.wait_for_url("**/play/" if way == "another player" else "**/join")
    context.close()


@pytest.mark.browser
def test_board_that_comes_to_the_front_looks_whether_it_is_over(
    chromium: Any, running: GameServer
) -> None:
    context = chromium.new_context()
    page = context.new_page()
    joined(page, running.url, "Looker")
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    page.wait_for_timeout(300)
    assert page.is_visible("[data-ref=start]")
    page.request.post(f"{running.url}/leave")
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    page.wait_for_selector(".gone:visible")

    assert page.evaluate("document.activeElement.textContent") == "Begin anew"
    context.close()
