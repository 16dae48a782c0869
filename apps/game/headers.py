"""Security headers on every response, and a stricter copy of Gradio's page. Called by the app."""

import re
import secrets

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from apps.web import with_security_headers

GRADIO_PAGE = "/play/"
GRADIO_ASSETS = "/play/assets/"  # their names change with what is in them
FOR_GOOD = "public, max-age=31536000, immutable"
SCRIPT_TAG = re.compile(rb"<script(?=[\s>])")
# They name outside addresses, and a file that isn't there.
LEFT_OUT = re.compile(rb"<meta\s[^>]*(?:og:|twitter:)[^>]*>|<link\s[^>]*manifest[^>]*>")
COMMON = (
    "default-src 'none'; img-src 'self' data:; font-src 'self'; connect-src 'self'; "
    "manifest-src 'self'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'; "
)
OWN_POLICY = COMMON + "script-src 'self'; style-src 'self'"


def gradio_policy(nonce: str) -> str:
    """As strict as Gradio's page allows.

    It compiles templates at run time ('unsafe-eval') and sets styles by hand; scripts in the
    page itself need the nonce.
    """
    return (
        COMMON + f"script-src 'self' 'nonce-{nonce}' 'unsafe-eval'; "
        "style-src 'self' 'unsafe-inline'; worker-src 'self' blob:"
    )


class SecurityHeaders:
    """ASGI middleware around everything."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Add the headers; rewrite the one page that Gradio renders."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
        elif scope["path"] == GRADIO_PAGE and scope["method"] == "GET":
            rewriter = PageRewriter(send)
            await self._app(without_compression(scope), receive, rewriter.send)
        else:
            send = with_security_headers(send, OWN_POLICY)
            is_lasting = scope["path"].startswith(GRADIO_ASSETS)
            await self._app(scope, receive, kept_for_good(send) if is_lasting else send)


def kept_for_good(send: Send) -> Send:
    """A send that lets browsers keep what was found, without ever asking again."""

    async def send_with_header(message: Message) -> None:
        if message["type"] == "http.response.start" and message["status"] == 200:
            MutableHeaders(scope=message)["Cache-Control"] = FOR_GOOD
        await send(message)

    return send_with_header


class PageRewriter:
    """Holds a page back until it is whole, then sends it with a nonce and without outsiders."""

    def __init__(self, send: Send) -> None:
        self._nonce = secrets.token_urlsafe(16)
        self._send = with_security_headers(send, gradio_policy(self._nonce))
        self._start: Message = {}
        self._body = b""

    async def send(self, message: Message) -> None:
        """Take one message of the inner app."""
        if message["type"] == "http.response.start":
            self._start = message
            return
        self._body += message.get("body", b"")
        if message.get("more_body", False):
            return
        page = SCRIPT_TAG.sub(b'<script nonce="%s"' % self._nonce.encode(), self._body)
        page = LEFT_OUT.sub(b"", page)
        headers = MutableHeaders(scope=self._start)
        headers["Content-Length"] = str(len(page))
        headers["Cache-Control"] = "no-store"
        await self._send(self._start)
        await self._send({"type": "http.response.body", "body": page, "more_body": False})


def without_compression(scope: Scope) -> Scope:
    """The same request from a browser that understands no compression."""
    kept = [(name, value) for name, value in scope["headers"] if name != b"accept-encoding"]
    return {**scope, "headers": kept}
