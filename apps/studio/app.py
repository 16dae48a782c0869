"""The studio as a web application: Streamlit with our routes, and the gate before it.

Called by scripts/serve_studio.py.
"""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import streamlit as st
from starlette.types import ASGIApp

from apps.studio.accounts import AccountReader
from apps.studio.gate import Gate
from apps.studio.headers import SecurityHeaders
from apps.studio.identity import Identity
from apps.studio.quiet import quieten
from apps.studio.routes import Routes
from apps.studio.sign_in import SignIn
from apps.studio.sign_in_limit import SignInLimit
from apps.studio.studio import Studio, hold

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
        yield

    quieten(host=host, port=port)
    hold(studio)
    identity = Identity(studio.secret)
    accounts = AccountReader(studio.workbench, identity)
    routes = SignIn(studio, identity, SignInLimit()).routes + Routes(studio, accounts).routes
    app = st.App(SHELL, routes=routes, lifespan=lifespan)
    return SecurityHeaders(Gate(app, is_signed_in=accounts.is_known))
