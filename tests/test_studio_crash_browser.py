# kill -9 in mid-item: the last second of typing is all that may be lost.
from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.fixtures_studio import StudioProcess, StudioTab, mark_wrong

pytestmark = [pytest.mark.browser, pytest.mark.slow]

LOOK_AGAIN_HAS_FOCUS = "document.activeElement.shadowRoot?.activeElement?.dataset.does === 'look'"


def test_a_killed_studio_loses_at_most_the_last_second(chromium: Any, tmp_path: Path) -> None:
    mark_wrong(tmp_path, [("How many dogs?", "One.")])
    with StudioProcess(tmp_path) as studio:
        name = studio.person()
        tab = StudioTab(chromium, studio)
        page = tab.at_desk(name)
        page.keyboard.type("typed long before")
        page.wait_for_timeout(1000)
        page.keyboard.type(" and just now")
        studio.kill()
        studio.restart()
        page = tab.context.new_page()
        page.goto(studio.url)
        page.wait_for_selector("textarea:visible", timeout=60_000)

        assert page.inner_text("[data-ref=question]") == "How many dogs?"
        assert page.input_value("textarea").startswith("typed long before")


def test_typing_goes_on_while_the_studio_does_not_answer(chromium: Any, tmp_path: Path) -> None:
    # Streamlit's box "Connection error" took the keyboard: what was typed after it went nowhere.
    mark_wrong(tmp_path, [("How many dogs?", "One.")])
    with StudioProcess(tmp_path) as studio:
        page = StudioTab(chromium, studio).at_desk(studio.person())
        page.keyboard.type("before")
        page.wait_for_selector("[data-ref=saved]:text-is('draft saved')")
        studio.kill()
        page.wait_for_selector("text=The studio does not answer")
        page.wait_for_timeout(4000)  # Streamlit tries again, and would show its box again
        page.keyboard.type(" after")
        page.wait_for_selector("[data-ref=saved]:text-is('draft NOT saved: no connection')")
        studio.restart()
        page.wait_for_selector("[data-ref=saved]:text-is('draft saved')")

        assert page.input_value("textarea") == "before after"
        page.wait_for_selector("[data-ref=notice]", state="hidden")


def test_after_the_last_question_enter_looks_again(chromium: Any, tmp_path: Path) -> None:
    mark_wrong(tmp_path, [("How many dogs?", "One.")])
    with StudioProcess(tmp_path, second_share=0.0) as studio:
        page = StudioTab(chromium, studio).at_desk(studio.person())
        page.keyboard.type("There are two dogs.")
        page.keyboard.press("Control+Enter")
        page.wait_for_selector("text=Nothing to label now")
        page.wait_for_function(LOOK_AGAIN_HAS_FOCUS)
        mark_wrong(tmp_path, [("How many cats?", "One.")])
        page.keyboard.press("Enter")
        page.wait_for_selector("[data-ref=question]:text-is('How many cats?')")

        assert not page.is_visible("text=Nothing to label now")
