"""Words of people and models on Streamlit's pages: escaped, never markup. Called by every page.

Streamlit reads Markdown, colours, icons, formulas and emoji codes out of nearly every text it is
given: titles, captions, labels, errors. What the project did not write itself goes through here.
"""

from functools import cache
from html import escape
from pathlib import Path

import streamlit as st

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


def put_notice(place: str, words: str, *, kind: str = "bad") -> None:
    """Keep a notice until the page has shown it once."""
    st.session_state[f"gap notice {place}"] = (words, kind)


def show_notice(place: str) -> None:
    """Show the notice that was kept for this place, if there is one."""
    words, kind = st.session_state.pop(f"gap notice {place}", ("", ""))
    if words:
        tell(words, kind=kind)
