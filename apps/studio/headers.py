"""Security headers on every response of the studio. Called by the app."""

from starlette.types import ASGIApp, Receive, Scope, Send

from apps.web import with_security_headers

# Streamlit writes styles into the page, imports components from blobs and compiles charts at run
# time. Whatever slips through elsewhere, pictures and requests can't leave this machine.
POLICY = (
    "default-src 'none'; script-src 'self' blob: 'unsafe-inline' 'unsafe-eval'; "
    "style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:; "
    "connect-src 'self'; worker-src 'self' blob:; manifest-src 'self'; media-src 'self'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
OWN_POLICY = (
    "default-src 'none'; img-src 'self'; style-src 'self'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'"
)
OWN_PAGES = ("/sign-in", "/login")


class SecurityHeaders:
    """ASGI middleware around everything."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Add the headers to the response's start."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        policy = OWN_POLICY if scope["path"] in OWN_PAGES else POLICY
        await self._app(scope, receive, with_security_headers(send, policy))
