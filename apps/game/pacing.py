"""When words may be shown, so that their moment tells nothing. Called by the handlers.

Whatever is ready is held back to the next line of a fixed grid that starts with the player's
event; what happens between two lines of the grid can't be seen from outside. The newest words
wait until it is sure that they don't begin a repeat of the model's instruction.
"""

import asyncio
import math
import re
import time
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass

from gap_core.play import check_answer, safe_part
from models.base import Reply
from models.errors import ModelError
from models.tickets import Ticket, Update

WORDS = re.compile(r"\s*\S+\s*")


@dataclass(frozen=True)
class AnswerPace:
    """The grid in seconds.

    Attributes:
        first_s: no answer begins to show earlier; above the time that an idle model needs.
        grid_s: later beginnings fall on multiples of this.
        tick_s: between two pieces of an answer that is being shown.
        words_per_tick: the most words that one piece adds.
        verdict_s: what comes after a verdict falls on multiples of this.
        beat_s: while nothing changes the browser still hears something this often.
    """

    first_s: float = 0.6
    grid_s: float = 0.3
    tick_s: float = 0.1
    words_per_tick: int = 2
    verdict_s: float = 0.25
    beat_s: float = 2.0

    def __post_init__(self) -> None:
        """Refuse a grid without lines."""
        if min(vars(self).values()) <= 0:
            raise ValueError(f"{self} has a step that is not above 0.")


@dataclass(frozen=True)
class Shown:
    """What the player sees of an answer: the questions before it, or its words so far."""

    ahead: int = 0
    text: str = ""
    reply: Reply | None = None


async def wait_for_line(started: float, *, grid_s: float) -> None:
    """Sleep until the next whole multiple of `grid_s` after `started` (time.monotonic)."""
    passed = time.monotonic() - started
    lines = max(1, math.ceil(passed / grid_s))
    await asyncio.sleep(max(0.0, lines * grid_s - passed))


async def paced_answer(ticket: Ticket, *, pace: AnswerPace, asked: float) -> AsyncIterator[Shown]:
    """The ticket's answer on the grid; the last item carries the reply.

    Raises:
        ModelError: the model failed, or the game is shutting down.
        GapError: the model repeats its instruction.
    """
    inbox = Inbox(ticket)
    listening = asyncio.create_task(inbox.listen())
    try:
        async for shown in _show(inbox, listening, pace, asked):
            yield shown
    finally:
        ticket.cancel()
        listening.cancel()
        with suppress(asyncio.CancelledError, ModelError):
            await listening


class Inbox:
    """The newest word of a ticket, and the words that may be shown."""

    def __init__(self, ticket: Ticket) -> None:
        self.newest = Update(place=None, text="", is_done=False, reply=None)
        self._ticket = ticket
        self._words_of, self._words = self.newest, list[str]()

    async def listen(self) -> None:
        """Keep the newest update until the last one."""
        async for update in self._ticket.updates_async():
            self.newest = update

    def words(self) -> list[str]:
        """The words that may be shown now; each update is looked through once.

        Raises:
            GapError: the model repeats its instruction.
        """
        update = self.newest
        if update is not self._words_of:
            check_answer(update.text)
            text = safe_part(update.text) if update.reply is None else update.reply.text
            self._words_of, self._words = update, WORDS.findall(text)
        return self._words


async def _show(
    inbox: Inbox, listening: asyncio.Task[None], pace: AnswerPace, asked: float
) -> AsyncIterator[Shown]:
    async for shown in _wait_for_words(inbox, listening, pace, asked):
        yield shown
    count, told, told_at = 0, "", -math.inf
    while True:
        words = _new_words(inbox, listening)
        count, reply = min(len(words), count + pace.words_per_tick), inbox.newest.reply
        if reply is not None and count == len(words):
            yield Shown(text=reply.text, reply=reply)
            return
        text = "".join(words[:count]).rstrip()
        if text != told or time.monotonic() - told_at > pace.beat_s:
            told, told_at = text, time.monotonic()
            yield Shown(text=text)
        await wait_for_line(asked, grid_s=pace.tick_s)


async def _wait_for_words(
    inbox: Inbox, listening: asyncio.Task[None], pace: AnswerPace, asked: float
) -> AsyncIterator[Shown]:
    told, told_at = -1, -math.inf
    is_first_line = True
    while True:
        line_s = pace.first_s if is_first_line else pace.grid_s
        update = inbox.newest
        ahead = 0 if update.place is None else max(0, update.place - 1)
        if ahead != told or time.monotonic() - told_at > pace.beat_s:
            told, told_at = ahead, time.monotonic()
            yield Shown(ahead=ahead)
        await wait_for_line(asked, grid_s=line_s)
        is_first_line = False
        if _new_words(inbox, listening) or inbox.newest.reply is not None:
            return


def _new_words(inbox: Inbox, listening: asyncio.Task[None]) -> list[str]:
    """The words that may be shown now, or the failure that ended the listening."""
    if listening.done():
        listening.result()
        if inbox.newest.reply is None:
            raise ModelError("The answer was broken off. Your question isn't counted: ask again.")
    return inbox.words()
