# The game's catalogs: no message is lacking, and translations keep values and numbers.

import ast
import json
import shutil
import string
from pathlib import Path

import pytest
from babel.messages.catalog import Message
from babel.messages.pofile import read_po, write_po
from click.testing import CliRunner

from apps.game import catalogs
from apps.game.catalogs import (
    PLACES,
    ROOT,
    TRANSLATED,
    catalog_file,
    untranslated,
    updated_catalog,
    written,
)
from apps.game.languages import (
    CATEGORY_NAMES,
    words_in,
)
from gap_core.language.categories import CATEGORIES
from scripts.update_languages import main as update_languages
from tests.fixtures_languages import SAME, sources

NO_LANGUAGE = {"accept-language": ""}


def forms(message: Message) -> list[str]:
    """Every form of a translation."""
    return [message.string] if isinstance(message.string, str) else list(message.string)


def places(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize("code", TRANSLATED)
def test_catalog_has_every_message_of_the_game_and_no_other(code: str) -> None:
    catalog = updated_catalog(code)

    assert untranslated(catalog) == []
    assert written(catalog) == catalog_file(code).read_bytes()


@pytest.mark.parametrize("code", TRANSLATED)
def test_translations_keep_the_places_of_values(code: str) -> None:
    for message in updated_catalog(code):
        if message.id:
            wanted = set().union(*map(places, sources(message)))
            assert [places(form) for form in forms(message)] == [wanted] * len(forms(message))


@pytest.mark.parametrize("code", TRANSLATED)
def test_hardly_a_translation_is_still_english(code: str) -> None:
    catalog = updated_catalog(code)
    same = {one for message in catalog if message.id for one in forms(message)} & {
        one for message in catalog if message.id for one in sources(message)
    }

    assert same == SAME[code]


@pytest.mark.parametrize("code", TRANSLATED)
def test_numbers_have_the_forms_that_the_language_asks_for(code: str) -> None:
    catalog = updated_catalog(code)
    plurals = [message for message in catalog if isinstance(message.id, tuple)]

    assert len(plurals) == 9
    assert {len(forms(message)) for message in plurals} == {catalog.num_plurals}
    assert catalog.num_plurals == (1 if code == "zh" else 2)


@pytest.mark.parametrize(
    ("code", "n", "told"),
    [
        ("en", 0, "0 sessions"), ("en", 1, "1 session"), ("de", 1, "1 Partie"),
        ("de", 1234, "1.234 Partien"), ("fr", 0, "0 partie"), ("fr", 2, "2 parties"),
        ("es", 1, "1 partida"), ("es", 0, "0 partidas"), ("zh", 1, "1 局"), ("zh", 7, "7 局"),
        ("hi", 123456, "1,23,456 खेल"),
    ],
)  # fmt: skip
def test_counted_things_are_worded_as_in_the_language(code: str, n: int, told: str) -> None:
    assert words_in(code).counted("{n} session", "{n} sessions", n) == told


def test_no_message_is_put_together_before_it_is_translated() -> None:
    # An f-string is no message: nothing would find it in a catalog.
    marks = {"Sentence", "PlayerError", "ModelError"}
    found = []
    for pattern, method, _keywords in PLACES:
        for file in ROOT.glob(pattern) if method == "python" else ():
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call) and getattr(node.func, "id", "") in marks:
                    if isinstance(node.args[0], ast.JoinedStr | ast.BinOp):
                        found.append(f"{file.name}:{node.lineno}")

    assert found == []


def test_play_refuses_with_messages_only() -> None:
    # What a host reads may stay English: these are never reached through the game's pages.
    of_hosts = {
        "adapter_following",
        "facilitating",
        "nicknames",
        "player_model_check",
        "team_names",
    }
    files = [file for file in ROOT.glob("gap_core/play/*.py") if file.stem not in of_hosts]

    assert len(files) > 15
    assert [file.name for file in files if "raise GapError(" in file.read_text("utf-8")] == []


def test_check_of_the_catalogs_fails_on_a_new_and_on_an_old_message(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = shutil.copytree(catalogs.LOCALES, tmp_path / "locales")
    monkeypatch.setattr(catalogs, "LOCALES", folder)
    with (folder / "hi.po").open("rb") as file:
        catalog = read_po(file, locale="hi")
    catalog.delete("Wrong!")
    catalog.add("Long gone.", "x")
    with (folder / "hi.po").open("wb") as file:
        write_po(file, catalog, width=100, sort_output=True)

    refused = CliRunner().invoke(update_languages, ["--check"])
    mended = CliRunner().invoke(update_languages, [])
    again = CliRunner().invoke(update_languages, ["--check"])

    assert refused.exit_code == 1 and "hi" in refused.output
    told = json.loads(mended.output.splitlines()[-1])
    assert told["changed"] == ["hi"] and told["untranslated"]["hi"] == ["Wrong!"]
    assert "Long gone." not in (folder / "hi.po").read_text("utf-8")
    assert again.exit_code == 1 and "messages without words: 1" in again.output


def test_names_of_categories_are_messages() -> None:
    assert set(CATEGORY_NAMES) == set(CATEGORIES)
