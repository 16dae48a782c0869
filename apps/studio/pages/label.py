"""Label: a picture, a question, a wrong answer; the expert writes what is right."""

from collections.abc import Callable

import streamlit as st

from apps.studio.desk import Desk
from apps.studio.parts import part
from apps.studio.session import kept, signed_in
from apps.studio.studio import running_studio
from apps.studio.tab import hear

KEY = "desk"
EVENTS = ("save", "skip", "undo", "refine", "judge", "order", "look")


def show() -> None:
    """The page."""
    _desk().reread_draft()
    _desk_part()


def _desk() -> Desk:
    account, studio = signed_in(), running_studio()
    return kept("desk", account, lambda: Desk(studio.workbench, account.id, studio.shelf))


@st.fragment
def _desk_part() -> None:
    desk = _desk()
    handlers = {f"on_{event}_change": _handler(desk, event) for event in EVENTS}
    part("desk")(key=KEY, data=desk.shown(), **handlers)


def _handler(desk: Desk, event: str) -> Callable[[], None]:
    return lambda: hear(KEY, event, lambda words: desk.handle(event, words))
