"""How long a labeler waits for the next question, by a browser's own clock.

Called by scripts/bench_studio.py. Needs playwright and a Chromium (`find_chromium`).
"""

from collections.abc import Callable
from typing import Any

from gap_core.simulation.headless_browser import find_chromium

WIDTH_PX, HEIGHT_PX = 1280, 800
PATIENCE_MS = 120_000
# From the key to the frame in which another question, with its picture loaded, is drawn.
WATCH = """() => {
    const inDesk = (part) => [...document.querySelectorAll('*')].map((e) => e.shadowRoot)
        .find((root) => root?.querySelector('.desk')).querySelector(part);
    window.waited = null;
    document.addEventListener('keydown', function onKey(event) {
        if (!(event.ctrlKey && event.key === 'Enter')) return;
        document.removeEventListener('keydown', onKey, true);
        const pressed = event.timeStamp;
        const look = () => {
            const isNext = inDesk('[data-ref=text]').value === '';
            const isThere = isNext && inDesk('.stage').dataset.is === 'shown';
            if (!isThere) return requestAnimationFrame(look);
            requestAnimationFrame((drawn) => { window.waited = drawn - pressed; });
        };
        look();
    }, true);
}"""


def measure_waits(
    url: str,
    *,
    name: str,
    password: str,
    labels: int,
    on_label: Callable[[], None] = lambda: None,
) -> list[float]:
    """Sign in and label that many questions by keyboard alone; the first one warms up.

    Returns:
        Milliseconds from the save key to the next question on the screen, sorted.
    """
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": WIDTH_PX, "height": HEIGHT_PX})
        page.set_default_timeout(PATIENCE_MS)
        page.goto(url)
        page.fill("[name=name]", name)
        page.fill("[name=password]", password)
        page.keyboard.press("Enter")
        page.wait_for_selector("textarea:visible")
        waits = []
        for _ in range(labels + 1):
            waits.append(_label_one(page))
            on_label()
        browser.close()
    return sorted(waits[1:])


def _label_one(page: Any) -> float:
    page.evaluate(WATCH)
    page.keyboard.type("There are three dogs.", delay=20)
    page.keyboard.press("Control+Enter")
    page.wait_for_function("window.waited !== null", polling=50)
    return float(page.evaluate("window.waited"))
