"""The pages around the game: join, leave, leaderboard, pictures. Called by the app."""

import asyncio
import json
import logging
import time

from fastapi import APIRouter, Request, Response
from fastapi.responses import FileResponse, PlainTextResponse, RedirectResponse

from apps.game.consent import CONSENT, consent_version, is_consent_version
from apps.game.identity import Identity
from apps.game.join_limit import JoinLimit, Wait
from apps.game.languages import (
    BY_CODE,
    Words,
    remember_language,
    words_for,
    words_in,
)
from apps.game.pacing import wait_for_line
from apps.game.pictures import served_picture
from apps.game.stand import forget_visitor, is_kiosk
from apps.game.telegram import TelegramDoor
from apps.game.templating import (
    STATIC,
    asks_for_english,
    model_line,
    page,
    render,
    trouble_page,
)
from apps.web import address_of, read_form
from gap_core.errors import GapError, PlayerError, Sentence, said
from gap_core.play import Game, Player

log = logging.getLogger(__name__)

WORDS_SCRIPT = STATIC / "words.js"
PICTURE_GRID_S = 0.1  # encoding a crowded picture takes longer; it may not be seen
REFUSAL_GRID_S = 0.5  # slows down whoever tries event codes


class ForgedError(PlayerError):
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
        add("/words/page.js", self.tell_words, methods=["GET"])
        add("/words/board.js", self.tell_board, methods=["GET"])
        add("/picture/{token}", self.picture, methods=["GET"])
        add("/favicon.ico", self.icon, methods=["GET"])
        add("/here", self.tell_whether_known, methods=["GET"])
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
        return self._join_page(words_for(request.headers))

    async def join(self, request: Request) -> Response:
        """Take the form; the cookie is the only thing the browser keeps."""
        started, words = time.monotonic(), words_for(request.headers)
        form = read_form(await request.body())
        if (wait := self._count_join(request, form)) is not None:
            return self._wait_page(words, wait, form)
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
            return self._join_page(words, status=422, notice=words.told(said(refusal)), form=form)
        response = RedirectResponse("/play/", status_code=303)
        self._identity.remember(response, request, player_id=player.id)
        return response

    def show_telegram(self, request: Request) -> Response:
        """What Telegram opens; it hands its signed words on."""
        return page("telegram.html", words_for(request.headers))

    async def join_by_telegram(self, request: Request) -> Response:
        """Go on as whom the account plays, or show the form, or take it.

        The form can't be opened again by its address, so a language is chosen by sending it.
        """
        started, words = time.monotonic(), words_for(request.headers)
        form = read_form(await request.body())
        if form.get("lang") in BY_CODE:
            words = words_in(form["lang"])
        response = await self._answer_telegram(request, form, words, started)
        if form.get("lang") in BY_CODE:
            is_secure = request.url.scheme == "https"
            remember_language(response, words.language.code, is_secure=is_secure)
        return response

    async def _answer_telegram(
        self, request: Request, form: dict[str, str], words: Words, started: float
    ) -> Response:
        if (wait := self._count_join(request, {})) is not None:
            return self._wait_page(words, wait, form)
        try:
            player = await asyncio.to_thread(self._telegram_player, form)
        except ForgedError as refusal:
            self._join_limit.count_wrong_code(address_of(request))
            await wait_for_line(started, grid_s=REFUSAL_GRID_S)
            return trouble_page(403, words, said=said(refusal))
        except GapError as refusal:
            return self._join_page(words, status=422, notice=words.told(said(refusal)), form=form)
        if player is None:
            return self._join_page(words, form=form)
        response = RedirectResponse("/play/", status_code=303)
        self._identity.remember(response, request, player_id=player.id)
        return response

    def _telegram_player(self, form: dict[str, str]) -> Player | None:
        """The account's player, a new one if the form is filled in, None if it is not yet."""
        if self._telegram is None:
            raise ForgedError(Sentence("Nobody can come in through Telegram here."))
        try:
            key = self._telegram.account(form.get("init_data", ""))
        except GapError as err:
            raise ForgedError(said(err)) from err
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
        address = address_of(request)
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
        words, rewards = words_for(request.headers), self._game.week_rewards()
        return page(
            "week.html",
            words,
            standings=self._game.leaderboard(),
            rewards=rewards,
            bounties=[words.text(name) for name in rewards.bounties],
            nickname="" if player is None else player.nickname,
        )

    async def picture(self, token: str, request: Request) -> Response:
        """The picture of the round that is open for this player; 404 for all others alike."""
        started = time.monotonic()
        player_id = self._identity.of(request)
        if player_id is None:
            return trouble_page(401, words_for(request.headers))
        try:
            path = await asyncio.to_thread(self._game.picture_path, player_id, round_token=token)
        except GapError:
            return trouble_page(404, words_for(request.headers))
        try:
            content = await asyncio.to_thread(served_picture, path)
        except OSError as err:
            log.error("Picture '%s' can't be read (%s).", path, err)
            return trouble_page(404, words_for(request.headers))
        await wait_for_line(started, grid_s=PICTURE_GRID_S)
        return Response(content, media_type="image/jpeg", headers={"Cache-Control": "no-store"})

    def tell_words(self, request: Request) -> Response:
        """What the scripts of a page say, in its language."""
        return _script(words_for(request.headers))

    def tell_board(self, request: Request) -> Response:
        """The same for the board, and the board itself: Gradio's page is one for all languages."""
        words = words_for(request.headers)
        board = render(
            "board.html",
            words,
            rules=self._game.rules,
            model_line=model_line(self._game.model, words),
            asks_for_english=asks_for_english(self._game.model, words),
        )
        return _script(words, board=board)

    def icon(self) -> Response:
        """Browsers ask for this one whatever the page says."""
        return FileResponse(STATIC / "favicon.svg", media_type="image/svg+xml")

    def tell_whether_known(self, request: Request) -> Response:
        """204 for a player, 401 for anybody else: an open board asks when it comes to the front."""
        return Response(
            status_code=401 if self.player_of(request) is None else 204,
            headers={"Cache-Control": "no-store"},
        )

    def tell_health(self) -> Response:
        """Says that the server is there."""
        return PlainTextResponse("ok", headers={"Cache-Control": "no-store"})

    def _consent(self, words: Words) -> tuple[str, tuple[str, ...]]:
        """Version and lines of what people agree to here; an event's own stand as written."""
        lines = tuple(words.told(line) for line in CONSENT)
        return self._game.consent or (consent_version(words.language.code), lines)

    def _given_consent(self, form: dict[str, str]) -> str:
        """The version agreed to; consent to other words than today's is none."""
        given, own = form.get("consent", ""), self._game.consent
        is_todays = is_consent_version(given) if own is None else given == own[0]
        return given if is_todays else ""

    def _wait_page(self, words: Words, wait: Wait, form: dict[str, str]) -> Response:
        again = words.counted(
            "Wait {n} second, then press Play again.",
            "Wait {n} seconds, then press Play again.",
            wait.seconds,
        )
        notice = f"{words.told(wait.why)} {again}"
        shown = self._join_page(words, status=429, notice=notice, form=form)
        shown.headers["Retry-After"] = str(wait.seconds)
        return shown

    def _join_page(
        self,
        words: Words,
        *,
        status: int = 200,
        notice: str = "",
        form: dict[str, str] | None = None,
    ) -> Response:
        form = form or {}
        version, lines = self._consent(words)
        return page(
            "join.html",
            words,
            status=status,
            notice=notice,
            nickname=form.get("nickname", "")[:100],
            team=form.get("team", "")[:100],
            event_code=form.get("event_code", "")[:100],
            rules=self._game.rules,
            needs_event_code=self._game.needs_event_code and "init_data" not in form,
            action="/telegram" if "init_data" in form else "/join",
            init_data=form.get("init_data", ""),
            consent=lines,
            consent_version=version,
            has_agreed=form.get("consent") == version,  # to these words, in this language
            model_line=model_line(self._game.model, words),
            asks_for_english=asks_for_english(self._game.model, words),
        )


def _script(words: Words, *, board: str = "") -> Response:
    told = f"const gapPage = {words.for_scripts};\ngapPage.board = {json.dumps(board)};\n"
    script = told + WORDS_SCRIPT.read_text(encoding="utf-8")
    headers = {"Cache-Control": "no-store"}
    return Response(script, media_type="text/javascript", headers=headers)
