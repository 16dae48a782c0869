# The game in other languages in a real browser: whole sessions, a kiosk that forgets, small phones.
from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from apps.game.languages import BY_CODE, words_in
from gap_core.play import utc_now
from tests.fixtures_game import GameServer
from tests.fixtures_models import ScriptedModel
from tests.fixtures_play import LABEL, Table, fill_deck

pytestmark = pytest.mark.browser

QUESTION, ANSWER = "What is this?", "There is a red car."
# As long as answers get but for a few.
LONG_ANSWER = (
    "The picture shows a wide street with a red car beside a tall tree and a small yellow house "
    "whose door is open, and behind it there are two hills, a river, three birds above the roof, "
    "and a man in a blue coat who holds an umbrella."
)
# In every language: names, the keys' names, what the test's player and model say.
LATIN = set("GAP XP UTC Enter scripted none English Deutsch Français Español".split())
LATIN |= set(re.findall(r"\w+", QUESTION + ANSWER))
SHOWN = """() => document.body.innerText + '\\n' + document.title + '\\n' +
  [...document.querySelectorAll('[aria-label], [placeholder], [alt]')].flatMap((one) =>
    ['aria-label', 'placeholder', 'alt'].map((name) => one.getAttribute(name) || '')).join('\\n')"""
OVERFLOWING = """() => [...document.querySelectorAll(
  '.button, .help, .languages a, .notice, h1, .field, .choice')]
  .filter((one) => one.offsetParent && (one.scrollWidth > one.clientWidth + 1 ||
    one.getBoundingClientRect().right > innerWidth + 1)).map((one) => one.textContent)"""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[GameServer]:
    folder = tmp_path_factory.mktemp("languages")
    fill_deck(folder / "gap.db", folder, tainted=12, untainted=14)
    table = Table(folder / "gap.db", folder, clock=utc_now)  # type: ignore[arg-type]
    with GameServer(table, ScriptedModel()) as running:
        yield running


@pytest.fixture
def pocket_server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[GameServer]:
    """A model that has to be asked in English, which takes room, and that talks a lot."""
    monkeypatch.setattr("tests.fixtures_play.LABEL", replace(LABEL, name="pocket"))
    fill_deck(tmp_path / "gap.db", tmp_path, tainted=12, untainted=14)
    table = Table(tmp_path / "gap.db", tmp_path, clock=utc_now)  # type: ignore[arg-type]
    with GameServer(table, ScriptedModel(default=LONG_ANSWER)) as running:
        yield running


def open_page(chromium: Any, *, width: int, height: int, is_phone: bool) -> Any:
    context = chromium.new_context(
        viewport={"width": width, "height": height}, has_touch=is_phone, is_mobile=is_phone
    )
    page = context.new_page()
    page.set_default_timeout(20_000)
    page.trouble = []
    page.on("pageerror", lambda error: page.trouble.append(str(error)))
    return page


def latin_words(page: Any, *, but: str = "") -> set[str]:
    """What stands on the page in Latin letters and is no name."""
    return set(re.findall(r"[A-Za-zÀ-ÿ]{2,}", page.evaluate(SHOWN))) - LATIN - set(but.split())


def check_room(page: Any) -> None:
    """Nothing is wider than its button, and the page not wider than the screen."""
    assert page.evaluate(OVERFLOWING) == []
    assert page.evaluate("document.scrollingElement.scrollWidth <= innerWidth")


def join(page: Any, server: GameServer, code: str, nickname: str) -> None:
    page.goto(f"{server.url}/join?lang={code}")
    page.fill("[name=nickname]", nickname)
    page.check("[name=consent]")
    page.click(".slip .button")
    page.wait_for_selector("[data-ref=start]:visible")


def ask(page: Any) -> None:
    page.fill(".ask .field:enabled", QUESTION)
    page.press(".ask .field", "Enter")
    page.wait_for_selector(".judge:visible button:enabled")
    page.wait_for_timeout(400)  # the buttons are deaf at first


def judge(page: Any, verdict: str) -> None:
    page.click(f".judge button[value={verdict}]")
    page.wait_for_selector(".ask:visible .field:enabled, .end:visible")


@pytest.mark.parametrize(
    ("code", "nickname"), [("hi", "देव"), pytest.param("zh", "韩梅梅", marks=pytest.mark.long)]
)
def test_whole_session_on_a_phone_has_no_word_of_english(
    chromium: Any, server: GameServer, code: str, nickname: str
) -> None:
    page = open_page(chromium, width=360, height=740, is_phone=True)
    words, seen = words_in(code), {}
    page.goto(f"{server.url}/join?lang={code}")
    seen["form"] = latin_words(page, but=f"{code} cookie")
    join(page, server, code, nickname)
    seen["lobby"] = latin_words(page)
    check_room(page)
    page.click("[data-ref=start]")
    page.wait_for_selector(".picture img.shown")
    ask(page)
    seen["answer"] = latin_words(page)
    check_room(page)
    judge(page, "correct")
    seen["asked"] = latin_words(page)
    hint = page.inner_text("[data-ref=answer]")
    while page.is_visible(".round"):
        ask(page)
        judge(page, "wrong")
    page.wait_for_timeout(1_000)
    seen["end"] = latin_words(page)
    check_room(page)
    page.click(".end a[href='/week']")
    page.wait_for_url("**/week*")
    seen["week"] = latin_words(page)

    assert {name: found for name, found in seen.items() if found} == {}
    assert hint == words.text("Marked correct. Ask me something else.")
    assert page.evaluate("document.documentElement.lang") == BY_CODE[code].tag
    assert page.trouble == []
    page.context.close()


@pytest.mark.parametrize("code", ["de", "fr", "es", "hi"])
@pytest.mark.parametrize("width", [320, pytest.param(390, marks=pytest.mark.long)])
def test_long_words_fit_a_phone(chromium: Any, server: GameServer, code: str, width: int) -> None:
    page = open_page(chromium, width=width, height=700, is_phone=True)
    for name in ("attract", "week", "wall", "nothing", "join"):
        page.goto(f"{server.url}/{name}?lang={code}")
        check_room(page)
    join(page, server, code, f"Ada {code} {width}")
    check_room(page)
    page.click("[data-ref=start]")
    page.wait_for_selector(".picture img.shown")
    check_room(page)
    ask(page)
    check_room(page)
    page.click("[data-ref=help]")
    check_room(page)
    page.goto(f"{server.url}/withdraw")
    check_room(page)
    page.check("[value=words]")
    page.click(".choices .button")
    page.wait_for_selector("[name=sure]", state="attached")
    check_room(page)

    assert page.trouble == []
    page.context.close()


# The lobby's button was below the screen in German; a long answer ended behind the two buttons.
@pytest.mark.parametrize(("width", "height"), [(390, 844), (375, 667), (320, 568)])
@pytest.mark.parametrize("code", ["de", pytest.param("hi", marks=pytest.mark.long)])
def test_phone_cuts_neither_the_way_on_nor_a_long_answer(
    chromium: Any, pocket_server: GameServer, code: str, width: int, height: int
) -> None:
    page = open_page(chromium, width=width, height=height, is_phone=True)
    join(page, pocket_server, code, "Ada")
    start = page.locator("[data-ref=start]").bounding_box()
    assert start["y"] + start["height"] < height
    page.click("[data-ref=start]")
    page.wait_for_selector(".picture img.shown")
    ask(page)
    if height > 600:
        assert not page.is_visible("[data-ref=more]")
    while page.is_visible("[data-ref=more]"):  # an arrow to the rest, until nothing is left
        page.click("[data-ref=more]")
        page.wait_for_timeout(500)
    end = page.locator(".bubble").bounding_box()

    assert end["y"] + end["height"] <= page.locator(".dock").bounding_box()["y"]
    check_room(page)
    page.context.close()


# Buttons of one line in English stood ragged, one below the other, in longer words.
@pytest.mark.parametrize("code", ["en", "de"])
def test_buttons_below_a_sheet_fill_a_phone(chromium: Any, server: GameServer, code: str) -> None:
    page = open_page(chromium, width=390, height=844, is_phone=True)
    join(page, server, code, f"Filler {code}")
    for name in ("week", "withdraw"):
        page.goto(f"{server.url}/{name}")
        boxes = [one.bounding_box() for one in page.locator(".actions .button").all()]
        assert min(box["x"] for box in boxes) == 16, name
        assert max(box["x"] + box["width"] for box in boxes) == 390 - 16, name
    page.context.close()


def test_small_screen_shows_the_form_to_its_button(chromium: Any, server: GameServer) -> None:
    page = open_page(chromium, width=1280, height=720, is_phone=False)
    below = {}
    for code in BY_CODE:
        page.goto(f"{server.url}/join?lang={code}")
        below[code] = page.locator(".slip .button").bounding_box()["y"] > 720 - 60

    assert not any(below.values()), below
    page.context.close()


def test_kiosk_speaks_to_each_visitor_and_forgets_it(chromium: Any, server: GameServer) -> None:
    page = open_page(chromium, width=1280, height=800, is_phone=False)
    page.clock.install()
    page.goto(f"{server.url}/kiosk")
    page.click(".attract-foot .languages a[lang=zh-Hans]")
    page.wait_for_url("**/join")
    assert latin_words(page, but="zh cookie") == set()
    page.fill("[name=nickname]", "李雷")
    page.check("[name=consent]")
    page.click(".slip .button")
    page.click("[data-ref=start]:visible")
    page.wait_for_selector(".ask .field:enabled")
    ask_words = page.get_attribute(".ask .field", "placeholder")
    page.clock.fast_forward(80_000)
    page.get_by_text("你还在吗？").wait_for()
    button = page.inner_text(".still-there button")
    page.clock.fast_forward(16_000)
    page.wait_for_url("**/attract")

    assert (ask_words, button) == ("就这张图提问", "在，继续")
    assert page.get_attribute("html", "lang") == "en"
    assert page.inner_text("h1") == "It sees everything. Almost."
    assert {one["name"] for one in page.context.cookies()} == {"gap_kiosk"}
    page.click(".attract-foot .button")
    page.wait_for_url("**/join")
    assert page.get_attribute("html", "lang") == "en"
    assert page.trouble == []
    page.context.close()


def test_game_is_in_the_browsers_language_by_itself(chromium: Any, server: GameServer) -> None:
    context = chromium.new_context(locale="fr-CA")
    page = context.new_page()
    page.goto(f"{server.url}/join")

    assert page.inner_text("h1") == "Il voit tout. Ou presque."
    assert "Équipe" in page.inner_text(".slip")
    context.close()


def test_language_can_be_changed_in_the_lobby(chromium: Any, server: GameServer) -> None:
    page = open_page(chromium, width=1280, height=800, is_phone=False)
    join(page, server, "de", "Wechsler")
    assert page.inner_text(".lobby h1") == "Ertapp es!"
    page.click(".lobby .languages a[lang=es]")
    page.wait_for_selector(".lobby h1:text('Atrápalo.')")

    assert page.url.endswith("/play/") and page.title() == "GAP: atrapa al modelo"
    page.context.close()
