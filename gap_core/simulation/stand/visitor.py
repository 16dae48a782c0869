"""A visitor at a screen: joins, looks, asks, judges, as the pages let them. Called by the day."""

import asyncio
import random
import time
from contextlib import suppress

from playwright.async_api import Page, TimeoutError

from gap_core.simulation.players import SimulatedPlayer
from gap_core.simulation.stand.records import StandDay
from gap_core.simulation.stand.scenes import SceneBook
from gap_core.simulation.stand.watching import Watch

WAIT_MS = 30_000  # a page that needs longer is stuck
GONE_MS = 5_000  # what a picture's end takes away does not come back
LONGEST_PAUSE_S = 40.0
FIDGET_S = 20.0  # somebody who waits moves the pointer now and then
TICK_S = 0.5
DEAF_S = 0.5  # the buttons are deaf at first, against double clicks
PICTURES_AT_MOST, STEPS_AT_MOST = 10, 150
FIELD = ".ask:visible .field:enabled"
VERDICT = ".judge:visible button:enabled"
PHASE = """() => {
  const seen = (s) => { const e = document.querySelector(s); return Boolean(e && e.offsetParent); };
  if (seen('.end')) return 'end';
  if (seen('.judge button:enabled')) return 'judge';
  if (seen('.ask .field:enabled')) return 'ask';
  return seen('[data-ref=start]:enabled') ? 'lobby' : 'wait';
}"""


class StuckError(Exception):
    """The page did not come to where it should."""


class Visitor:
    """Somebody with a nickname at a page.

    Args:
        page: the screen.
        who: what they ask and how they mark.
        nickname: that they choose.
        code: of the event.
        day: where to note what happens.
        watch: over the screen.
        scenes: what is in the pictures.
        rng: of everything that `who` doesn't decide.
        haste: pauses are divided by it.
    """

    def __init__(
        self,
        page: Page,
        *,
        who: SimulatedPlayer,
        nickname: str,
        code: str,
        day: StandDay,
        watch: Watch,
        scenes: SceneBook,
        rng: random.Random,
        haste: float = 1.0,
    ) -> None:
        self.page = page
        self.who = who
        self.nickname = nickname
        self.code = code
        self.day = day
        self.watch = watch
        self.scenes = scenes
        self.rng = rng
        self.haste = haste

    async def pause(self, seconds: float) -> None:
        """Think, for less than it takes to be asked "Still there?"."""
        await asyncio.sleep(min(LONGEST_PAUSE_S, seconds) / self.haste)

    async def wait_for(self, selector: str, what: str) -> None:
        """Wait until it is there.

        Raises:
            StuckError: it never is.
        """
        try:
            await self.page.wait_for_selector(selector, timeout=WAIT_MS)
        except TimeoutError as err:
            raise StuckError(what) from err

    async def fill_form(self, nickname: str) -> None:
        """Everything the form asks for, without sending it."""
        await self.wait_for("[name=nickname]", "the form")
        await self.page.fill("[name=nickname]", nickname)
        await self.pause(self.rng.uniform(1, 4))
        await self.page.fill("[name=event_code]", self.code)
        await self.page.check("[name=consent]")

    async def join(self) -> None:
        """From the form to the board's lobby."""
        await self.fill_form(self.nickname)
        sent = time.monotonic()
        await self.page.click(".slip .button")
        await self.wait_for("[data-ref=start]:visible", "the lobby after joining")
        self.day.opens_s.append(time.monotonic() - sent)

    async def play(self, pictures: int = PICTURES_AT_MOST) -> bool:
        """Begin and play so many pictures; whether the session came to its end."""
        self.who.begin_session()
        await self.page.click("[data-ref=start]:visible")
        await self.wait_for(".picture img.shown", "the first picture")
        seen: set[str] = set()
        for _ in range(STEPS_AT_MOST):
            phase = await self._phase()
            if phase == "end":
                self.day.sessions += 1
                return True
            if phase == "judge":
                await self._judge_blindly()
                continue
            token = await self._token()
            if token not in seen:
                seen.add(token)
                if len(seen) > pictures:
                    return False
            await self._turn(token, place=len(seen))
        raise StuckError("the end of a session")

    async def _phase(self) -> str:
        """What the board waits for; fidgets while it only waits for the clock."""
        began = time.monotonic()
        while True:
            phase = str(await self.page.evaluate(PHASE))
            if phase in ("end", "judge", "ask"):
                return phase
            waited_s = time.monotonic() - began
            if waited_s > 150:  # a picture's whole time and more
                raise StuckError(f"anything to do ({phase})")
            if waited_s % FIDGET_S < TICK_S:
                await self.page.mouse.move(self.rng.randint(100, 300), self.rng.randint(100, 300))
            await asyncio.sleep(TICK_S)

    async def _token(self) -> str:
        await asyncio.sleep(1.2)  # the next picture slides in
        source = await self.page.get_attribute(".picture img", "src") or ""
        return source.removeprefix("/picture/").removesuffix("?again")

    async def _turn(self, token: str, *, place: int) -> None:
        """Ask one question and mark its answer, unless the picture's time ends before."""
        scene = await asyncio.to_thread(self.scenes.seen, self.nickname, token)
        if scene is None:
            return
        self.who.look_at(scene, place=min(place, PICTURES_AT_MOST), of=PICTURES_AT_MOST)
        question = self.who.ask(scene)
        await self.pause(self.who.thinking_s())
        if await self.page.evaluate(PHASE) != "ask":
            return
        answer = await self.ask(question.text)
        if answer is None:
            return
        await self.pause(max(DEAF_S * self.haste, self.who.reading_s()))
        mark = self.who.mark(scene, question, answer)
        await self.press(mark)

    async def ask(self, question: str) -> str | None:
        """Send a question; the answer, None where the time was over first."""
        try:
            await self.page.fill(FIELD, question, timeout=GONE_MS)
        except TimeoutError:
            return None
        await self.page.keyboard.press("Enter")
        sent = time.monotonic()
        try:
            await self.page.wait_for_selector(VERDICT, timeout=WAIT_MS)
        except TimeoutError as err:
            if await self.page.evaluate(PHASE) in ("ask", "end"):
                return None  # refused, or the picture's time was over
            raise StuckError(f"the answer to '{question[:60]}'") from err
        self.day.answers_s.append(time.monotonic() - sent)
        self.day.questions += 1
        return await self.page.inner_text("[data-ref=answer]")

    async def press(self, mark: str) -> None:
        """Give a verdict by its button, or by its key."""
        if self.rng.random() < 0.3:
            await self.page.keyboard.press("ArrowLeft" if mark == "wrong" else "ArrowRight")
        elif await self.page.locator(f".judge:visible [value={mark}]:enabled").count():
            with suppress(TimeoutError):
                await self.page.click(f".judge:visible [value={mark}]", timeout=GONE_MS)

    async def _judge_blindly(self) -> None:
        await self.pause(3)
        await self.press(self.rng.choice(["wrong", "correct"]))
