"""The pages of a stand: attract screen, wall, QR code, and the kiosk's own browser. Called by app.

They show names and points as /week does, and of what was played only what the host has chosen.
"""

import asyncio
import io
import logging
import shutil
import subprocess
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

import segno
from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from starlette.datastructures import Headers
from starlette.requests import cookie_parser
from starlette.types import Scope

from apps.game.identity import COOKIE, Identity
from apps.game.languages import COOKIE as LANGUAGE_COOKIE
from apps.game.languages import forget_language, words_for
from apps.game.pictures import served_picture
from apps.game.templating import page, trouble_page
from gap_core.play import Game
from models.server_address import is_loopback

log = logging.getLogger(__name__)

KIOSK_COOKIE = "gap_kiosk"
KIOSK_PAGES = frozenset(
    {
        "/",
        "/join",
        "/week",
        "/attract",
        "/wall",
        "/kiosk",
        "/telegram",
        "/play",
        "/play/",
        "/withdraw",
    }  # fmt: skip
)
VISITORS_COOKIES = {COOKIE, LANGUAGE_COOKIE}
SHOWN_ROUNDS, SHOWN_GAPS, SHOWN_PLAYERS, SHOWN_GUILDS = 12, 3, 8, 3
BROWSERS = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "brave-browser",
)


class StandPages:
    """The routes.

    Args:
        game: what is played.
        identity: what takes the last visitor's cookie back.
        may_look: whether whoever sent a request may see the leaderboard.
        address: the address for visitors' phones; empty where there is none.
    """

    def __init__(
        self,
        game: Game,
        *,
        identity: Identity,
        may_look: Callable[[Request], bool],
        address: str,
    ) -> None:
        self._game = game
        self._identity = identity
        self._may_look = may_look
        self._address = address
        self.router = APIRouter()
        add = self.router.add_api_route
        add("/kiosk", self.begin_kiosk, methods=["GET"])
        add("/attract", self.show_attract, methods=["GET"])
        add("/wall", self.show_wall, methods=["GET"])
        add("/qr.svg", self.show_qr, methods=["GET"])
        add("/highlight/{token}", self.highlight, methods=["GET"])

    def begin_kiosk(self, request: Request) -> Response:
        """This machine's own screen becomes a kiosk: it forgets visitors who walk away."""
        if not is_this_machine(request):
            return trouble_page(404, words_for(request.headers))
        response = RedirectResponse("/attract", status_code=303)
        # The page's script reads it, so it is not HttpOnly; it tells nothing and opens nothing.
        response.set_cookie(KIOSK_COOKIE, "1", samesite="strict")
        return response

    def show_attract(self, request: Request) -> Response:
        """Rounds as they were played, until somebody touches the screen.

        Whichever way a kiosk came here, by the back button too: the next visitor is somebody else.
        """
        if not self._is_open_to(request):
            return RedirectResponse("/join", status_code=303)
        rounds = self._game.highlights(limit=SHOWN_ROUNDS)
        words = words_for(request.headers, asks_browser=is_kiosk(request))
        shown = page(
            "attract.html", words, rounds=rounds, address=self._address, rules=self._game.rules
        )
        if is_kiosk(request) and VISITORS_COOKIES & set(request.cookies):
            forget_visitor(shown, self._identity)
        return shown

    def show_wall(self, request: Request) -> Response:
        """For a projector: who leads, what was found, how to join."""
        if not self._is_open_to(request):
            return RedirectResponse("/join", status_code=303)
        return page(
            "wall.html",
            words_for(request.headers),
            standings=self._game.leaderboard(limit=SHOWN_PLAYERS),
            guilds=self._game.week_rewards().guilds[:SHOWN_GUILDS],
            gaps=self._game.highlights(limit=SHOWN_GAPS),
            address=self._address,
        )

    def show_qr(self, request: Request) -> Response:
        """The address of the game for a phone's camera."""
        if not self._address:
            return trouble_page(404, words_for(request.headers))
        drawn = io.BytesIO()
        segno.make(self._address, error="m").save(
            drawn, kind="svg", scale=8, border=3, dark="#2b1b3d", light="#ffffff"
        )
        headers = {"Cache-Control": "no-store"}
        return Response(drawn.getvalue(), media_type="image/svg+xml", headers=headers)

    async def highlight(self, token: str, request: Request) -> Response:
        """The picture of a question that everybody may see."""
        path = await asyncio.to_thread(self._game.highlight_path, token)
        if path is None or not self._is_open_to(request):
            return trouble_page(404, words_for(request.headers))
        try:
            content = await asyncio.to_thread(served_picture, path)
        except OSError as err:
            log.error("Picture '%s' can't be read (%s).", path, err)
            return trouble_page(404, words_for(request.headers))
        return Response(content, media_type="image/jpeg", headers={"Cache-Control": "no-store"})

    def _is_open_to(self, request: Request) -> bool:
        """Who may see the leaderboard, and the stand's own screens."""
        return self._may_look(request) or is_this_machine(request)


def is_kiosk(request: Request) -> bool:
    """Whether the screen that sent a request was made a kiosk."""
    return KIOSK_COOKIE in request.cookies


def forget_visitor(response: Response, identity: Identity) -> None:
    """Let nothing of a visitor stay in a kiosk's browser."""
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    identity.forget(response)
    forget_language(response)


def is_stray(scope: Scope, headers: Headers) -> bool:
    """Whether a kiosk's window asks for what is no page.

    It would stay there: a picture or a line of text forgets no visitor.
    """
    return (
        scope["method"] == "GET"
        and headers.get("sec-fetch-dest") == "document"
        and scope["path"] not in KIOSK_PAGES
        and KIOSK_COOKIE in cookie_parser(headers.get("cookie", ""))
    )


def is_this_machine(request: Request) -> bool:
    """Whether a request comes from this machine and asks for it by its own name.

    Behind a proxy the client is the visitor, as long as the proxy says who that is; it also
    passes on the name that visitors use.
    """
    client = "" if request.client is None else request.client.host
    name = urlsplit(f"//{request.headers.get('host', '')}").hostname or ""
    return is_loopback(client) and is_loopback(name)


@contextmanager
def kiosk_browser(
    url: str, *, on_early_end: Callable[[int], None] = lambda code: None
) -> Iterator[str]:
    """A full-screen browser on the page while the block lasts; its name, empty without one.

    Where it ends by itself, `on_early_end` is told its exit status.
    """
    found = next((path for name in BROWSERS if (path := shutil.which(name))), "")
    if not found:
        yield ""
        return
    with tempfile.TemporaryDirectory(prefix="gap-kiosk-") as profile:
        command = [
            found, "--kiosk", "--incognito", "--no-first-run", "--noerrdialogs",
            "--disable-session-crashed-bubble", "--disable-translate", "--disable-pinch",
            "--overscroll-history-navigation=0", f"--user-data-dir={profile}", url,
        ]  # fmt: skip
        browser = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        is_ending = threading.Event()

        def watch() -> None:
            code = browser.wait()
            if not is_ending.is_set():
                on_early_end(code)

        threading.Thread(target=watch, daemon=True).start()
        try:
            yield found
        finally:
            is_ending.set()
            browser.terminate()
            try:
                browser.wait(timeout=10)
            except subprocess.TimeoutExpired:
                browser.kill()
