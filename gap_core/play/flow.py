"""How a session moves on: what time alone does to it, and the step to the next picture.

Called by the game, always inside a transaction. A closed laptop burns one picture, not ten: a
round opens only when its player looks, and no clock runs between rounds. While the model owes an
answer the round's clock stands still; when the answer comes (or is given up) the deadline moves
by the time that was waited.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from db import Store
from db.records import CloseReason, FinishReason, RoundRecord, SessionRecord, TurnRecord
from gap_core.play.rules import Rules
from gap_core.rewards.progress import award_session

LOST = "lost: no answer came in time"
LET_GO = "the session closed before the answer came"


@dataclass(frozen=True)
class Flow:
    """One look at the clock, applied to sessions of one store."""

    store: Store
    rules: Rules
    now: datetime

    def settle(self, player_id: str) -> None:
        """Do to this player's open round what time has done: give up answers, close if over."""
        session = self.store.sessions.unfinished(player_id)
        opened = None if session is None else self.store.sessions.open_round(session.id)
        if opened is not None:
            self._settle_round(opened)

    def close_overdue(self) -> None:
        """Close every session whose hours are over, so that its points count in its own week."""
        for session in self.store.sessions.overdue(self.now):
            self._close(session, finished=session.closes_utc)

    def end(self, session: SessionRecord) -> None:
        """Close the session before its time, scored as it stands."""
        self._close(session, finished=self.now)

    def _close(self, session: SessionRecord, *, finished: datetime) -> None:
        opened = self.store.sessions.open_round(session.id)
        if opened is not None:
            self.close_round(opened, "session_closed")
        self._finish(session, finished, "closed")

    def close_round(self, opened: RoundRecord, reason: CloseReason) -> None:
        """Close the round; an answer it still waits for is given up."""
        waiting = self.open_turn(opened.id)
        if waiting is not None:
            self.store.turns.fail(waiting.id, failure=LET_GO)
        self.store.sessions.close_round(opened.id, closed=self.now, reason=reason)

    def show_picture(self, session_id: str) -> None:
        """Open the next round unless one is open; after the last one the session is finished."""
        if self.store.sessions.open_round(session_id) is not None:
            return
        deadline = self.now + timedelta(seconds=self.rules.round_s)
        opened = self.store.sessions.open_next_round(session_id, opened=self.now, deadline=deadline)
        if opened is None:
            session = self.store.sessions.get(session_id)
            if session is not None:
                self._finish(session, self.now, "played")

    def show_next(self, player_id: str) -> None:
        """Open the next round of this player's unfinished session, if they have one."""
        session = self.store.sessions.unfinished(player_id)
        if session is not None:
            self.show_picture(session.id)

    def give_back_wait(self, waited: RoundRecord, turn: TurnRecord) -> None:
        """Move the round's deadline by the time the player waited for this turn."""
        if waited.deadline_utc is None:
            return
        wait_s = (self.now - turn.asked_utc).total_seconds()
        wait_s = min(max(wait_s, 0.0), self.rules.answer_timeout_s)
        deadline = waited.deadline_utc + timedelta(seconds=wait_s)
        self.store.sessions.move_deadline(waited.id, deadline=deadline)

    def open_turn(self, round_id: str) -> TurnRecord | None:
        """The turn of this round that waits for its answer."""
        return next((turn for turn in self.store.turns.of_round(round_id) if turn.is_open), None)

    def _settle_round(self, opened: RoundRecord) -> None:
        waiting = self.open_turn(opened.id)
        if waiting is not None:
            if not self._is_lost(waiting):
                return
            self.store.turns.fail(waiting.id, failure=LOST)
            self.give_back_wait(opened, waiting)
            opened = self.store.sessions.open_round(opened.session_id) or opened
        self._pull_in_deadline(opened)
        if self._is_over(opened):
            self.store.sessions.close_round(opened.id, closed=self.now, reason="timeout")

    def _is_lost(self, waiting: TurnRecord) -> bool:
        # In either direction: a clock that jumped back must not keep the round locked.
        return abs((self.now - waiting.asked_utc).total_seconds()) > self.rules.answer_timeout_s

    def _pull_in_deadline(self, opened: RoundRecord) -> None:
        # More than a whole round can be left only when the clock has jumped back.
        latest = self.now + timedelta(seconds=self.rules.round_s)
        if opened.deadline_utc is not None and opened.deadline_utc > latest:
            self.store.sessions.move_deadline(opened.id, deadline=latest)

    def _is_over(self, opened: RoundRecord) -> bool:
        grace = timedelta(seconds=self.rules.grace_s)
        return opened.deadline_utc is not None and self.now > opened.deadline_utc + grace

    def _finish(self, session: SessionRecord, finished: datetime, reason: FinishReason) -> None:
        score = self.store.sessions.score(session.id)
        points = score.traps_caught * self.rules.trap_points
        if self.store.sessions.finish(session.id, finished=finished, reason=reason, points=points):
            award_session(
                self.store,
                session,
                points=points,
                wrong_rate=self.rules.wrong_rate,
                now=finished,
            )
