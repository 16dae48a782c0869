"""One queue before a model: what waits is looked at, joins the running answers, streams out.

The game's handlers submit and listen. One thread prepares questions in the order of the queue,
another talks to the model.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from collections.abc import Sequence
from dataclasses import replace

from models.base import Ask, Reply, VisionModel
from models.errors import ModelError, ServerError
from models.tickets import Ticket

log = logging.getLogger(__name__)

LAST_TOKEN_S = 1.0  # that a cancelled answer is given to end before its player is refused
MAX_READY = 8  # questions that are prepared ahead: each holds memory
HELP_AT_MOST_S = 0.2  # that running answers stand still while their thread prepares a question


class Batcher:
    """Hands the waiting questions of all players to one model, as many at a time as allowed.

    First come, first served, and one question in flight a player: nobody can crowd out others.
    A question joins as soon as a running one ends. A crash fails only what was running. Close it
    at the end.

    Args:
        model: answers; one thread calls its `prepare`, another its `serve`, and on a CPU that one
            prepares too, between two tokens.
        max_batch: answers in the making at most.
        max_waiting: questions that may wait; the next one is refused.
        max_wait_s: a question that waits longer fails instead of keeping its player waiting.
        max_answer_s: so does one whose answer takes longer; the model stops it at its next word.
    """

    def __init__(
        self,
        model: VisionModel,
        *,
        max_batch: int = 32,
        max_waiting: int = 64,
        max_wait_s: float = 60.0,
        max_answer_s: float = 90.0,
    ) -> None:
        self.model = model
        self._max_batch = max_batch
        self._max_waiting = max_waiting
        self._max_wait_s = max_wait_s
        self._max_answer_s = max_answer_s
        self._lock = threading.Lock()
        self._changed = threading.Condition(self._lock)
        self._waiting: deque[Ticket] = deque()
        self._in_flight: dict[str, Ticket] = {}
        self._running: dict[Ticket, float] = {}  # when the model took it
        self._is_closed = False
        self._shortest_help_s = 0.0
        self._threads = [
            threading.Thread(target=work, name=name, daemon=True)
            for name, work in (("preparer", self._prepare_all), ("batcher", self._serve_all))
        ]
        for thread in self._threads:
            thread.start()

    def submit(self, ask: Ask, *, player_id: str) -> Ticket:
        """Queues a question; the ticket tells its place, its text and its end.

        Raises:
            ModelError: closed, too many waiting, or this player has a question in flight.
        """
        with self._lock:
            self._let_cancelled_end(player_id)
            self._refuse_submission(player_id)
            ticket = Ticket(
                replace(ask, scope=ask.scope or player_id),
                player_id=player_id,
                wait_limit_s=self._max_wait_s,
                answer_limit_s=self._max_answer_s,
                on_cancel=self._withdraw,
            )
            self._in_flight[player_id] = ticket
            self._waiting.append(ticket)
            ticket.set_place(len(self._waiting))
            self._changed.notify_all()
        return ticket

    def _let_cancelled_end(self, player_id: str) -> None:
        """Who hung up and asks again at once waits for the token that the model is at."""
        last = self._in_flight.get(player_id)
        if last is not None and last.is_cancelled:
            self._changed.wait_for(
                lambda: self._in_flight.get(player_id) is not last, timeout=LAST_TOKEN_S
            )

    def _refuse_submission(self, player_id: str) -> None:
        if self._is_closed:
            raise ModelError("The model is shut down. Start the game again to ask questions.")
        if player_id in self._in_flight:
            raise ModelError("Your last question is still being answered. Wait for it, then ask.")
        if len(self._waiting) >= self._max_waiting:
            raise ModelError(
                "Very many questions are waiting, and no more fit in the queue. "
                "Ask again in a few seconds."
            )

    def close(self) -> None:
        """Ends both threads: waiting questions fail, running ones stop at their next word."""
        with self._lock:
            self._is_closed = True
            left = [*self._waiting, *self._running]
            self._changed.notify_all()
        for ticket in left:
            ticket.fail(ModelError("The game is shutting down. Ask again when it is back."))
            ticket.cancel()
        for thread in self._threads:
            thread.join(timeout=30)

    def _prepare_all(self) -> None:
        while not self._is_closed:
            with self._lock:
                ticket = self._claim_unprepared()
                if ticket is None:
                    self._changed.wait()
                    continue
            self._prepare(ticket)

    def _claim_unprepared(self) -> Ticket | None:
        """The first in the queue that nobody has begun to prepare, if more should be ready."""
        if len(self._ready()) >= MAX_READY:
            return None
        for ticket in self._waiting:
            if not ticket.is_claimed:
                ticket.is_claimed = True
                return ticket
        return None

    def _prepare(self, ticket: Ticket) -> None:
        try:
            ask = self.model.prepare(ticket.ask)
        except Exception as error:  # whatever a model raises: the next question must still run
            log.exception("A question could not be prepared")
            self._withdraw(ticket)
            ticket.fail(describe_crash(error))
        else:
            with self._lock:
                ticket.set_prepared(ask)
                self._changed.notify_all()

    def _help_preparing(self) -> None:
        """Prepares one question that waits: the processor's work is shared by both threads.

        Between two tokens no more than one, so that the running answers go on; more rows a token
        cost little more than one. A slow model is helped only while it answers nothing.
        """
        with self._lock:
            ticket = self._claim_unprepared()
        if ticket is None:
            return
        started = time.monotonic()
        self._prepare(ticket)
        took_s = time.monotonic() - started
        self._shortest_help_s = min(took_s, self._shortest_help_s or took_s)

    def _serve_all(self) -> None:
        while (first := self._next_ready()) is not None:
            try:
                self.model.serve(self._take)
                if left := self._unanswered(first):
                    raise ValueError(f"{len(left)} questions were left unanswered")
            except Exception as error:  # whatever a model raises: the next answers must still run
                left = self._unanswered(first)
                log.exception("%d questions failed while being answered", len(left))
                for ticket in left:
                    self._free_slot(ticket)
                    ticket.fail(describe_crash(error))

    def _next_ready(self) -> Ticket | None:
        """The first in the queue, waited for until the model can take it; None once closed."""
        with self._lock:
            while not self._is_closed:
                if ready := self._ready():
                    return ready[0]
                self._changed.wait()
        return None

    def _unanswered(self, first: Ticket) -> list[Ticket]:
        """What the model left unfinished, with `first` where it didn't even take that.

        Otherwise a model that fails at once would be handed the same question for ever.
        """
        with self._lock:
            if first in self._waiting and not self._is_closed:
                self._waiting.remove(first)
                self._running[first] = time.monotonic()
                self._tell_places()
            return list(self._running)

    def _take(self, running: int) -> Sequence[_Running]:
        """The next in the queue, as many as are ready and fit; asked at every token."""
        room = self._max_batch - running
        is_quick = not running or self._shortest_help_s < HELP_AT_MOST_S
        if room and self.model.serves_on_cpu and is_quick:
            self._help_preparing()
        with self._lock:
            taken = [] if self._is_closed else self._ready()[:room]
            for ticket in taken:
                self._waiting.remove(ticket)
                self._running[ticket] = time.monotonic()
                ticket.set_taken()
            if taken:
                self._tell_places()
                self._changed.notify_all()
        return [_Running(self, ticket) for ticket in taken]

    def _ready(self) -> list[Ticket]:
        return [ticket for ticket in self._waiting if ticket.is_prepared]

    def _withdraw(self, ticket: Ticket) -> None:
        """Takes it out of the queue; one that runs keeps its slot until the model stops it."""
        with self._lock:
            if ticket in self._waiting:
                self._waiting.remove(ticket)
                self._tell_places()
                self._in_flight.pop(ticket.player_id, None)
                self._changed.notify_all()

    def _tell_places(self) -> None:
        for place, ticket in enumerate(self._waiting, start=1):
            ticket.set_place(place)

    def _free_slot(self, ticket: Ticket) -> float:
        """Lets its player ask again; seconds that it had waited for the model."""
        with self._lock:
            taken_at = self._running.pop(ticket)
            if self._in_flight.get(ticket.player_id) is ticket:
                del self._in_flight[ticket.player_id]
            self._changed.notify_all()
        return taken_at - ticket.submitted_at


class _Running:
    """A ticket in the model's hands."""

    def __init__(self, batcher: Batcher, ticket: Ticket) -> None:
        self._batcher = batcher
        self._ticket = ticket
        self.ask = ticket.ask
        self.set_text = ticket.set_text

    @property
    def is_cancelled(self) -> bool:
        return self._ticket.is_cancelled

    def finish(self, reply: Reply) -> None:
        """The slot is freed first, so that whoever hears of the end may ask at once."""
        waited_s = self._batcher._free_slot(self._ticket)
        self._ticket.finish(with_waiting(reply, waited_s=waited_s))

    def fail(self, error: ModelError) -> None:
        """This question alone ends without an answer."""
        self._batcher._free_slot(self._ticket)
        self._ticket.fail(describe_crash(error))


def describe_crash(error: Exception) -> ModelError:
    """What the players of a crashed batch are told; the rest is in the log.

    They can't mend a model's server, and its address is none of their business.
    """
    if isinstance(error, ModelError) and not isinstance(error, ServerError):
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
