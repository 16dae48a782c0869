# Which language a page is in: the chosen one, else the browser's.

from collections.abc import Iterator

import httpx
import pytest

from apps.game.gatekeeper import chosen_language
from apps.game.languages import (
    chosen_in,
    preferred_language,
    words_for,
)
from tests.fixtures_game import GameServer

NO_LANGUAGE = {"accept-language": ""}


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


def test_a_preferred_language_is_found_quickly() -> None:
    assert preferred_language(",".join(["de;q=0.5"] * 5000)) == "de"
