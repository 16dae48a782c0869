# The pages in a real browser: a whole session, small and large, by keyboard, reloaded, attacked.
from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from apps.game.handlers import GIVEN_UP
from gap_core.play import Rules, utc_now
from tests.fixtures_game import GameServer
from tests.fixtures_models import ScriptedModel
from tests.fixtures_play import LABEL, Table, fill_deck

pytestmark = pytest.mark.browser

PHONE = {"width": 390, "height": 844}
BEAMER = {"width": 1920, "height": 1080}
FIELD = ".ask:visible .field:enabled"
VERDICT = ".judge:visible button:enabled"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[GameServer]:
    """A game whose clock runs."""
    folder = tmp_path_factory.mktemp("browser")
    yield from running_game(folder, Rules())


@pytest.fixture
def hurried_server(tmp_path: Path) -> Iterator[GameServer]:
    """A game with two seconds a picture."""
    yield from running_game(tmp_path, Rules(round_s=2.0, grace_s=0.5))


def running_game(folder: Path, rules: Rules) -> Iterator[GameServer]:
    fill_deck(folder / "gap.db", folder, tainted=12, untainted=14)
    table = Table(folder / "gap.db", folder, clock=utc_now, rules=rules)  # type: ignore[arg-type]
    with GameServer(table, ScriptedModel()) as running:
        yield running


NOTHING_BELIEVED = "You believed nothing it said."


class Tab:
    """A page that notes errors, dialogs and requests to other machines."""

    def __init__(self, chromium: Any, server: GameServer, **options: Any) -> None:
        self.server = server
        self.context = chromium.new_context(**{"viewport": BEAMER, **options})
        self.trouble: list[str] = []
        self.page = self.open_page()

    def open_page(self) -> Any:
        page = self.context.new_page()
        page.set_default_timeout(20_000)
        page.on("pageerror", lambda error: self.trouble.append(str(error)))
        page.on("dialog", lambda dialog: self.trouble.append(dialog.message))
        page.on("console", lambda m: self.trouble.append(m.text) if m.type == "error" else None)
        page.on("request", self._note_outsider)
        return page

    def _note_outsider(self, request: Any) -> None:
        if not request.url.startswith((self.server.url, "data:", "blob:")):
            self.trouble.append(request.url)

    def join(self, nickname: str) -> Any:
        self.page.goto(self.server.url)
        self.page.fill("[name=nickname]", nickname)
        self.page.check("[name=consent]")
        self.page.keyboard.press("Enter")
        self.page.wait_for_selector("[data-ref=start]:visible")
        return self.page

    def begin(self, nickname: str) -> Any:
        page = self.join(nickname)
        page.click("[data-ref=start]")
        page.wait_for_selector(".picture img.shown")
        return page

    def ask(self, question: str = "What is this?") -> None:
        self.page.fill(FIELD, question)
        self.page.keyboard.press("Enter")
        self.page.wait_for_selector(VERDICT)
        self.page.wait_for_timeout(450)  # the buttons are deaf at first, against double clicks


@pytest.fixture
def tab(chromium: Any, server: GameServer) -> Iterator[Tab]:
    tab = Tab(chromium, server)
    yield tab
    tab.context.close()


@pytest.fixture
def phone(chromium: Any, server: GameServer) -> Iterator[Tab]:
    tab = Tab(chromium, server, viewport=PHONE, has_touch=True, is_mobile=True)
    yield tab
    tab.context.close()


@pytest.mark.slow
def test_a_whole_session_is_played_by_keyboard_alone(tab: Tab) -> None:
    page = tab.join("Key Board")
    page.keyboard.press("Enter")
    for place in range(1, 11):
        page.wait_for_selector(f".dots li[data-is=now]:text-is('{place}')")
        page.wait_for_selector(FIELD)
        page.keyboard.type("What is this?")
        page.keyboard.press("Enter")
        page.wait_for_selector(VERDICT)
        page.wait_for_timeout(450)
        page.keyboard.press("ArrowLeft")
    page.wait_for_selector("[data-ref=again]:visible:focus")

    assert "planted wrong answers" in page.inner_text("[data-ref=facts]") or (
        "no answer that was wrong on purpose" in page.inner_text("[data-ref=facts]")
    )
    assert page.inner_text(".end .rank[data-me] .rank-name") == "Key Board"
    assert page.inner_text("[data-ref=headline]") in (NOTHING_BELIEVED, "It told you no tales.")
    assert tab.trouble == []


def test_who_starts_before_the_model_is_loaded_waits_and_knows_why(tab: Tab) -> None:
    game, page = tab.server.handlers.game, tab.join("Early Bird")
    game.wake(replace(LABEL, quantization=""), game.rules)
    try:
        page.click("[data-ref=start]")
        page.wait_for_selector("text=The model is still waking up.")
        page.wait_for_timeout(2500)
        assert page.is_disabled("[data-ref=start]")
        assert page.get_attribute("[data-ref=trouble]", "data-waits") is not None
    finally:
        game.wake(LABEL, game.rules)
    page.wait_for_selector(".picture img.shown")
    page.wait_for_selector("text=The model is still waking up.", state="hidden")

    assert tab.trouble == []


def test_headline_praises_only_who_believed_something_too(tab: Tab) -> None:
    # Whoever marks everything Wrong catches every trap, and was praised for it.
    page = tab.join("Head Line")

    def said(caught: int, planted: int, correct: int) -> str:
        end = {"traps_caught": caught, "traps_set": planted, "marked_correct": correct}
        return str(page.evaluate("end => gapEnd.headline(end)", end))

    assert said(3, 3, 0) == said(2, 3, 0) == NOTHING_BELIEVED
    assert (said(3, 3, 1), said(2, 3, 4)) == ("Nothing gets past you.", "Sharp eyes.")
    assert said(1, 3, 0) == said(0, 3, 5) == "It fooled you. This time."
    assert said(0, 0, 0) == "It told you no tales."


def test_correct_keeps_the_picture_and_lists_the_question(tab: Tab) -> None:
    page = tab.begin("Correct")
    picture = page.get_attribute(".picture img", "src")
    tab.ask("Is it a car?")
    page.keyboard.press("ArrowRight")
    page.wait_for_selector(FIELD)

    assert page.get_attribute(".picture img", "src") == picture
    assert page.inner_text(".earlier li em") == "Is it a car?"


def test_typing_arrows_in_the_question_gives_no_verdict(tab: Tab) -> None:
    page = tab.begin("Typist")
    page.fill(FIELD, "What")
    for key in ("ArrowLeft", "ArrowRight", "c", "w"):
        page.keyboard.press(key)

    assert page.input_value(FIELD) == "Whatcw"


def test_a_reload_shows_the_same_picture_and_question(tab: Tab) -> None:
    page = tab.begin("Reloader")
    tab.ask("Is it blue?")
    picture = page.get_attribute(".picture img", "src")
    page.reload()
    page.wait_for_selector(VERDICT)

    assert page.get_attribute(".picture img", "src") == picture
    assert page.inner_text("[data-ref=question]") == "You: Is it blue?"
    assert page.inner_text("[data-ref=answer]") == "There is a red car."


def test_a_reload_fetches_no_part_of_the_page_again(tab: Tab) -> None:
    page = tab.join("Re Loader")
    fetched = (
        "() => performance.getEntriesByType('resource').filter((one) => one.transferSize && "
        "one.name.includes('/play/assets/')).length"
    )
    first = page.evaluate(fetched)
    page.reload()
    page.wait_for_selector("[data-ref=start]:visible")
    assert first > 20 and page.evaluate(fetched) == 0


def test_a_reload_in_mid_answer_says_what_became_of_the_question(
    tab: Tab, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = tab.server.model
    assert isinstance(model, ScriptedModel)
    monkeypatch.setattr(model, "word_s", 0.1)
    model.enqueue("word " * 300)
    page = tab.begin("Impatient")
    page.fill(FIELD, "What is this?")
    page.keyboard.press("Enter")
    page.wait_for_selector(".bubble[data-is=said]")
    page.reload()
    page.wait_for_selector(".notice:visible")

    assert page.inner_text(".notice:visible") == GIVEN_UP
    page.wait_for_selector(FIELD)


def test_a_second_tab_shows_the_same_picture(tab: Tab) -> None:
    picture = tab.begin("Two Tabs").get_attribute(".picture img", "src")
    second = tab.open_page()
    second.goto(tab.server.url)
    second.wait_for_selector(".picture img.shown")

    assert second.get_attribute(".picture img", "src") == picture


def test_the_next_picture_comes_by_itself(chromium: Any, hurried_server: GameServer) -> None:
    tab = Tab(chromium, hurried_server)
    page = tab.begin("Sleeper")
    page.wait_for_selector(".dots li[data-is=now]:text-is('2')")
    page.wait_for_selector(".dots li[data-is=now]:text-is('3')")
    tab.context.close()

    assert tab.trouble == []


@pytest.mark.parametrize("height", [844, 667])
def test_a_phone_needs_no_scrolling(phone: Tab, height: int) -> None:
    phone.page.set_viewport_size({"width": 390, "height": height})
    page = phone.begin(f"Phone {height}")

    assert_in_view(page, [".picture img", ".ask .field", ".ask button", ".clock"])
    phone.ask()
    assert_in_view(page, [".picture img", "[data-ref=answer]", "[value=wrong]", "[value=correct]"])


@pytest.mark.parametrize("question", ["What is this?", "\u0915\u094d" * 240])
def test_a_narrow_window_with_keys_on_its_buttons_fits(tab: Tab, question: str) -> None:
    # With a mouse the buttons show their keys and were too wide; a cluster of letters that
    # can't be broken pushed the answer out of the window.
    tab.page.set_viewport_size(PHONE)
    page = tab.begin(f"Narrow {len(question)}")
    for _ in range(2):
        tab.ask(question)
        assert_in_view(page, [".picture", ".bubble", "[value=wrong]", "[value=correct]"])
        for part in (".board", ".talk", ".judge .button-right"):
            assert page.eval_on_selector(part, "e => e.scrollWidth - e.clientWidth") <= 0, part
        page.keyboard.press("ArrowRight")
        page.wait_for_selector(FIELD)


def assert_in_view(page: Any, selectors: list[str]) -> None:
    size = page.viewport_size
    for selector in selectors:
        box = page.locator(selector).bounding_box()
        assert box["x"] >= 0 and box["x"] + box["width"] <= size["width"] + 0.5, selector
        assert box["y"] >= 0 and box["y"] + box["height"] <= size["height"] + 0.5, selector
    assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]


@pytest.mark.parametrize("nasty", ["${document.title='hit'}", "<img src=x onerror=alert(1)>"])
def test_words_are_shown_and_never_run(tab: Tab, nasty: str) -> None:
    model = tab.server.model
    assert isinstance(model, ScriptedModel)
    model.enqueue(nasty + " {{constructor}}")
    page = tab.begin(nasty[:24])
    tab.ask(nasty)

    assert page.inner_text("[data-ref=question]") == f"You: {nasty}"
    assert page.inner_text("[data-ref=answer]") == nasty + " {{constructor}}"
    assert page.inner_text("[data-ref=nickname]") == nasty[:24]
    assert page.title() == "GAP: catch the model out" and tab.trouble == []


def test_a_screen_reader_hears_the_whole_answer_once(tab: Tab) -> None:
    page = tab.begin("Listener")
    tab.ask()

    heard = page.inner_text("[aria-live=polite]")
    assert heard.startswith("Answer: There is a red car.")
    assert page.evaluate("document.activeElement.dataset.ref") == "judge"


def test_where_the_focus_is_can_be_seen(tab: Tab) -> None:
    page = tab.begin("Focus")
    tab.ask()
    for name in ("wrong", "correct"):
        page.keyboard.press("Tab")
        focused = page.evaluate(
            "(() => { const e = document.activeElement, s = getComputedStyle(e);"
            " return [e.value, s.outlineStyle, parseFloat(s.outlineWidth)]; })()"
        )
        assert focused[0] == name and focused[1] == "solid" and focused[2] >= 3


def test_reduced_motion_is_respected(chromium: Any, server: GameServer) -> None:
    tab = Tab(chromium, server, reduced_motion="reduce")
    page = tab.begin("Calm")
    moving = page.evaluate("document.getAnimations().filter(a => a.playState === 'running').length")
    tab.context.close()

    assert moving == 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_stands_out_in_light_and_dark(chromium: Any, server: GameServer, scheme: str) -> None:
    tab = Tab(chromium, server, color_scheme=scheme)
    page = tab.begin(f"Eyes {scheme}")
    tab.ask()
    ratios = {s: contrast(page, s) for s in (".bubble", "[value=wrong]", "[value=correct]")}
    tab.context.close()

    assert all(ratio >= 4.5 for ratio in ratios.values()), ratios


def contrast(page: Any, selector: str) -> float:
    """WCAG contrast of an element's text on its own background."""
    script = (
        "s => { const c = getComputedStyle(document.querySelector(s));"
        " return [c.color, c.backgroundColor].map(t => t.match(/[\\d.]+/g).map(Number)); }"
    )
    text, ground = (luminance(colour[:3]) for colour in page.evaluate(script, selector))
    return (max(text, ground) + 0.05) / (min(text, ground) + 0.05)


def luminance(colour: list[float]) -> float:
    parts = [c / 255 for c in colour]
    linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
