"""A day at a stand in an automated browser: kiosks, phones, a wall, a facilitator.

Called by scripts/conference_day.py, which starts the game beside it.
"""

import asyncio
import random
import secrets
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psutil
from playwright.async_api import Browser, Error, Page, async_playwright

from db import Store
from gap_core.play.manners import is_rude
from gap_core.simulation.players import SimulatedPlayer
from gap_core.simulation.stand.kiosk import Kiosk
from gap_core.simulation.stand.records import StandDay
from gap_core.simulation.stand.scenes import SceneBook
from gap_core.simulation.stand.visitor import StuckError, Visitor
from gap_core.simulation.stand.watching import Watch

SCREEN = {"width": 1280, "height": 800}
PHONE = {"width": 390, "height": 844}
WALL_EVERY_S, MEMORY_EVERY_S = 20.0, 30.0
REVIEW_EVERY_S = 300.0
LAST_VISIT_S = 300.0
SHOWN_AT_MOST = 12
UNREADABLE = ("<", "{", "$", ";", "\\")
GAPS = """() => [...document.querySelectorAll('.gaps li')].map(
  (line) => [line.querySelector('b').innerText, line.querySelector('q').innerText])"""


@dataclass(frozen=True)
class DayPlan:
    """How the day goes.

    Attributes:
        url: of the game, as kiosks open it.
        phone_url: as the QR code says it.
        data_dir: of the game.
        out_dir: for pictures of stuck pages.
        code: of the event.
        pid: of the game's process.
        minutes: how long visitors come.
        kiosks: screens.
        gap_s: mean time between two visitors of a kiosk, and between two phones.
        haste: pauses are divided by it.
        seed: of everything.
        browser: Chromium's path.
    """

    url: str
    phone_url: str
    data_dir: Path
    out_dir: Path
    code: str
    pid: int
    minutes: float
    browser: str
    kiosks: int = 4
    gap_s: float = 45.0
    phone_gap_s: float = 240.0
    haste: float = 1.0
    seed: int = 1


async def run_day(plan: DayPlan, *, on_tick: Callable[[StandDay], None]) -> StandDay:
    """Let the day pass; what came of it.

    Args:
        plan: how it goes.
        on_tick: told each half minute.
    """
    day = StandDay()
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=plan.browser, args=["--no-sandbox", "--disable-dev-shm-usage"]
        )
        scenes, end = SceneBook(plan.data_dir), time.monotonic() + 60 * plan.minutes
        people = [
            *(_kiosk(plan, browser, day, scenes, number, end) for number in range(plan.kiosks)),
            _phones(plan, browser, day, scenes, end),
        ]
        beside = [
            asyncio.create_task(work)
            for work in (
                _wall(plan, browser, day),
                _facilitate(plan, day),
                _weigh(plan, day, on_tick),
            )
        ]
        visiting = [asyncio.create_task(one) for one in people]
        last_s = 60 * plan.minutes + LAST_VISIT_S / plan.haste
        _done, late = await asyncio.wait(visiting, timeout=last_s)
        for task in (*late, *beside):
            task.cancel()
        for end_of in await asyncio.gather(*visiting, *beside, return_exceptions=True):
            if isinstance(end_of, Exception):
                day.trouble("the day's own script", repr(end_of))
        await browser.close()
    return day


@asynccontextmanager
async def _screen(
    plan: DayPlan, browser: Browser, day: StandDay, name: str, *, is_phone: bool = False
) -> AsyncIterator[tuple[Page, Watch]]:
    """A page in a browser profile of its own, watched."""
    context = await browser.new_context(
        viewport=PHONE if is_phone else SCREEN,  # type: ignore[arg-type]
        has_touch=is_phone,
        is_mobile=is_phone,
        reduced_motion="reduce",  # software draws the pages here, at the price of a core
    )
    context.set_default_timeout(30_000)
    if plan.haste > 1:
        await context.clock.install()
    watch = Watch(day, name, plan.out_dir)
    watch.over(context)
    try:
        yield await context.new_page(), watch
    finally:
        await context.close()


async def _kiosk(
    plan: DayPlan, browser: Browser, day: StandDay, scenes: SceneBook, number: int, end: float
) -> None:
    rng = random.Random(f"kiosk {number} {plan.seed}")
    async with _screen(plan, browser, day, f"kiosk {number + 1}") as (page, watch):
        kiosk = Kiosk(
            number + 1, plan.url, page, plan.code, day, watch, scenes, rng,
            gap_s=plan.gap_s, haste=plan.haste, seed=plan.seed,
        )  # fmt: skip
        await kiosk.serve_until(end)


async def _phones(
    plan: DayPlan, browser: Browser, day: StandDay, scenes: SceneBook, end: float
) -> None:
    """One phone after the other, each a browser that was never here."""
    rng, number = random.Random(f"phones {plan.seed}"), 0
    while time.monotonic() < end:
        await asyncio.sleep(rng.expovariate(1 / plan.phone_gap_s) / plan.haste)
        number += 1
        day.visits["phone"] += 1
        async with _screen(plan, browser, day, "phone", is_phone=True) as (page, watch):
            who = SimulatedPlayer(number, mix="honest", seed=plan.seed)
            visitor = Visitor(
                page, who=who, nickname=f"phone {number}", code=plan.code, day=day,
                watch=watch, scenes=scenes, rng=rng, haste=plan.haste,
            )  # fmt: skip
            try:
                await page.goto(plan.phone_url)
                await visitor.join()
                await visitor.play(rng.randint(2, 10))
            except (StuckError, Error) as err:
                await watch.stuck(page, f"phone: {str(err).splitlines()[0]}")


async def _wall(plan: DayPlan, browser: Browser, day: StandDay) -> None:
    """The wall all day, and a look at whether only chosen words stand on it."""
    async with _screen(plan, browser, day, "wall") as (page, watch):
        await page.goto(f"{plan.url}/wall")
        chosen: set[tuple[str, str]] = set()
        while True:
            await asyncio.sleep(WALL_EVERY_S / plan.haste)
            chosen |= await asyncio.to_thread(_chosen, plan.data_dir)
            try:
                shown = await page.evaluate(GAPS)
                names = await page.locator(".rank-name").all_inner_texts()
                address = await page.locator(".phone b").inner_text()
            except Error:
                continue  # it was renewing itself
            day.shown_gaps += len(shown)
            for question, answer in shown:
                if (question.strip(), answer.strip()) not in chosen:
                    watch.trouble("unmoderated words on the wall", question)
            for name in names:
                if is_rude(name):
                    watch.trouble("rude name on the wall", name)
            if address != plan.phone_url:
                watch.trouble("another address on the wall", address)


def _chosen(data_dir: Path) -> set[tuple[str, str]]:
    with Store.open(data_dir / "gap.db") as store:
        return {(one.question, one.answer) for one in store.highlights.chosen(limit=1000)}


async def _facilitate(plan: DayPlan, day: StandDay) -> None:
    """Every few minutes choose what reads well of what was marked wrong, and hide the oldest."""
    while True:
        await asyncio.sleep(REVIEW_EVERY_S / plan.haste)
        db = plan.data_dir / "gap.db"
        day.chosen += await asyncio.to_thread(review, db, now=datetime.now(UTC))


def review(db: Path, *, now: datetime, hours: float = 3) -> int:
    """Choose up to two gaps of the last hours that can be read aloud; how many were."""
    with Store.open(db) as store:
        found = store.highlights.candidates(since=now - timedelta(hours=hours), limit=30)
        good = [
            one
            for one in found
            if len(one.question) < 100
            and not any(sign in one.question for sign in UNREADABLE)
            and not is_rude(one.question)
        ][:2]
        for one in good:
            store.highlights.choose(one.turn_id, token=secrets.token_urlsafe(12), now=now)
        shown = store.highlights.chosen(limit=1000)
        store.highlights.drop([one.turn_id for one in shown[SHOWN_AT_MOST:]])
    return len(good)


async def _weigh(plan: DayPlan, day: StandDay, on_tick: Callable[[StandDay], None]) -> None:
    """The server's memory, and whether it still runs."""
    process = psutil.Process(plan.pid)
    while True:
        try:
            day.memory_mib.append(process.memory_info().rss / 2**20)
        except psutil.NoSuchProcess:
            day.trouble("the server is gone")
            return
        on_tick(day)
        await asyncio.sleep(MEMORY_EVERY_S)
