"""Stands before everything: without a valid cookie nothing of the studio is reached.

Called by the app. Streamlit would hand its page, its socket and its files to anybody.
"""

import re
from collections.abc import Callable

from google.protobuf.message import DecodeError
from starlette.datastructures import Headers
from starlette.requests import cookie_parser
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit.proto.BackMsg_pb2 import BackMsg

from apps.studio.identity import COOKIE
from apps.web import is_own_page

OPEN_PATHS = re.compile(r"/(sign-in|login|healthz|look/[\w.-]+)")
SHUT_PATHS = re.compile(r"/_stcore/(agent|metrics|upload_file).*|/auth/.*|/oauth2callback")
SOCKET = "/_stcore/stream"
POLICY_VIOLATION = 1008
UNSUPPORTED_DATA = 1003


class Gate:
    """ASGI middleware; `is_signed_in` gets the cookie's value."""

    def __init__(self, app: ASGIApp, *, is_signed_in: Callable[[str | None], bool]) -> None:
        self._app = app
        self._is_signed_in = is_signed_in

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let the request through or answer it."""
        if scope["type"] == "http" and (refusal := self._refusal(scope)) is not None:
            await refusal(scope, receive, send)
        elif scope["type"] == "websocket" and not self._admits_socket(scope):
            await receive()  # websocket.connect
            await send({"type": "websocket.close", "code": POLICY_VIOLATION})
        elif scope["type"] == "websocket":
            await self._app(scope, only_messages(receive), send)
        else:
            await self._app(scope, receive, send)

    def _refusal(self, scope: Scope) -> Response | None:
        headers, path = Headers(scope=scope), scope["path"]
        if SHUT_PATHS.fullmatch(path):
            return PlainTextResponse("There is no such page.", status_code=404)
        if scope["method"] not in ("GET", "HEAD") and not is_own_page(headers):
            return PlainTextResponse("The request came from another page.", status_code=403)
        if OPEN_PATHS.fullmatch(path) or self._is_signed_in(cookie_in(headers)):
            return None
        if scope["method"] == "GET" and "text/html" in headers.get("accept", ""):
            return RedirectResponse("/sign-in", status_code=303)
        return PlainTextResponse("Sign in first.", status_code=401)

    def _admits_socket(self, scope: Scope) -> bool:
        headers = Headers(scope=scope)
        return (
            scope["path"] == SOCKET
            and is_own_page(headers)
            and self._is_signed_in(cookie_in(headers))
        )


def only_messages(receive: Receive) -> Receive:
    """A receive that ends the talk at whatever Streamlit would fall over, with a traceback."""

    async def receive_message() -> Message:
        message = await receive()
        if message["type"] == "websocket.receive" and not is_readable(message.get("bytes")):
            return {"type": "websocket.disconnect", "code": UNSUPPORTED_DATA}
        return message

    return receive_message


def is_readable(sent: bytes | None) -> bool:
    """Whether it is a message as Streamlit's page sends them; None stands for a text."""
    try:
        BackMsg.FromString(sent or b"")
    except DecodeError:
        return False
    return sent is not None


def cookie_in(headers: Headers) -> str | None:
    """The value of the studio's cookie."""
    return cookie_parser(headers.get("cookie", "")).get(COOKIE)
