# Headless Chromium, where there is one.
from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from gap_core.errors import GapError
from gap_core.simulation.headless_browser import find_chromium


def _find() -> str | None:
    try:
        return find_chromium()
    except GapError:
        return None


CHROMIUM = _find()


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    """A browser; the test is skipped where Debian's Chromium is not installed."""
    if CHROMIUM is None:
        pytest.skip("no Chromium on the path; install it: apt install chromium-headless-shell")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()
