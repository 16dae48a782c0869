"""LoRA adapters of a vLLM server, loaded, chosen and unloaded while it serves.

Called by whoever puts a better model into the game. vLLM needs `--enable-lora` and
VLLM_ALLOW_RUNTIME_LORA_UPDATING=True for it; other servers refuse.
"""

from __future__ import annotations

import contextlib
import threading
from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING

import httpx2
import openai

from models.errors import ModelError, ServerError

if TYPE_CHECKING:
    from models.server_connection import ServerConnection

UNLOAD_LIMIT_S = 90.0


class ServerAdapters:
    """The adapters of one connection; questions in flight end with the one they began with."""

    def __init__(self, connection: ServerConnection) -> None:
        self._connection = connection
        self._changed = threading.Condition()
        self._in_flight: Counter[str | None] = Counter()
        self.chosen: str | None = None

    @contextlib.contextmanager
    def in_use(self) -> Iterator[tuple[str, str | None]]:
        """The name that a request asks for, and the adapter that it is, if it is one."""
        with self._changed:
            adapter = self.chosen
            self._in_flight[adapter] += 1
        try:
            yield adapter or self._connection.address.model, adapter
        finally:
            with self._changed:
                self._in_flight[adapter] -= 1
                self._changed.notify_all()

    def load(self, name: str, folder: str) -> None:
        """Has the server load an adapter.

        Args:
            name: what it is called from now on.
            folder: where the server finds it, or its hub id.

        Raises:
            ModelError: the server can't.
        """
        self._post("load_lora_adapter", {"lora_name": name, "lora_path": folder})

    def choose(self, name: str | None) -> None:
        """New questions go to this adapter; None for the model without one."""
        with self._changed:
            self.chosen = name

    def unload(self, name: str) -> None:
        """Has the server forget an adapter, once nothing in flight uses it.

        Raises:
            ModelError: new questions still go to it, or the server can't.
        """
        with self._changed:
            if self.chosen == name:
                raise ModelError(f"Adapter '{name}' answers new questions. Choose another first.")
            if not self._changed.wait_for(lambda: not self._in_flight[name], UNLOAD_LIMIT_S):
                raise ModelError(f"Adapter '{name}' is still answering. Try again in a minute.")
        self._post("unload_lora_adapter", {"lora_name": name})

    def _post(self, path: str, body: dict[str, str]) -> None:
        connection = self._connection

        async def post() -> None:
            with connection.telling_failures():
                await connection.client.post(
                    f"/{path}", body=body, cast_to=httpx2.Response, options={"max_retries": 0}
                )

        try:
            connection.run(post())
        except ServerError as err:
            if isinstance(err.__context__, openai.NotFoundError):
                raise ServerError(
                    f"The server at '{connection.address.url}' can't load adapters while it "
                    "serves. Start vLLM with --enable-lora and "
                    "VLLM_ALLOW_RUNTIME_LORA_UPDATING=True."
                ) from None
            raise
