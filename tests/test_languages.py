# The game in six languages: catalogs that lack nothing, the choice of a language, errors, consent.
from __future__ import annotations

import ast
import hashlib
import json
import re
import shutil
import string
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from html.parser import HTMLParser
from pathlib import Path

import httpx
import pytest
from babel.messages.catalog import Message
from babel.messages.pofile import read_po, write_po
from click.testing import CliRunner

from apps.game import catalogs, templating
from apps.game.catalogs import (
    PLACES,
    ROOT,
    TRANSLATED,
    catalog_file,
    untranslated,
    updated_catalog,
    used_messages,
    written,
)
from apps.game.consent import CONSENT, consent_version
from apps.game.gatekeeper import chosen_language
from apps.game.languages import (
    BY_CODE,
    CATEGORY_NAMES,
    chosen_in,
    preferred_language,
    words_for,
    words_in,
)
from gap_core.errors import PlayerError, Sentence
from gap_core.language.categories import CATEGORIES
from models.errors import ModelError
from models.openai_server import QUANTIZATION
from scripts.update_languages import main as update_languages
from tests.fixtures_game import GameServer, WirePlayer
from tests.fixtures_models import ScriptedModel
from tests.fixtures_play import LABEL, Table
from tests.test_events import START, EventTable, make

NO_LANGUAGE = {"accept-language": ""}
# Words that another language spells as English does.
SAME = {
    "de": {"Team", "+{xp} XP.", "Level {level}"},
    "fr": {"Question", "+{xp} XP.", "point", "points", "{n} point.", "{n} points."},
    "es": {"+{xp} XP."},
    "zh": set(),
    "hi": set(),
}
SHOWN_ATTRIBUTES = {"aria-label", "alt", "placeholder", "title"}


def forms(message: Message) -> list[str]:
    """Every form of a translation."""
    return [message.string] if isinstance(message.string, str) else list(message.string)


def sources(message: Message) -> list[str]:
    return [message.id] if isinstance(message.id, str) else list(message.id)


def places(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


# --- the catalogs ---


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


# --- which language ---


@pytest.mark.parametrize(
    ("cookie", "accepted", "code"),
    [
        ("gap_language=de", "fr", "de"),
        ("gap_player=x; gap_language=hi", "", "hi"),
        ("gap_language=xx", "fr-CA,en;q=0.5", "fr"),
        ("gap_language=../de", "", "en"),
        ("gap_language=", "es-419", "es"),
        ("", "zh-CN,zh;q=0.9,en;q=0.8", "zh"),
        ("", "de;q=0.1, es;q=0.9", "es"),
        ("", "pt-BR,pt", "en"),
        ("", "en-GB,de;q=0.9", "en"),
        ("", "de;q=0", "en"),
        ("", "fr;q=nan,x;q=abc,hi", "hi"),
        ("", "*", "en"),
        ("", ",;,=;q=", "en"),
        ("", "x" * 50_000, "en"),
    ],
)
def test_language_is_the_chosen_one_else_the_browsers(
    cookie: str, accepted: str, code: str
) -> None:
    headers = {"cookie": cookie, "accept-language": accepted}

    assert words_for(headers).language.code == code


def test_only_languages_of_the_list_can_be_chosen() -> None:
    assert chosen_in(b"lang=fr&x=1") == "fr"
    assert [chosen_in(query) for query in (b"lang=DE", b"lang=de-AT", b"lang=zh-Hant-TW")] == [
        "de",
        "de",
        "zh",
    ]
    assert [chosen_in(query) for query in (b"", b"lang=xx", b"lang=", b"lang=%00", b"l=fr")] == [
        None
    ] * 5


@pytest.fixture
def stranger(shared_server: GameServer) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=shared_server.url, headers=NO_LANGUAGE) as browser:
        yield browser


def test_choosing_leads_back_to_the_same_page(stranger: httpx.Client) -> None:
    chosen = stranger.get("/join?lang=de")
    shown = stranger.get("/join")

    assert (chosen.status_code, chosen.headers["location"]) == (303, "/join")
    assert "HttpOnly" in chosen.headers["set-cookie"]
    assert '<html lang="de">' in shown.text and "Spitzname" in shown.text


@pytest.mark.parametrize("path", ["/join?lang=xx", "/join?lang=de%00", "/healthz?lang=de"])
def test_other_choices_change_nothing(stranger: httpx.Client, path: str) -> None:
    answer = stranger.get(path)

    assert answer.status_code == 200 and "set-cookie" not in answer.headers


@pytest.mark.parametrize("path", ["//evil.example/", "https://evil.example/join", "/static/x"])
def test_choice_leads_to_no_other_site(path: str) -> None:
    request = {"method": "GET", "query_string": b"lang=de"}

    assert chosen_language(request | {"path": path}) is None
    assert chosen_language(request | {"path": "/join"}) == "de"


def test_game_moves_to_the_language_that_is_chosen_in_it(shared_server: GameServer) -> None:
    player = shared_server.player()
    chosen = player.http.get("/play/?lang=hi")
    script = player.http.get("/words/board.js")

    assert (chosen.status_code, chosen.headers["location"]) == (303, "/play/")
    assert script.headers["cache-control"] == "no-store"
    assert '"language": "hi"' in script.text and "पूछिए" in script.text


def test_kiosk_goes_back_to_its_browsers_language(shared_server: GameServer) -> None:
    headers = {"accept-language": "fr"}
    with httpx.Client(base_url=shared_server.url, headers=headers) as kiosk:
        kiosk.get("/kiosk")
        kiosk.get("/join?lang=zh")
        chosen = kiosk.get("/join").text
        left = kiosk.post("/leave")
        assert kiosk.cookies.get("gap_language") is None
        kiosk.get("/join?lang=zh")
        shown = kiosk.get("/attract")  # walked away and back to it, by whatever way

        assert '<html lang="zh-Hans">' in chosen and left.headers["location"] == "/attract"
        assert '<html lang="fr">' in shown.text
        assert set(kiosk.cookies) == {"gap_kiosk"}
        assert '<html lang="fr">' in kiosk.get("/join").text


def test_phone_keeps_its_language_for_the_next_player(shared_server: GameServer) -> None:
    player = shared_server.player()
    player.http.get("/join?lang=es")
    player.http.post("/leave")

    assert '<html lang="es">' in player.http.get("/join").text


# --- nothing is left in English ---


class Shown(HTMLParser):
    """All that a reader of a page sees or hears."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.texts: list[str] = []
        self._hidden = 0
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._hidden += tag in ("script", "style")
        self.texts += [value or "" for name, value in attrs if name in SHOWN_ATTRIBUTES]

    def handle_endtag(self, tag: str) -> None:
        self._hidden -= tag in ("script", "style")

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.texts.append(" ".join(data.split()))


def english_in(html: str, code: str) -> set[str]:
    """The messages of the game that stand in a page in English."""
    shown = "\n".join(Shown(html).texts)
    found = set()
    for message in used_messages():
        for source in sources(message) if message.id else ():
            pattern = re.sub(r"\\\{[^}]*\\\}", r"[^\\n]+", re.escape(source))
            if source not in SAME.get(code, ()) and re.search(rf"(?<!\w){pattern}(?!\w)", shown):
                found.add(source)
    return found


def board_in(script: str) -> str:
    """The board that /words/board.js carries."""
    found = re.search(r"^gapPage\.board = (.*);$", script, re.MULTILINE)
    assert found is not None
    return str(json.loads(found[1]))


def without_name_for_host(html: str) -> str:
    """What the host types is the same in all languages."""
    told, count = re.subn(r"[:：] ?left \d+", "", html)
    assert count == 1
    return told


@pytest.fixture(scope="module")
def pages(shared_server: GameServer) -> dict[str, dict[str, str]]:
    """Every page, by language and name."""
    found = {}
    for code in BY_CODE:
        player = shared_server.player(f"名 {code}")
        player.http.cookies.set("gap_language", code)
        with httpx.Client(base_url=shared_server.url, cookies={"gap_language": code}) as other:
            get = {name: other.get(f"/{name}").text for name in ("join", "attract", "wall", "week")}
            found[code] = get | {
                "nothing": other.get("/nothing", headers={"accept": "text/html"}).text,
                "unknown": other.post("/play/", headers={"accept": "text/html"}).text,
                "no name": other.post("/join", data={"consent": consent_version(code)}).text,
                "no consent": other.post("/join", data={"nickname": "Zoë"}).text,
                "mine": player.http.get("/week").text,
                "withdraw": player.http.get("/withdraw").text,
                "not chosen": player.http.post("/withdraw").text,
                "name, sure?": player.http.post("/withdraw", data={"choice": "name"}).text,
                "words, sure?": player.http.post("/withdraw", data={"choice": "words"}).text,
                "board": board_in(player.http.get("/words/board.js").text),
                "done": without_name_for_host(
                    player.http.post("/withdraw", data={"choice": "name", "sure": "yes"}).text
                ),
            }
    return found


@pytest.mark.parametrize("code", TRANSLATED)
def test_no_english_is_left_on_any_page(pages: dict[str, dict[str, str]], code: str) -> None:
    left = {name: english_in(html, code) for name, html in pages[code].items()}

    assert {name: found for name, found in left.items() if found} == {}


def test_search_for_english_finds_it(pages: dict[str, dict[str, str]]) -> None:
    assert all(english_in(html, "en") for html in pages["en"].values())
    assert {"Start", "Is the answer right?", "Judge"} <= english_in(pages["en"]["board"], "en")


@pytest.mark.parametrize("code", BY_CODE)
def test_pages_say_which_language_they_are_in(pages: dict[str, dict[str, str]], code: str) -> None:
    tag = f'<html lang="{BY_CODE[code].tag}">'

    assert all(tag in html for name, html in pages[code].items() if name != "board")
    assert pages[code]["join"].count("?lang=") == 6


@pytest.mark.parametrize("code", TRANSLATED)
def test_scripts_get_every_message_of_theirs(code: str) -> None:
    told = json.loads(words_in(code).for_scripts)

    assert told["language"] == BY_CODE[code].tag
    assert {"Still there?", "Looking", "Time is up.", "{n} question before yours"} <= set(
        told["words"]
    )
    same = {one for one, other in told["words"].items() if one == other}
    assert same <= SAME[code]


# --- errors ---


def notice(server: GameServer, code: str, question: str) -> str:
    player = server.player()
    player.http.cookies.set("gap_language", code)
    return str(player.ask(player.board("begin"), question)["notice"])


@pytest.mark.parametrize("code", BY_CODE)
def test_refusals_on_the_board_are_in_the_players_language(
    shared_server: GameServer, code: str
) -> None:
    words = words_in(code)
    long = notice(shared_server, code, "x" * 1234)

    assert notice(shared_server, code, " ") == words.text(
        "The question is empty. Type what you want to know about the picture."
    )
    assert words.text("Question") in long and words.number(1234) in long and "500" in long


@pytest.mark.parametrize("code", TRANSLATED)
def test_a_models_failure_is_told_in_the_players_language(
    game_server: GameServer, code: str
) -> None:
    known = "The answer was broken off. Your question isn't counted: ask again."
    unknown = "CUDA ran out of memory on rank 3."
    game_server.model.enqueue(ModelError(known))  # type: ignore[attr-defined]
    game_server.model.enqueue(ModelError(unknown))  # type: ignore[attr-defined]
    words = words_in(code)

    assert notice(game_server, code, "What is it?") == words.text(known) != known
    failed = "The model failed while answering. Your question isn't counted: ask again."
    assert notice(game_server, code, "What is it?") == words.text(failed) != failed


def test_bounties_are_named_in_the_players_language(game_server: GameServer) -> None:
    with game_server.table.store() as store:
        store.rewards.set_bounties(["Counting"], now=START)
    player = game_server.player()
    player.http.cookies.set("gap_language", "de")

    assert player.board("look")["progress"]["bounties"] == ["Zählen"]


@pytest.mark.parametrize("code", TRANSLATED)
def test_refusal_to_join_quotes_the_name(shared_server: GameServer, code: str) -> None:
    shared_server.player(f"Taken {code}")
    form = {"nickname": f"Taken {code}", "consent": consent_version(code)}
    with httpx.Client(base_url=shared_server.url, cookies={"gap_language": code}) as browser:
        page = browser.post("/join", data=form).text

    told = words_in(code).text(
        "Nickname '{name}' is taken. Choose another, or add a number to it.", name=form["nickname"]
    )
    assert told in "\n".join(Shown(page).texts) and "is taken" not in page


def test_time_of_an_event_is_written_as_in_the_language(table: Table) -> None:
    at = EventTable(table.db_path, table.data_dir)
    at.event = make(table, starts=START + timedelta(hours=2))
    with pytest.raises(PlayerError) as refusal:
        at.game.join("Ada", consent_version="x", event_code="fair 26")

    assert str(refusal.value) == "This event begins at 2025-03-12 12:00 UTC. Come back."
    assert "am 12.03.2025 um 12:00 Uhr UTC" in words_in("de").told(refusal.value.sentence)


def test_names_in_messages_stay_data() -> None:
    nasty = "{0} {name.__class__} %(x)s <b>"
    sentence = Sentence(
        "Nickname '{name}' is taken. Choose another, or add a number to it.", name=nasty
    )

    assert nasty in sentence
    assert f"„{nasty}“" in words_in("de").told(sentence)


def test_fields_in_messages_are_named_in_the_language(table: Table) -> None:
    with pytest.raises(PlayerError) as refusal:
        table.game.join("Ada", team="x" * 5000, consent_version="1")

    assert words_in("fr").told(refusal.value.sentence).startswith("Équipe : 5\u202f000 caractères")


def test_scripts_get_refusals_in_their_language_too(shared_server: GameServer) -> None:
    headers = {"accept-language": "es", "accept": "application/json"}
    answer = httpx.post(f"{shared_server.url}/play/gradio_api/queue/join", headers=headers)

    assert answer.status_code == 401 and "todavía no te conoce" in answer.json()["detail"]


# --- what is agreed to ---

# A change of the words, in whatever language, asks for another version in apps/game/consent.py;
# then these are to be changed too.
AGREED_TEXTS = {
    "2-en": "b837f4ce40c7",
    "2-de": "ad239bbca4ec",
    "2-fr": "3d8615ed076a",
    "2-es": "4f5b8b0864b5",
    "2-zh": "e2cc215ed184",
    "2-hi": "a714d3babaa6",
}


def test_version_of_the_consent_stands_for_its_words() -> None:
    texts = {}
    for code in BY_CODE:
        lines = "\n".join(words_in(code).told(line) for line in CONSENT)
        texts[consent_version(code)] = hashlib.sha256(lines.encode()).hexdigest()[:12]

    assert texts == AGREED_TEXTS


def test_agreement_says_in_which_language_it_was_read(shared_server: GameServer) -> None:
    with httpx.Client(base_url=shared_server.url, cookies={"gap_language": "hi"}) as browser:
        form = browser.get("/join").text
        version = re.search(r'name="consent" value="([^"]+)"', form)
        assert version is not None
        joined = browser.post("/join", data={"nickname": "मीरा", "consent": version[1]})

    assert joined.status_code == 303 and version[1] == "2-hi"
    with shared_server.table.store() as store:
        player = store.players.find("मीरा")
        assert player is not None and store.players.consents(player.id) == ["2-hi"]


@pytest.mark.parametrize("version", ["1", "2", "2-xx", "2-", "2-de "])
def test_agreement_to_other_words_is_none(shared_server: GameServer, version: str) -> None:
    form = {"nickname": "Nobody", "consent": version}

    assert httpx.post(f"{shared_server.url}/join", data=form).status_code == 422


def test_events_own_consent_stands_as_written(table: Table, scripted_model: ScriptedModel) -> None:
    at = EventTable(table.db_path, table.data_dir)
    at.event = make(table)
    with GameServer(at, scripted_model) as server:
        with httpx.Client(base_url=server.url, cookies={"gap_language": "zh"}) as browser:
            page = browser.get("/join").text

    assert "Your questions help the lab." in page and "昵称" in page
    assert f'value="{at.event.consent_version}"' in page


def test_precision_of_a_servers_model_is_told_in_the_language() -> None:
    label = replace(LABEL, quantization=QUANTIZATION)

    assert (
        templating.model_line(label, words_in("de")) == "Es spielt: scripted (wie auf dem Server)"
    )
    assert templating.model_line(label, words_in("en")) == "Playing: scripted (server's own)"


# --- asking in English ---


@pytest.mark.parametrize(
    ("model", "code", "is_told"),
    [
        ("pocket", "de", True), ("data/models/pocket-2", "zh", True), ("pocket", "en", False),
        ("minicpm-v", "de", False), ("server:http://127.0.0.1:1/v1#pocket", "hi", True),
    ],
)  # fmt: skip
def test_only_who_has_to_ask_in_english_is_told_so(model: str, code: str, is_told: bool) -> None:
    words = words_in(code)

    assert templating.asks_for_english(replace(LABEL, name=model), words) is is_told


def test_form_and_board_ask_for_english_where_it_is_needed(
    table: Table, scripted_model: ScriptedModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tests.fixtures_play.LABEL", replace(LABEL, name="pocket"))
    with GameServer(table, scripted_model) as server:
        player = WirePlayer(server.url)
        player.http.cookies.set("gap_language", "es")
        form, board = player.http.get("/join").text, player.http.get("/words/board.js").text

    assert "Pregunta en inglés: este modelo" in form
    assert 'placeholder="En inglés"' in board_in(board)


def test_a_preferred_language_is_found_quickly() -> None:
    assert preferred_language(",".join(["de;q=0.5"] * 5000)) == "de"
