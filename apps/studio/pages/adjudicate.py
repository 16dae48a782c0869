"""Adjudicate: a reviewer sees two labels that differ and decides; never on a label of their own."""

import streamlit as st

from apps.studio.docket import Docket
from apps.studio.parts import part
from apps.studio.session import kept, signed_in
from apps.studio.studio import running_studio
from apps.studio.tab import hear

KEY = "docket"


def show() -> None:
    """The page."""
    _docket_part()


@st.fragment
def _docket_part() -> None:
    account = signed_in("reviewer")
    docket = kept("docket", account, lambda: Docket(running_studio().workbench, account.id))

    part("docket", styles=("desk.css",))(
        key=KEY, data=docket.shown(), on_decide_change=lambda: hear(KEY, "decide", docket.handle)
    )
