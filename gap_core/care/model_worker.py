"""The queue before the model, loaded beside the caller, and anew by itself when it hangs.

Called by the game's server. A model that raises is no reason to: the batcher fails what was
running and goes on. One that says nothing for minutes would keep everybody waiting for ever.
"""

import logging
import threading
import time
import weakref
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from typing import Any

from db.closing import Closing
from models.base import Ask, Reply, Request, VisionModel
from models.batching import Batcher
from models.errors import ModelError
from models.tickets import Ticket

log = logging.getLogger(__name__)

HUNG_AFTER_S = 120.0  # above the time after which an answer is given up
LOOK_EVERY_S = 2.0
TRY_AGAIN_S = 15.0


class WatchedModel:
    """A model that tells how long it has said nothing while it was at work.

    A model looks for newcomers before every token; that is its sign of life.
    """

    def __init__(self, model: VisionModel, *, clock: Callable[[], float] = time.monotonic) -> None:
        self.name, self.quantization = model.name, model.quantization
        self.serves_on_cpu = model.serves_on_cpu
        self._model = model
        self._clock = clock
        self._alive_at: dict[int, float] = {}  # by thread that is inside of the model

    def __getattr__(self, name: str) -> Any:
        """All that isn't watched is the model's own."""
        return getattr(self._model, name)

    @property
    def silent_s(self) -> float:
        """Seconds since the last sign of life of whoever has been silent longest; 0 when idle."""
        now = self._clock()
        return max((now - at for at in list(self._alive_at.values())), default=0.0)

    @property
    def adapter(self) -> str | None:
        """The adapter that answers new questions."""
        return self._model.adapter

    def answer(self, asks: list[Ask]) -> list[Reply]:
        """As the model does, unwatched: nobody plays through it."""
        return self._model.answer(asks)

    def prepare(self, ask: Ask) -> Ask:
        """As the model does."""
        with self._working():
            return self._model.prepare(ask)

    def serve(self, take: Callable[[int], Sequence[Request]]) -> None:
        """As the model does; an attempt to end the whole program fails the answers only."""

        def take_alive(running: int) -> Sequence[Request]:
            self._alive_at[threading.get_ident()] = self._clock()
            return take(running)

        with self._working():
            try:
                self._model.serve(take_alive)
            except (SystemExit, KeyboardInterrupt) as err:
                raise RuntimeError("The model tried to end the program.") from err

    @contextmanager
    def _working(self) -> Iterator[None]:
        thread = threading.get_ident()
        is_within = thread in self._alive_at  # who serves may prepare in between
        self._alive_at[thread] = self._clock()
        try:
            yield
        finally:
            if is_within:
                self._alive_at[thread] = self._clock()
            else:
                self._alive_at.pop(thread, None)


class ModelWorker(Closing):
    """Takes questions as a `Batcher` does, and puts a new one with a new model in its place.

    The first model is loaded by a thread of its own: whoever needs it waits. Close it, or use it
    as a context manager. A thread that hangs can't be ended: it is left alone, with what its model
    holds in memory, and whatever it says later is heard by nobody.

    Args:
        open_model: loads the model, at the start and at each restart.
        on_open: told each model that was loaded; the first one before `opened` is done.
        hung_after_s: without a sign of life while it works.
        look_every_s: between two looks.

    Attributes:
        opened: the first model, or what loading it raised.
        restarts: how many there were.
    """

    def __init__(
        self,
        open_model: Callable[[], VisionModel],
        *,
        on_open: Callable[[VisionModel], None] = lambda model: None,
        hung_after_s: float = HUNG_AFTER_S,
        look_every_s: float = LOOK_EVERY_S,
    ) -> None:
        self.opened: Future[VisionModel] = Future()
        self.restarts = 0
        self._open_model, self._on_open = open_model, on_open
        self._hung_after_s = hung_after_s
        self._look_every_s = look_every_s
        self._tickets: weakref.WeakSet[Ticket] = weakref.WeakSet()
        self._lock = threading.Lock()
        self._closed = threading.Event()
        self._watched: WatchedModel | None = None
        self._batcher: Batcher | None = None
        self._watcher = threading.Thread(target=self._watch, name="model watcher", daemon=True)
        self._watcher.start()

    @property
    def model(self) -> VisionModel:
        """The model that answers now; the first one is waited for.

        Raises:
            ModelError: it can't be loaded.
        """
        return self.opened.result() if self._watched is None else self._watched

    @property
    def is_answering(self) -> bool:
        """Whether there is a model that isn't silent."""
        model = self._watched if self._batcher is not None else None
        return model is not None and model.silent_s <= self._hung_after_s

    def submit(self, ask: Ask, *, player_id: str) -> Ticket:
        """As `Batcher.submit`, once the first model is there.

        Raises:
            ModelError: also while the model is being restarted.
        """
        self.opened.result()
        with self._lock:
            batcher = self._batcher
        if batcher is None:
            raise hung_error()
        ticket = batcher.submit(ask, player_id=player_id)
        self._tickets.add(ticket)
        return ticket

    def close(self) -> None:
        """End the watching, then the batcher; loading that isn't over is left alone."""
        with self._lock:
            self._closed.set()
        self._watcher.join(timeout=30 if self.opened.done() else 1)
        if self._batcher is not None:
            self._batcher.close()

    def _watch(self) -> None:
        try:
            model = self._open()
        except BaseException as err:  # it is for whoever waits
            self.opened.set_exception(err)
            return
        self.opened.set_result(model)
        while not self._closed.wait(self._look_every_s):
            if self._watched is not None and self._watched.silent_s > self._hung_after_s:
                log.error("The model has been silent for %.0f s; restarting.", self._hung_after_s)
                self._let_go()
                self._start_anew()

    def _open(self) -> VisionModel:
        """A newly loaded model, in its place; whoever waits for it needs nobody else's doing."""
        model = WatchedModel(self._open_model())
        with self._lock:
            if self._closed.is_set():
                raise RuntimeError("It was closed while the model was loaded.")
            self._watched, self._batcher = model, Batcher(model)
        self._on_open(model)
        return model

    def _let_go(self) -> None:
        with self._lock:
            hung, self._batcher = self._batcher, None
        for ticket in list(self._tickets):
            ticket.fail(hung_error())
        if hung is not None:  # closing waits for the thread that hangs: not here
            threading.Thread(target=hung.close, name="closing", daemon=True).start()

    def _start_anew(self) -> None:
        while not self._closed.is_set():
            try:
                self._open()
            except Exception:  # whatever loading raises: it may go better later
                log.exception("The model can't be started; trying again in %.0f s", TRY_AGAIN_S)
                self._closed.wait(TRY_AGAIN_S)
                continue
            self.restarts += 1
            log.warning("The model is back.")
            return


def hung_error() -> ModelError:
    """What players are told whose questions ended with a model that hung."""
    return ModelError(
        "The model hung and is being restarted. Your question isn't counted: ask again in a minute."
    )
