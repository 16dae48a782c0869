# kill -9 in mid-item: the last second of typing is all that may be lost.
from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.fixtures_studio import StudioProcess, StudioTab, mark_wrong

pytestmark = [pytest.mark.browser, pytest.mark.slow]


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
