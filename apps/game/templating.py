"""The project's own pages, escaped. Called by pages, gatekeeper and the Gradio page."""

from pathlib import Path
from typing import Any

from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from apps.game.languages import LANGUAGES, Words
from gap_core.errors import Sentence
from gap_core.play import ModelLabel
from models.registry import knows_english_only

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
    401: (
        Sentence("Who are you?"),
        Sentence("The game doesn't know you yet, or not any more. Join with a nickname."),
    ),
    403: (
        Sentence("Not from here"),
        Sentence("The request came from another page. Open the game and try again."),
    ),
    404: (
        Sentence("Nothing to see here"),
        Sentence("There is no such page, or the picture is not being shown now."),
    ),
    413: (
        Sentence("Too much"),
        Sentence("The request is larger than anything the game asks for. Send less."),
    ),
    429: (
        Sentence("Too fast"),
        Sentence("More requests came than a person can make. Wait some seconds."),
    ),
    503: (
        Sentence("Just a moment"),
        Sentence(
            "The game can't store anything just now. All that was stored before is kept. "
            "Tell the host, and try again."
        ),
    ),
    500: (
        Sentence("That was us"),
        Sentence("Something broke on the server; what you marked is stored. Try again."),
    ),
}


def render(name: str, words: Words, **shown: Any) -> str:
    """A template in a language; `_` and `ngettext` in it translate."""
    return PAGES.get_template(name).render(
        _=words.text,
        ngettext=words.counted,
        number=words.number,
        shown_name=words.name,
        language=words.language,
        languages=LANGUAGES,
        **shown,
    )


def page(name: str, words: Words, *, status: int = 200, **shown: Any) -> HTMLResponse:
    """A page from its template; never cached, for it is one player's."""
    html = render(name, words, **shown)
    return HTMLResponse(html, status_code=status, headers={"Cache-Control": "no-store"})


def trouble_page(status: int, words: Words, *, said: str = "") -> HTMLResponse:
    """The page for an error, with the way on; `said` in the place of the usual words."""
    title, usual = TROUBLE.get(status, TROUBLE[500])
    link, way = "/play/", Sentence("To the game")
    if status == 401:
        link, way = "/join", Sentence("Join")
    return page(
        "message.html",
        words,
        status=status,
        title=words.told(title),
        message=words.told(said or usual),
        link=link,
        link_words=words.told(way),
    )


def model_line(model: ModelLabel, words: Words) -> str:
    """Which model plays, in words for players; by its name alone before it is loaded."""
    if not model.quantization:
        return words.text("Playing: {name}", name=model.name)
    if model.adapter:
        return words.text(
            "Playing: {name} ({quantization}, adapter {adapter})",
            name=model.name,
            quantization=words.text(model.quantization),
            adapter=model.adapter,
        )
    return words.text(
        "Playing: {name} ({quantization})",
        name=model.name,
        quantization=words.text(model.quantization),
    )


def asks_for_english(model: ModelLabel, words: Words) -> bool:
    """Whether visitors are to be told that they have to ask in English."""
    return words.language.code != "en" and knows_english_only(model.name)
