"""The page on which a player takes their words back, alone. Called by the app.

Who that is says the signed cookie alone: no form names a player, so nobody else can be reached.
"""

import asyncio

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from apps.game.identity import Identity
from apps.game.languages import Words, words_for
from apps.game.stand import forget_visitor, is_kiosk
from apps.game.templating import page, trouble_page
from apps.web import read_form
from gap_core.errors import GapError, Sentence
from gap_core.play import Game, Player

CHOICES = ("name", "words")  # only the name goes, or what was typed too
NOT_CHOSEN = Sentence("Nothing was chosen. Choose one of the two.")


class TakingBackPages:
    """The routes: what happens, are you sure, done."""

    def __init__(self, game: Game, *, identity: Identity) -> None:
        self._game = game
        self._identity = identity
        self.router = APIRouter()
        self.router.add_api_route("/withdraw", self.show, methods=["GET"])
        self.router.add_api_route("/withdraw", self.take_back, methods=["POST"])

    def show(self, request: Request) -> Response:
        """What happens, and the two choices; strangers have nothing to take back."""
        player = self._player(request)
        if player is None:
            return RedirectResponse("/join", status_code=303)
        return _form_page(player, words_for(request.headers))

    async def take_back(self, request: Request) -> Response:
        """Ask once more, then do it; it can't be undone."""
        words = words_for(request.headers)
        player = await asyncio.to_thread(self._player, request)
        if player is None:
            return trouble_page(401, words)
        form = read_form(await request.body())
        choice = form.get("choice", "")
        if choice not in CHOICES:
            return _form_page(player, words, status=422, notice=NOT_CHOSEN)
        if form.get("sure") != "yes":
            return page("withdraw_sure.html", words, nickname=player.nickname, choice=choice)
        try:
            left_name = await asyncio.to_thread(
                self._game.take_back, player.id, deletes_words=choice == "words"
            )
        except GapError:  # in another tab, a moment ago
            return trouble_page(401, words)
        at_kiosk = is_kiosk(request)
        done = page(
            "withdraw_done.html", words, choice=choice, left_name=left_name, at_kiosk=at_kiosk
        )
        if at_kiosk:
            forget_visitor(done, self._identity)
        else:
            self._identity.forget(done)
        return done

    def _player(self, request: Request) -> Player | None:
        player_id = self._identity.of(request)
        return None if player_id is None else self._game.player(player_id)


def _form_page(player: Player, words: Words, *, status: int = 200, notice: str = "") -> Response:
    return page(
        "withdraw.html", words, status=status, nickname=player.nickname, notice=words.told(notice)
    )
