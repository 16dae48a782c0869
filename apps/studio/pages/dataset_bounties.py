"""What a dataset is short of, and asking players for it. Part of the Dataset page."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from apps.studio import bounties
from apps.studio.accounts import has_role
from apps.studio.session import attempt
from apps.studio.studio import Studio
from apps.studio.words import say, show_notice
from gap_core.labeling import Account

TOLD = "bounties"
ASK, TAKE_BACK = "Ask players for these", "Take them back"


def show_bounties(studio: Studio, report: Mapping[str, Any], account: Account) -> None:
    """The categories that are short, those that players are asked for, and buttons to set them."""
    say(bounties.bounty_words(report))
    now = bounties.set_now(studio)
    say(bounties.set_words(now), kind="soft")
    show_notice(TOLD)
    if has_role(account, "administrator"):
        _buttons(studio, [one.category for one in bounties.wanted_of(report)], now, account)


def _buttons(studio: Studio, wanted: list[str], now: list[str], account: Account) -> None:
    def ask_for(categories: list[str]) -> None:
        attempt(TOLD, lambda: bounties.ask_for(studio, categories, by=account))

    with st.container(horizontal=True):
        if wanted and wanted != now:
            st.button(
                ASK,
                type="primary",
                on_click=lambda: ask_for(wanted),
                help="Their questions give double XP; points stay as they are.",
            )
        if now:
            st.button(TAKE_BACK, on_click=lambda: ask_for([]))
