"""The project's own pages, escaped. Called by pages, gatekeeper and the Gradio page."""

from pathlib import Path
from typing import Any

from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from gap_core.play import ModelLabel

HERE = Path(__file__).parent
STATIC = HERE / "static"
PAGES = Environment(
    loader=FileSystemLoader(HERE / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
TROUBLE = {
    401: ("Who are you?", "The game doesn't know you yet, or not any more. Join with a nickname."),
    403: ("Not from here", "The request came from another page. Open the game and try again."),
    404: ("Nothing to see here", "There is no such page, or the picture is not being shown now."),
    413: ("Too much", "The request is larger than anything the game asks for. Send less."),
    429: ("Too fast", "More requests came than a person can make. Wait some seconds."),
    503: (
        "Just a moment",
        "The game can't store anything just now. All that was stored before is kept. "
        "Tell the host, and try again.",
    ),
    500: ("That was us", "Something broke on the server; what you marked is stored. Try again."),
}


def page(name: str, *, status: int = 200, **words: Any) -> HTMLResponse:
    """A page from its template; never cached, for it is one player's."""
    html = PAGES.get_template(name).render(**words)
    return HTMLResponse(html, status_code=status, headers={"Cache-Control": "no-store"})


def trouble_page(status: int, *, words: str = "") -> HTMLResponse:
    """The page for an error, with the way on; `words` in the place of the usual ones."""
    title, usual = TROUBLE.get(status, TROUBLE[500])
    words = words or usual
    link, link_words = ("/join", "Join") if status == 401 else ("/play/", "To the game")
    return page(
        "message.html", status=status, title=title, words=words, link=link, link_words=link_words
    )


def model_line(model: ModelLabel) -> str:
    """Which model plays, in words for players."""
    adapter = f", adapter {model.adapter}" if model.adapter else ""
    return f"Playing: {model.name} ({model.quantization}{adapter})"
