"""The script that Streamlit runs at every visit: who is it, and which pages may they open."""

from collections.abc import Callable

import streamlit as st

from apps.studio.accounts import has_role
from apps.studio.pages import (
    accounts,
    adapters,
    adjudicate,
    agreement,
    covers,
    dataset,
    deck,
    evaluate,
    label,
    me,
    playtest,
    synthesis,
    train,
)
from apps.studio.session import signed_in
from apps.studio.words import frame_styles
from db.labeling_records import Role
from gap_core.labeling import Account

FURTHER: tuple[tuple[Role, Callable[[], None], str], ...] = (
    ("reviewer", adjudicate.show, "Adjudicate"),
    ("reviewer", agreement.show, "Agreement"),
    ("reviewer", deck.show, "Deck"),
    ("reviewer", playtest.show, "Playtest"),
    ("reviewer", dataset.show, "Dataset"),
    ("reviewer", train.show, "Train"),
    ("reviewer", evaluate.show, "Evaluate"),
    ("reviewer", adapters.show, "Adapters"),
    ("reviewer", synthesis.show, "Synthesis"),
    ("reviewer", covers.show, "Covers"),
    ("administrator", accounts.show, "Accounts"),
)


def pages_for(account: Account) -> list[st.Page]:
    """The pages of this role; each asks again, so that no address gets around this list."""
    pages = [st.Page(label.show, title="Label", url_path="label", default=True)]
    for least, show, title in FURTHER:
        if has_role(account, least):
            pages.append(st.Page(show, title=title, url_path=title.lower()))
    return [*pages, st.Page(me.show, title="My account", url_path="me")]


st.set_page_config(page_title="GAP Studio", layout="wide", page_icon=None)
st.html(frame_styles())
st.navigation(pages_for(signed_in()), position="top").run()
