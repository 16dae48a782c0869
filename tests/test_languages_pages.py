# Pages and refusals in six languages: nothing is left in English, and who has to ask in it is told.

import json
import re
from dataclasses import replace
from datetime import timedelta
from html.parser import HTMLParser

import httpx
import pytest

from apps.game import templating
from apps.game.catalogs import (
    TRANSLATED,
    used_messages,
)
from apps.game.consent import consent_version
from apps.game.languages import (
    BY_CODE,
    words_in,
)
from gap_core.errors import PlayerError, Sentence
from models.errors import ModelError
from tests.fixtures_game import GameServer, WirePlayer
from tests.fixtures_languages import SAME, sources
from tests.fixtures_models import ScriptedModel
from tests.fixtures_play import LABEL, Table
from tests.test_events import START, EventTable, make

NO_LANGUAGE = {"accept-language": ""}
SHOWN_ATTRIBUTES = {"aria-label", "alt", "placeholder", "title"}


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
