"""One queue before a model: everything that waits goes in as one batch, and streams out again.

The game's handlers submit and listen; a single worker thread talks to the model.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from dataclasses import replace
from types import TracebackType

from models.base import Ask, Reply, VisionModel
from models.errors import ModelError
from models.tickets import Ticket

log = logging.getLogger(__name__)


class Batcher:
    """Hands the waiting questions of all players to one model, as many at a time as allowed.

    First come, first served, and one question in flight a player: nobody can crowd out others.
    A batch that crashes fails its own tickets only. Close it, or use it as a context manager.

    Args:
        model: answers batches; only the worker thread calls it.
        max_batch: rows a batch takes at most.
        max_waiting: questions that may wait; the next one is refused.
        max_wait_s: a question that waits longer fails instead of keeping its player waiting.
    """

    def __init__(
        self,
        model: VisionModel,
        *,
        max_batch: int = 16,
        max_waiting: int = 64,
        max_wait_s: float = 60.0,
    ) -> None:
        self.model = model
        self._max_batch = max_batch
        self._max_waiting = max_waiting
        self._max_wait_s = max_wait_s
        self._lock = threading.Lock()
        self._has_work = threading.Condition(self._lock)
        self._waiting: deque[Ticket] = deque()
        self._in_flight: dict[str, Ticket] = {}
        self._running: list[Ticket] = []
        self._is_closed = False
        self._worker = threading.Thread(target=self._work, name="batcher", daemon=True)
        self._worker.start()

    def submit(self, ask: Ask, *, player_id: str) -> Ticket:
        """Queues a question; the ticket tells its place, its text and its end.

        The picture is prepared here, in the asker's thread, so that the worker has less to do.

        Raises:
            ModelError: closed, too many waiting, this player has a question in flight, or the
                picture can't be read.
        """
        with self._lock:
            self._refuse_submission(player_id)
        ask = self._prepare(replace(ask, scope=ask.scope or player_id))
        with self._lock:
            self._refuse_submission(player_id)
            ticket = Ticket(
                ask,
                player_id=player_id,
                wait_limit_s=self._max_wait_s,
                on_cancel=self._withdraw,
            )
            self._in_flight[player_id] = ticket
            self._waiting.append(ticket)
            ticket.set_place(len(self._waiting))
            self._has_work.notify()
        return ticket

    def _prepare(self, ask: Ask) -> Ask:
        try:
            return self.model.prepare(ask)
        except Exception as error:
            log.exception("A question could not be prepared")
            raise describe_crash(error) from error

    def _refuse_submission(self, player_id: str) -> None:
        if self._is_closed:
            raise ModelError("The model is shut down. Start the game again to ask questions.")
        if player_id in self._in_flight:
            raise ModelError("Your last question is still being answered. Wait for it, then ask.")
        if len(self._waiting) >= self._max_waiting:
            raise ModelError(
                f"{len(self._waiting)} questions are waiting, and no more fit in the queue. "
                "Ask again in a few seconds."
            )

    def close(self) -> None:
        """Ends the worker: waiting questions fail, running ones stop at their next word."""
        with self._lock:
            self._is_closed = True
            left = [*self._waiting, *self._running]
            self._has_work.notify()
        for ticket in left:
            ticket.fail(ModelError("The game is shutting down. Ask again when it is back."))
            ticket.cancel()
        self._worker.join(timeout=30)

    def __enter__(self) -> Batcher:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _work(self) -> None:
        while True:
            batch = self._take_batch()
            if not batch:
                return
            self._answer(batch)

    def _take_batch(self) -> list[Ticket]:
        """Waits for work; an empty batch means that the batcher was closed."""
        with self._lock:
            while not self._waiting and not self._is_closed:
                self._has_work.wait()
            self._running = []
            if self._is_closed:
                return []
            size = min(self._max_batch, len(self._waiting))
            self._running = [self._waiting.popleft() for _ in range(size)]
            for ticket in self._running:
                ticket.set_place(None)
            self._tell_places()
            return self._running

    def _answer(self, batch: list[Ticket]) -> None:
        """Slots are freed before an end is told, so that whoever hears of it may ask at once."""
        started = time.monotonic()
        try:
            replies = self._run_model(batch)
        except Exception as error:  # whatever a model raises: the next batch must still run
            log.exception("A batch of %d questions failed", len(batch))
            for ticket in batch:
                self._free_slot(ticket)
                ticket.fail(describe_crash(error))
            return
        for ticket, reply in zip(batch, replies, strict=True):
            self._free_slot(ticket)
            ticket.finish(with_waiting(reply, waited_s=started - ticket.submitted_at))

    def _run_model(self, batch: list[Ticket]) -> list[Reply]:
        replies = self.model.stream(
            [ticket.ask for ticket in batch],
            on_text=lambda row, text: batch[row].set_text(text),
            is_cancelled=lambda row: self._has_stopped(batch[row]),
        )
        if len(replies) != len(batch):
            raise ValueError(f"{len(replies)} replies to {len(batch)} questions")
        return replies

    def _has_stopped(self, ticket: Ticket) -> bool:
        """Asked by the model at every step: from here on a cancelled row costs nothing more."""
        if ticket.is_cancelled:
            self._free_slot(ticket)
        return ticket.is_cancelled

    def _withdraw(self, ticket: Ticket) -> None:
        """Takes it out of the queue; one that runs keeps its slot until the model stops it."""
        with self._lock:
            if ticket in self._waiting:
                self._waiting.remove(ticket)
                self._tell_places()
                self._in_flight.pop(ticket.player_id, None)

    def _tell_places(self) -> None:
        for place, ticket in enumerate(self._waiting, start=1):
            ticket.set_place(place)

    def _free_slot(self, ticket: Ticket) -> None:
        with self._lock:
            if self._in_flight.get(ticket.player_id) is ticket:
                del self._in_flight[ticket.player_id]


def describe_crash(error: Exception) -> ModelError:
    """What the players of a crashed batch are told; the traceback is in the log."""
    if isinstance(error, ModelError):
        return error
    failure = ModelError(
        "The model failed while answering. Your question isn't counted: ask again."
    )
    failure.__cause__ = error
    return failure


def with_waiting(reply: Reply, *, waited_s: float) -> Reply:
    """The reply with times as its player felt them: counted from submission."""
    return replace(
        reply,
        latency_s=reply.latency_s + waited_s,
        first_word_s=reply.first_word_s + waited_s,
    )
