"""One conversation at a time with an OpenAI-compatible server, streamed, limited and repeated.

Called by openai_server.py. All of it runs in one event loop in a thread of its own, so that a
cancelled question hangs up at once.
"""

from __future__ import annotations

import asyncio
import contextlib
import threading
import time
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from dataclasses import dataclass, field
from json import JSONDecodeError
from typing import Any

import httpx2
import openai

from models.answer_rows import without_ragged_end
from models.base import Drawing, Reply
from models.errors import ServerError
from models.server_address import ServerAddress, read_key
from models.server_failures import describe_failure

Messages = list[dict[str, Any]]

# Fields that not every server knows, and the words in which it refuses them.
OPTIONAL = {
    "response_format": ("response_format", "json_schema", "grammar", "guided"),
    "top_p": ("top_p",),
    "top_k": ("top_k",),
    "repetition_penalty": ("repetition_penalty",),
}
TOLD_WORDS = 20  # with their likelihoods; servers tell no more
EXTRA = ("top_k", "repetition_penalty")  # of vLLM and others; the client library has no such names


@dataclass(frozen=True)
class ServerLimits:
    """How long and how often a server is tried.

    `silence_s` is the longest pause within an answer, `answer_s` the longest answer, repeats
    included. Repeats wait 0.5 s, then twice as long each, or as long as the server asks for.
    """

    connect_s: float = 5.0
    silence_s: float = 30.0
    answer_s: float = 60.0
    repeats: int = 3


@dataclass(frozen=True)
class ChatAsk:
    """What one request says, whichever model it is for."""

    messages: Messages
    max_tokens: int
    drawing: Drawing = field(default_factory=Drawing)


class ServerConnection:
    """Sends conversations to one model of one server.

    Args:
        address: where, and which model.
        limits: how long and how often.
    """

    def __init__(self, address: ServerAddress, *, limits: ServerLimits | None = None) -> None:
        self.address = address
        self._limits = limits or ServerLimits()
        self._key = read_key(address)
        self._loop = asyncio.new_event_loop()
        self._limit_name = "max_tokens"
        self._refused: set[str] = set()  # optional fields that this server does not know
        self.client = openai.AsyncOpenAI(
            base_url=address.url,
            api_key=self._key or "none",  # the library wants one; servers without keys ignore it
            timeout=openai.Timeout(self._limits.silence_s, connect=self._limits.connect_s),
            max_retries=self._limits.repeats,
        )
        threading.Thread(target=self._loop.run_forever, name="server", daemon=True).start()

    def run(self, work: Coroutine[Any, Any, Any]) -> Any:
        """Does the work in the loop's thread and waits for it; any other thread may call it."""
        return asyncio.run_coroutine_threadsafe(work, self._loop).result()

    async def chat(
        self, ask: ChatAsk, *, model: str, on_text: Callable[[str], None] | None = None
    ) -> Reply:
        """The reply to one conversation.

        Args:
            ask: the conversation and the reply's limits.
            model: the model's name at the server, or an adapter's.
            on_text: hears the text so far, whenever it has grown.

        Raises:
            ServerError: there is no reply; the text says what to do.
        """
        reply = GrowingReply(on_text or (lambda _text: None))
        with self.telling_failures():
            async with asyncio.timeout(self._limits.answer_s):
                async with self._open_stream(ask, model) as stream:
                    async for chunk in stream:
                        reply.add(chunk)
        if not reply.has_begun:
            raise ServerError(
                f"What answers at '{self.address.url}' is no OpenAI-compatible server. "
                "Check the address; most end in '/v1'."
            )
        return reply.ended()

    async def first_words(self, ask: ChatAsk, *, model: str) -> dict[str, float]:
        """Log-likelihood of the likeliest first words of a reply, without spaces around them.

        Raises:
            ServerError: the server tells none; the text says what to do.
        """
        with self.telling_failures():
            async with asyncio.timeout(self._limits.answer_s):
                reply = await self.client.chat.completions.create(
                    model=model,
                    messages=ask.messages,  # type: ignore[arg-type]
                    temperature=0.0,
                    logprobs=True,
                    top_logprobs=TOLD_WORDS,
                    extra_body={self._limit_name: 1},
                )
        told = reply.choices[0].logprobs if reply.choices else None
        if told is None or not told.content:
            raise ServerError(
                f"The server at '{self.address.url}' tells no likelihoods of words. Choose one "
                "that does, such as vLLM, or have answers drawn instead."
            )
        found: dict[str, float] = {}
        for word in told.content[0].top_logprobs:  # the likeliest first
            found.setdefault(word.token.strip(), word.logprob)
        return found

    @contextlib.asynccontextmanager
    async def _open_stream(self, ask: ChatAsk, model: str) -> AsyncIterator[Any]:
        """The stream of a reply, closed at the end.

        A field that the server refuses by name is left out, or renamed, from then on.
        """
        while True:
            used = self._fields(ask)
            try:
                stream = await self._create(ask, model, used)
                break
            except (openai.BadRequestError, openai.UnprocessableEntityError) as err:
                if not self._learn_refusal(used, str(err.body)):
                    raise
        async with stream:
            yield stream

    def _fields(self, ask: ChatAsk) -> dict[str, Any]:
        """The limit and the optional fields, as far as the server is not known to refuse them."""
        optional = optional_fields(ask.drawing)
        kept = {name: value for name, value in optional.items() if name not in self._refused}
        return {self._limit_name: ask.max_tokens} | kept

    def _learn_refusal(self, used: dict[str, Any], told: str) -> bool:
        """Whether the next request will be another one after this refusal."""
        if "max_tokens" in used and "max_completion_tokens" in told:
            self._limit_name = "max_completion_tokens"
            return True
        named = {name for name in used if any(word in told for word in OPTIONAL.get(name, ()))}
        self._refused |= named
        return bool(named)

    async def _create(self, ask: ChatAsk, model: str, used: dict[str, Any]) -> Any:
        named = {name: value for name, value in used.items() if name not in EXTRA}
        return await self.client.chat.completions.create(  # type: ignore[call-overload]
            model=model,
            messages=ask.messages,
            temperature=ask.drawing.temperature,
            seed=ask.drawing.seed,
            stream=True,
            stream_options={"include_usage": True},
            extra_body={name: value for name, value in used.items() if name in EXTRA} or None,
            **named,
        )

    @contextlib.contextmanager
    def telling_failures(self) -> Iterator[None]:
        """Errors of the client library as sentences.

        Raises:
            ServerError: whatever went wrong with the server.
        """
        try:
            yield
        except (openai.OpenAIError, httpx2.HTTPError, TimeoutError, JSONDecodeError) as err:
            # Without its cause: that may repeat the key.
            raise describe_failure(err, self.address, key=self._key) from None


def optional_fields(drawing: Drawing) -> dict[str, Any]:
    """Fields that a request has only where the drawing is not the plain one."""
    found: dict[str, Any] = {}
    if drawing.schema is not None:
        named = {"name": str(drawing.schema.get("title", "reply")), "schema": drawing.schema}
        found["response_format"] = {"type": "json_schema", "json_schema": named}
    if drawing.temperature > 0:
        plain = {"top_p": 1.0, "top_k": 0, "repetition_penalty": 1.0}
        found |= {name: getattr(drawing, name) for name in plain}
        found = {name: value for name, value in found.items() if value != plain.get(name)}
    return found


class GrowingReply:
    """A streamed reply in the making; its times count from when it is made."""

    def __init__(self, on_text: Callable[[str], None]) -> None:
        self.has_begun = False
        self._on_text = on_text
        self._started = time.monotonic()
        self._text = ""
        self._pieces = 0
        self._told_tokens: int | None = None
        self._first_word_s: float | None = None

    def add(self, chunk: Any) -> None:
        """Takes the newest piece, and how many tokens there were where the server tells."""
        self.has_begun = True
        if chunk.usage:
            self._told_tokens = chunk.usage.completion_tokens
        piece = chunk.choices[0].delta.content if chunk.choices else None
        if not piece:
            return
        self._pieces += 1
        self._text += piece
        shown = without_ragged_end(self._text)
        if self._first_word_s is None and shown:
            self._first_word_s = time.monotonic() - self._started
        self._on_text(shown)

    def ended(self) -> Reply:
        """The whole reply; without a count by the server, pieces stand for tokens."""
        latency_s = time.monotonic() - self._started
        tokens = self._pieces if self._told_tokens is None else self._told_tokens
        first_word_s = latency_s if self._first_word_s is None else self._first_word_s
        return Reply(without_ragged_end(self._text), tokens, latency_s, first_word_s)
