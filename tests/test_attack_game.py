# The game under thousands of random inputs over raw sockets and HTTP: nothing may break or leak.
# GAP_ATTACK_INPUTS=2000 sends 2,000 inputs a test, as for the figure in RESULTS.md.
from __future__ import annotations

import json
import logging
import socket
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from apps.game import join_limit
from db.records import PlayerRecord
from gap_core.play.dealing import new_id
from tests.fixtures_attack import (
    ANY_JSON,
    ANY_TEXT,
    FUZZ,
    INPUTS,
    METHODS,
    NASTY_PATHS,
    check_calm,
    check_headers,
    raw_request,
)
from tests.fixtures_game import GameServer, WirePlayer
from tests.fixtures_models import ScriptedModel
from tests.fixtures_play import START, Table, fill_deck

CROWD = 60  # players among whom the events go round, so that no pace limit hides the rest
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def shared_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[GameServer]:
    """As elsewhere, without the limit on joining: it would hide what stands behind it."""
    folder = tmp_path_factory.mktemp("attacked")
    fill_deck(folder / "gap.db", folder, tainted=12, untainted=14)
    with pytest.MonkeyPatch.context() as patch:
        for limit in ("JOINS_PER_ADDRESS", "JOINS_OF_ALL"):
            patch.setattr(join_limit, limit, 10**6)
        with GameServer(Table(folder / "gap.db", folder), ScriptedModel()) as running:
            yield running


@pytest.fixture(scope="module")
def crowd(shared_server: GameServer) -> Iterator[list[WirePlayer]]:
    """Players with cookies."""
    names = [f"fuzz{number}" for number in range(CROWD)]
    with shared_server.table.store() as store:
        for name in names:
            player = PlayerRecord(name, name, name, team="", created_utc=START)
            store.players.add(player, consent_version="1")
    players = [WirePlayer(shared_server.url) for _ in names]
    for player, name in zip(players, names, strict=True):
        player.http.headers["cookie"] = f"gap_player={shared_server.signed_cookie(name)}"
    yield players
    for player in players:
        player.http.close()


@pytest.fixture(scope="module")
def stranger(shared_server: GameServer) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=shared_server.url, timeout=30) as client:
        yield client


@pytest.fixture(autouse=True)
def calm(shared_server: GameServer, caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """After every test the game plays on, and its log holds no error."""
    with caplog.at_level(logging.ERROR):
        yield
    board = shared_server.player().board("begin")
    assert board["round"]["token"]
    assert [record.getMessage() for record in caplog.records] == []


@FUZZ
@given(
    method=some.sampled_from(METHODS) | ANY_TEXT,
    path=some.sampled_from(NASTY_PATHS) | ANY_TEXT,
    headers=some.lists(some.tuples(ANY_TEXT, ANY_TEXT), max_size=4),
    body=some.binary(max_size=200),
)
def test_raw_requests_are_answered_or_closed(
    shared_server: GameServer, method: str, path: str, headers: list[Any], body: bytes
) -> None:
    status, answer = raw_request(shared_server.url, method, path, headers, body)

    assert status is None or status < 500, answer
    assert b"\r\nset-cookie: a=b" not in answer.split(b"\r\n\r\n")[0].lower()
    check_calm(answer, shared_server.table.data_dir)


@FUZZ
@given(
    method=some.sampled_from(METHODS),
    path=some.sampled_from(NASTY_PATHS) | ANY_TEXT.map(lambda text: "/" + quote(text)),
    query=some.dictionaries(ANY_TEXT, ANY_TEXT, max_size=3),
    is_known=some.booleans(),
    turn=some.integers(0, CROWD - 1),
)
def test_no_path_breaks_or_leaks(
    shared_server: GameServer,
    crowd: list[WirePlayer],
    stranger: httpx.Client,
    method: str,
    path: str,
    query: dict[str, str],
    is_known: bool,
    turn: int,
) -> None:
    if path.startswith("/play/gradio_api/queue/data") or "heartbeat" in path:
        return  # streams, which the events below listen to
    asking = crowd[turn].http if is_known else stranger
    try:
        answer = asking.request(method, path, params=query)
    except (httpx.InvalidURL, httpx.TransportError):
        return  # no address, or closed as some methods are; `calm` sees that the game plays on

    assert answer.status_code < 500
    check_headers(answer)
    check_calm(answer.content, shared_server.table.data_dir)


FIELDS = some.sampled_from(["nickname", "consent", "event_code", "team"]) | ANY_TEXT


@settings(FUZZ, max_examples=INPUTS // 2)  # refusals come on a grid of time
@given(
    path=some.sampled_from(["/join", "/join", "/leave", "/withdraw"]),
    form=some.dictionaries(FIELDS, ANY_TEXT | some.lists(ANY_TEXT, max_size=3), max_size=5),
    is_file=some.booleans(),
)
def test_no_form_breaks_a_page(
    shared_server: GameServer,
    stranger: httpx.Client,
    path: str,
    form: dict[str, Any],
    is_file: bool,
) -> None:
    files = {"nickname": ("x.png", b"\x89PNG", "image/png")} if is_file else None
    answer = stranger.post(path, data=form, files=files)
    stranger.cookies.clear()

    assert answer.status_code < 500
    check_headers(answer)
    check_calm(answer.content, shared_server.table.data_dir)


@settings(FUZZ, max_examples=INPUTS // 2)
@given(
    form=some.fixed_dictionaries(
        {"choice": some.sampled_from(["name", "words"]) | ANY_TEXT, "sure": some.just("yes")},
        optional={
            "nickname": some.just("victim") | ANY_TEXT,
            "player": some.just("VICTIM") | ANY_TEXT,
            "player_id": some.just("VICTIM") | ANY_TEXT,
        },
    ),
    cookie=some.just("VICTIM") | some.just("VICTIM.aaaaaa.bbbbbbb") | ANY_TEXT.map(quote),
    is_own=some.booleans(),
)
def test_nobody_takes_back_anothers_words(
    shared_server: GameServer,
    victim: dict[str, Any],
    form: dict[str, str],
    cookie: str,
    is_own: bool,
) -> None:
    with shared_server.table.store() as store:
        target = store.players.find("victim")
        assert target is not None
        attacker = PlayerRecord(new_id(), new_id(), new_id(), team="", created_utc=START)
        store.players.add(attacker, consent_version="1")
    sent = shared_server.signed_cookie(attacker.id) if is_own else cookie
    answer = httpx.post(
        f"{shared_server.url}/withdraw",
        data={key: value.replace("VICTIM", target.id) for key, value in form.items()},
        headers={"cookie": f"gap_player={sent.replace('VICTIM', target.id)}"},
    )

    assert answer.status_code in ((200, 422) if is_own else (401, 429))
    check_calm(answer.content, shared_server.table.data_dir)
    with shared_server.table.store() as store:
        assert store.players.get(target.id) == target and not store.withdrawals.has(target.id)


EVENT = some.fixed_dictionaries(
    {},
    optional={
        "data": ANY_JSON,
        "fn_index": some.integers(-1, 6) | ANY_JSON,
        "session_hash": some.from_regex(r"\w{6,12}", fullmatch=True) | ANY_JSON,
        "event_data": ANY_JSON
        | some.fixed_dictionaries(
            {},
            optional={
                "question": ANY_JSON, "round": ANY_JSON, "turn": ANY_JSON, "verdict": ANY_JSON,
            },
        ),
        "trigger_id": ANY_JSON,
        "api_name": ANY_JSON,
        "batched": ANY_JSON,
        "request": ANY_JSON,
    },
)  # fmt: skip


@FUZZ
@given(event=EVENT | ANY_JSON, turn=some.integers(0, CROWD - 1))
def test_no_event_breaks_the_queue(
    shared_server: GameServer, crowd: list[WirePlayer], event: Any, turn: int
) -> None:
    answer = crowd[turn].http.post(
        "/play/gradio_api/queue/join",
        content=json.dumps(event),
        headers={"content-type": "application/json"},
    )

    assert answer.status_code < 500, event
    check_headers(answer)
    check_calm(answer.content, shared_server.table.data_dir)


@settings(FUZZ, max_examples=INPUTS // 5)  # answers are given at a player's pace
@given(
    name=some.sampled_from(["judge", "ask", "begin", "look"]),
    words=some.fixed_dictionaries(
        {},
        optional={
            "question": ANY_JSON,
            "round": ANY_JSON | some.just("TOKEN"),
            "turn": ANY_JSON | some.just("TURN"),
            "verdict": some.sampled_from(["wrong", "correct"]) | ANY_JSON,
        },
    ),
    turn=some.integers(0, CROWD - 1),
)
def test_anothers_round_and_turn_are_out_of_reach(
    shared_server: GameServer,
    crowd: list[WirePlayer],
    victim: dict[str, Any],
    name: str,
    words: dict[str, Any],
    turn: int,
) -> None:
    swapped = {"TOKEN": victim["round"]["token"], "TURN": victim["round"]["asked"][0]["turn"]}
    aimed = {
        key: swapped.get(value, value) if isinstance(value, str) else value
        for key, value in words.items()
    }
    attacker = crowd[turn]
    answer = attacker.post_event(name, aimed)
    if answer.status_code == 429:
        return
    assert answer.status_code == 200
    for message in attacker.listen(0.0):
        check_calm(message.raw.encode(), shared_server.table.data_dir)

    picture = attacker.http.get(f"/picture/{swapped['TOKEN']}")
    assert picture.status_code in (404, 429)


@pytest.fixture(scope="module")
def victim(shared_server: GameServer) -> Iterator[dict[str, Any]]:
    """A board with one answer that waits for its verdict; nobody else may have given it."""
    player = shared_server.player("victim")
    board = player.ask(player.board("begin"), "What is this?")
    yield board
    with shared_server.table.store() as store:
        turn = board["round"]["asked"][0]["turn"]
        found = store.connection.rows("SELECT * FROM verdicts WHERE turn_id = :t", {"t": turn})
    assert found == []


def test_slow_and_cut_requests_hold_up_nobody(shared_server: GameServer) -> None:
    address = ("127.0.0.1", int(shared_server.url.rsplit(":", 1)[1]))
    held = [socket.create_connection(address) for _ in range(100)]
    for number, connection in enumerate(held):
        connection.sendall(b"POST /join HTTP/1.1\r\nHost: x\r\nContent-Length: 50\r\n\r\n"[:number])

    assert httpx.get(f"{shared_server.url}/join", timeout=10).status_code == 200
    for connection in held:
        connection.close()
