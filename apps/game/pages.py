"""The pages around the game: join, leave, leaderboard, pictures. Called by the app."""

import asyncio
import logging
import time

from fastapi import APIRouter, Request, Response
from fastapi.responses import FileResponse, PlainTextResponse, RedirectResponse

from apps.game.consent import CONSENT, CONSENT_VERSION
from apps.game.forms import read_form
from apps.game.identity import Identity
from apps.game.join_limit import JoinLimit, Wait
from apps.game.pacing import wait_for_line
from apps.game.pictures import served_picture
from apps.game.stand import forget_visitor, is_kiosk
from apps.game.telegram import TelegramDoor
from apps.game.templating import STATIC, model_line, page, trouble_page
from gap_core.errors import GapError
from gap_core.play import Game, Player

log = logging.getLogger(__name__)

PICTURE_GRID_S = 0.1  # encoding a crowded picture takes longer; it may not be seen
REFUSAL_GRID_S = 0.5  # slows down whoever tries event codes


class ForgedError(Exception):
    """The words that should be Telegram's are not, or no longer."""


class Pages:
    """The routes; each reads the cookie and asks the game."""

    def __init__(self, game: Game, identity: Identity, *, telegram: TelegramDoor | None) -> None:
        self._game = game
        self._identity = identity
        self._telegram = telegram
        self._join_limit = JoinLimit()
        self.router = APIRouter()
        add = self.router.add_api_route
        add("/", self.home, methods=["GET"])
        add("/join", self.show_join, methods=["GET"])
        add("/join", self.join, methods=["POST"])
        if telegram is not None:
            add("/telegram", self.show_telegram, methods=["GET"])
            add("/telegram", self.join_by_telegram, methods=["POST"])
        add("/leave", self.leave, methods=["POST"])
        add("/week", self.show_week, methods=["GET"])
        add("/picture/{token}", self.picture, methods=["GET"])
        add("/favicon.ico", self.icon, methods=["GET"])
        add("/healthz", self.tell_health, methods=["GET"])

    def player_of(self, request: Request) -> Player | None:
        """Who sent the request; None for a cookie whose player is not in this database."""
        player_id = self._identity.of(request)
        return None if player_id is None else self._game.player(player_id)

    def is_known(self, player_id: str) -> bool:
        """Whether this database has the player."""
        return self._game.player(player_id) is not None

    def home(self) -> Response:
        """The shortest address leads into the game."""
        return RedirectResponse("/play/", status_code=303)

    def show_join(self, request: Request) -> Response:
        """The form; who has joined already goes on to the game."""
        if self.player_of(request) is not None:
            return RedirectResponse("/play/", status_code=303)
        return self._join_page()

    async def join(self, request: Request) -> Response:
        """Take the form; the cookie is the only thing the browser keeps."""
        started = time.monotonic()
        form = read_form(await request.body())
        if (wait := self._count_join(request, form)) is not None:
            return self._join_page(status=429, notice=wait.words, form=form, wait_s=wait.seconds)
        try:
            player = await asyncio.to_thread(
                self._game.join,
                form.get("nickname", ""),
                team=form.get("team", ""),
                event_code=form.get("event_code", ""),
                consent_version=self._given_consent(form),
            )
        except GapError as refusal:
            await wait_for_line(started, grid_s=REFUSAL_GRID_S)
            return self._join_page(status=422, notice=str(refusal), form=form)
        response = RedirectResponse("/play/", status_code=303)
        self._identity.remember(response, request, player_id=player.id)
        return response

    def show_telegram(self) -> Response:
        """What Telegram opens; it hands its signed words on."""
        return page("telegram.html")

    async def join_by_telegram(self, request: Request) -> Response:
        """Go on as whom the account plays, or show the form, or take it."""
        started = time.monotonic()
        form = read_form(await request.body())
        if (wait := self._count_join(request, {})) is not None:
            return self._join_page(status=429, notice=wait.words, form=form, wait_s=wait.seconds)
        try:
            player = await asyncio.to_thread(self._telegram_player, form)
        except ForgedError as refusal:
            self._join_limit.count_wrong_code(_address(request))
            await wait_for_line(started, grid_s=REFUSAL_GRID_S)
            return trouble_page(403, words=str(refusal))
        except GapError as refusal:
            return self._join_page(status=422, notice=str(refusal), form=form)
        if player is None:
            return self._join_page(form=form)
        response = RedirectResponse("/play/", status_code=303)
        self._identity.remember(response, request, player_id=player.id)
        return response

    def _telegram_player(self, form: dict[str, str]) -> Player | None:
        """The account's player, a new one if the form is filled in, None if it is not yet."""
        if self._telegram is None:
            raise ForgedError("Nobody can come in through Telegram here.")
        try:
            key = self._telegram.account(form.get("init_data", ""))
        except GapError as err:
            raise ForgedError(str(err)) from err
        known = self._game.player_at_door(key)
        if known is not None or "nickname" not in form:
            return known
        return self._game.join(
            form["nickname"],
            team=form.get("team", ""),
            consent_version=self._given_consent(form),
            account_key=key,
        )

    def _count_join(self, request: Request, form: dict[str, str]) -> Wait | None:
        """Count the try; how long to wait where there were too many. No await: one at a time."""
        address = _address(request)
        wait = self._join_limit.wait(address)
        if wait is None:
            self._join_limit.count_join(address)
            if form and not self._game.accepts_event_code(form.get("event_code", "")):
                self._join_limit.count_wrong_code(address)
        return wait

    def leave(self, request: Request) -> Response:
        """Make room for the next player at this screen; a kiosk keeps nothing of the last one."""
        response = RedirectResponse("/attract" if is_kiosk(request) else "/join", status_code=303)
        if is_kiosk(request):
            forget_visitor(response, self._identity)
        else:
            self._identity.forget(response)
        return response

    def may_look(self, request: Request) -> bool:
        """Whether whoever sent this may see the leaderboard: where there is a code, who has it."""
        return not self._game.needs_event_code or self.player_of(request) is not None

    def show_week(self, request: Request) -> Response:
        """The leaderboard; at an event with a code only for those who have it."""
        player = self.player_of(request)
        if not self.may_look(request):
            return RedirectResponse("/join", status_code=303)
        return page(
            "week.html",
            standings=self._game.leaderboard(),
            rewards=self._game.week_rewards(),
            nickname="" if player is None else player.nickname,
        )

    async def picture(self, token: str, request: Request) -> Response:
        """The picture of the round that is open for this player; 404 for all others alike."""
        started = time.monotonic()
        player_id = self._identity.of(request)
        if player_id is None:
            return trouble_page(401)
        try:
            path = await asyncio.to_thread(self._game.picture_path, player_id, round_token=token)
        except GapError:
            return trouble_page(404)
        try:
            content = await asyncio.to_thread(served_picture, path)
        except OSError as err:
            log.error("Picture '%s' can't be read (%s).", path, err)
            return trouble_page(404)
        await wait_for_line(started, grid_s=PICTURE_GRID_S)
        return Response(content, media_type="image/jpeg", headers={"Cache-Control": "no-store"})

    def icon(self) -> Response:
        """Browsers ask for this one whatever the page says."""
        return FileResponse(STATIC / "favicon.svg", media_type="image/svg+xml")

    def tell_health(self) -> Response:
        """Says that the server is there."""
        return PlainTextResponse("ok", headers={"Cache-Control": "no-store"})

    @property
    def _consent(self) -> tuple[str, tuple[str, ...]]:
        """Version and lines of what people agree to here."""
        return self._game.consent or (CONSENT_VERSION, CONSENT)

    def _given_consent(self, form: dict[str, str]) -> str:
        """The version agreed to; consent to other words than today's is none."""
        version = self._consent[0]
        return version if form.get("consent") == version else ""

    def _join_page(
        self,
        *,
        status: int = 200,
        notice: str = "",
        form: dict[str, str] | None = None,
        wait_s: int = 0,
    ) -> Response:
        form = form or {}
        shown = page(
            "join.html",
            status=status,
            notice=notice,
            nickname=form.get("nickname", "")[:100],
            team=form.get("team", "")[:100],
            rules=self._game.rules,
            needs_event_code=self._game.needs_event_code and "init_data" not in form,
            action="/telegram" if "init_data" in form else "/join",
            init_data=form.get("init_data", ""),
            consent=self._consent[1],
            consent_version=self._consent[0],
            model_line=model_line(self._game.model),
        )
        if wait_s:
            shown.headers["Retry-After"] = str(wait_s)
        return shown


def _address(request: Request) -> str:
    return "" if request.client is None else request.client.host
