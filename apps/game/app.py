"""The whole web application: our pages, Gradio mounted at /play, guards. Called by the script."""

import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress

import anyio.to_thread
import gradio as gr
from fastapi import FastAPI, Request, Response
from fastapi.staticfiles import StaticFiles
from fastapi.telemetry import TelemetryConfig
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp

from apps.game.gatekeeper import MOUNT, Gatekeeper
from apps.game.gradio_page import build_page
from apps.game.handlers import GameHandlers
from apps.game.headers import SecurityHeaders
from apps.game.identity import Identity
from apps.game.languages import words_for
from apps.game.pages import Pages
from apps.game.stand import StandPages
from apps.game.taking_back import TakingBackPages
from apps.game.telegram import TelegramDoor
from apps.game.templating import STATIC, trouble_page
from apps.game.theme import build_theme
from db import StoreError
from gap_core.play.adapter_following import AdapterFollower

log = logging.getLogger(__name__)

HANDLER_THREADS = 128  # each short step of a player's event takes one; far more than ever run
LEARN_EVERY_S = 60.0
FOLLOW_EVERY_S = 2.0
# Nobody is told of requests, and none spends time on looking for somebody to tell.
NO_TELEMETRY: TelemetryConfig = {
    "tracing": False, "metrics": False, "logs": False, "auto_configure": False
}  # fmt: skip
HEAD = (
    '<script src="/words/board.js"></script>'  # before Gradio, for it holds the board
    '<link rel="icon" href="/static/favicon.svg">'
    '<link rel="stylesheet" href="/static/look.css">'
    '<link rel="stylesheet" href="/static/board.css">'
    '<link rel="stylesheet" href="/static/stand.css">'
)


def build_app(
    handlers: GameHandlers,
    *,
    secret: bytes,
    on_ready: Callable[[], None] = lambda: None,
    follower: AdapterFollower | None = None,
    telegram: TelegramDoor | None = None,
    address: str = "",
) -> ASGIApp:
    """The application to serve; `on_ready` is called once it takes requests.

    A `follower` brings the adapter in that the studio asks for; `telegram` opens that door.
    `address` is what phones open, for the QR code.
    """

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        anyio.to_thread.current_default_thread_limiter().total_tokens = HANDLER_THREADS
        on_ready()
        async with anyio.create_task_group() as background:
            background.start_soon(_keep_learning, handlers)
            if follower is not None:
                background.start_soon(_keep_following, follower)
            yield
            background.cancel_scope.cancel()

    identity = Identity(secret)
    pages = Pages(handlers.game, identity, telegram=telegram)
    app = FastAPI(
        openapi_url=None, docs_url=None, redoc_url=None, lifespan=lifespan, telemetry=NO_TELEMETRY
    )
    board = build_page(handlers)
    mount_board(app, board, pages)  # before all others, which each of its requests would try first
    app.include_router(pages.router)
    stand = StandPages(handlers.game, identity=identity, may_look=pages.may_look, address=address)
    app.include_router(stand.router)
    app.include_router(TakingBackPages(handlers.game, identity=identity).router)
    app.mount("/static", StaticFiles(directory=STATIC), name="static")
    app.add_exception_handler(HTTPException, _show_trouble)
    app.add_exception_handler(StoreError, _show_full)
    app.add_exception_handler(Exception, _show_trouble)
    # Around FastAPI and not inside it, so that its error pages get the headers too.
    guarded = Gatekeeper(
        app, identity=identity, is_known=pages.is_known, events=frozenset(board.fns)
    )
    return SecurityHeaders(guarded)


def mount_board(app: FastAPI, board: gr.Blocks, pages: Pages) -> None:
    """Mount Gradio with everything off that the game doesn't use."""

    def player_id_of(request: Request) -> str | None:
        player = pages.player_of(request)
        return None if player is None else player.id

    gr.mount_gradio_app(
        app,
        board,
        path=MOUNT,
        auth_dependency=player_id_of,
        theme=build_theme(),
        head=HEAD,
        footer_links=[],
        run_history=False,
        show_error=False,
        enable_monitoring=False,
        allowed_paths=[],
        max_file_size="1b",
        mcp_server=False,
        ssr_mode=False,
        pwa=False,
        app_kwargs={"telemetry": NO_TELEMETRY},
    )


async def _keep_learning(handlers: GameHandlers) -> None:
    """Fit the population of players and the player model again and again, beside the game."""

    def learn() -> None:
        handlers.game.refit_population()
        handlers.game.refit_player_model(handlers.reader)

    while True:
        await anyio.sleep(LEARN_EVERY_S)
        if not handlers.game.is_awake:
            continue
        with suppress(StoreError):  # the disk may be full now and not in a minute
            await anyio.to_thread.run_sync(learn, abandon_on_cancel=True)


async def _keep_following(follower: AdapterFollower) -> None:
    """Look again and again whether another adapter is wanted."""
    while True:
        with suppress(StoreError):
            await anyio.to_thread.run_sync(follower.follow, abandon_on_cancel=True)
        await anyio.sleep(FOLLOW_EVERY_S)


async def _show_trouble(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    return trouble_page(status, words_for(request.headers))


async def _show_full(request: Request, error: Exception) -> Response:
    log.error("The database can't be used: %s", error)
    return trouble_page(503, words_for(request.headers))
