"""Models behind any OpenAI-compatible server: vLLM, llama.cpp, `transformers serve`, hosted ones.

The registry makes these for `server:URL#NAME`, for questions on pictures and for text.
"""

from __future__ import annotations

import asyncio
import base64
import io
import logging
import re
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from PIL import Image

from models.answer_rows import answer_all
from models.base import PICTURE_PLACE, Ask, Reply, Request, TextAsk
from models.errors import ModelError
from models.server_adapters import ServerAdapters
from models.server_address import ServerAddress, parse_address
from models.server_connection import ChatAsk, Messages, ServerConnection, ServerLimits

log = logging.getLogger(__name__)

QUANTIZATION = "server's own"
LOOK_S = 0.02  # between two looks for newcomers and for who hung up
MAX_AT_ONCE = 8  # texts that are written side by side; questions have the batcher's limit
JPEG_QUALITY = 95
# Templates of chat models turn these into tokens wherever they stand, in a question too.
MARKERS = re.compile(
    r"<\|.*?\|>"
    r"|</?(?:s|pad|bos|eos|unk|image|img|slice|image_id|video|audio|box|ref|quad|think"
    r"|start_of_turn|end_of_turn|start_of_image|end_of_image)>"
    r"|\[/?(?:INST|IMG|SYSTEM_PROMPT)\]|<</?SYS>>",
    re.IGNORECASE | re.DOTALL,
)


class _Server:
    """What pictures and text have in common: the connection, its names, its adapters."""

    quantization = QUANTIZATION
    serves_on_cpu = False

    def __init__(self, address: ServerAddress, *, limits: ServerLimits | None = None) -> None:
        self.name = address.label
        self._connection = ServerConnection(address, limits=limits)
        self.adapters = ServerAdapters(self._connection)

    @property
    def adapter(self) -> str | None:
        """The adapter that answers new questions."""
        return self.adapters.chosen

    async def _chat(self, ask: ChatAsk, on_text: Callable[[str], None] | None = None) -> Reply:
        with self.adapters.in_use() as (model, adapter):
            reply = await self._connection.chat(ask, model=model, on_text=on_text)
        return replace(reply, adapter=adapter)


class ServerVision(_Server):
    """Answers questions on pictures through a server, as many at once as it is handed."""

    @classmethod
    def open(cls, name: str, *, limits: ServerLimits | None = None) -> ServerVision:
        """Connects and asks one question for nobody, so that a wrong address is told at once.

        Raises:
            ModelError: no such server or model, no access, or it can't see pictures.
        """
        opened = cls(parse_address(name), limits=limits)
        opened.answer([Ask(Image.new("RGB", (64, 48)), "Ready?", "Answer.", max_tokens=2)])
        return opened

    def prepare(self, ask: Ask) -> Ask:
        """The ask with its picture as a data URL."""
        if ask.prepared is not None:
            return ask
        return replace(ask, prepared=[picture_url(one) for one in ask.placed or (ask.image,)])

    def word_scores(self, asks: Sequence[Ask], words: Sequence[str]) -> np.ndarray:
        """(N, W) log-likelihood of each word as the first of the answer.

        A word that the server doesn't name among the likeliest is as likely as the last of these.

        Raises:
            ModelError: the server tells no likelihoods, or can't be reached.
        """
        rows = self._connection.run(self._score_all(asks, words))
        return np.array(rows, dtype=float).reshape(len(asks), len(words))

    async def _score_all(self, asks: Sequence[Ask], words: Sequence[str]) -> list[list[float]]:
        places = asyncio.Semaphore(MAX_AT_ONCE)

        async def score_one(ask: Ask) -> list[float]:
            async with places:
                with self.adapters.in_use() as (model, _):
                    told = await self._connection.first_words(
                        chat_ask(self.prepare(ask)), model=model
                    )
            return [told.get(word, min(told.values())) for word in words]

        return await asyncio.gather(*map(score_one, asks))

    def answer(self, asks: list[Ask]) -> list[Reply]:
        """Answers to all asks side by side, in their order."""
        return answer_all(self.serve, asks)

    def serve(self, take: Callable[[int], Sequence[Request]]) -> None:
        """Answers whatever is handed over, until there is nothing more and nothing runs."""
        self._connection.run(self._serve(take))

    async def _serve(self, take: Callable[[int], Sequence[Request]]) -> None:
        running: dict[asyncio.Task[None], Request] = {}
        try:
            while True:
                for request in take(len(running)):
                    running[asyncio.create_task(self._answer(request))] = request
                if not running:
                    return
                await asyncio.wait(running, timeout=LOOK_S, return_when=asyncio.FIRST_COMPLETED)
                for task in [task for task in running if task.done()]:
                    del running[task]
                    task.result()  # an error of our own is not the server's
                for task, request in running.items():
                    if request.is_cancelled:
                        task.cancel()
        finally:
            # Only after an error: nothing may go on once whoever asked has given it up.
            for task in running:
                task.cancel()
            await asyncio.gather(*running, return_exceptions=True)

    async def _answer(self, request: Request) -> None:
        """One question to its end; the failure of one is nobody else's."""
        heard = _Heard(request)
        try:
            prepared = self.prepare(request.ask)
            reply = await self._chat(chat_ask(prepared), heard.set_text)
        except asyncio.CancelledError:
            heard.break_off()
        except ModelError as failure:
            log.warning("A question got no answer: %s", failure)
            request.fail(failure)
        else:
            request.finish(reply)


class ServerWriter(_Server):
    """Writes text through a server."""

    @classmethod
    def open(cls, name: str, *, limits: ServerLimits | None = None) -> ServerWriter:
        """Connects and has one word written for nobody, so that a wrong address is told at once.

        Raises:
            ModelError: no such server or model, or no access.
        """
        opened = cls(parse_address(name), limits=limits)
        opened.write([TextAsk("Ready?", max_tokens=2)])
        return opened

    def write(self, asks: Sequence[TextAsk]) -> list[Reply]:
        """A reply to each ask, in their order.

        Raises:
            ModelError: one of them got no reply; the text says what to do.
        """
        replies: list[Reply] = self._connection.run(self._write_all(asks))
        return replies

    async def _write_all(self, asks: Sequence[TextAsk]) -> list[Reply]:
        places = asyncio.Semaphore(MAX_AT_ONCE)

        async def write_one(ask: TextAsk) -> Reply:
            async with places:
                return await self._chat(chat_ask_of_text(ask))

        written = await asyncio.gather(*map(write_one, asks), return_exceptions=True)
        for reply in written:
            if isinstance(reply, BaseException):
                raise reply
        return [reply for reply in written if isinstance(reply, Reply)]


class _Heard:
    """A request with what it heard so far, for when it hangs up."""

    def __init__(self, request: Request) -> None:
        self._request = request
        self._started = time.monotonic()
        self._text = ""
        self._pieces = 0
        self._first_word_s: float | None = None

    def set_text(self, text: str) -> None:
        """Passes on what is new."""
        if text == self._text:
            return
        self._text = text
        self._pieces += 1
        if self._first_word_s is None:
            self._first_word_s = time.monotonic() - self._started
        self._request.set_text(text)

    def break_off(self) -> None:
        """Tells what there was of the answer, or that there is none if its player still waits."""
        if not self._request.is_cancelled:
            self._request.fail(
                ModelError("The answer was broken off. Your question isn't counted: ask again.")
            )
            return
        latency_s = time.monotonic() - self._started
        first_word_s = latency_s if self._first_word_s is None else self._first_word_s
        self._request.finish(Reply(self._text, self._pieces, latency_s, first_word_s))


def chat_ask(ask: Ask) -> ChatAsk:
    """A question on a prepared picture as a conversation."""
    pictures = [{"type": "image_url", "image_url": {"url": url}} for url in ask.prepared]
    texts = ask.question.split(PICTURE_PLACE) if ask.placed else ["", ask.question]
    content: list[dict[str, Any]] = []
    for picture, text in zip([None, *pictures], texts, strict=True):
        content += [picture] if picture is not None else []
        content += [{"type": "text", "text": MARKERS.sub(" ", text)}] if text else []
    messages: Messages = [
        {"role": "system", "content": ask.system},
        {"role": "user", "content": content},
    ]
    return ChatAsk(messages, ask.max_tokens, drawing=ask)


def chat_ask_of_text(ask: TextAsk) -> ChatAsk:
    """A text's instruction and prompt as a conversation."""
    said = {"system": ask.system, "user": MARKERS.sub(" ", ask.prompt)}
    messages: Messages = [{"role": who, "content": text} for who, text in said.items() if text]
    return ChatAsk(messages, ask.max_tokens, drawing=ask)


def picture_url(image: Image.Image) -> str:
    """The picture as a data URL, without what its file told about it."""
    file = io.BytesIO()
    image.convert("RGB").save(file, "JPEG", quality=JPEG_QUALITY, subsampling=0)
    return "data:image/jpeg;base64," + base64.b64encode(file.getvalue()).decode("ascii")
