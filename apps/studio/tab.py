"""What one browser tab keeps from one run of a page to the next. Called by every page.

Streamlit ends what runs at its next look into the session's state, once another message has come.
So the state holds one object, and a press counts as heard only when that object is at hand.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from threading import Event, Lock
from typing import Any, NoReturn

import streamlit as st

LONGEST_WAIT_S = 30


@dataclass
class Notice:
    """What is told at a place of a page; kind "good" or "bad"."""

    words: str
    kind: str = "bad"
    first_shown_s: float | None = None


@dataclass
class Press:
    """What a part told once, and whether all was done for it."""

    words: dict[str, Any]
    is_done: Event = field(default_factory=Event)


@dataclass
class Tab:
    """What a tab keeps.

    Attributes:
        kept: whatever pages keep, by names of theirs.
        notices: those to show, by their places.
    """

    kept: dict[str, Any] = field(default_factory=dict)
    notices: dict[str, Notice] = field(default_factory=dict)
    _heard: dict[tuple[str, str], Press] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def hear(self, key: str, event: str, words: dict[str, Any]) -> tuple[Press, bool]:
        """The press that this tells of, and whether it is told for the first time."""
        with self._lock:
            last = self._heard.get((key, event))
            if last is not None and last.words == words:
                return last, False
            press = self._heard[key, event] = Press(words)
            return press, True


_AT_HAND: ContextVar[Tab | None] = ContextVar("tab", default=None)


def this_tab() -> Tab:
    """What the tab keeps for which this runs."""
    return _AT_HAND.get() or st.session_state.setdefault("gap tab", Tab())


@contextmanager
def tab_at_hand() -> Iterator[Tab]:
    """The tab; `this_tab` looks into no state until the block ends, so nothing ends it halfway."""
    tab = this_tab()
    at_hand = _AT_HAND.set(tab)
    try:
        yield tab
    finally:
        _AT_HAND.reset(at_hand)


def show_what_changed() -> NoReturn:
    """Run the whole page again, because work has begun or ended: what was told of it is old."""
    this_tab().notices.clear()
    st.rerun()


def hear(key: str, event: str, do: Callable[[dict[str, Any]], None]) -> None:
    """Call `do` with what the mounted part `key` tells now, unless that was heard before.

    A press may arrive twice: where a part of the page that renews itself does so at that moment,
    its message carries the press along, and the second message ends what the first began. `do`
    can't be ended so as long as it looks into no state but `this_tab`; the second waits for it, so
    that the page shows what came of it.
    """
    words = st.session_state[key].get(event)
    if not isinstance(words, dict):
        return
    with tab_at_hand() as tab:
        press, is_first = tab.hear(key, event, words)
        if not is_first:
            press.is_done.wait(LONGEST_WAIT_S)
            return
        try:
            do(words)
        finally:
            press.is_done.set()
