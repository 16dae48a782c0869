"""What one browser tab keeps from one run of a page to the next. Called by every page.

Streamlit ends what runs at its next look into the session's state, once another message has come.
So the state holds one object, and a press counts as heard only when that object is at hand.
"""

from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass, field
from threading import Lock
from typing import Any, NoReturn

import streamlit as st


@dataclass
class Notice:
    """What is told at a place of a page; kind "good" or "bad"."""

    words: str
    kind: str = "bad"
    first_shown_s: float | None = None


@dataclass
class Tab:
    """What a tab keeps.

    Attributes:
        kept: whatever pages keep, by names of theirs.
        notices: those to show, by their places.
    """

    kept: dict[str, Any] = field(default_factory=dict)
    notices: dict[str, Notice] = field(default_factory=dict)
    _heard: dict[tuple[str, str], object] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def is_new(self, key: str, event: str, words: object) -> bool:
        """Whether this was not heard before; from now on it was."""
        with self._lock:
            is_known = self._heard.get((key, event)) == words
            self._heard[key, event] = words
            return not is_known


_AT_HAND: ContextVar[Tab | None] = ContextVar("tab", default=None)


def this_tab() -> Tab:
    """What the tab keeps for which this runs."""
    return _AT_HAND.get() or st.session_state.setdefault("gap tab", Tab())


def show_what_changed() -> NoReturn:
    """Run the whole page again, because work has begun or ended: what was told of it is old."""
    this_tab().notices.clear()
    st.rerun()


def hear(key: str, event: str, do: Callable[[dict[str, Any]], None]) -> None:
    """Call `do` with what the mounted part `key` tells now, unless that was heard before.

    A press may arrive twice: where a part of the page that renews itself does so at that moment,
    its message carries the press along, and the second message ends what the first began. `do`
    can't be ended so as long as it looks into no state but `this_tab`.
    """
    tab, words = this_tab(), st.session_state[key].get(event)
    if not isinstance(words, dict) or not tab.is_new(key, event, words):
        return
    at_hand = _AT_HAND.set(tab)
    try:
        do(words)
    finally:
        _AT_HAND.reset(at_hand)
