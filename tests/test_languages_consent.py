# What is agreed to in which language: versions stand for their words.

import hashlib
import re
from dataclasses import replace

import httpx
import pytest

from apps.game import templating
from apps.game.consent import CONSENT, consent_version
from apps.game.languages import (
    BY_CODE,
    words_in,
)
from models.openai_server import QUANTIZATION
from tests.fixtures_game import GameServer
from tests.fixtures_models import ScriptedModel
from tests.fixtures_play import LABEL, Table
from tests.test_events import EventTable, make

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
