"""The game's one door: pages and simulated players call `Game` and nothing behind it.

Every step borrows a database handle of its own, looks at the clock once, and changes state in one
transaction, so handlers may call from any thread, and a killed process leaves a session that
goes on.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from db.event_store import EventRecord
from db.highlight_store import Highlight
from db.pool import StorePool
from db.records import Verdict
from gap_core.errors import PlayerError
from gap_core.play import asking, entrance, marking, reading, showing
from gap_core.play.dealing import deal_session
from gap_core.play.draw import WrongDraw
from gap_core.play.entrance import Entrance
from gap_core.play.flow import Flow
from gap_core.play.player_fits import refit_with_pictures
from gap_core.play.posteriors import refit_population
from gap_core.play.rules import Rules
from gap_core.play.secrecy import check_answer
from gap_core.play.selecting import selected_questions
from gap_core.play.text import checked_question
from gap_core.play.views import (
    GameView,
    ModelLabel,
    OpenTurn,
    Player,
    SelectedQuestion,
    Standing,
)
from gap_core.scoring.posterior import DEFAULT_ESTIMATOR, EstimatorName, SelectedBy
from models.base import PictureReader

if TYPE_CHECKING:
    from gap_core.rewards.week import WeekRewards


def utc_now() -> datetime:
    """The time, aware, in UTC."""
    return datetime.now(UTC)


class Game:
    """Joining, playing, standings and selection over one database.

    All that is refused is refused with a GapError whose text may be shown to the player.
    """

    def __init__(
        self,
        db_path: Path,
        *,
        data_dir: Path,
        secret: bytes,
        model: ModelLabel,
        deck: str,
        rules: Rules = Rules(),  # noqa: B008 (frozen)
        clock: Callable[[], datetime] = utc_now,
        event_code: str = "",
        event: EventRecord | None = None,
    ) -> None:
        """Open the database once, so that what is wrong with it shows at the start.

        Args:
            db_path: the SQLite file; made and migrated if need be.
            data_dir: the folder that picture paths are relative to.
            secret: decides which answers are wrong on purpose; keep it over restarts.
            model: recorded with every answer.
            deck: what new sessions are dealt from.
            rules: the numbers of the game.
            clock: gives aware times; tests pass their own.
            event_code: asked for at joining unless empty.
            event: whose code is asked for in its place, and who may play when.

        Raises:
            StoreError: no database can be opened at `db_path`.
            ValueError: the secret is too short.
        """
        self._data_dir = data_dir
        self._draw = WrongDraw(secret, rules.wrong_rate)
        self._model = model
        self._deck = deck
        self._clock = clock
        self._entrance = Entrance(event_code=event_code, event=event)
        self.rules = rules
        self._stores = StorePool(db_path)

    @property
    def needs_event_code(self) -> bool:
        """Whether joining asks for the event's code."""
        return self._entrance.needs_code

    def accepts_event_code(self, event_code: str) -> bool:
        """Whether somebody who types this may join."""
        return self._entrance.accepts(event_code)

    @property
    def consent(self) -> tuple[str, tuple[str, ...]] | None:
        """Version and lines of the event's own consent text, None where it has none."""
        return self._entrance.consent

    @property
    def model(self) -> ModelLabel:
        """Which model answers; shown to players."""
        return self._model

    @property
    def is_awake(self) -> bool:
        """Whether the model is loaded; nothing is to be asked or marked before."""
        return bool(self._model.quantization)

    def wake(self, model: ModelLabel, rules: Rules) -> None:
        """The model is loaded: what it is recorded as, and the rules with its errors in them."""
        self.rules = rules  # before it is awake
        self._model = model

    def note_adapter(self, adapter: str | None) -> None:
        """Another adapter answers from now on; each answer names its own all the same."""
        self._model = replace(self._model, adapter=adapter)

    def player_at_door(self, account_key: str) -> Player | None:
        """Who plays through this account of another service."""
        with self._stores.lend() as store:
            player_id = store.doors.player_id(account_key)
        return None if player_id is None else self.player(player_id)

    def join(
        self,
        nickname: str,
        *,
        team: str = "",
        event_code: str = "",
        consent_version: str,
        account_key: str = "",
    ) -> Player:
        """A new player, with the consent they gave.

        `account_key` is of another service's sign-in, which stands for the event code.

        Raises:
            GapError: nickname empty, too long, rude or taken; team too long or rude; wrong event
                code; no consent.
        """
        if not account_key and not self.accepts_event_code(event_code):
            raise PlayerError("The event code is not right. It is written at the stand; try again.")
        self._check_open()
        if not consent_version:
            raise PlayerError("You have not agreed yet. Tick the box to say that you want to play.")
        with self._stores.lend() as store:
            return self._entrance.add_player(
                store,
                nickname=nickname,
                team=team,
                consent_version=consent_version,
                account_key=account_key,
                rules=self.rules,
                now=self._clock(),
            )

    def player(self, player_id: str) -> Player | None:
        """The player of this id, None for one never given out, or who took their consent back."""
        with self._stores.lend() as store:
            return entrance.find_player(store, player_id)

    def take_back(self, player_id: str, *, deletes_words: bool) -> str:
        """Make the player anonymous for good, their words deleted or not; the name left to them.

        Raises:
            GapError: nobody has this id, or they have done it before.
        """
        with self._stores.lend() as store:
            return entrance.take_back(
                store,
                player_id,
                deletes_words=deletes_words,
                rules=self.rules,
                now=self._clock(),
            )

    def view(self, player_id: str) -> GameView:
        """All that this player may see now, once time has done its work.

        Closes what is overdue, opens the next picture if none is being shown, and gives up an
        answer that no process will bring any more. Looking is what opens a picture: nothing runs
        while nobody looks.

        Raises:
            GapError: nobody has this id.
        """
        with self._step(player_id) as flow:
            return self._go_on(flow, player_id)

    def start_session(self, player_id: str) -> GameView:
        """Begin a session, or go on with the one that is open.

        Raises:
            GapError: nobody has this id, or the deck has too few pictures.
        """
        with self._step(player_id) as flow:
            if flow.store.sessions.unfinished(player_id) is None:
                self._check_open()
                session, rounds = deal_session(
                    flow.store,
                    player_id=player_id,
                    deck=self._deck,
                    model=self._model.name,
                    rules=self.rules,
                    now=flow.now,
                )
                flow.store.sessions.add(session, rounds=rounds)
            return self._go_on(flow, player_id)

    def open_turn(self, player_id: str, *, round_token: str, question: str) -> OpenTurn:
        """Take a question and say what the model is to be asked.

        The clock of the round stands still until `finish_turn` or `fail_turn`; one of them must
        be called, whatever happens.

        Raises:
            GapError: the question is empty or too long, it is too late, the last question is
                unanswered or unmarked, the limit is reached, or the round is not this player's.
        """
        cleaned = checked_question(question, max_chars=self.rules.question_max_chars)
        with self._step(player_id) as flow:
            return asking.open_turn(
                flow,
                player_id,
                round_token=round_token,
                question=cleaned,
                data_dir=self._data_dir,
                draw=self._draw,
                model=self._model,
            )

    def finish_turn(
        self,
        turn_id: str,
        *,
        answer: str,
        tokens: int,
        latency_s: float,
        first_word_s: float,
        adapter: str | None = None,
    ) -> None:
        """Record the model's answer, before the player may mark it.

        `adapter` is what the answer came from, which may have been swapped since the question.

        Raises:
            GapError: the answer repeats the model's instruction, or the question was given up,
                or answered, in the meantime.
        """
        check_answer(answer)
        timing = asking.answer_timing(tokens=tokens, latency_s=latency_s, first_word_s=first_word_s)
        with self._transaction() as flow:
            asking.take_answer(flow, turn_id, answer=answer, timing=timing, adapter=adapter)

    def fail_turn(self, turn_id: str, *, failure: str) -> None:
        """Record that no answer will come; the player may ask again.

        Safe to call always, also after `finish_turn`: a turn that is not open stays as it is.
        """
        with self._transaction() as flow:
            asking.give_up_answer(flow, turn_id, failure=failure)

    def release_lost_turns(self) -> int:
        """Give up every unanswered question; how many there were.

        A server calls it once at its start: whoever should have answered was killed. Without it
        such a question is given up when its player looks and `answer_timeout_s` has passed.
        """
        with self._transaction() as flow:
            return asking.release_lost_turns(flow)

    def give_verdict(self, player_id: str, *, turn_id: str, verdict: Verdict) -> GameView:
        """Record what the player says of an answer, and show what comes next.

        Raises:
            GapError: marked already, too late, not this player's, or not answered; the verdict
                is neither word.
        """
        if verdict not in ("correct", "wrong"):
            raise PlayerError("An answer can be marked 'correct' or 'wrong' only. Choose one.")
        with self._step(player_id) as flow:
            marking.take_verdict(flow, player_id, turn_id=turn_id, verdict=verdict)
            return self._go_on(flow, player_id)

    def picture_path(self, player_id: str, *, round_token: str) -> Path:
        """The file of the picture being shown to this player.

        Raises:
            GapError: the token is not that of the round open for this player, or the file is
                missing.
        """
        with self._stores.lend() as store:
            opened = asking.own_open_round(store, player_id, round_token=round_token)
            return asking.picture_file(store, opened, data_dir=self._data_dir)

    def leaderboard(self, *, limit: int = 50) -> list[Standing]:
        """This week's best, by points of finished sessions; equal points share a rank.

        Only reads, so that anybody may look at any time: a session whose hours are over counts
        once the next step of any player has closed it.
        """
        with self._stores.lend() as store:
            return reading.leaderboard(store, now=self._clock(), limit=limit)

    def highlights(self, *, limit: int) -> list[Highlight]:
        """Questions that the host lets everybody see, chosen last first."""
        with self._stores.lend() as store:
            return store.highlights.chosen(limit=limit)

    def highlight_path(self, token: str) -> Path | None:
        """The picture of such a question; None for any other token, or where it is missing."""
        with self._stores.lend() as store:
            return reading.highlight_file(store, token, data_dir=self._data_dir)

    def week_rewards(self) -> "WeekRewards":
        """Guilds of this week, what counts double, and what the prize draw is bound to."""
        from gap_core.rewards.week import week_rewards  # which compares names as play does

        with self._stores.lend() as store:
            return week_rewards(store, wrong_rate=self.rules.wrong_rate, now=self._clock())

    def selected_questions(
        self,
        *,
        estimator: EstimatorName = DEFAULT_ESTIMATOR,
        by: SelectedBy = "estimate",
    ) -> list[SelectedQuestion]:
        """Questions on untainted pictures whose "Wrong" can be believed, oldest first."""
        self.refit_population()
        with self._stores.lend() as store:
            return selected_questions(
                store,
                theta=self.rules.theta,
                estimator=estimator,
                by=by,
                errors=self.rules.model_errors,
            )

    def refit_population(self) -> bool:
        """Learn from what all players have said, if there is enough new of it; whether it was.

        Cheap when there is not. A server calls it in the background, over and over.
        """
        with self._stores.lend() as store:
            return refit_population(store, errors=self.rules.model_errors, now=self._clock())

    def refit_player_model(self, reader: PictureReader | None = None) -> bool:
        """Learn abilities and difficulties if there is enough new; whether it was.

        A server calls it in the background, over and over; each time the model looks at a few
        pictures that it has not seen.

        Args:
            reader: the model that plays, where its eye can be looked through.
        """
        with self._stores.lend() as store:
            return refit_with_pictures(
                store, reader, rules=self.rules, data_dir=self._data_dir, now=self._clock()
            )

    @contextmanager
    def _transaction(self) -> Iterator[Flow]:
        with self._stores.lend() as store, store.transaction():
            yield Flow(store=store, rules=self.rules, now=self._clock())

    @contextmanager
    def _step(self, player_id: str) -> Iterator[Flow]:
        # What time has done is kept even if the step itself is refused: two transactions.
        with self._stores.lend() as store:
            entrance.check_joined(store, player_id)
            flow = Flow(store=store, rules=self.rules, now=self._clock())
            with store.transaction():
                flow.close_overdue()
                flow.settle(player_id)
            with store.transaction():
                yield flow

    def _check_open(self) -> None:
        with self._stores.lend() as store:
            self._entrance.check_open(store, now=self._clock())

    def _go_on(self, flow: Flow, player_id: str) -> GameView:
        if self.is_awake:  # else the next picture's time would run while nothing can be asked
            flow.show_next(player_id)
        player = flow.store.players.get(player_id)
        if player is None:
            raise PlayerError(entrance.NOT_JOINED)
        return showing.game_view(flow.store, player, rules=self.rules, now=flow.now)
