"""What happens on the player's events, as plain functions. Called by the Gradio page and tests.

The truth is in the database: each event looks at it anew and returns the whole board. What a
player can mend is told on the board, as text; everything else keeps its traceback.
"""

import asyncio
import logging
import math
import time
from collections.abc import AsyncIterator, Callable
from contextlib import aclosing
from typing import Any

from PIL import Image

from apps.game.board import (
    BoardState,
    board_state,
    gone_state,
    live_state,
    new_stamp,
    unchanged_state,
)
from apps.game.pacing import AnswerPace, Shown, paced_answer, wait_for_line
from apps.game.threads import in_thread, result_or_undo
from db import StoreError
from gap_core.care.model_worker import ModelWorker
from gap_core.errors import GapError, PlayerError, Sentence, said
from gap_core.play import Game, GameView, OpenTurn
from models.base import Ask, PictureReader, Reply
from models.batching import Batcher
from models.errors import ModelError
from models.tickets import Ticket

log = logging.getLogger(__name__)

TOP_LINES = 5
HUNG_UP = "cancelled: the player went away before the answer came"
GIVEN_UP = Sentence(
    "Your last question was given up before its answer was complete. "
    "It isn't counted: ask it again."
)
NOT_STORED = Sentence(
    "The game can't store anything just now, so this did not count. All that was stored before is "
    "kept. Tell the host, and try again."
)
NOT_SHOWN = Sentence(
    "That is stored, but the game can't be shown just now. Tell the host, and reload the page in a "
    "moment."
)
UNREADABLE = Sentence(
    "The picture can't be read on the server. Tell the host of the game; the next one comes when "
    "the time is up."
)
WAKING = Sentence("The model is still waking up. Your session begins by itself in a few seconds.")
ASLEEP = Sentence("The model is still waking up. Try again in a few seconds.")
WAKE_LOOK_S = 0.1
PACE = AnswerPace()


class GameHandlers:
    """The events of the board, for any player and from any thread or event loop.

    Args:
        game: the rules and the store behind them.
        batcher: the queue before the model.
        pace: when words may be shown.
    """

    def __init__(
        self, game: Game, batcher: Batcher | ModelWorker, *, pace: AnswerPace = PACE
    ) -> None:
        self.game = game
        self._batcher = batcher
        self._pace = pace

    @property
    def reader(self) -> PictureReader | None:
        """The model that plays, if its eye can be looked through."""
        model = self._batcher.model
        return model if isinstance(model, PictureReader) else None

    def look(self, player_id: str, *, notice: str = "") -> BoardState:
        """The board as it stands now: after a reload, a time-out, a lost connection."""
        try:
            return self._board(self.game.view(player_id), notice=notice)
        except GapError:  # who took their consent back in another tab
            return gone_state()
        except StoreError as err:
            return _unstored(err)

    async def waking(self, player_id: str) -> AsyncIterator[BoardState]:
        """The board with why it waits, again and again until the model is loaded."""
        told_at = -math.inf
        while not self.game.is_awake:
            if time.monotonic() - told_at > self._pace.beat_s:
                told_at = time.monotonic()
                state = await asyncio.to_thread(self.look, player_id, notice=WAKING)
                yield _with_words(state, Shown())
            await asyncio.sleep(WAKE_LOOK_S)

    def begin(self, player_id: str) -> BoardState:
        """Begin a session, or go on with the open one."""
        try:
            view = self.game.start_session(player_id)
        except GapError as refusal:
            return self.look(player_id, notice=said(refusal))
        except StoreError as err:
            return _unstored(err)
        return self._stored(lambda: view)

    def judge(self, player_id: str, *, turn_id: Any, verdict: Any) -> BoardState:
        """Take a verdict and show what comes next."""
        if not self.game.is_awake:  # a session from before the game was started anew
            return unchanged_state(ASLEEP)
        try:
            view = self.game.give_verdict(
                player_id,
                turn_id=_text(turn_id),
                verdict=_text(verdict),  # type: ignore[arg-type]
            )
        except GapError as refusal:
            return self.look(player_id, notice=said(refusal))
        except StoreError as err:
            return _unstored(err)
        return self._stored(lambda: view)

    async def judge_on_grid(self, player_id: str, *, turn_id: Any, verdict: Any) -> BoardState:
        """`judge`, ending on the grid: bookkeeping differs between pictures and takes time."""
        started = time.monotonic()
        state = await asyncio.to_thread(self.judge, player_id, turn_id=turn_id, verdict=verdict)
        await wait_for_line(started, grid_s=self._pace.verdict_s)
        return state

    async def ask(
        self, player_id: str, *, round_token: Any, question: Any
    ) -> AsyncIterator[BoardState]:
        """Take a question and show its answer as it comes; closing the iterator cancels it."""
        asked = time.monotonic()
        if not self.game.is_awake:
            yield unchanged_state(ASLEEP)
            return
        try:
            turn = await self._open_turn(player_id, _text(round_token), _text(question))
        except GapError as refusal:
            yield await asyncio.to_thread(self.look, player_id, notice=said(refusal))
            return
        except StoreError as err:
            yield _unstored(err)
            return
        notice, failure = "", HUNG_UP
        try:
            async with aclosing(self._answer(player_id, turn, asked=asked)) as boards:
                async for state in boards:
                    yield state
            failure = ""
        except (GapError, ModelError) as err:
            notice, failure = said(err), str(err)
        except StoreError as err:
            log.error("An answer could not be stored: %s", err)
            notice = failure = NOT_STORED
        finally:
            if failure:
                # No await here: who went away has no second chance, and closes under Gradio's lock.
                ended = self._end_turn(turn, failure=failure)
        if not failure:
            return
        try:
            await ended
        except StoreError as err:
            yield _unstored(err)
            return
        yield await asyncio.to_thread(self.look, player_id, notice=notice)

    async def _open_turn(self, player_id: str, round_token: str, question: str) -> OpenTurn:
        opening = in_thread(
            self.game.open_turn, player_id, round_token=round_token, question=question
        )
        return await result_or_undo(opening, lambda turn: self._end_turn(turn, failure=HUNG_UP))

    def _end_turn(self, turn: OpenTurn, *, failure: str) -> asyncio.Future[None]:
        """Give the question up unless its answer is stored, beside the event loop."""
        return in_thread(self.game.fail_turn, turn.turn_id, failure=failure)

    async def _answer(
        self, player_id: str, turn: OpenTurn, *, asked: float
    ) -> AsyncIterator[BoardState]:
        """The growing answer; the last board comes once it is stored."""
        state, ticket = await self._submit(player_id, turn)
        async with aclosing(paced_answer(ticket, pace=self._pace, asked=asked)) as words:
            async for shown in words:
                if shown.reply is not None:
                    yield await asyncio.to_thread(self._store, player_id, turn, shown.reply)
                    return
                yield _with_words(state, shown)

    async def _submit(self, player_id: str, turn: OpenTurn) -> tuple[BoardState, Ticket]:
        """The board with the question on it, and the question's ticket.

        Reading the picture takes a while, so it is done in a thread.
        """

        def submit() -> tuple[BoardState, Ticket]:
            state = self.look(player_id)
            ask = Ask(_read_picture(turn), turn.question, turn.system, turn.max_tokens)
            return state, self._batcher.submit(ask, player_id=player_id)

        return await result_or_undo(in_thread(submit), lambda begun: begun[1].cancel())

    def _store(self, player_id: str, turn: OpenTurn, reply: Reply) -> BoardState:
        """Keep the answer; the board on which it may be marked."""
        self.game.finish_turn(
            turn.turn_id,
            answer=reply.text,
            tokens=reply.tokens,
            latency_s=reply.latency_s,
            first_word_s=reply.first_word_s,
            adapter=reply.adapter,
        )
        return self._stored(lambda: self.game.view(player_id))

    def _stored(self, view: Callable[[], GameView]) -> BoardState:
        """The board after a step that is stored, whether or not it can be shown."""
        try:
            return self._board(view())
        except StoreError as err:
            return _unstored(err, notice=NOT_SHOWN)

    def _board(self, view: GameView, *, notice: str = "") -> BoardState:
        is_over = view.session is not None and view.session.finished is not None
        top = self.game.leaderboard(limit=TOP_LINES) if is_over else []
        is_early = not self.game.is_awake and view.session is not None and not is_over
        notice = notice or (ASLEEP if is_early else _loss(view))
        return board_state(view, top=top, notice=notice)


def _loss(view: GameView) -> str:
    """What to tell whoever comes back to a question that got no answer."""
    shown = None if view.session is None else view.session.round
    return GIVEN_UP if shown is not None and shown.is_given_up else ""


def _unstored(err: StoreError, *, notice: str = NOT_STORED) -> BoardState:
    """The page stays as it is, with a notice; what the disk said is the host's business."""
    log.error("The database can't be used: %s", err)
    return unchanged_state(notice)


def _with_words(state: BoardState, shown: Shown) -> BoardState:
    live = live_state(text=shown.text, ahead=shown.ahead)
    return {**state, "stamp": new_stamp(), "live": live}


def _read_picture(turn: OpenTurn) -> Image.Image:
    try:
        with Image.open(turn.image_path) as image:
            return image.convert("RGB")
    except OSError as err:
        log.error("Picture '%s' can't be read (%s).", turn.image_path, err)
        raise PlayerError(UNREADABLE) from err


def _text(given: Any) -> str:
    """What a request claims to be text; anything else is as good as nothing."""
    return given if isinstance(given, str) else ""
