"""Who looks at the page, and what this browser tab keeps. Called by every page."""

from collections.abc import Callable
from typing import NoReturn, TypeVar

import streamlit as st

from apps.studio.accounts import AccountReader, has_role
from apps.studio.identity import COOKIE, Identity
from apps.studio.refusals import REFUSALS
from apps.studio.studio import running_studio
from apps.studio.tab import Notice, tab_at_hand, this_tab
from apps.studio.words import tell
from db.labeling_records import Role
from gap_core.labeling import Account

T = TypeVar("T")


def signed_in(least: Role = "labeler") -> Account:
    """The account behind the cookie, looked up at every run.

    The page ends here for whoever has none, or may not do what this role may.
    """
    account = _behind_cookie()
    if account is None:
        st.html('<p class="gap-notice">You are signed out. <a href="/sign-in">Sign in</a></p>')
        st.stop()
    if not has_role(account, least):
        tell(f"This page is for {least}s; your role is {account.role}.")
        st.stop()
    return account


def _behind_cookie() -> Account | None:
    studio = running_studio()
    reader = AccountReader(studio.workbench, Identity(studio.secret))
    return reader.behind(st.context.cookies.get(COOKIE))


def attempt(place: str, step: Callable[[], str]) -> None:
    """Do the step; what it says, or why it was refused, is told where the page shows `place`.

    A press is heard before its page runs again, so who presses is looked up here too: whoever was
    disabled, or has another role since, has no valid cookie any more.
    """
    with tab_at_hand() as tab:
        if _behind_cookie() is None:
            tab.notices[place] = Notice("You are signed out. Sign in again.")
            return
        try:
            tab.notices[place] = Notice(step(), "good")
        except REFUSALS as refusal:
            tab.notices[place] = Notice(str(refusal))


def attempt_and_rerun(place: str, step: Callable[[], str]) -> NoReturn:
    """As `attempt`, from the body of a page, for a form or a button that stands beside choices.

    What `on_click` is given belongs to the run before: it would do what was chosen then, when
    somebody chooses and presses at once.
    """
    attempt(place, step)
    st.rerun()


def kept(name: str, account: Account, make: Callable[[], T]) -> T:
    """What this tab keeps under that name for this account; made at the first look."""
    key = f"gap {name} of {account.id}"
    kept_here = this_tab().kept
    if key not in kept_here:
        kept_here[key] = make()
    return kept_here[key]
