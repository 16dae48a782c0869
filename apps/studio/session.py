"""Who looks at the page, and what this browser tab keeps. Called by every page."""

from collections.abc import Callable
from typing import TypeVar

import streamlit as st

from apps.studio.accounts import AccountReader
from apps.studio.identity import COOKIE, Identity
from apps.studio.studio import running_studio
from gap_core.labeling import Account

T = TypeVar("T")


def signed_in() -> Account:
    """The account behind the cookie, looked up at every run; the page ends here without one."""
    studio = running_studio()
    reader = AccountReader(studio.workbench, Identity(studio.secret))
    account = reader.behind(st.context.cookies.get(COOKIE))
    if account is None:
        st.html('<p class="gap-notice">You are signed out. <a href="/sign-in">Sign in</a></p>')
        st.stop()
    return account


def kept(name: str, account: Account, make: Callable[[], T]) -> T:
    """What this tab keeps under that name for this account; made at the first look."""
    key = f"gap {name} of {account.id}"
    if key not in st.session_state:
        st.session_state[key] = make()
    return st.session_state[key]
