"""The languages of the game: which there are, which a visitor gets, and the words in them.

A message is its English sentence. The catalogs in locales/ hold the others, one file a language.
Called by the pages, the gatekeeper and the Gradio page.
"""

import json
import re
from collections.abc import Mapping
from functools import cached_property, lru_cache
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path
from typing import NamedTuple
from urllib.parse import parse_qs

from babel.core import negotiate_locale
from babel.messages.extract import extract_from_file
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal
from fastapi import Response
from starlette.requests import cookie_parser

from gap_core.errors import Sentence
from gap_core.play.text import HIDDEN_NAME, HIDDEN_TEAM, NEUTRAL_NAME

COOKIE = "gap_language"
COOKIE_AGE_S = 14 * 24 * 3600
HERE = Path(__file__).parent
LOCALES, STATIC = HERE / "locales", HERE / "static"
MOST_PREFERRED = 20
IN_SCRIPTS = {"_": None, "ngettext": (1, 2)}  # what static/*.js calls
SERVERS_OWN = Sentence("server's own")  # how a model's weights are kept, known to its server alone
FAILED = Sentence("The model failed while answering. Your question isn't counted: ask again.")

CATEGORY_NAMES = (  # as bounties show them
    Sentence("Object Recognition"),
    Sentence("Scene Understanding"),
    Sentence("Activity Recognition"),
    Sentence("Object Attributes"),
    Sentence("Spatial Relationships"),
    Sentence("Counting"),
    Sentence("Text Recognition"),
    Sentence("Emotion Recognition"),
    Sentence("Weather and Environment"),
    Sentence("Temporal Inference"),
    Sentence("Cultural or Social Context"),
    Sentence("Art and Aesthetics"),
    Sentence("Anomaly Detection"),
)

NEUTRAL_NAMES = {  # stored in English, each with a number; see gap_core/play/text.py
    NEUTRAL_NAME: Sentence("left {number}"),
    HIDDEN_NAME: Sentence("player {number}"),
    HIDDEN_TEAM: Sentence("team {number}"),
}


class Language(NamedTuple):
    """The code in cookies and file names, the tag for browsers, and what its speakers call it."""

    code: str
    tag: str
    name: str


LANGUAGES = (
    Language("en", "en", "English"),
    Language("de", "de", "Deutsch"),
    Language("fr", "fr", "Français"),
    Language("es", "es", "Español"),
    Language("zh", "zh-Hans", "中文"),
    Language("hi", "hi", "हिन्दी"),
)
BY_CODE = {language.code: language for language in LANGUAGES}


class Words:
    """Everything that is said in one language; a message without translation stays English."""

    def __init__(self, code: str) -> None:
        self.language = BY_CODE[code]
        self._catalog = read_catalog(code)

    def text(self, message: str, /, **values: object) -> str:
        """The message in this language, with its `{name}` values as this language writes them."""
        return self._filled(self._catalog.gettext(message) if message else "", values)

    def counted(self, one: str, many: str, n: int, /, **values: object) -> str:
        """The form that goes with the number; `{n}` in it is the number."""
        return self._filled(self._catalog.ngettext(one, many, n), {"n": n, **values})

    def told(self, sentence: str) -> str:
        """What was said in English somewhere below.

        A model's own words about its failure may be in no catalog: then it just failed.
        """
        if isinstance(sentence, Sentence):
            return self.text(sentence.message, **sentence.values)
        is_known = self.language.code == "en" or self._catalog.gettext(sentence) != sentence
        return self.text(sentence) if is_known or not sentence else self.told(FAILED)

    def name(self, stored: str) -> str:
        """A player's or team's name as shown: a neutral one in this language, others as typed."""
        for form, sentence in NEUTRAL_NAMES.items():
            if found := re.fullmatch(form.format(r"(\d+)"), stored):
                return self.text(sentence.message, number=found[1])
        return stored

    def number(self, value: float) -> str:
        """A number as this language writes it."""
        return format_decimal(value, locale=self.language.code)

    @cached_property
    def for_scripts(self) -> str:
        """The dictionary of the browser's scripts, as JSON: each message of theirs, each form."""
        found: dict[str, str | list[str]] = {}
        for messages in script_messages():
            if isinstance(messages, tuple):
                found[messages[0]] = [self._catalog.ngettext(*messages, n) for n in (1, 5)]
            else:
                found[messages] = self._catalog.gettext(messages)
        shown = {"language": self.language.tag, "words": found}
        return json.dumps(shown, ensure_ascii=False)

    def _filled(self, message: str, values: Mapping[str, object]) -> str:
        if not values:
            return message
        return message.format(**{name: self._shown(value) for name, value in values.items()})

    def _shown(self, value: object) -> object:
        if isinstance(value, Sentence):
            return self.told(value)
        return self.number(value) if isinstance(value, int | float) else value


def read_catalog(code: str) -> NullTranslations:
    """The translations into a language, English as it is."""
    if code == "en":
        return NullTranslations()
    compiled = BytesIO()
    with (LOCALES / f"{code}.po").open("rb") as file:
        write_mo(compiled, read_po(file, locale=code))
    compiled.seek(0)
    return GNUTranslations(compiled)


@lru_cache(1)
def script_messages() -> tuple[str | tuple[str, str], ...]:
    """The messages that the scripts use; a pair has two forms."""
    found: dict[str | tuple[str, str], None] = {}
    for file in sorted(STATIC.glob("*.js")):
        for _line, messages, _notes, _context in extract_from_file("javascript", file, IN_SCRIPTS):
            found[messages if isinstance(messages, str) else (messages[0], messages[1])] = None
    return tuple(found)


@lru_cache(len(LANGUAGES))
def words_in(code: str) -> Words:
    """The words of a language in the list."""
    return Words(code)


def words_for(headers: Mapping[str, str], *, asks_browser: bool = False) -> Words:
    """The words for whoever sent a request: as they chose, else as their browser prefers.

    `asks_browser` leaves out what was chosen.
    """
    chosen = cookie_parser(headers.get("cookie", "")).get(COOKIE)
    if asks_browser or chosen not in BY_CODE:
        chosen = preferred_language(headers.get("accept-language", ""))
    return words_in(chosen)


def preferred_language(accepted: str) -> str:
    """The code of the language that an Accept-Language header asks for, else English."""
    weighed = []
    for part in accepted.split(",")[:MOST_PREFERRED]:
        tag, _, weight = part.partition(";")
        try:
            share = float(weight.strip().removeprefix("q=") or 1)
        except ValueError:
            continue
        if 0 < share <= 1:
            weighed.append((share, tag.strip()))
    wanted = [tag for _, tag in sorted(weighed, key=lambda one: -one[0])]
    return negotiate_locale(wanted, list(BY_CODE), sep="-") or "en"


def chosen_in(query: bytes) -> str | None:
    """The language that an address chooses by ?lang=; None if it is none of ours."""
    given = parse_qs(query[:200].decode("latin-1")).get("lang", [""])[0]
    chosen = given.lower().partition("-")[0]  # signs say DE or de-AT
    return chosen if chosen in BY_CODE else None


def remember_language(response: Response, code: str, *, is_secure: bool) -> None:
    """Keep what was chosen, for the next pages."""
    response.set_cookie(
        COOKIE, code, max_age=COOKIE_AGE_S, httponly=True, samesite="lax", secure=is_secure
    )


def forget_language(response: Response) -> None:
    """Go back to what the browser prefers."""
    response.delete_cookie(COOKIE, httponly=True, samesite="lax")
