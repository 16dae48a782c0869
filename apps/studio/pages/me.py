"""My account: who is signed in, a new password, signing out."""

import streamlit as st

from apps.studio.parts import part
from apps.studio.refusals import REFUSALS
from apps.studio.session import signed_in
from apps.studio.studio import running_studio
from apps.studio.words import say, tell


def show() -> None:
    """The page."""
    account = signed_in()
    st.title("My account", anchor=False)
    say(f"{account.name}, {account.role}")
    part("leave")(key="leave")
    st.subheader("New password", anchor=False)
    with st.form("password", clear_on_submit=True, width=420):
        old = st.text_input("Old password", type="password", autocomplete="current-password")
        new = st.text_input("New password", type="password", autocomplete="new-password")
        again = st.text_input("New password again", type="password", autocomplete="new-password")
        is_sent = st.form_submit_button("Change it", type="primary")
    if is_sent:
        _change(account.id, old=old, new=new, again=again)


def _change(account_id: str, *, old: str, new: str, again: str) -> None:
    if new != again:
        tell("The two new passwords differ. Type them again.")
        return
    try:
        running_studio().workbench.change_password(account_id, old=old, new=new)
    except REFUSALS as refusal:
        tell(str(refusal))
    else:
        tell("Changed. Every earlier sign-in has ended, this one too.", kind="good")
        st.html('<p class="gap-words"><a href="/sign-in">Sign in again</a></p>')
