"""The script that Streamlit runs at every visit: who is it, and which pages may they open."""

import streamlit as st

from apps.studio.accounts import has_role
from apps.studio.pages import label, me
from apps.studio.session import signed_in
from apps.studio.words import frame_styles
from gap_core.labeling import Account


def pages_for(account: Account) -> list[st.Page]:
    """The pages of this role; each asks again, so that no address gets around this list."""
    pages = [st.Page(label.show, title="Label", url_path="label", default=True)]
    if has_role(account, "reviewer"):
        pass
    return [*pages, st.Page(me.show, title="My account", url_path="me")]


st.set_page_config(page_title="GAP Studio", layout="wide", page_icon=None)
st.html(frame_styles())
st.navigation(pages_for(signed_in()), position="top").run()
