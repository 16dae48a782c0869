"""The game's one door: pages and simulated players call `Game` and nothing behind it.

Every step borrows a database handle of its own, looks at the clock once, and changes state in one
transaction, so handlers may call from any thread, and a killed process leaves a session that
goes on.
"""

import hmac
import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from db import Store
from db.event_store import EventRecord
from db.highlight_store import Highlight
from db.pool import StorePool
from db.records import AnswerTiming, PlayerRecord, SessionRecord
from gap_core.errors import PlayerError, Sentence
from gap_core.play import asking, marking, showing
from gap_core.play.dealing import deal_rounds, new_id
from gap_core.play.draw import WrongDraw
from gap_core.play.flow import Flow
from gap_core.play.manners import check_manners
from gap_core.play.player_fits import look_at_pictures, refit_player_model
from gap_core.play.posteriors import refit_population
from gap_core.play.rules import Rules
from gap_core.play.secrecy import check_answer
from gap_core.play.selecting import selected_questions
from gap_core.play.team_names import shown_team
from gap_core.play.text import (
    NICKNAME,
    TEAM,
    checked_nickname,
    checked_question,
    checked_team,
    clean_text,
    nickname_key,
)
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
from models.prompts import HONEST, WRONG

if TYPE_CHECKING:
    from gap_core.rewards.week import WeekRewards

LOOKS = 8  # at new pictures at a time, so that nobody's answer waits long
NOT_JOINED = Sentence("You have not joined this game. Join with a nickname first.")
SERVER_STOPPED = "lost: the server stopped before the answer came"


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
        self._event = event
        self._event_code = clean_text(event_code) if event is None else event.code_key
        self.rules = rules
        self._stores = StorePool(db_path)

    @property
    def needs_event_code(self) -> bool:
        """Whether joining asks for the event's code."""
        return bool(self._event_code)

    def accepts_event_code(self, event_code: str) -> bool:
        """Whether somebody who types this may join."""
        typed = clean_text(event_code)
        given = (typed if self._event is None else nickname_key(typed)).encode(errors="replace")
        return not self._event_code or hmac.compare_digest(given, self._event_code.encode())

    @property
    def consent(self) -> tuple[str, tuple[str, ...]] | None:
        """Version and lines of the event's own consent text, None where it has none."""
        if self._event is None or not self._event.consent:
            return None
        return self._event.consent_version, self._event.consent

    @property
    def model(self) -> ModelLabel:
        """Which model answers; shown to players."""
        return self._model

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
        name = checked_nickname(nickname, max_chars=self.rules.nickname_max_chars)
        typed = checked_team(team, max_chars=self.rules.nickname_max_chars)
        check_manners(NICKNAME, name)
        check_manners(TEAM, typed)
        with self._stores.lend() as store:
            shown = shown_team(store, typed)
            player = PlayerRecord(
                id=new_id(),
                nickname=name,
                nickname_key=nickname_key(name),
                team=shown,
                created_utc=self._clock(),
                hidden_team=None if shown == typed else typed,
            )
            with store.transaction():
                if not store.players.add(player, consent_version=consent_version):
                    raise PlayerError(
                        "Nickname '{name}' is taken. Choose another, or add a number to it.",
                        name=name,
                    )
                if self._event is not None:
                    store.events.add_player(self._event.id, player_id=player.id)
                if account_key:
                    store.doors.add(account_key, player_id=player.id)
        return showing.player_of(player)

    def player(self, player_id: str) -> Player | None:
        """The player of this id, None for an id that was never given out."""
        with self._stores.lend() as store:
            found = store.players.get(player_id)
            has_left = found is not None and store.withdrawals.has(player_id)
        return None if found is None or has_left else showing.player_of(found)

    def take_back(self, player_id: str, *, deletes_words: bool) -> str:
        """Make the player anonymous for good, their words deleted or not; the name left to them.

        Raises:
            GapError: nobody has this id, or they have done it before.
        """
        from gap_core.events.withdrawing import take_out  # which ends sessions as play does

        with self._stores.lend() as store:
            with store.transaction():
                _check_joined(store, player_id)
                done = take_out(
                    store,
                    player_id,
                    deletes_words=deletes_words,
                    rules=self.rules,
                    now=self._clock(),
                )
            store.withdrawals.write_back()
        return done.now

    def view(self, player_id: str) -> GameView:
        """All that this player may see now, once time has done its work.

        Closes what is overdue, opens the next picture if none is being shown, and gives up an
        answer that no process will bring any more. Looking is what opens a picture: nothing runs
        while nobody looks.

        Raises:
            GapError: nobody has this id.
        """
        with self._step(player_id) as flow:
            self._show_next(flow, player_id)
            return self._look(flow, player_id)

    def start_session(self, player_id: str) -> GameView:
        """Begin a session, or go on with the one that is open.

        Raises:
            GapError: nobody has this id, or the deck has too few pictures.
        """
        with self._step(player_id) as flow:
            if flow.store.sessions.unfinished(player_id) is None:
                self._check_open()
                self._deal(flow, player_id)
            self._show_next(flow, player_id)
            return self._look(flow, player_id)

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
            opened = asking.own_open_round(flow.store, player_id, round_token=round_token)
            image_path = asking.picture_file(flow.store, opened, data_dir=self._data_dir)
            turn = asking.add_turn(
                flow.store,
                opened,
                question=cleaned,
                draw=self._draw,
                model=self._model,
                rules=self.rules,
                now=flow.now,
            )
        return OpenTurn(
            turn_id=turn.id,
            system=WRONG if turn.told_wrong else HONEST,
            image_path=image_path,
            question=turn.question,
            max_tokens=self.rules.answer_max_tokens,
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
        timing = AnswerTiming(
            tokens=max(0, tokens),
            latency_s=_duration_s(latency_s),
            first_word_s=_duration_s(first_word_s),
        )
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
            lost = flow.store.turns.unanswered()
            for turn in lost:
                asking.give_up_answer(flow, turn.id, failure=SERVER_STOPPED)
        return len(lost)

    def give_verdict(
        self, player_id: str, *, turn_id: str, verdict: Literal["correct", "wrong"]
    ) -> GameView:
        """Record what the player says of an answer, and show what comes next.

        Raises:
            GapError: marked already, too late, not this player's, or not answered; the verdict
                is neither word.
        """
        if verdict not in ("correct", "wrong"):
            raise PlayerError("An answer can be marked 'correct' or 'wrong' only. Choose one.")
        with self._step(player_id) as flow:
            marking.take_verdict(flow, player_id, turn_id=turn_id, verdict=verdict)
            self._show_next(flow, player_id)
            return self._look(flow, player_id)

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
            lines = store.standings.top(self._clock(), limit=limit)
        return [
            Standing(
                rank=line.rank,
                nickname=line.nickname,
                team=line.team,
                points=line.points,
                sessions=line.sessions,
            )
            for line in lines
        ]

    def highlights(self, *, limit: int) -> list[Highlight]:
        """Questions that the host lets everybody see, chosen last first."""
        with self._stores.lend() as store:
            return store.highlights.chosen(limit=limit)

    def highlight_path(self, token: str) -> Path | None:
        """The picture of such a question; None for any other token, or where it is missing."""
        with self._stores.lend() as store:
            path = store.highlights.path(token)
        file = None if path is None else self._data_dir / path
        return file if file is not None and file.is_file() else None

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
            if reader is not None:
                look_at_pictures(store, reader, data_dir=self._data_dir, limit=LOOKS)
            return refit_player_model(
                store,
                rules=self.rules,
                now=self._clock(),
                features_of=None if reader is None else reader.eye,
            )

    @contextmanager
    def _transaction(self) -> Iterator[Flow]:
        with self._stores.lend() as store, store.transaction():
            yield Flow(store=store, rules=self.rules, now=self._clock())

    @contextmanager
    def _step(self, player_id: str) -> Iterator[Flow]:
        # What time has done is kept even if the step itself is refused: two transactions.
        with self._stores.lend() as store:
            _check_joined(store, player_id)
            flow = Flow(store=store, rules=self.rules, now=self._clock())
            with store.transaction():
                flow.close_overdue()
                flow.settle(player_id)
            with store.transaction():
                yield flow

    def _check_open(self) -> None:
        """Refuse what begins before or after the event, if there is one."""
        if self._event is None:
            return
        from gap_core.events.events import check_open  # which reads names as play does

        check_open(self._event_now(self._event), now=self._clock())

    def _event_now(self, event: EventRecord) -> EventRecord:
        """The event as it stands: it may have been ended since."""
        with self._stores.lend() as store:
            return store.events.find(event.code_key) or event

    def _deal(self, flow: Flow, player_id: str) -> None:
        session = SessionRecord(
            id=new_id(),
            player_id=player_id,
            deck=self._deck,
            model=self._model.name,
            started_utc=flow.now,
            closes_utc=flow.now + timedelta(seconds=self.rules.session_s),
        )
        rounds = deal_rounds(
            flow.store,
            session_id=session.id,
            player_id=player_id,
            deck=self._deck,
            rules=self.rules,
        )
        flow.store.sessions.add(session, rounds=rounds)

    def _show_next(self, flow: Flow, player_id: str) -> None:
        session = flow.store.sessions.unfinished(player_id)
        if session is not None:
            flow.show_picture(session.id)

    def _look(self, flow: Flow, player_id: str) -> GameView:
        player = flow.store.players.get(player_id)
        if player is None:
            raise PlayerError(NOT_JOINED)
        return showing.game_view(flow.store, player, rules=self.rules, now=flow.now)


def _check_joined(store: Store, player_id: str) -> None:
    """Refuse an id that is nobody's, or of somebody who took their consent back."""
    if store.players.get(player_id) is None or store.withdrawals.has(player_id):
        raise PlayerError(NOT_JOINED)


def _duration_s(seconds: float) -> float:
    return max(0.0, seconds) if math.isfinite(seconds) else 0.0
