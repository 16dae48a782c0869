"""A kiosk's screen from visitor to visitor, and what each leaves on it. Called by the day."""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

from playwright.async_api import BrowserContext, Error, Page

from gap_core.simulation.players import SimulatedPlayer
from gap_core.simulation.stand.attacks import AT_THE_FORM, IN_THE_GAME, NASTY
from gap_core.simulation.stand.records import StandDay
from gap_core.simulation.stand.scenes import SceneBook
from gap_core.simulation.stand.visitor import FIELD, WAIT_MS, StuckError, Visitor
from gap_core.simulation.stand.watching import Watch

KIOSK_COOKIE = "gap_kiosk"
IDLE_S, ASKED_S = 75, 15  # as kiosk.js has them
SLACK_S = 20
TOUCHES = 6  # of whoever wants to come to the form
LEFT_BEHIND = """async () => ({
  local: Object.keys(localStorage).length, session: Object.keys(sessionStorage).length,
  databases: (await indexedDB.databases()).length, caches: (await caches.keys()).length,
  name: window.name.length, state: history.state === null ? 0 : 1,
  typed: [...document.querySelectorAll('input:not([type=checkbox]):not([type=hidden])')]
      .filter(e => e.value).length,
  ticked: document.querySelectorAll('input:checked').length,
})"""


@dataclass
class Kiosk:
    """One screen and its next visitor.

    Attributes:
        url: of the game.
        page: in a browser context of its own, as on a machine of its own.
        code: of the event.
        rng: of who comes and what they do.
        gap_s: mean time between two visitors.
        haste: everything that visitors wait for is divided by it.
        seed: of the visitors.
        last: nicknames and words of the last visitor.
    """

    number: int
    url: str
    page: Page
    code: str
    day: StandDay
    watch: Watch
    scenes: SceneBook
    rng: random.Random
    gap_s: float
    haste: float
    seed: int
    last: list[str] = field(default_factory=list)
    visitors: int = 0

    @property
    def context(self) -> BrowserContext:
        """The browser's profile."""
        return self.page.context

    async def serve_until(self, end: float) -> None:
        """Let visitors come at random until that moment of time.monotonic."""
        await self.page.goto(f"{self.url}/kiosk")
        while time.monotonic() < end:
            await asyncio.sleep(self.rng.expovariate(1 / self.gap_s) / self.haste)
            await self.serve_one()

    async def serve_one(self) -> None:
        """One visitor, and a look at what is left of them."""
        kind = self.rng.choices(list(SHARES), list(SHARES.values()))[0]
        visitor = self._visitor(kind)
        self.day.visits[kind] += 1
        self.watch.expects_refusals = kind == "abusive"
        try:
            await self.approach()
            await self.check_nothing_left()
            self.last = [visitor.nickname]
            await VISITS[kind](self, visitor)
        except (StuckError, Error) as err:
            await self.watch.stuck(self.page, f"{kind}: {str(err).splitlines()[0]}")
        await self.come_back()

    def _visitor(self, kind: str) -> Visitor:
        self.visitors += 1
        who = SimulatedPlayer(
            1000 * self.number + self.visitors, mix="honest", seed=self.seed, temper=None
        )
        nickname = who.nickname
        if kind == "abusive":
            nickname = f"{self.rng.choice(NASTY)[:16]}{self.number}.{self.visitors}"
        return Visitor(
            self.page, who=who, nickname=nickname, code=self.code, day=self.day,
            watch=self.watch, scenes=self.scenes, rng=self.rng, haste=self.haste,
        )  # fmt: skip

    async def approach(self) -> None:
        """From whatever the screen shows to the form, as somebody who touches what is there.

        Raises:
            StuckError: touching leads nowhere, or into somebody else's game.
        """
        if self.visitors > 1 and self.rng.random() < 0.25:  # tries the last one's pages first
            await self.page.go_back(wait_until="commit", timeout=10_000)
            await asyncio.sleep(1.5)
            await self._check_words()
        for _ in range(TOUCHES):
            path = self._path
            if path == "/join":
                await self.page.wait_for_selector("[name=nickname]", timeout=WAIT_MS)
                return
            if path.startswith("/play"):
                self.watch.trouble("somebody else's game is open", self.page.url)
                raise StuckError("the form")
            if path == "/attract":
                await self.page.click(".attract-foot .button", timeout=WAIT_MS)
            elif path == "/wall":
                await self.page.mouse.click(600, 700)
            else:
                await self.page.click("a.button", timeout=WAIT_MS)
            await asyncio.sleep(1.5)
        raise StuckError("the form")

    @property
    def _path(self) -> str:
        return "/" + self.page.url.split("?")[0].removeprefix(self.url).strip("/")

    async def come_back(self) -> None:
        """Whoever was there is gone now: the screen is to come back by itself."""
        began = time.monotonic()
        for page in self.context.pages:
            await self._see_it_come_back(page, began)
        for page in self.context.pages:
            if page != self.page:
                await page.close()
        await self._check_cookies()

    async def _see_it_come_back(self, page: Page, began: float) -> None:
        while self._is_away(page):
            waited_s = time.monotonic() - began
            if waited_s > (IDLE_S + ASKED_S) / self.haste + SLACK_S:
                await self.watch.stuck(page, "a page that should have come back")
                self.watch.trouble("hand needed", page.url)
                await page.goto(f"{self.url}/kiosk")
                return
            if self.haste > 1:
                await page.clock.fast_forward(int(5_000 * self.haste))
            await asyncio.sleep(0.5)
        self.day.resets_s.append(time.monotonic() - began)

    def _is_away(self, page: Page) -> bool:
        # A wall stays a wall until somebody touches it.
        return page.url.removeprefix(self.url) not in ("/attract", "/wall")

    async def check_nothing_left(self) -> None:
        """Before a visitor does anything: cookies, storage, fields and words of the last one."""
        self.day.checks += 1
        await self._check_cookies()
        await self._check_words()
        for what, count in (await self.page.evaluate(LEFT_BEHIND)).items():
            if count:
                self.watch.trouble(f"left behind: {what}", f"{count} at {self.page.url}")

    async def _check_cookies(self) -> None:
        if self._path == "/wall":  # nobody's until it is touched
            return
        names = {one["name"] for one in await self.context.cookies()}
        if names != {KIOSK_COOKIE}:
            self.watch.trouble("left behind: cookies", f"{sorted(names)} at {self.page.url}")

    async def _check_words(self) -> None:
        if self._path in ("/week", "/wall"):  # names of players stand there for everybody
            return
        content = await self.page.evaluate("document.body.innerText")
        for words in self.last:
            if words in content:
                self.watch.trouble("left behind: words", f"{words} at {self.page.url}")


async def _press_next(kiosk: Kiosk, visitor: Visitor) -> None:
    await visitor.page.click("form[action='/leave'] button:visible", timeout=WAIT_MS)
    await visitor.page.wait_for_url("**/attract", timeout=WAIT_MS)
    kiosk.day.left["pressed Next player"] += 1


async def whole_session(kiosk: Kiosk, visitor: Visitor) -> None:
    """Play to the end; then press Next player, look at the week, or walk off."""
    await visitor.join()
    if not await visitor.play():
        raise StuckError("the end of a session")
    await visitor.pause(kiosk.rng.uniform(3, 15))
    how = kiosk.rng.random()
    if how < 0.3:
        kiosk.day.left["walked off from the result"] += 1
        return
    if how < 0.5:
        await visitor.page.click(".end a[href='/week']")
        await visitor.page.wait_for_url("**/week", timeout=WAIT_MS)
    await _press_next(kiosk, visitor)


async def walking_off(kiosk: Kiosk, visitor: Visitor) -> None:
    """Leave in the middle of a picture, half a question typed."""
    await visitor.join()
    await visitor.play(kiosk.rng.randint(1, 4))
    if await visitor.page.locator(FIELD).count():
        await visitor.page.fill(FIELD, f"is there anything of {visitor.nickname}")
    kiosk.day.left["walked off in a round"] += 1


async def form_only(kiosk: Kiosk, visitor: Visitor) -> None:
    """Fill in the form and be called away."""
    await visitor.fill_form(visitor.nickname)
    kiosk.day.left["walked off from the form"] += 1


async def looking(kiosk: Kiosk, visitor: Visitor) -> None:
    """Read the form, look for the leaderboard, which is for players, and go."""
    await visitor.pause(kiosk.rng.uniform(2, 20))
    await visitor.page.click("a[href='/week']")
    kiosk.day.left["walked off after a look"] += 1


async def coming_back(kiosk: Kiosk, visitor: Visitor) -> None:
    """Be away until the screen asks, say so, play on, and make room."""
    await visitor.join()
    await visitor.play(1)
    if kiosk.haste > 1:
        await visitor.page.clock.fast_forward(76_000)
    await visitor.page.wait_for_selector(".still-there button", timeout=(IDLE_S + 20) * 1000)
    await asyncio.sleep(2)
    await visitor.page.click(".still-there button")
    if await visitor.page.locator(FIELD).count():
        await visitor.ask("What is this?")
    await visitor.page.click(".wordmark")
    await _press_next(kiosk, visitor)


async def abusive(kiosk: Kiosk, visitor: Visitor) -> None:
    """Some bad manners at the form, some in the game, and off."""
    if kiosk.rng.random() < 0.6:
        await _do(kiosk, visitor, kiosk.rng.choice(list(AT_THE_FORM)))
    if "/play" not in visitor.page.url:
        await visitor.join()
    for act in kiosk.rng.sample(list(IN_THE_GAME), kiosk.rng.randint(1, 4)):
        if "/play" not in visitor.page.url:
            break
        await _do(kiosk, visitor, act)
    kiosk.day.left["walked off after bad manners"] += 1


async def _do(kiosk: Kiosk, visitor: Visitor, act: str) -> None:
    kiosk.day.attacks[act] += 1
    try:
        await {**AT_THE_FORM, **IN_THE_GAME}[act](visitor)
    except (StuckError, Error) as err:
        raise StuckError(f"{act}: {str(err).splitlines()[0]}") from err


VISITS: Mapping[str, Callable[[Kiosk, Visitor], Awaitable[None]]] = {
    "plays to the end": whole_session,
    "walks off in a round": walking_off,
    "walks off from the form": form_only,
    "looks only": looking,
    "is away for a while": coming_back,
    "abusive": abusive,
}
SHARES = {
    "plays to the end": 0.34,
    "walks off in a round": 0.14,
    "walks off from the form": 0.08,
    "looks only": 0.08,
    "is away for a while": 0.06,
    "abusive": 0.3,
}
