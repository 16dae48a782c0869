# The studio under random inputs over raw sockets, HTTP and its web socket: nothing breaks or leaks.
# GAP_ATTACK_INPUTS=2000 sends 2,000 inputs a test, as for the figure in RESULTS.md.
from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from apps.studio.identity import COOKIE
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
from tests.fixtures_studio import StudioProcess, mark_wrong
from tests.fixtures_studio_wire import TRIGGER, WireLabeler

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StudioProcess]:
    """One for this file alone: so many tries to sign in shut others out for a while."""
    folder = tmp_path_factory.mktemp("attacked")
    mark_wrong(folder, [(f"Question {number}?", f"Answer {number}.") for number in range(18)])
    with StudioProcess(folder) as running:
        yield running


@pytest.fixture(scope="module")
def labeler(studio: StudioProcess) -> Iterator[WireLabeler]:
    with WireLabeler(studio, studio.person()) as signed_in:
        yield signed_in


@pytest.fixture(scope="module")
def ada(studio: StudioProcess) -> Iterator[httpx.Client]:
    client = studio.signed_in(studio.person())
    yield client
    client.close()


@pytest.fixture(scope="module")
def stranger(studio: StudioProcess) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=studio.url, timeout=60) as client:
        yield client


@pytest.fixture(autouse=True)
def calm(studio: StudioProcess, labeler: WireLabeler, ada: httpx.Client) -> Iterator[None]:
    """After every test a labeler can work, and the server has told of no trouble."""
    yield
    desk = labeler.tell("look", {})
    assert desk["item"] or desk["reason"]
    assert "Traceback" not in "".join(studio.said), "".join(studio.said)[-3000:]


@FUZZ
@given(
    method=some.sampled_from(METHODS) | ANY_TEXT,
    path=some.sampled_from(NASTY_PATHS) | ANY_TEXT,
    headers=some.lists(some.tuples(ANY_TEXT, ANY_TEXT), max_size=4),
    body=some.binary(max_size=200),
)
def test_raw_requests_are_answered_or_closed(
    studio: StudioProcess, method: str, path: str, headers: list[Any], body: bytes
) -> None:
    status, answer = raw_request(studio.url, method, path, headers, body)

    assert status is None or status < 500, answer
    assert b"\r\nset-cookie: a=b" not in answer.split(b"\r\n\r\n")[0].lower()
    check_calm(answer, studio.folder)


@FUZZ
@given(
    method=some.sampled_from(METHODS),
    path=some.sampled_from(NASTY_PATHS) | ANY_TEXT.map(lambda text: "/" + quote(text)),
    query=some.dictionaries(ANY_TEXT, ANY_TEXT, max_size=3),
    is_known=some.booleans(),
)
def test_no_path_breaks_or_leaks(
    studio: StudioProcess,
    ada: httpx.Client,
    stranger: httpx.Client,
    method: str,
    path: str,
    query: dict[str, str],
    is_known: bool,
) -> None:
    try:
        answer = (ada if is_known else stranger).request(method, path, params=query)
    except (httpx.InvalidURL, httpx.TransportError):
        return  # no address, or closed; `calm` sees that the studio works on

    assert answer.status_code < 500
    check_headers(answer)
    check_calm(answer.content, studio.folder)


@FUZZ
@given(
    path=some.sampled_from(["/desk/draft", "/desk/heartbeat"]),
    words=ANY_JSON
    | some.fixed_dictionaries(
        {"item": some.integers(-1, 60)},
        optional={"text": ANY_JSON, "category": ANY_JSON, "verdict": ANY_JSON},
    ),
)
def test_no_draft_breaks_the_desk(
    studio: StudioProcess, ada: httpx.Client, path: str, words: Any
) -> None:
    answer = ada.post(path, content=json.dumps(words))

    assert answer.status_code in (200, 400)
    check_calm(answer.content, studio.folder)


@FUZZ
@given(
    form=some.dictionaries(
        some.sampled_from(["name", "password", "key"]) | ANY_TEXT, ANY_TEXT, max_size=4
    )
)
def test_no_form_signs_in(studio: StudioProcess, stranger: httpx.Client, form: Any) -> None:
    answer = stranger.post("/login", data=form)

    assert answer.status_code in (403, 413, 429)
    check_headers(answer)


@FUZZ
@given(sent=some.binary(max_size=400) | some.text(max_size=100))
def test_no_message_breaks_the_socket(studio: StudioProcess, ada: httpx.Client, sent: Any) -> None:
    address = studio.url.replace("http", "ws", 1) + "/_stcore/stream"
    cookie = {"Cookie": f"{COOKIE}={ada.cookies[COOKIE]}"}
    with connect(
        address,
        origin=studio.url,  # type: ignore[arg-type]
        subprotocols=["streamlit"],  # type: ignore[list-item]
        additional_headers=cookie,
    ) as connection:
        try:
            connection.send(sent)
            connection.recv(timeout=0.02)
        except (ConnectionClosed, TimeoutError):
            pass

    assert ada.get("/_stcore/health").status_code == 200


EVENTS = ["save", "skip", "undo", "refine", "judge", "order", "look", "nonsense"]


@settings(FUZZ, max_examples=max(INPUTS // 5, 10))  # each is a whole run of the page
@given(
    event=some.sampled_from(EVENTS),
    words=ANY_JSON
    | some.fixed_dictionaries(
        {},
        optional={
            name: ANY_JSON
            for name in ("item", "key", "text", "category", "verdict", "refinement", "outcome")
        },
    ),
)
def test_no_event_breaks_the_desk(
    studio: StudioProcess, labeler: WireLabeler, event: str, words: Any
) -> None:
    desk = labeler.tell(event, words)

    assert desk["item"] or desk["reason"]
    assert "something broke" not in desk["notice"]


@FUZZ
@given(part_id=ANY_TEXT, value=ANY_JSON, query=ANY_TEXT, page=ANY_TEXT)
def test_no_widget_state_breaks_a_page(
    studio: StudioProcess, labeler: WireLabeler, part_id: str, value: Any, query: str, page: str
) -> None:
    message = BackMsg()
    message.rerun_script.query_string = query
    message.rerun_script.page_name = page
    state = message.rerun_script.widget_states.widgets.add()
    state.id, state.json_trigger_value = TRIGGER.format(id=part_id), json.dumps(value)

    assert labeler.send(message) == ForwardMsg.FINISHED_SUCCESSFULLY
