"""The studio as a web application: Streamlit with our routes, and the gate before it.

Called by scripts/serve_studio.py.
"""

import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import anyio
import streamlit as st
from starlette.types import ASGIApp

from apps.studio.accounts import AccountReader
from apps.studio.background import keep_checking, keep_queue
from apps.studio.gate import Gate
from apps.studio.headers import SecurityHeaders
from apps.studio.identity import Identity
from apps.studio.quiet import quieten
from apps.studio.routes import Routes
from apps.studio.sign_in import SignIn
from apps.studio.sign_in_limit import SignInLimit
from apps.studio.studio import Studio, hold
from apps.studio.words import tell

LOG = logging.getLogger(__name__)
TROUBLE = "That was us: something broke on the server. What you saved is stored; reload the page."
SHELL = Path(__file__).parent / "pages" / "shell.py"


def build_app(
    studio: Studio,
    *,
    host: str = "127.0.0.1",
    port: int = 0,
    on_ready: Callable[[], None] = lambda: None,
) -> ASGIApp:
    """The application to serve; `on_ready` is called once it takes requests."""

    @asynccontextmanager
    async def lifespan(_app: st.App) -> AsyncIterator[None]:
        on_ready()
        async with anyio.create_task_group() as background:
            background.start_soon(keep_queue, studio)
            background.start_soon(keep_checking, studio)
            yield
            background.cancel_scope.cancel()

    quieten(host=host, port=port)
    hold(studio)
    identity = Identity(studio.secret)
    accounts = AccountReader(studio.workbench, identity)
    routes = SignIn(studio, identity, SignInLimit()).routes + Routes(studio, accounts).routes
    app = st.App(SHELL, routes=routes, lifespan=lifespan, on_script_error=_show_trouble)
    return SecurityHeaders(Gate(app, is_signed_in=accounts.is_known))


def _show_trouble(error: Exception) -> bool:
    """Our own words in place of Streamlit's; the traceback is the server's."""
    LOG.error("A page broke", exc_info=error)
    tell(TROUBLE)
    return True
