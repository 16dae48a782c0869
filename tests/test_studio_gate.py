# Who gets into the studio: cookies, passwords, keys, rates, and what a stranger can reach.
from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from itsdangerous import TimestampSigner
from starlette.datastructures import Headers
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from apps.studio.identity import COOKIE, Identity
from apps.studio.sign_in_limit import PER_NAME_AND_ADDRESS, SignInLimit
from apps.web import is_own_page
from gap_core.decks.pictures import save_picture
from tests.fixtures_dataset import noise_picture
from tests.fixtures_labeling import PASSWORD
from tests.fixtures_studio import StudioProcess

SECRET = b"a secret of thirty-two bytes....."


@pytest.fixture
def stranger(studio: StudioProcess) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=studio.url, timeout=60) as client:
        yield client


@pytest.fixture
def ada(studio: StudioProcess) -> Iterator[httpx.Client]:
    client = studio.signed_in(studio.person())
    yield client
    client.close()


@pytest.mark.parametrize(
    "path",
    [
        "/_stcore/host-config",
        "/_stcore/health",
        "/static/js/none.js",
        "/picture/abc",
        "/media/x",
        "/download/exports/x",
    ],
)
def test_a_stranger_reaches_nothing(stranger: httpx.Client, path: str) -> None:
    assert stranger.get(path).status_code == 401


def test_a_strangers_browser_is_led_to_sign_in(stranger: httpx.Client) -> None:
    answer = stranger.get("/deck", headers={"accept": "text/html"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in")


def test_a_stranger_gets_no_socket(studio: StudioProcess) -> None:
    address = studio.url.replace("http", "ws", 1) + "/_stcore/stream"
    with pytest.raises(InvalidStatus), connect(address):
        pass


def test_the_socket_is_refused_to_another_sites_page(
    studio: StudioProcess, ada: httpx.Client
) -> None:
    address = studio.url.replace("http", "ws", 1) + "/_stcore/stream"
    cookie = {"Cookie": f"{COOKIE}={ada.cookies[COOKIE]}"}
    with (
        pytest.raises(InvalidStatus),
        connect(address, origin="http://evil.example", additional_headers=cookie),
    ):
        pass
    with connect(address, additional_headers=cookie, subprotocols=["streamlit"]):  # type: ignore[list-item]
        pass


@pytest.mark.parametrize("path", ["/_stcore/agent/openapi.json", "/_stcore/metrics"])
def test_what_nobody_needs_is_shut_for_everybody(ada: httpx.Client, path: str) -> None:
    assert ada.get(path).status_code == 404


def test_the_cookie_is_for_this_site_and_no_script(studio: StudioProcess) -> None:
    with httpx.Client(base_url=studio.url, timeout=60) as client:
        words = {"name": studio.person(), "password": PASSWORD}
        set_cookie = client.post("/login", data=words).headers["set-cookie"].lower()
    assert "httponly" in set_cookie and "samesite=strict" in set_cookie


@pytest.mark.parametrize("name", ["known", "nobody"])
def test_a_wrong_name_and_a_wrong_password_are_told_alike(
    studio: StudioProcess, stranger: httpx.Client, name: str
) -> None:
    known = studio.person() if name == "known" else "nobody at all"
    answer = stranger.post("/login", data={"name": known, "password": "not this one"})
    assert answer.status_code == 403 and "is not right" in answer.text
    assert COOKIE not in answer.cookies


def test_too_many_tries_have_to_wait(studio: StudioProcess, stranger: httpx.Client) -> None:
    name = studio.person()
    for _ in range(PER_NAME_AND_ADDRESS):
        stranger.post("/login", data={"name": name, "password": "a guess"})
    answer = stranger.post("/login", data={"name": name, "password": PASSWORD})
    assert answer.status_code == 429 and int(answer.headers["retry-after"]) > 0


def test_what_was_typed_as_a_name_is_escaped(stranger: httpx.Client) -> None:
    answer = stranger.post("/login", data={"name": '"><script>x</script>', "password": "p"})
    assert "<script>" not in answer.text and "&lt;script&gt;" in answer.text


def test_a_new_password_ends_every_earlier_sign_in(studio: StudioProcess) -> None:
    name = studio.person()
    client = studio.signed_in(name)
    assert client.get("/_stcore/health").status_code == 200
    account = studio.workbench.check_password(name, PASSWORD)
    assert account is not None
    studio.workbench.change_password(account.id, old=PASSWORD, new="another four words")
    assert client.get("/_stcore/health").status_code == 401


def test_a_disabled_account_is_out_at_once(studio: StudioProcess) -> None:
    name = studio.person()
    client = studio.signed_in(name)
    account = studio.workbench.check_password(name, PASSWORD)
    assert account is not None
    studio.workbench.disable(account.id)
    assert client.get("/_stcore/health").status_code == 401


def test_signing_out_takes_the_cookie_back(ada: httpx.Client) -> None:
    assert ada.post("/sign-out").status_code == 303
    assert ada.get("/_stcore/health").status_code == 401


def test_another_sites_page_can_post_nothing(ada: httpx.Client) -> None:
    answer = ada.post("/desk/draft", json={}, headers={"origin": "http://evil.example"})
    assert answer.status_code == 403


def test_a_picture_is_served_to_who_is_signed_in(studio: StudioProcess, ada: httpx.Client) -> None:
    with studio.store() as store:
        image = store.curation.images("test")[0]
    answer = ada.get(f"/picture/{image.image_id}")
    assert answer.content == (studio.folder / image.path).read_bytes()
    assert answer.headers["cache-control"].startswith("private")
    assert ada.get("/picture/..%2fgap.db").status_code == 400  # Streamlit's own guard
    assert ada.get("/picture/gap.db").status_code == 404


@pytest.mark.parametrize(
    "words", [b"", b"[]", b"{", b'{"item": "1"}', b'{"item": 99999999999999999999}', b"{" * 20_000]
)
def test_a_draft_of_nonsense_is_refused(ada: httpx.Client, words: bytes) -> None:
    assert ada.post("/desk/draft", content=words).status_code == 400


def test_a_draft_for_somebody_elses_question_is_not_kept(
    studio: StudioProcess, ada: httpx.Client
) -> None:
    words = {"item": 1, "text": "mine now", "category": "", "verdict": "answer"}
    answer = ada.post("/desk/draft", content=json.dumps(words))
    assert (answer.status_code, answer.json()["is_held"]) == (200, False)


def test_a_page_may_load_nothing_from_elsewhere(ada: httpx.Client) -> None:
    policy = ada.get("/", headers={"accept": "text/html"}).headers["content-security-policy"]
    assert "img-src 'self' data: blob:;" in policy and "http" not in policy


@pytest.mark.slow
def test_beyond_this_machine_the_key_is_asked_for(tmp_path: Path) -> None:
    with StudioProcess(tmp_path, key="plum tree") as studio:
        name = studio.person()
        with httpx.Client(base_url=studio.url, timeout=60) as client:
            assert "Studio key" in client.get("/sign-in").text
            words = {"name": name, "password": PASSWORD}
            assert client.post("/login", data=words).status_code == 403
            assert client.post("/login", data=words | {"key": "plum tree"}).status_code == 303


@pytest.mark.parametrize("value", [None, "", "abc", "e30.aaaa.bbbb"])
def test_a_forged_cookie_is_none(value: str | None) -> None:
    assert Identity(SECRET).read(value) is None


@pytest.mark.parametrize(
    ("ago_s", "is_known"), [(0, True), (12 * 3600 + 60, False), (-600, True), (-7200, False)]
)
def test_a_cookie_has_its_time_and_outlives_a_clock_set_back(
    monkeypatch: pytest.MonkeyPatch, ago_s: int, is_known: bool
) -> None:
    signed = int(time.time()) - ago_s
    monkeypatch.setattr(TimestampSigner, "get_timestamp", lambda _self: signed)
    value = Identity(SECRET).sign("ada", sign_in_number=1)
    assert (Identity(SECRET).read(value) is not None) is is_known


def test_a_cookie_of_another_installation_is_none() -> None:
    value = Identity(b"another secret of 32 bytes......").sign("ada", sign_in_number=1)
    assert Identity(SECRET).read(value) is None
    assert Identity(SECRET).read(Identity(SECRET).sign("ada", sign_in_number=1)) == ("ada", 1)


@pytest.mark.parametrize(
    ("headers", "is_own"),
    [
        ({}, True),
        ({"origin": "http://gap.example", "host": "gap.example"}, True),
        ({"origin": "http://evil.example", "host": "gap.example"}, False),
        ({"sec-fetch-site": "cross-site"}, False),
        ({"sec-fetch-site": "same-origin"}, True),
    ],
)
def test_another_sites_page_is_told_apart(headers: dict[str, str], is_own: bool) -> None:
    assert is_own_page(Headers(headers)) is is_own


def test_guessing_one_name_elsewhere_locks_nobody_out() -> None:
    now = [0.0]
    limit = SignInLimit(clock=lambda: now[0])
    for _ in range(PER_NAME_AND_ADDRESS):
        limit.count("Ada", "10.0.0.1")
    assert limit.wait_s(" ada ", "10.0.0.1") == 60 and limit.wait_s("Ada", "10.0.0.2") == 0
    now[0] = 60.0
    assert limit.wait_s("Ada", "10.0.0.1") == 0


def test_a_picture_of_a_dataset_alone_is_served_too(
    studio: StudioProcess, ada: httpx.Client
) -> None:
    path = save_picture(noise_picture(3), data_dir=studio.folder)
    image_id = Path(path).stem
    assert ada.get(f"/picture/{image_id}").content == (studio.folder / path).read_bytes()
    assert ada.get(f"/picture/{image_id[:-1]}0").status_code == 404
    assert ada.get("/picture/name:a.png").status_code == 404
