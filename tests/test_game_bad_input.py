# What people and programs send that they should not: refused clearly, or harmless.
from __future__ import annotations

import time
from typing import Any

import httpx
import pytest
from itsdangerous import URLSafeTimedSerializer

from apps.game.gatekeeper import EVENTS_PER_WINDOW, LARGEST_BODY_BYTES, MOST_UNHEARD
from gap_core.play import Rules
from tests.fixtures_game import AGREED, GameServer, WirePlayer
from tests.fixtures_models import ScriptedModel
from tests.fixtures_play import Table
from tests.waiting import wait_until

NASTY = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "${alert(1)}",
    "{{constructor.constructor('alert(1)')()}}",
    "'; DROP TABLE players; --",
    "a\x00b\x07c\u202eevil\u200b",
    "👩‍🚀🦕",
    "\ud800 lone",
    "../../etc/passwd",
]


def rows(table: Table, count: str) -> int:
    """The store opened afresh: a whole database answers."""
    with table.store() as store:
        assert store.connection.rows("PRAGMA integrity_check", {})[0][0] == "ok"
        return int(store.connection.rows(f"SELECT count(*) FROM {count}", {})[0][0])


@pytest.mark.parametrize("question", NASTY)
def test_nasty_questions_are_just_questions(shared_server: GameServer, question: str) -> None:
    player = shared_server.player()

    board = player.ask(player.board("begin"), question)

    assert board["round"]["asked"][0]["answer"] == "There is a red car."
    assert rows(shared_server.table, "players") >= 1


@pytest.mark.parametrize("nickname", [n[:24] for n in NASTY])
def test_nasty_nicknames_are_refused_or_escaped(shared_server: GameServer, nickname: str) -> None:
    form = {"nickname": nickname.encode("utf-8", "replace"), "consent": AGREED}
    answer = httpx.post(f"{shared_server.url}/join", data=form)

    week = httpx.get(f"{shared_server.url}/week").text
    assert answer.status_code in (303, 422)
    assert "<script>alert" not in answer.text + week and "<img src=x" not in answer.text + week


@pytest.mark.parametrize(
    ("question", "refusal"),
    [
        ("", "The question is empty."),
        (" \u200b\x00 ", "The question is empty."),
        ("why " * 1250, "Question is 4,999 characters; the limit is 500."),
        (None, "The question is empty."),
        (["a"], "The question is empty."),
        ({"$gt": ""}, "The question is empty."),
    ],
)
def test_no_question_is_refused(shared_server: GameServer, question: Any, refusal: str) -> None:
    player = shared_server.player()
    board = player.board("begin")

    after = player.board("ask", question=question, round=board["round"]["token"])

    assert after["notice"].startswith(refusal)
    assert after["round"]["asked"] == []


@pytest.mark.parametrize("nickname", ["", "   ", "\u200b", "x" * 5000])
def test_no_nickname_is_refused(shared_server: GameServer, nickname: str) -> None:
    form = {"nickname": nickname, "consent": AGREED}
    answer = httpx.post(f"{shared_server.url}/join", data=form)

    assert answer.status_code == 422
    assert 'role="alert"' in answer.text and "set-cookie" not in answer.headers


def test_a_taken_nickname_is_refused_with_advice(shared_server: GameServer) -> None:
    shared_server.player("Ada Shared")

    answer = httpx.post(
        f"{shared_server.url}/join", data={"nickname": "ADA SHARED", "consent": AGREED}
    )

    assert "is taken. Choose another" in answer.text


@pytest.mark.parametrize("consent", ["", "0", "yes"])
def test_joining_without_todays_consent_is_refused(game_server: GameServer, consent: str) -> None:
    form = {"nickname": "Ada", "consent": consent}
    answer = httpx.post(f"{game_server.url}/join", data=form)

    assert answer.status_code == 422 and "Tick the box" in answer.text
    assert rows(game_server.table, "players") == 0


def test_a_wrong_event_code_is_refused(table: Table, scripted_model: ScriptedModel) -> None:
    table.event_code = "plum"
    with GameServer(table, scripted_model) as server:
        form = {"nickname": "Ada", "consent": AGREED, "event_code": "pear"}
        refused = httpx.post(f"{server.url}/join", data=form)
        taken = httpx.post(f"{server.url}/join", data=form | {"event_code": "plum"})

    assert (refused.status_code, taken.status_code) == (422, 303)


def test_a_second_verdict_is_refused(game_server: GameServer) -> None:
    player = game_server.player()
    board = player.ask(player.board("begin"))
    player.judge(board, "correct")

    after = player.judge(board, "wrong")

    assert after["notice"] and after["round"]["asked"][0]["verdict"] == "correct"
    assert rows(game_server.table, "verdicts") == 1


def test_a_verdict_after_the_deadline_is_refused(game_server: GameServer) -> None:
    player = game_server.player()
    board = player.ask(player.board("begin"))
    game_server.table.clock.advance(Rules().round_s + 10)

    after = player.judge(board, "wrong")

    assert after["notice"] and after["place"] == 2
    assert rows(game_server.table, "verdicts") == 0


@pytest.mark.parametrize("verdict", ["", "maybe", None, 1, {"a": 1}])
def test_another_word_is_no_verdict(game_server: GameServer, verdict: Any) -> None:
    player = game_server.player()
    board = player.ask(player.board("begin"))

    assert player.judge(board, verdict)["notice"]
    assert rows(game_server.table, "verdicts") == 0


def test_a_verdict_on_another_players_answer_is_refused(game_server: GameServer) -> None:
    ada, bob = game_server.player("Ada"), game_server.player("Bob")
    board = ada.ask(ada.board("begin"))
    bob.board("begin")

    assert bob.judge(board, "wrong")["notice"]
    assert rows(game_server.table, "verdicts") == 0


def test_a_question_on_another_players_round_is_refused(shared_server: GameServer) -> None:
    ada, bob = shared_server.player(), shared_server.player()
    board = ada.board("begin")
    bob.board("begin")

    assert "not being shown to you" in bob.ask(board)["notice"]


@pytest.mark.parametrize("words", [None, [], "text", 7, {}, {"round": {"a": []}}])
def test_events_without_sense_do_no_harm(shared_server: GameServer, words: Any) -> None:
    player = shared_server.player()
    player.board("begin")
    for name in ("ask", "judge"):
        assert player.post_event(name, words).status_code == 200
        list(player.listen(0))

    assert player.board("look")["screen"] == "round"


@pytest.mark.parametrize("cookie", ["", "x", "gap_player=x", "gap_player=ImEi.aaaa.bbbb"])
def test_a_forged_cookie_plays_nothing(shared_server: GameServer, cookie: str) -> None:
    stranger = WirePlayer(shared_server.url)
    stranger.http.headers["cookie"] = cookie

    page = stranger.http.get("/play/", headers={"accept": "text/html"})
    assert (page.status_code, page.headers["location"]) == (303, "/join")
    assert stranger.post_event("begin").status_code == 401
    assert stranger.http.get("/picture/a", headers={"accept": "text/html"}).status_code == 401


def test_a_cookie_signed_with_another_secret_is_forged(shared_server: GameServer) -> None:
    player_id = shared_server.table.join("Eve")
    forged = URLSafeTimedSerializer(b"guess" * 8, salt="gap-player-cookie").dumps(player_id)
    stranger = WirePlayer(shared_server.url)
    stranger.http.headers["cookie"] = f"gap_player={forged}"

    assert stranger.post_event("begin").status_code == 401


def test_a_cookie_of_a_player_who_is_gone_leads_to_join(shared_server: GameServer) -> None:
    stranger = WirePlayer(shared_server.url)
    signed = shared_server.signed_cookie("nobody")
    stranger.http.headers["cookie"] = f"gap_player={signed}"

    page = stranger.http.get("/play/", headers={"accept": "text/html"})
    assert (page.status_code, page.headers["location"]) == (303, "/join")
    assert stranger.post_event("begin").status_code == 401


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/play/gradio_api/run/begin"),
        ("POST", "/play/gradio_api/api/begin"),
        ("POST", "/play/gradio_api/call/begin"),
        ("POST", "/play/gradio_api/call/v2/begin"),
        ("POST", "/play/gradio_api/upload"),
        ("POST", "/play/gradio_api/component_server"),
        ("POST", "/play/gradio_api/stream/x"),
        ("POST", "/play/gradio_api/stream/x/close"),
        ("GET", "/play/gradio_api/info"),
        ("GET", "/play/gradio_api/openapi.json"),
        ("GET", "/play/gradio_api/file=gap.db"),
        ("GET", "/play/gradio_api/file=http://example.org"),
        ("GET", "/play/gradio_api/proxy=http://example.org"),
        ("GET", "/play/gradio_api/deep_link"),
        ("GET", "/play/gradio_api/queue/status"),
        ("GET", "/play/gradio_api/upload_progress"),
        ("GET", "/play/monitoring"),
        ("GET", "/play/static/../../secret.key"),
        ("GET", "/static/..%2fapp.py"),
        ("POST", "/play/login"),
        ("DELETE", "/play/"),
    ],
)
def test_endpoints_that_the_game_does_not_use_are_closed(
    shared_server: GameServer, method: str, path: str
) -> None:
    answer = shared_server.player().http.request(
        method, path, json={} if method == "POST" else None
    )

    assert answer.status_code in (404, 405)


def test_nobody_listens_to_anothers_events(shared_server: GameServer) -> None:
    ada, eve = shared_server.player(), shared_server.player()
    ada.board("begin")
    eve.session = ada.session

    listening = eve.http.get(f"/play/gradio_api/queue/data?session_hash={ada.session}")
    cancelling = {"session_hash": ada.session, "fn_index": 4, "event_id": "x"}
    assert listening.status_code == 404
    assert eve.post_event("look").status_code == 404
    assert eve.http.get(f"/play/gradio_api/heartbeat/{ada.session}").status_code == 404
    assert eve.http.post("/play/gradio_api/cancel", json=cancelling).status_code == 404


@pytest.mark.parametrize("session", [None, "", 5, "x" * 65, ["a"]])
def test_a_session_name_without_sense_is_refused(shared_server: GameServer, session: Any) -> None:
    player = shared_server.player()

    assert player.post_event("look", session_hash=session).status_code == 404


@pytest.mark.parametrize("event", [99, -1, None, "0", [0], 1.5])
def test_an_event_that_is_not_wired_is_refused(shared_server: GameServer, event: Any) -> None:
    # Gradio answered 500, and wrote a traceback into the log for each of them.
    player = shared_server.player()

    assert player.post_event("look", fn_index=event).status_code == 404


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
    ],
)
def test_another_sites_page_can_send_nothing(
    shared_server: GameServer, headers: dict[str, str]
) -> None:
    player = shared_server.player()

    for path in ("/join", "/leave", "/play/gradio_api/queue/join"):
        assert player.http.post(path, headers=headers).status_code == 403


@pytest.mark.parametrize("path", ["/join", "/play/gradio_api/queue/join"])
def test_large_bodies_are_refused(shared_server: GameServer, path: str) -> None:
    player = shared_server.player()
    sized = player.http.post(path, content=b"x" * (LARGEST_BODY_BYTES + 1))
    streamed = player.http.post(path, content=(b"x" * 4096 for _ in range(20)))

    assert (sized.status_code, streamed.status_code) == (413, 413)


def test_hammering_is_slowed_for_that_player_only(shared_server: GameServer) -> None:
    ada, bob = shared_server.player(), shared_server.player()
    names = [f"session{number}" for number in range(EVENTS_PER_WINDOW + 3)]
    codes = [ada.post_event("look", session_hash=name).status_code for name in names]

    assert (codes[0], codes[-1]) == (200, 429)
    assert bob.board("begin")["screen"] == "round"


def test_events_that_nobody_listens_to_have_an_end(shared_server: GameServer) -> None:
    # Gradio keeps every board of such a session in memory, for ever.
    player = shared_server.player()
    codes = [player.post_event("look").status_code for _ in range(MOST_UNHEARD + 1)]

    assert codes == [200] * MOST_UNHEARD + [429]
    list(player.listen(0))
    assert player.post_event("look").status_code == 200


def test_hammering_for_pictures_is_slowed_for_that_player_only(shared_server: GameServer) -> None:
    # Each request encodes a picture anew: one player could take both cores.
    ada, bob = shared_server.player(), shared_server.player()
    board, other = ada.board("begin"), bob.board("begin")
    codes = [ada.picture(board).status_code for _ in range(5)]
    missing = [ada.http.get("/picture/x").status_code for _ in range(EVENTS_PER_WINDOW)]

    assert set(codes) == {200} and missing[-1] == 429
    assert ada.picture(board).status_code == 429
    assert bob.picture(other).status_code == 200


def test_one_player_gets_one_place_before_the_model(
    game_server: GameServer, scripted_model: ScriptedModel
) -> None:
    scripted_model.word_s = 0.1
    scripted_model.enqueue("word " * 20)
    player = game_server.player()
    board = player.board("begin")
    second = WirePlayer(game_server.url)
    second.http.cookies = player.http.cookies
    words = {"question": "One?", "round": board["round"]["token"]}
    player.post_event("ask", words)
    wait_until(lambda: len(scripted_model.calls) == 1)

    after = second.board("ask", question="Two?", round=board["round"]["token"])

    assert after["notice"].startswith("Your last question is still being answered.")
    assert len(scripted_model.calls) == 1


def test_closing_the_tab_stops_the_model(
    game_server: GameServer, scripted_model: ScriptedModel
) -> None:
    scripted_model.word_s = 0.05
    scripted_model.enqueue("word " * 400)
    player = game_server.player()
    board = player.board("begin")
    player.post_event("ask", {"question": "One?", "round": board["round"]["token"]})
    for message in player.listen(time.monotonic()):
        if message.board["live"]["text"]:
            break  # the connection closes here

    again = WirePlayer(game_server.url)
    again.http.cookies = player.http.cookies
    wait_until(lambda: not again.board("look")["round"]["waiting"])
    assert again.ask(board)["round"]["asked"][0]["answer"] == "There is a red car."


def test_leaving_makes_room_for_the_next_player(shared_server: GameServer) -> None:
    player = shared_server.player()

    player.http.post("/leave")

    assert player.post_event("look").status_code == 401


@pytest.mark.parametrize("path", ["/nothing", "/picture/", "/play/gradio_api/run/x"])
def test_pages_that_are_not_there_lead_back(shared_server: GameServer, path: str) -> None:
    answer = shared_server.player().http.get(path, headers={"accept": "text/html"})

    assert answer.status_code == 404
    assert 'href="/play/"' in answer.text and "Traceback" not in answer.text
