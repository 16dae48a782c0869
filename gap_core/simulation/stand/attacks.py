"""What abusive visitors do to a screen. Called by the day's kiosks, with a joined visitor or none.

Each act is a coroutine over the visitor; where it ends up is nobody's business but the kiosk's.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping

from playwright.async_api import Error

from gap_core.simulation.stand.visitor import FIELD, PHASE, StuckError, Visitor

RUDE = ("asshole", "Sh1thead", "f.u.c.k", "Scheisse", "puta madre", "connard", "Arschloch 7")
NASTY = (
    "<img src=x onerror=alert(1)>",
    "${alert(1)}",
    "{{constructor.constructor('alert(1)')()}}",
    "<script>alert(1)</script>",
    "javascript:alert(1)",
    "'; DROP TABLE players; --",
    "\u202egnp.exe\u0000",
)
BY_HAND = (
    "/wall", "/studio", "/file=/etc/passwd", "/play/file=/etc/passwd", "/play/config", "/healthz",
    "/play/gradio_api/file=/etc/passwd", "/picture/x", "/metrics", "/qr.svg", "/static/board.js",
    "/attract", "/week", "/kiosk", "/%2e%2e/secret.key", "/join?x=<script>alert(1)</script>",
)  # fmt: skip
CHORDS = (
    "Control+Shift+I", "F12", "F11", "Alt+ArrowLeft", "Alt+ArrowRight", "Control+P", "Control+U",
    "Control+A", "Control+X", "Control+Z", "Escape", "Tab", "Shift+Tab", "F5", "Control+R",
    "Control+J", "Meta+D", "Alt+Home", "PageDown", "Backspace", "Delete", "Enter", "Space",
)  # fmt: skip
GIANT = 200_000  # characters

Act = Callable[[Visitor], Awaitable[None]]


async def rude_name(visitor: Visitor) -> None:
    """Ask to be called what nobody should read; only before joining."""
    await visitor.fill_form(visitor.rng.choice(RUDE))
    await visitor.page.click(".slip .button")
    try:
        await visitor.page.wait_for_selector(".slip .notice", timeout=10_000)
    except Error:
        visitor.watch.trouble("rude name taken", visitor.page.url)


async def giant_form(visitor: Visitor) -> None:
    """Paste a book into the form; only before joining. The field may cut it to a name."""
    await visitor.fill_form("A" * GIANT)
    await visitor.page.click(".slip .button")
    await visitor.page.wait_for_load_state()


async def wrong_codes(visitor: Visitor) -> None:
    """Guess the event's code, a few times; only before joining."""
    for _ in range(2):
        await visitor.fill_form("Guesser")
        await visitor.page.fill("[name=event_code]", str(visitor.rng.random()))
        await visitor.page.click(".slip .button")
        await visitor.page.wait_for_selector(".slip .notice", timeout=10_000)


async def nasty_question(visitor: Visitor) -> None:
    """Ask with markup, templates and SQL."""
    if await ready_to_ask(visitor):
        await visitor.ask(visitor.rng.choice(NASTY))


async def giant_question(visitor: Visitor) -> None:
    """Paste a book as a question."""
    if await ready_to_ask(visitor):
        await visitor.page.fill(FIELD, "why " * (GIANT // 4))
        await visitor.page.keyboard.press("Enter")
        await asyncio.sleep(3)


async def click_flood(visitor: Visitor) -> None:
    """Hit the screen everywhere as fast as it goes."""
    await ready_to_ask(visitor)
    for _ in range(80):
        size = visitor.page.viewport_size or {"width": 800, "height": 600}
        x = visitor.rng.uniform(0.35, 0.99) * size["width"]
        await visitor.page.mouse.click(x, visitor.rng.uniform(0.1, 0.99) * size["height"])


async def enter_flood(visitor: Visitor) -> None:
    """Hold Enter, arrows and letters down."""
    for _ in range(60):
        await visitor.page.keyboard.press(
            visitor.rng.choice(["Enter", "ArrowLeft", "ArrowRight", "a", "Space"])
        )


async def chords(visitor: Visitor) -> None:
    """Try every shortcut of a browser."""
    for keys in visitor.rng.sample(CHORDS, len(CHORDS)):
        await visitor.page.keyboard.press(keys)
        await asyncio.sleep(0.1)


async def back_and_forth(visitor: Visitor) -> None:
    """Back, forward, back."""
    for step in (visitor.page.go_back, visitor.page.go_forward, visitor.page.go_back):
        await step(wait_until="commit", timeout=10_000)
        await asyncio.sleep(1)


async def reloads(visitor: Visitor) -> None:
    """Reload again and again, in mid-answer too."""
    if await ready_to_ask(visitor):
        await visitor.page.fill(FIELD, "What is this?")
        await visitor.page.keyboard.press("Enter")
    for _ in range(6):
        await visitor.page.reload(wait_until="commit")
        await asyncio.sleep(0.3)


async def two_tabs(visitor: Visitor) -> None:
    """Play in two windows at once; the second stays open behind."""
    second = await visitor.page.context.new_page()
    await second.goto(f"{origin(visitor)}/play/")
    for page in (second, visitor.page):
        if await page.locator(FIELD).count():
            await page.fill(FIELD, "What is this?")
            await page.keyboard.press("Enter")
    await asyncio.sleep(3)


async def by_hand(visitor: Visitor) -> None:
    """Type addresses; the last one stays on the screen."""
    for path in visitor.rng.sample(BY_HAND, 4):
        try:
            await visitor.page.goto(origin(visitor) + path, wait_until="commit", timeout=10_000)
        except Error as err:
            if "ERR_ABORTED" not in str(err) and "interrupted" not in str(err):
                raise
        await asyncio.sleep(0.5)


AT_THE_FORM: Mapping[str, Act] = {
    "rude name": rude_name,
    "giant form": giant_form,
    "wrong codes": wrong_codes,
}
IN_THE_GAME: Mapping[str, Act] = {
    "nasty question": nasty_question,
    "giant question": giant_question,
    "click flood": click_flood,
    "key flood": enter_flood,
    "chords": chords,
    "back and forth": back_and_forth,
    "reloads": reloads,
    "two tabs": two_tabs,
    "by hand": by_hand,
}


def origin(visitor: Visitor) -> str:
    """The game's address as the screen has it."""
    return "/".join(visitor.page.url.split("/")[:3])


async def ready_to_ask(visitor: Visitor) -> bool:
    """Come to a question if the screen allows it; False where it doesn't."""
    for _ in range(20):
        phase = await visitor.page.evaluate(PHASE)
        if phase == "ask":
            return True
        if phase == "lobby":
            await visitor.page.click("[data-ref=start]:visible")
        elif phase == "judge":
            await visitor.press("correct")
        elif phase == "end" or "/play" not in visitor.page.url:
            return False
        await asyncio.sleep(1)
    raise StuckError("a question")
