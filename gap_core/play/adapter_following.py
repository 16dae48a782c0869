"""The game's side of "serve this adapter": notices the wish and follows it between sessions.

Called by the game's background loop. Both apps share the database, so nothing else is needed.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Protocol

from db import Store
from db.adapter_store import ServeRequest
from gap_core.errors import GapError
from gap_core.training.registry import adapter_place, registered_adapter
from models.base import VisionModel
from models.errors import ModelError

# Who has neither got a picture nor asked for so long has left, though the session stays open.
QUIET_AFTER = timedelta(minutes=4)
# Where somebody always plays, every session that was open at the request is over by then.
WAIT_AT_MOST = timedelta(minutes=30)


class SwappableAdapters(Protocol):
    """What models that can swap adapters offer; see models/adapters.py."""

    chosen: str | None

    def load(self, name: str, folder: Any) -> None:
        """Add an adapter."""
        ...

    def choose(self, name: str | None) -> None:
        """Send new questions to it."""
        ...

    def unload(self, name: str) -> None:
        """Take it out again."""
        ...


class AdapterFollower:
    """Brings the adapter that was asked for last into the model that plays.

    A wish waits until nobody is in the middle of a session, at most half an hour; answers in the
    making end with the adapter that they began with. A wish from before the game's start is
    followed at once, unless the game was started with an adapter of its own.

    Args:
        model: that plays; None where it is not loaded yet, and `use` will tell it.
        db_path: the database of both apps.
        data_dir: the folder that adapters' places are relative to.
        clock: gives aware times.
        on_switch: told which adapter answers from now on.
        on_problem: told why a wish can't be followed.
    """

    def __init__(
        self,
        model: VisionModel | None,
        *,
        db_path: Path,
        data_dir: Path,
        clock: Callable[[], datetime],
        on_switch: Callable[[str | None], None] = lambda name: None,
        on_problem: Callable[[str], None] = lambda problem: None,
    ) -> None:
        self._db_path, self._data_dir = db_path, data_dir
        self._clock, self._on_switch, self._on_problem = clock, on_switch, on_problem
        self._lock = threading.Lock()
        self._model: VisionModel | None = None
        self._coming = model
        self._loaded: set[str] = set()
        with Store.open(db_path) as store:
            last = store.adapters.last_request()
        self._followed = 0 if last is None else last.id

    def use(self, model: VisionModel) -> None:
        """Follow with this model from the next look on: a restarted one has no adapter loaded yet.

        Never waits: the look that is going on may be with a model that hangs.
        """
        self._coming = model

    def follow(self) -> bool:
        """Look once; whether another adapter answers from now on.

        Raises:
            StoreError: the database can't be used.
        """
        with self._lock, Store.open(self._db_path) as store:
            self._meet()
            request = store.adapters.last_request()
            if self._model is None or request is None or request.id <= self._followed:
                return False
            if request.switched_utc is None and not self._is_time(store, request):
                return False
            problem = self._switch(store, self._model, request.adapter)
            self._followed = request.id
            store.adapters.answer_request(request.id, problem=problem, now=self._clock())
            if problem is not None:
                self._on_problem(problem)
            return problem is None

    def _meet(self) -> None:
        """Turn to the model that `use` told, if it did."""
        model, self._coming = self._coming, None
        if model is None:
            return
        self._model, self._loaded = model, set()
        if model.adapter is None:
            self._followed = 0

    def _is_time(self, store: Store, request: ServeRequest) -> bool:
        now = self._clock()
        has_waited = now - request.requested_utc >= WAIT_AT_MOST
        return has_waited or not store.adapters.is_anybody_playing(since=now - QUIET_AFTER)

    def _switch(self, store: Store, model: VisionModel, name: str | None) -> str | None:
        """Why it can't be done, or None once it is."""
        adapters: SwappableAdapters | None = getattr(model, "adapters", None)
        if adapters is None:
            return f"The model '{model.name}' that plays takes no adapters."
        before = adapters.chosen
        try:
            if name is not None:
                self._check_made_for(store, model.name, name)
                self._load(store, adapters, name)
            adapters.choose(name)
        except (GapError, ModelError) as err:
            return str(err)
        if before is not None and before != name and before in self._loaded:
            with suppress(ModelError):  # it still answers somebody: it may stay
                adapters.unload(before)
                self._loaded.remove(before)
        self._on_switch(name)
        return None

    def _check_made_for(self, store: Store, model: str, name: str) -> None:
        made_for = registered_adapter(store, name).model
        if made_for != model:
            raise GapError(
                f"Adapter '{name}' was trained on '{made_for}', and '{model}' plays. "
                f"Start the game with --model {made_for}, or choose another adapter."
            )

    def _load(self, store: Store, adapters: SwappableAdapters, name: str) -> None:
        if name not in self._loaded:
            adapters.load(name, adapter_place(store, name, data_dir=self._data_dir))
            self._loaded.add(name)
