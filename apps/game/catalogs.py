"""Which messages the game says, and the catalogs brought up to date with them.

Called by scripts.update_languages and the tests.
"""

from functools import lru_cache
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_file
from babel.messages.pofile import read_po, write_po

from apps.game.languages import IN_SCRIPTS, LANGUAGES, LOCALES

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = {"_": None, "ngettext": (1, 2)}
SENTENCES = {"Sentence": None, "PlayerError": None, "ModelError": None}
PYTHON = SENTENCES | {"text": None, "counted": (1, 2)}
# Where a player's words are: the files, how to read them, and what marks a message.
PLACES = (
    ("apps/game/templates/*.html", "jinja2.ext:babel_extract", TEMPLATES),
    ("apps/game/static/*.js", "javascript", IN_SCRIPTS),
    ("apps/game/*.py", "python", PYTHON),
    ("gap_core/play/*.py", "python", SENTENCES),
    ("gap_core/events/*.py", "python", SENTENCES),
    ("gap_core/care/model_worker.py", "python", SENTENCES),
    ("models/batching.py", "python", SENTENCES),
    ("models/openai_server.py", "python", SENTENCES),
    ("models/tickets.py", "python", SENTENCES),
)
TRANSLATED = tuple(language.code for language in LANGUAGES if language.code != "en")


def used_messages() -> Catalog:
    """Every message that a player can be told, without translations."""
    used = Catalog()
    for message in read_messages():
        used.add(message)
    return used


@lru_cache(1)
def read_messages() -> tuple[str | tuple[str, ...], ...]:
    """The same in the order of the files; takes a second, the first time."""
    return tuple(
        message
        for pattern, method, keywords in PLACES
        for file in sorted(ROOT.glob(pattern))
        for _line, message, _notes, _context in extract_from_file(method, file, keywords)
    )


def catalog_file(code: str) -> Path:
    """Where the translations into a language stand."""
    return LOCALES / f"{code}.po"


def updated_catalog(code: str) -> Catalog:
    """The catalog with every message that is used, new ones empty, and no other."""
    with catalog_file(code).open("rb") as file:
        catalog = read_po(file, locale=code)
    template = used_messages()
    template.creation_date = catalog.creation_date
    catalog.update(template, no_fuzzy_matching=True, update_creation_date=False)
    return catalog


def written(catalog: Catalog) -> bytes:
    """The catalog as its file has it: sorted, so that changes are easy to read."""
    file = BytesIO()
    write_po(file, catalog, width=100, no_location=True, sort_output=True, ignore_obsolete=True)
    return file.getvalue()


def untranslated(catalog: Catalog) -> list[str]:
    """The messages, in their first form, that have a form without words."""
    found = []
    for message in catalog:
        forms = message.string if isinstance(message.string, tuple | list) else (message.string,)
        if message.id and not all(forms):
            found.append(message.id if isinstance(message.id, str) else message.id[0])
    return found
