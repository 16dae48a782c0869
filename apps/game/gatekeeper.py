"""Stands before everything: who may reach what, how much and how often. Called by the app.

Gradio brings far more endpoints than a game needs, some of them open to anybody. Here only
those are let through that its own page calls, and a browser session of Gradio's belongs to the
player who opened it. What Gradio has to say it keeps in memory until the session listens, so a
session that fires events and never listens is stopped.
"""

import json
import logging
import re
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs

from fastapi.responses import JSONResponse, RedirectResponse, Response
from starlette.datastructures import Headers
from starlette.requests import cookie_parser
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from apps.game.identity import COOKIE, Identity
from apps.game.languages import chosen_in, remember_language, words_for
from apps.game.stand import KIOSK_PAGES, is_stray
from apps.game.templating import TROUBLE, trouble_page
from apps.rates import Rates
from apps.web import is_own_page
from db import StoreError

log = logging.getLogger(__name__)

MOUNT = "/play"
LARGEST_BODY_BYTES = 32 * 1024
MOST_SESSIONS = 2_000  # twice as many as Gradio remembers
MOST_UNHEARD = 8  # events of a session since it last listened; a page listens after each
EVENTS_PER_WINDOW = 60
WINDOW_S = 10.0

OPEN_PATHS = re.compile(r"/(assets|static|svelte)/[\w./+@-]+|/theme\.css|/favicon\.ico")
PLAYER_PATHS = {
    "GET": re.compile(
        r"/|/config/?|/gradio_api/(queue/data|heartbeat/\w+|app_id/?|startup-events)"
    ),
    "HEAD": re.compile(r"/"),
    "POST": re.compile(r"/gradio_api/(queue/join|cancel|reset/?)"),
}


class Refusal(Exception):
    """The request ends here, with this status."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


@dataclass(slots=True)
class OpenSession:
    """A browser session of Gradio's: whose it is, and its events that nobody listened to yet."""

    owner: str
    unheard: int = 0


class Gatekeeper:
    """ASGI middleware; pure, so that streams and disconnects pass through it untouched."""

    def __init__(
        self,
        app: ASGIApp,
        *,
        identity: Identity,
        is_known: Callable[[str], bool],
        events: frozenset[int],
    ) -> None:
        self._app = app
        self._events_wired = events
        self._identity = identity
        self._is_known = is_known
        self._sessions: OrderedDict[str, OpenSession] = OrderedDict()
        self._events = Rates(EVENTS_PER_WINDOW, window_s=WINDOW_S)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let the request through, perhaps with its body already read, or answer it."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        if scope["type"] != "http":
            return  # the game has no web sockets; the server closes the connection
        headers = Headers(scope=scope)
        if is_stray(scope, headers):
            await RedirectResponse("/attract", status_code=303)(scope, receive, send)
            return
        if (code := chosen_language(scope)) is not None:
            await with_language(scope, code)(scope, receive, send)
            return
        try:
            if scope["method"] not in ("GET", "HEAD") and not is_own_page(headers):
                raise Refusal(403)
            body = await read_body(scope["method"], headers, receive)
            self._check_path(scope, headers, body)
        except Refusal as refusal:
            await refused(refusal.status, headers, scope)(scope, receive, send)
            return
        except StoreError as err:
            log.error("The database can't be used: %s", err)
            await refused(503, headers, scope)(scope, receive, send)
            return
        await self._app(scope, replayed(body, receive), send)

    def _check_path(self, scope: Scope, headers: Headers, body: bytes | None) -> None:
        path, method = scope["path"], scope["method"]
        if path.startswith("/picture/") or path == "/withdraw":
            self._count_request(headers)
        if not (path == MOUNT or path.startswith(MOUNT + "/")):
            return
        path = path.removeprefix(MOUNT) or "/"
        if method in ("GET", "HEAD") and OPEN_PATHS.fullmatch(path) and ".." not in path:
            return
        allowed = PLAYER_PATHS.get(method)
        if allowed is None or not allowed.fullmatch(path):
            raise Refusal(404)
        player_id = self._player_in(headers)
        if player_id is None or (path == "/" and not self._is_known(player_id)):
            raise Refusal(401)  # Gradio asks again whether the player is known, each time
        if path == "/gradio_api/queue/join":
            self._count_event(player_id)
            if named_event(body or b"") not in self._events_wired:
                raise Refusal(404)  # Gradio would fall over it, with a traceback a request
        if (name := named_session(path, scope["query_string"], body)) is not None:
            count_unheard(self._own_session(name, player_id), path)

    def _own_session(self, name: str, player_id: str) -> OpenSession:
        """Gradio lets whoever knows a session's name listen to it and end it; here only one may."""
        session = self._sessions.setdefault(name, OpenSession(player_id))
        self._sessions.move_to_end(name)
        if session.owner != player_id:
            raise Refusal(404)
        if len(self._sessions) > MOST_SESSIONS:
            self._sessions.popitem(last=False)
        return session

    def _player_in(self, headers: Headers) -> str | None:
        return self._identity.read(cookie_parser(headers.get("cookie", "")).get(COOKIE))

    def _count_request(self, headers: Headers) -> None:
        """Encoding a picture is the dearest thing after the model; a round needs it once."""
        player_id = self._player_in(headers)
        if player_id is not None:  # the page refuses strangers before it looks for a picture
            self._count_event(player_id)

    def _count_event(self, player_id: str) -> None:
        """A limit per player, not per address: a whole conference shares one address."""
        if self._events.wait_s(player_id) > 0:
            raise Refusal(429)
        self._events.count(player_id)


def count_unheard(session: OpenSession, path: str) -> None:
    """Count an event, and forget the count where the session listens."""
    if path == "/gradio_api/queue/data":
        session.unheard = 0
    elif path == "/gradio_api/queue/join":
        if session.unheard == MOST_UNHEARD:
            raise Refusal(429)
        session.unheard += 1


def chosen_language(scope: Scope) -> str | None:
    """The language that somebody chooses on one of the pages; None for all other requests."""
    if scope["method"] != "GET" or scope["path"] not in KIOSK_PAGES:
        return None
    return chosen_in(scope["query_string"])


def with_language(scope: Scope, code: str) -> Response:
    """The way to the same page, in the language that was chosen."""
    response = RedirectResponse(scope["path"], status_code=303)
    remember_language(response, code, is_secure=scope["scheme"] == "https")
    return response


async def read_body(method: str, headers: Headers, receive: Receive) -> bytes | None:
    """The whole body, None for a method that has none; never more than the limit is held."""
    if method in ("GET", "HEAD"):
        return None
    length = headers.get("content-length", "0")
    if not length.isdecimal() or int(length) > LARGEST_BODY_BYTES:
        raise Refusal(413)
    body = b""
    while True:
        message = await receive()
        if message["type"] != "http.request":
            return body
        body += message.get("body", b"")
        if len(body) > LARGEST_BODY_BYTES:
            raise Refusal(413)
        if not message.get("more_body", False):
            return body


def replayed(body: bytes | None, receive: Receive) -> Receive:
    """A receive that gives the body that was read, then what really comes."""
    if body is None:
        return receive
    waiting: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def receive_again() -> Message:
        return waiting.pop() if waiting else await receive()

    return receive_again


def named_session(path: str, query: bytes, body: bytes | None) -> str | None:
    """The Gradio session that a request speaks for; None where it names none."""
    if path.startswith("/gradio_api/heartbeat/"):
        return path.rsplit("/", 1)[1]
    if path == "/gradio_api/queue/data":
        names = parse_qs(query.decode("latin-1")).get("session_hash", [])
        if len(names) != 1:
            raise Refusal(404)
        return names[0]
    if path in ("/gradio_api/queue/join", "/gradio_api/cancel"):
        return _session_in(body or b"")
    return None


def named_event(body: bytes) -> int | None:
    """The number of the event that a request fires; None where it names none."""
    number = _field_in(body, "fn_index")
    return number if isinstance(number, int) else None


def _session_in(body: bytes) -> str:
    name = _field_in(body, "session_hash")
    if not isinstance(name, str) or not 6 <= len(name) <= 64:
        raise Refusal(404)
    return name


def _field_in(body: bytes, name: str) -> Any:
    try:
        return json.loads(body)[name]
    except (ValueError, KeyError, TypeError, RecursionError):
        raise Refusal(404) from None


def refused(status: int, headers: Headers, scope: Scope) -> Response:
    """A page for people, a line of JSON for scripts, and the way to /join for strangers."""
    words = words_for(headers)
    if "text/html" not in headers.get("accept", ""):
        return JSONResponse({"detail": words.told(TROUBLE[status][1])}, status_code=status)
    if status == 401 and scope["method"] == "GET":
        return RedirectResponse("/join", status_code=303)
    return trouble_page(status, words)
