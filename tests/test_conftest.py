# The guards of conftest.py hold: a test can't leave the machine or see the person's settings.
from __future__ import annotations

import os
import socket

import pytest

from models.base import Ask
from tests.conftest import NetworkRefused, is_loopback
from tests.fixtures_models import ScriptedModel


def test_an_outside_address_is_refused() -> None:
    with socket.socket() as sock, pytest.raises(NetworkRefused, match=r"192\.0\.2\.1"):
        sock.connect(("192.0.2.1", 80))


def test_an_outside_name_is_not_looked_up() -> None:
    with pytest.raises(NetworkRefused, match=r"example\.org"):
        socket.create_connection(("example.org", 443), timeout=1)


def test_the_loopback_can_be_reached() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        with socket.create_connection(server.getsockname(), timeout=5) as client:
            assert client.getpeername() == server.getsockname()


@pytest.mark.parametrize(
    ("host", "expected"),
    [("127.0.0.1", True), ("::1", True), ("localhost", True), ("10.0.0.1", False)],
)
def test_loopback_hosts_are_known(host: str, expected: bool) -> None:
    assert is_loopback(host) is expected


def test_no_setting_of_the_person_is_seen() -> None:
    assert [name for name in os.environ if name.startswith("GAP_")] == []


def test_scripted_model_answers_in_order(scripted_model: ScriptedModel, ask: Ask) -> None:
    scripted_model.enqueue("First.")

    assert [scripted_model.answer([ask])[0].text for _ in range(2)] == [
        "First.",
        "There is a red car.",
    ]
    assert scripted_model.calls == [ask, ask]
