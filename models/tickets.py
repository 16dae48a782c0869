"""A ticket: what its player sees of one question between submission and answer.

Batcher writes it from its worker thread; handlers read it, blocking or from an event loop.
"""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass

from models.base import Ask, Reply
from models.errors import ModelError


@dataclass(frozen=True)
class Update:
    """How a question stands: its place in the queue while it waits, then its text so far.

    `is_done` without `reply` means cancelled.
    """

    place: int | None
    text: str
    is_done: bool
    reply: Reply | None


class Ticket:
    """One question on its way. Iterate over `updates()`; leaving early cancels it.

    Readers always get the newest state, never a backlog: a slow reader skips words, not the end.
    """

    def __init__(
        self,
        ask: Ask,
        *,
        player_id: str,
        wait_limit_s: float,
        answer_limit_s: float,
        on_cancel: Callable[[Ticket], None],
    ) -> None:
        self.ask = ask
        self.player_id = player_id
        self.submitted_at = time.monotonic()
        self._wait_limit_s = wait_limit_s
        self._answer_limit_s = answer_limit_s
        self._taken_at: float | None = None
        self._on_cancel = on_cancel
        self._changed = threading.Condition()
        self._update = Update(place=None, text="", is_done=False, reply=None)
        self._failure: ModelError | None = None
        self._is_cancelled = False
        self.is_claimed = self.is_prepared = False
        self._wakers: list[Callable[[], None]] = []

    @property
    def is_cancelled(self) -> bool:
        """True once nobody wants the answer any more."""
        return self._is_cancelled

    def updates(self) -> Iterator[Update]:
        """Blocks for each change; the last update is the one that `is_done`.

        Raises:
            ModelError: the model failed, queue or answer took too long, or the game ends.
        """
        seen: Update | None = None
        try:
            while seen is None or not seen.is_done:
                seen = self._wait_for_news(seen)
                yield seen
        finally:
            self.cancel()

    async def updates_async(self) -> AsyncIterator[Update]:
        """The same for an event loop, without a thread a listener."""
        loop = asyncio.get_running_loop()
        woken = asyncio.Event()

        def wake() -> None:
            loop.call_soon_threadsafe(woken.set)

        self._wakers.append(wake)
        seen: Update | None = None
        try:
            while seen is None or not seen.is_done:
                woken.clear()
                news = self._news(seen)
                if news is None:
                    await self._sleep_until(woken)
                else:
                    seen = news
                    yield seen
        finally:
            self._wakers.remove(wake)
            self.cancel()

    def cancel(self) -> None:
        """Nobody wants the answer: a waiting ticket leaves the queue, a running one stops."""
        with self._changed:
            if self._update.is_done or self._is_cancelled:
                return
            self._is_cancelled = True
        self._on_cancel(self)
        self._change(place=None, is_done=True)

    def set_prepared(self, ask: Ask) -> None:
        """The model has looked at its picture."""
        self.ask, self.is_prepared = ask, True

    def set_place(self, place: int | None) -> None:
        """Its place in the queue, counted from 1; None when it has left it."""
        self._change(place=place)

    def set_taken(self) -> None:
        """The model has begun with it."""
        self._taken_at = time.monotonic()
        self.set_place(None)

    def set_text(self, text: str) -> None:
        """The answer so far."""
        self._change(text=text)

    def finish(self, reply: Reply) -> None:
        """The whole answer."""
        self._change(text=reply.text, reply=reply, is_done=True)

    def fail(self, error: ModelError) -> None:
        """There will be no answer; readers get the error."""
        with self._changed:
            if not self._update.is_done and self._failure is None:
                self._failure = error
                self._wake_readers()

    def _change(
        self,
        *,
        place: int | None = None,
        text: str | None = None,
        is_done: bool = False,
        reply: Reply | None = None,
    ) -> None:
        with self._changed:
            if self._update.is_done or self._failure is not None:
                return
            text = self._update.text if text is None else text
            self._update = Update(place=place, text=text, is_done=is_done, reply=reply)
            self._wake_readers()

    def _wake_readers(self) -> None:
        self._changed.notify_all()
        for wake in list(self._wakers):
            try:
                wake()
            except RuntimeError:  # that reader's event loop is closed
                continue

    def _wait_for_news(self, seen: Update | None) -> Update:
        with self._changed:
            while (news := self._news(seen)) is None:
                self._changed.wait(self._patience_s())
            return news

    async def _sleep_until(self, woken: asyncio.Event) -> None:
        try:
            await asyncio.wait_for(woken.wait(), self._patience_s())
        except TimeoutError:
            return

    def _news(self, seen: Update | None) -> Update | None:
        """What this reader hasn't seen; None when there is nothing new."""
        if self._failure is None and self._patience_s() == 0:
            self.fail(self._took_too_long())
        if self._failure is not None:
            raise self._failure
        return None if self._update == seen else self._update

    def _patience_s(self) -> float | None:
        """Seconds that it may still take, in the queue or in the making; None once it is over."""
        if self._update.is_done:
            return None
        if self._taken_at is not None:
            return max(0.0, self._taken_at + self._answer_limit_s - time.monotonic())
        return max(0.0, self.submitted_at + self._wait_limit_s - time.monotonic())

    def _took_too_long(self) -> ModelError:
        if self._taken_at is not None:
            return ModelError(
                "The answer took too long and was given up. Your question isn't counted: ask again."
            )
        return ModelError(
            "The model is too busy: your question waited too long. It isn't counted: ask again."
        )
