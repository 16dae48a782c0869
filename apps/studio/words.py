"""Words of people and models on Streamlit's pages: escaped, never markup. Called by every page.

Streamlit reads Markdown, colours, icons, formulas and emoji codes out of nearly every text it is
given: titles, captions, labels, errors. What the project did not write itself goes through here.
"""

import time
from functools import cache
from html import escape
from pathlib import Path

import streamlit as st

from apps.studio.tab import this_tab

READ_AFTER_S = 5.0
FRAME = Path(__file__).parent / "static" / "frame.css"


@cache
def frame_styles() -> str:
    """The style element that every page begins with."""
    return f"<style>{FRAME.read_text(encoding='utf-8')}</style>"


def say(words: str, *, kind: str = "") -> None:
    """A paragraph of exactly these words; kind "soft" for what stands beside the matter."""
    st.html(f'<p class="gap-words" data-kind="{kind}" dir="auto">{escape(words)}</p>')


def tell(words: str, *, kind: str = "bad") -> None:
    """A notice of exactly these words; kind "good" or "bad"."""
    st.html(f'<p class="gap-notice" data-kind="{kind}" role="alert">{escape(words)}</p>')


def show_notice(place: str) -> None:
    """Show the notice that was kept for this place, until it has stood long enough to read.

    A page that runs again at once shows it again: nobody has read it yet.
    """
    notices, now_s = this_tab().notices, time.monotonic()
    if (notice := notices.get(place)) is None:
        return
    if notice.first_shown_s is None:
        notice.first_shown_s = now_s
    if now_s - notice.first_shown_s < READ_AFTER_S:
        tell(notice.words, kind=notice.kind)
    else:
        del notices[place]
