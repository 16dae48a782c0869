"""Calls of a model for one item: kept the moment they are answered, and never made twice.

A step asks through `Calls.ask`. After a kill the step runs again from its beginning, and every
call that had been answered is read from the database instead of asked.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import TypeVar

from db import Store
from db.synthesis_records import SynthesisCall, SynthesisItem
from gap_core.errors import GapError
from gap_core.synthesis.config import SynthesisConfig
from gap_core.synthesis.doors import Door, PictureUnusableError, Prompt
from gap_core.synthesis.parsing import UnreadableReply
from gap_core.synthesis.prompts import PROMPT_VERSION, repair_prompt
from models.errors import ModelError

T = TypeVar("T")


class ItemGivenUp(Exception):
    """An item can't be finished; the reason is counted."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class RunStopped(Exception):
    """The run was stopped; its items stay where they are."""


@dataclass
class Pulse:
    """Whether a run goes on, shared by its workers.

    A server that is down would have every item given up within seconds. So a long row of
    failures without one reply between them stops the run, and its items wait for the next.
    """

    most_failures: int = 64
    stop: threading.Event = field(default_factory=threading.Event)
    failure: str = ""
    _in_a_row: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def beat(self) -> None:
        """A reply came."""
        with self._lock:
            self._in_a_row = 0

    def miss(self, failure: str) -> None:
        """None came."""
        with self._lock:
            self._in_a_row += 1
            if self._in_a_row >= self.most_failures and not self.stop.is_set():
                self.failure = failure
                self.stop.set()

    def check(self) -> None:
        """Lets a worker go on.

        Raises:
            RunStopped: nobody may begin anything.
        """
        if self.stop.is_set():
            raise RunStopped

    def tell(self) -> None:
        """Says why the run ended early, if the model is why.

        Raises:
            GapError: the model did not answer for a long time.
        """
        if self.failure:
            raise GapError(
                f"{self.most_failures} calls in a row got no reply, the last because: "
                f"{self.failure} Nothing is lost: run the same command again to go on."
            )


class Calls:
    """The calls of one item."""

    def __init__(
        self,
        store: Store,
        item: SynthesisItem,
        *,
        door: Door,
        config: SynthesisConfig,
        pulse: Pulse,
    ) -> None:
        self._store, self._item_id, self._item_place = store, item.id, item.place
        self._door, self._config, self._pulse = door, config, pulse
        self._kept: dict[tuple[str, int], SynthesisCall] | None = None

    def ask(self, step: str, prompt: Prompt, read: Callable[[str], T]) -> T:
        """What is read out of the first reply that can be read.

        A reply that can't be used is shown to the model a few times in a row, then the question
        is asked afresh; each counts as a retry, and so does a call without a reply.

        Raises:
            ItemGivenUp: no retry is left, or the picture can't be read.
            RunStopped: the run was stopped before a call.
        """
        asked, repaired, left = prompt, 0, self._config.retries + 1
        place, reason = 0, "no reply"
        while left > 0:
            call = self._kept_call(step, place)
            is_old = call is not None
            if call is None:
                call = self._make_call(step, place, asked)
            place += 1
            if call.reply is None:
                # Failures of an earlier start are history: its server may be well again.
                left -= not is_old
                reason = "no reply" if is_old else _failure_reason(call.failure or "")
                continue
            left -= 1
            try:
                return read(call.reply)
            except UnreadableReply as err:
                reason = err.reason
                self._store.synthesis.add_miss(
                    self._item_id, step=step, place=place - 1, reason=reason, detail=err.detail
                )
                repaired = repaired + 1 if repaired < self._config.repairs else 0
                asked = repair_prompt(prompt, call.reply, err) if repaired else prompt
        raise ItemGivenUp(f"{step}: {reason}")

    def may_go_on(self) -> None:
        """Lets a step without calls go on.

        Raises:
            RunStopped: the run was stopped.
        """
        self._pulse.check()

    def _kept_call(self, step: str, place: int) -> SynthesisCall | None:
        if self._kept is None:
            kept = self._store.synthesis.calls(self._item_id)
            self._kept = {(call.step, call.place): call for call in kept}
        return self._kept.get((step, place))

    def _make_call(self, step: str, place: int, prompt: Prompt) -> SynthesisCall:
        self._pulse.check()
        seed = drawn_seed(self._config.seed, self._item_place, step, place)
        asked = replace(prompt, drawing=replace(prompt.drawing, seed=seed))
        blank = SynthesisCall(
            self._item_id, step, place, PROMPT_VERSION, self._door.name, self._door.quantization,
            None, seed, None, None, None, None, datetime.now(UTC),
        )  # fmt: skip
        try:
            reply = self._door.ask(asked)
        except PictureUnusableError as err:
            raise ItemGivenUp("picture unreadable") from err
        except ModelError as err:
            call = replace(blank, failure=str(err), ended_utc=datetime.now(UTC))
            self._pulse.miss(str(err))
        else:
            call = replace(
                blank,
                reply=reply.text,
                adapter=reply.adapter,
                tokens=reply.tokens,
                latency_s=reply.latency_s,
                ended_utc=datetime.now(UTC),
            )
            self._pulse.beat()
        self._store.synthesis.add_call(call)
        return call


def drawn_seed(*parts: object) -> int:
    """A seed of 31 bits that depends on all parts."""
    text = "\n".join(map(str, parts)).encode()
    return int.from_bytes(hashlib.blake2b(text, digest_size=4).digest()) >> 1


def _failure_reason(failure: str) -> str:
    """One of few words for a failure, so that they can be counted."""
    for sign, reason in (
        ("too long to answer", "too slow"),
        ("No server answers", "no connection"),
        ("failed (5", "server error"),
        ("broke off", "broken off"),
        ("takes no more questions", "busy"),
        ("refused the question", "refused"),
    ):
        if sign in failure:
            return reason
    return "no reply"
