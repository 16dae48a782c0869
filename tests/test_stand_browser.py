# A kiosk in a real browser: the attract screen plays, a touch begins, whoever leaves is forgotten.
from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from gap_core.play import utc_now
from tests.fixtures_game import GameServer
from tests.fixtures_models import ScriptedModel
from tests.fixtures_play import Table, fill_deck
from tests.test_stand import choose

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[GameServer]:
    folder = tmp_path_factory.mktemp("kiosk")
    fill_deck(folder / "gap.db", folder, tainted=12, untainted=14)
    table = Table(folder / "gap.db", folder, clock=utc_now)  # type: ignore[arg-type]
    with GameServer(table, ScriptedModel()) as running:
        yield running


@pytest.fixture
def screen(chromium: Any, server: GameServer) -> Iterator[Any]:
    context = chromium.new_context(viewport={"width": 1280, "height": 800})
    page = context.new_page()
    page.set_default_timeout(20_000)
    page.trouble = []
    page.on("pageerror", lambda error: page.trouble.append(str(error)))
    page.clock.install()
    page.goto(f"{server.url}/kiosk")
    yield page
    assert page.trouble == []
    context.close()


def join(page: Any, nickname: str) -> None:
    page.locator(".attract-foot .button").click()
    page.locator("[name=nickname]").fill(nickname)
    page.locator("[name=consent]").check()
    page.locator(".slip .button").click()
    page.locator("[data-ref=start]:visible").wait_for()


def test_visitor_who_walks_away_is_asked_and_then_forgotten(screen: Any) -> None:
    join(screen, "Walker")
    screen.clock.fast_forward(80_000)
    screen.get_by_text("Still there?").wait_for()
    screen.clock.fast_forward(16_000)
    screen.wait_for_url("**/attract")

    assert {one["name"] for one in screen.context.cookies()} == {"gap_kiosk"}
    assert "Walker" not in screen.content()
    screen.goto(screen.url.replace("/attract", "/play/"))
    assert screen.url.endswith("/join") and screen.locator("[name=nickname]").input_value() == ""


def test_visitor_who_says_so_stays(screen: Any) -> None:
    join(screen, "Stayer")
    screen.clock.fast_forward(80_000)
    screen.get_by_text("Still there?").wait_for()
    screen.keyboard.press("Enter")  # on the button; any key or touch will do
    screen.clock.fast_forward(20_000)

    assert screen.locator("[data-ref=start]").is_visible()


# A pointer on its way to the button took the question away; the click fell through to the board.
@pytest.mark.parametrize("how", ["click", "key"])
def test_answer_to_still_there_is_for_nothing_beneath_it(screen: Any, how: str) -> None:
    join(screen, f"Hand {how}")
    screen.locator("[data-ref=start]").click()
    screen.locator(".ask .field:enabled").fill("What is this?")
    screen.keyboard.press("Enter")
    screen.locator(".judge button:enabled").first.wait_for()
    screen.clock.fast_forward(76_000)
    button = screen.locator(".still-there button")
    button.wait_for()
    if how == "click":
        button.click()
    else:
        screen.keyboard.press("ArrowLeft")  # the key of Wrong

    assert button.count() == 0
    assert screen.locator(".judge button:enabled").count() == 2
    screen.keyboard.press("ArrowLeft")  # and now it is
    screen.locator(".ask .field:enabled").wait_for()


def test_sign_of_life_in_one_window_keeps_the_other(screen: Any) -> None:
    join(screen, "Two")
    second = screen.context.new_page()
    second.goto(screen.url)
    screen.clock.fast_forward(76_000)
    asked = screen.locator(".still-there")
    asked.wait_for()
    for step in range(40):  # a window that was never painted takes no notice of a pointer
        second.mouse.move(50 + 5 * step, 60)
        if not asked.count():
            break
        second.wait_for_timeout(250)

    assert asked.count() == 0 and screen.url.endswith("/play/")


def test_wall_on_a_kiosk_leads_to_the_attract_screen(screen: Any) -> None:
    screen.goto(screen.url.replace("/attract", "/wall"))
    screen.mouse.click(600, 700)
    screen.wait_for_url("**/attract")

    assert screen.locator(".attract-foot").is_visible()


def test_back_to_the_attract_screen_forgets_the_visitor(screen: Any) -> None:
    join(screen, "Backer")
    screen.goto(screen.url.replace("/play/", "/attract"))

    assert {one["name"] for one in screen.context.cookies()} == {"gap_kiosk"}


def test_phone_is_never_asked(chromium: Any, server: GameServer) -> None:
    context = chromium.new_context()
    page = context.new_page()
    page.clock.install()
    page.goto(f"{server.url}/join")
    page.clock.fast_forward(200_000)

    assert page.url.endswith("/join") and page.locator(".still-there").count() == 0
    context.close()


def test_chosen_rounds_are_played_and_any_key_begins(screen: Any, server: GameServer) -> None:
    table = server.table
    player_id = table.game.join("Shown", consent_version="1").id
    table.game.start_session(player_id)
    turns = []
    for number in range(10):
        turns.append(table.ask(player_id, f"Is this number {number}?"))
        table.mark(player_id, turns[-1], "wrong")
    assert choose(table, turns[0].turn_id, turns[1].turn_id).exit_code == 0
    # From here on time passes only as the test says, however slow the machine is.
    screen.clock.pause_at(screen.evaluate("Date.now()") / 1000 + 10)
    screen.reload()
    first = screen.locator(".replay:visible .replay-question").inner_text()
    assert not screen.locator(".replay:visible .replay-answer").is_visible()
    screen.clock.run_for(2_300)
    assert screen.locator(".replay:visible .replay-answer").inner_text() == "A cat."
    screen.clock.run_for(2_700)
    assert screen.locator(".replay:visible .replay-mark").is_visible()
    screen.clock.run_for(3_700)
    assert screen.locator(".replay:visible .replay-question").inner_text() != first
    screen.keyboard.press("Space")
    screen.wait_for_url("**/join")
