# The Synthesis page in a real browser: an item in front of the page, out and in again; and colours.
from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from scripts.synthesize import main
from tests.fixtures_play import fill_deck
from tests.fixtures_studio import StudioProcess, StudioTab
from tests.test_game_browser import luminance

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture(scope="module")
def synthesizing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StudioProcess]:
    """A studio over a finished run of twelve items."""
    folder: Path = tmp_path_factory.mktemp("synthesizing")
    fill_deck(folder / "gap.db", folder, tainted=1, untainted=9)
    options = ["--count", "12", "--language", "en", "--in-flight", "1", "--data-dir", str(folder)]
    assert CliRunner().invoke(main, ["drawn", *options]).exit_code == 0
    with StudioProcess(folder) as running:
        yield running


def opened(tab: StudioTab, page_name: str) -> Any:
    page = tab.sign_in(tab.studio.person(role="reviewer"))
    page.click(f"[data-testid=stTopNavLink] >> text='{page_name}'")
    return page


def test_an_item_is_looked_at_in_sight_rejected_and_taken_back(
    chromium: Any, synthesizing: StudioProcess
) -> None:
    tab = StudioTab(chromium, synthesizing)
    page = opened(tab, "Synthesis")
    last = page.locator("tr", has=page.get_by_role("button", name="Reject")).last
    last.scroll_into_view_if_needed()
    number = last.locator("td").first.inner_text()
    last.get_by_role("button", name="Look").click()
    words = page.get_by_role("dialog").get_by_text(f"Item {number}", exact=True)
    words.wait_for()
    box = words.bounding_box()
    assert box is not None and 0 <= box["y"] <= 800  # it opened below the screen
    page.keyboard.press("Escape")
    page.get_by_role("dialog").wait_for(state="detached")

    row = page.locator("tr", has=page.locator(f"td:first-child:text-is('{number}')"))
    row.get_by_role("button", name="Reject").click()
    page.keyboard.type("dull")
    page.keyboard.press("Enter")
    row.get_by_text("dull").wait_for()
    assert row.locator("td").nth(6).inner_text().endswith(": dull")
    row.get_by_role("button", name="Take back").click()
    row.get_by_role("button", name="Reject").wait_for()
    assert row.locator("td").nth(6).inner_text() == ""
    assert tab.trouble == []
    tab.context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(
    ("where", "chosen"),
    [
        ("Dataset", "[data-testid=stTab][aria-selected=true] p"),
        ("Synthesis", "[role=radio][aria-checked=true] p"),
    ],
)
def test_what_is_chosen_stands_out(
    chromium: Any, synthesizing: StudioProcess, scheme: str, where: str, chosen: str
) -> None:
    tab = StudioTab(chromium, synthesizing, color_scheme=scheme)
    page = opened(tab, where)
    page.wait_for_selector(chosen)
    text, ground = page.evaluate(
        "chosen => [document.querySelector(chosen),"
        " document.querySelector('[data-testid=stApp]')].map((e, n) => {"
        " const s = getComputedStyle(e); return (n ? s.backgroundColor : s.color)"
        ".match(/[\\d.]+/g).map(Number).slice(0, 3); })",
        chosen,
    )
    tab.context.close()

    light, dark = sorted((luminance(text), luminance(ground)), reverse=True)
    assert (light + 0.05) / (dark + 0.05) >= 4.5
