"""The parts of pages that run in the browser: HTML, CSS and JavaScript, and nothing of anybody's.

Streamlit mounts them as components. What people and models wrote reaches them as data only, and
they show it through `textContent` only.
"""

from functools import cache
from pathlib import Path
from typing import Any

import streamlit as st

HERE = Path(__file__).parent
SHARED_JS = ("viewer.js", "words.js", "refining.js", "connection.js")


def source(*names: str) -> str:
    """The named files, one after another."""
    return "\n".join((HERE / name).read_text(encoding="utf-8") for name in names)


@cache
def part(name: str, *, styles: tuple[str, ...] = ()) -> Any:
    """The component of that name, registered once a process; calling it mounts it.

    Args:
        name: of its .html, .css and .js.
        styles: other parts' files that it wears too.
    """
    return st.components.v2.component(
        f"gap_{name}",
        html=source(f"{name}.html"),
        css=source("look.css", *styles, f"{name}.css"),
        js=source(*SHARED_JS, f"{name}.js"),
    )
