# Telegram's signed words: real ones are known, everything else is refused alike.
from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlencode

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.game.app import build_app
from apps.game.telegram import FORGED, STALE, TelegramDoor, signed_by_telegram, telegram_account
from gap_core.errors import GapError
from tests.fixtures_game import AGREED, GameServer
from tests.fixtures_models import ScriptedModel
from tests.fixtures_play import SECRET, Table, fill_deck

# The vectors of tma.js, the mini apps' own library: its documentation's and its test suite's.
TOKEN = "5768337691:AAH5YkoiEuPk8-FZa32hStHTqXiLPtAEhx8"
DOCUMENTED = (
    "query_id=AAHdF6IQAAAAAN0XohDhrOrc&user=%7B%22id%22%3A279058397%2C%22first_name%22%3A%22Vladi"
    "slav%22%2C%22last_name%22%3A%22Kibenko%22%2C%22username%22%3A%22vdkfrost%22%2C%22language_co"
    "de%22%3A%22ru%22%2C%22is_premium%22%3Atrue%7D&auth_date=1662771648&hash=c501b71e775f74ce10e3"
    "77dea85a7ea24ecd640b223ea86dfe453e0eaed2e2b2"
)
TESTED = (
    "auth_date=1&can_send_after=10000&chat=%7B%22id%22%3A1%2C%22type%22%3A%22group%22%2C%22title%"
    "22%3A%22chat-title%22%2C%22photo_url%22%3A%22group%22%2C%22username%22%3A%22my-chat%22%7D&ch"
    "at_instance=888&chat_type=sender&hash=47cfa22e72b887cba90c9cb833c5ea0f599975b6ce7193741844b5"
    "c4a4228b40&query_id=QUERY&receiver=%7B%22added_to_attachment_menu%22%3Afalse%2C%22allows_wri"
    "te_to_pm%22%3Atrue%2C%22first_name%22%3A%22receiver-first-name%22%2C%22id%22%3A991%2C%22is_b"
    "ot%22%3Afalse%2C%22is_premium%22%3Atrue%2C%22language_code%22%3A%22ru%22%2C%22last_name%22%3"
    "A%22receiver-last-name%22%2C%22photo_url%22%3A%22receiver-photo%22%2C%22username%22%3A%22rec"
    "eiver-username%22%7D&start_param=debug&user=%7B%22added_to_attachment_menu%22%3Afalse%2C%22a"
    "llows_write_to_pm%22%3Afalse%2C%22first_name%22%3A%22user-first-name%22%2C%22id%22%3A222%2C%"
    "22is_bot%22%3Atrue%2C%22is_premium%22%3Afalse%2C%22language_code%22%3A%22en%22%2C%22last_nam"
    "e%22%3A%22user-last-name%22%2C%22photo_url%22%3A%22user-photo%22%2C%22username%22%3A%22user-"
    "username%22%7D"
)
SIGNED_AT = datetime.fromtimestamp(1662771648, UTC)


def signed(**fields: str) -> str:
    """Words as Telegram signs them."""
    checked = "\n".join(f"{name}={value}" for name, value in sorted(fields.items()))
    key = hmac.new(b"WebAppData", TOKEN.encode(), hashlib.sha256).digest()
    digest = hmac.new(key, checked.encode(), hashlib.sha256).hexdigest()
    return urlencode(fields | {"hash": digest})


def signed_now(number: int = 7, **fields: str) -> str:
    return signed(
        auth_date=str(int(datetime.now(UTC).timestamp())), user=json.dumps({"id": number}), **fields
    )


def account(words: str, *, now: datetime = SIGNED_AT, token: str = TOKEN) -> str:
    return telegram_account(words, bot_token=token, secret=SECRET, now=now)


@pytest.mark.parametrize(("words", "user"), [(DOCUMENTED, 279058397), (TESTED, 222)])
def test_real_vectors_hold(words: str, user: int) -> None:
    fields = signed_by_telegram(words, bot_token=TOKEN)

    assert json.loads(fields["user"])["id"] == user


def test_account_is_known_again_and_tells_nothing() -> None:
    key = account(DOCUMENTED)

    assert key == account(DOCUMENTED) and "279058397" not in key and len(key) == 64
    assert key != telegram_account(DOCUMENTED, bot_token=TOKEN, secret=b"2" * 32, now=SIGNED_AT)


@given(st.integers(0, len(DOCUMENTED) - 1), st.sampled_from("0aZ%&=9"))
def test_one_changed_character_is_refused(place: int, other: str) -> None:
    changed = DOCUMENTED[:place] + other + DOCUMENTED[place + 1 :]
    if changed.lower() != DOCUMENTED.lower():
        with pytest.raises(GapError):
            account(changed)


@given(st.text(max_size=300))
def test_any_other_text_is_refused(text: str) -> None:
    with pytest.raises(GapError, match="not right"):
        account(text)


@pytest.mark.parametrize(
    ("words", "refusal"),
    [
        (signed(user='{"id": 7}'), FORGED),  # no date
        (signed(auth_date="soon", user='{"id": 7}'), FORGED),
        (signed(auth_date="1662771648"), FORGED),  # nobody
        (signed(auth_date="1662771648", user='{"id": "7"}'), FORGED),
        (signed(auth_date="1662771648", user='{"id": true}'), FORGED),
        (signed(auth_date="1662771648", user="[" * 3000), FORGED),
        (DOCUMENTED + "&auth_date=1662771648", FORGED),  # twice
        (signed(auth_date="1662771648", user='{"id": 7}', more="x" * 9000), FORGED),
        (signed(auth_date="1662768000", user='{"id": 7}'), STALE),  # 61 minutes
        (signed(auth_date="1662772000", user='{"id": 7}'), STALE),  # ahead of the clock
    ],
)
def test_what_is_signed_but_of_no_use_is_refused(words: str, refusal: str) -> None:
    with pytest.raises(GapError) as told:
        account(words)
    assert str(told.value) == refusal


def test_an_hour_later_and_another_bots_words_are_refused() -> None:
    with pytest.raises(GapError, match="too old"):
        account(DOCUMENTED, now=SIGNED_AT + timedelta(minutes=61))
    with pytest.raises(GapError, match="not right"):
        account(DOCUMENTED, token=TOKEN[:-1] + "9")


class DoorServer(GameServer):
    """A game with Telegram's door and an event code."""

    def __enter__(self) -> DoorServer:
        door = TelegramDoor(TOKEN, secret=self.table.secret)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(
                "tests.fixtures_game.build_app",
                lambda handlers, secret: build_app(handlers, secret=secret, telegram=door),
            )
            super().__enter__()
        return self


@pytest.fixture(scope="module")
def door_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DoorServer]:
    folder = tmp_path_factory.mktemp("door")
    fill_deck(folder / "gap.db", folder, tainted=12, untainted=14)
    with DoorServer(Table(folder / "gap.db", folder, event_code="gap26"), ScriptedModel()) as one:
        yield one


def visit(server: DoorServer, **form: str) -> httpx.Response:
    with httpx.Client(base_url=server.url) as browser:
        return browser.post("/telegram", data=form)


def test_a_first_visit_gets_the_form_and_a_second_the_game(door_server: DoorServer) -> None:
    words = signed_now(11)
    form = visit(door_server, init_data=words)
    assert form.status_code == 200 and 'action="/telegram"' in form.text
    assert "Event code" not in form.text
    joined = visit(door_server, init_data=words, nickname="Ada", consent=AGREED)
    again = visit(door_server, init_data=signed_now(11))

    assert (joined.status_code, again.status_code) == (303, 303)
    identity = {one.headers["set-cookie"].split("=")[0] for one in (joined, again)}
    assert identity == {"gap_player"}
    with door_server.table.store() as store:
        rows = store.connection.rows("SELECT * FROM door_accounts")
    assert len(rows) == 1 and "11" != rows[0]["account_key"]


def test_forged_words_get_no_cookie(door_server: DoorServer) -> None:
    refused = visit(
        door_server, init_data=signed_now(12)[:-1] + "x", nickname="Eve", consent=AGREED
    )

    assert refused.status_code == 403 and "set-cookie" not in refused.headers
    with door_server.table.store() as store:
        assert store.players.find("eve") is None


def test_taken_nickname_is_told_and_nothing_is_kept(door_server: DoorServer) -> None:
    visit(door_server, init_data=signed_now(13), nickname="Ben", consent=AGREED)
    refused = visit(door_server, init_data=signed_now(14), nickname="BEN", consent=AGREED)
    without = visit(door_server, init_data=signed_now(14), nickname="Cy")

    assert refused.status_code == 422 and "is taken" in refused.text
    assert without.status_code == 422 and "have not agreed" in without.text
    assert 'name="init_data"' in refused.text  # so that the form can be sent again


def test_no_door_without_a_token(game_server: GameServer) -> None:
    assert httpx.get(game_server.url + "/telegram").status_code == 404


def test_page_hands_the_words_on_without_telegrams_own_script(door_server: DoorServer) -> None:
    text = httpx.get(door_server.url + "/telegram").text

    assert "telegram.org" not in text and "/static/telegram.js" in text
    assert Path("apps/game/static/telegram.js").is_file()


def test_language_is_chosen_by_sending_the_form_again(door_server: DoorServer) -> None:
    # The page that a GET opens has lost Telegram's words.
    with httpx.Client(base_url=door_server.url) as browser:
        words = signed_now(15)
        chosen = browser.post("/telegram", data={"init_data": words, "lang": "fr"})
        kept = browser.post("/telegram", data={"init_data": words})
        stale = browser.post("/telegram", data={"init_data": "x", "lang": "xx"})

    assert '<html lang="fr">' in chosen.text and "Pseudo" in chosen.text
    assert (
        chosen.text.count('name="lang"') == 6 and "gap_language=fr" in chosen.headers["set-cookie"]
    )
    assert '<html lang="fr">' in kept.text and "set-cookie" not in kept.headers
    assert stale.status_code == 403 and "La connexion de Telegram" in stale.text
