# Fixtures for every test: no network beyond the loopback, a clean environment, a scripted model.
# Fixtures of one subject live in tests/fixtures_*.py and are found by name.
from __future__ import annotations

import ipaddress
import os
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from models.base import Ask
from tests.fixtures_models import ScriptedModel

os.environ.setdefault("HF_HUB_OFFLINE", "1")
os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")
if "PYTEST_XDIST_WORKER" in os.environ:  # each worker has a core; torch would take all of them
    os.environ.setdefault("OMP_NUM_THREADS", "1")

pytest_plugins = [
    f"tests.{file.stem}"
    for file in sorted(Path(__file__).parent.glob("fixtures_*.py"))
    if file.stem != "fixtures_models"
]
# Said beforehand, because these files import each other.
pytest.register_assert_rewrite(*pytest_plugins)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--runpeers",
        action="store_true",
        help="Run tests against other projects' own code; the first run installs them in .peers.",
    )
    parser.addoption(
        "--runlong",
        action="store_true",
        help="Run the slowest tests too, benchmarks and experiments whole: about ten minutes more.",
    )


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    reasons = {
        "peer": ("--runpeers", "runs another project's code"),
        "long": ("--runlong", "takes long, as benchmarks and experiments run whole do"),
    }
    for marker, (option, reason) in reasons.items():
        if config.getoption(option):
            continue
        for item in items:
            if item.get_closest_marker(marker):
                item.add_marker(pytest.mark.skip(reason=f"{reason}: {option}"))
    put_slow_files_first(items)


def put_slow_files_first(items: list[pytest.Item]) -> None:
    """So that no worker is left alone with a long file while the other has nothing more to do."""
    slow = {item.path for item in items if any(map(item.get_closest_marker, ("slow", "browser")))}
    items.sort(key=lambda item: item.path not in slow)


class NetworkRefused(RuntimeError):
    """A test tried to leave the machine."""


def is_loopback(host: object) -> bool:
    if host in (None, "", b"", "localhost", b"localhost", "testserver"):
        return True
    text = host.decode("ascii", "replace") if isinstance(host, bytes) else str(host)
    try:
        address = ipaddress.ip_address(text.split("%")[0])
    except ValueError:
        return False
    return address.is_loopback or address.is_unspecified


def refuse_outside(host: object) -> None:
    if not is_loopback(host):
        raise NetworkRefused(f"A test tried to reach {host!r}; tests may use the loopback only.")


@pytest.fixture(scope="session", autouse=True)
def no_network() -> Iterator[None]:
    """Refuses every socket that would leave the machine; all session long, servers included."""
    connect, connect_ex = socket.socket.connect, socket.socket.connect_ex
    sendto, getaddrinfo = socket.socket.sendto, socket.getaddrinfo

    def check(sock: socket.socket, address: Any) -> None:
        if sock.family in (socket.AF_INET, socket.AF_INET6):
            refuse_outside(address[0])

    def guarded_connect(self: socket.socket, address: Any) -> None:
        check(self, address)
        return connect(self, address)

    def guarded_connect_ex(self: socket.socket, address: Any) -> int:
        check(self, address)
        return connect_ex(self, address)

    def guarded_sendto(self: socket.socket, *args: Any) -> int:
        check(self, args[-1])
        return sendto(self, *args)

    def guarded_getaddrinfo(host: Any, *args: Any, **kwargs: Any) -> Any:
        refuse_outside(host)
        return getaddrinfo(host, *args, **kwargs)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", guarded_connect)
        patch.setattr(socket.socket, "connect_ex", guarded_connect_ex)
        patch.setattr(socket.socket, "sendto", guarded_sendto)
        patch.setattr(socket, "getaddrinfo", guarded_getaddrinfo)
        yield


@pytest.fixture(autouse=True)
def clean_env(monkeypatch: pytest.MonkeyPatch) -> None:
    """No GAP_* variable of the person who runs the tests reaches them."""
    for name in list(os.environ):
        if name.upper().startswith("GAP_"):
            monkeypatch.delenv(name)


@pytest.fixture
def scripted_model() -> ScriptedModel:
    """A model that answers what the test enqueued: `enqueue(reply)`, `.calls`."""
    return ScriptedModel()


@pytest.fixture
def ask() -> Ask:
    """A question on a small grey picture."""
    return Ask(Image.new("RGB", (32, 24), "grey"), "What is this?", "Answer.")
