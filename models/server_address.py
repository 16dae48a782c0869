"""Where a model server is, what it calls the model, and the key for it.

Called by the registry and by server_connection.py.
"""

from __future__ import annotations

import ipaddress
import os
from collections.abc import Mapping
from typing import NamedTuple
from urllib.parse import urlsplit

from models.errors import ModelError
from models.registry import SERVER_PREFIX

FORM = "server:http://127.0.0.1:8000/v1#NAME"
OWN_KEY, SHARED_KEY = "GAP_SERVER_KEY", "OPENAI_API_KEY"


class ServerAddress(NamedTuple):
    """The API's address up to `/v1`, and the model's name there."""

    url: str
    model: str

    @property
    def label(self) -> str:
        """What answers are recorded under: no address and no folder of that machine."""
        return self.model.rstrip("/").rsplit("/", 1)[-1] if self.model[0] in "/~." else self.model


def parse_address(name: str) -> ServerAddress:
    """Reads `server:URL#NAME`.

    Raises:
        ModelError: no URL, no model name, or a password in the URL.
    """
    url, _, model = name.removeprefix(SERVER_PREFIX).partition("#")
    try:
        parts = urlsplit(url)
        is_url = parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        is_url = False
    if not is_url:
        raise ModelError(f"'{url}' is no address of a server. Write --model {FORM}")
    if parts.username or parts.password:
        raise ModelError(
            f"The server's address holds a name or password, which logs would show. "
            f"Put the key into {OWN_KEY} instead."
        )
    if not model.strip():
        raise ModelError(f"Which model of '{url}'? Write its name after '#', as in {FORM}")
    return ServerAddress(url.rstrip("/"), model.strip())


def read_key(address: ServerAddress, environment: Mapping[str, str] = os.environ) -> str:
    """The key for this server; empty where there is none.

    A key that is meant for all of a person's programs isn't sent in the clear over a network.
    """
    own = environment.get(OWN_KEY, "").strip()
    if own:
        return own
    shared = environment.get(SHARED_KEY, "").strip()
    parts = urlsplit(address.url)
    return shared if parts.scheme == "https" or is_loopback(parts.hostname or "") else ""


def is_loopback(host: str) -> bool:
    """Whether only this machine hears what is sent there, and reaches what listens there."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
