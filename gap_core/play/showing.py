"""Building what a player sees from what is stored. Called by the game after every step."""

from datetime import datetime

from db import Store
from db.records import PlayerRecord, RoundRecord, SessionRecord, StandingRecord, TurnRecord
from gap_core.play.rules import Rules
from gap_core.play.views import (
    FinishedView,
    GameView,
    Player,
    RoundView,
    SessionView,
    TurnView,
)
from gap_core.rewards.progress import progress_of


def player_of(record: PlayerRecord) -> Player:
    """The player as the pages know them."""
    return Player(
        id=record.id, nickname=record.nickname, team=record.team, created=record.created_utc
    )


def game_view(store: Store, player: PlayerRecord, *, rules: Rules, now: datetime) -> GameView:
    """All that this player may see."""
    own = store.standings.own(now, player_id=player.id)
    session = store.sessions.latest(player.id)
    is_playing = session is not None and session.finished_utc is None
    return GameView(
        player=player_of(player),
        session=None if session is None else _session_view(store, session, rules, now, own),
        progress=None
        if is_playing
        else progress_of(
            store,
            player.id,
            session_id=None if session is None else session.id,
            wrong_rate=rules.wrong_rate,
            now=now,
        ),
    )


def _session_view(
    store: Store, session: SessionRecord, rules: Rules, now: datetime, own: StandingRecord | None
) -> SessionView:
    rounds = store.sessions.rounds(session.id)
    shown = [dealt for dealt in rounds if dealt.opened_utc is not None]
    opened = next((dealt for dealt in shown if dealt.closed_utc is None), None)
    return SessionView(
        place=max(1, len(shown)),
        total=len(rounds),
        round=None if opened is None else _round_view(store, opened, rules, now),
        finished=_finished_view(store, session, now, own),
    )


def _finished_view(
    store: Store, session: SessionRecord, now: datetime, own: StandingRecord | None
) -> FinishedView | None:
    if session.finished_utc is None:
        return None
    score = store.sessions.score(session.id)
    return FinishedView(
        points=session.points or 0,
        traps_caught=score.traps_caught,
        traps_set=score.traps_set,
        questions=score.questions,
        marked_correct=score.marked_correct,
        standing=None if own is None else own.rank,
        of_players=store.standings.players(now),
        was_played_out=session.finish_reason == "played",
    )


def _round_view(store: Store, opened: RoundRecord, rules: Rules, now: datetime) -> RoundView:
    turns = store.turns.of_round(opened.id)
    waiting = next((turn for turn in turns if turn.is_open), None)
    counted = [turn for turn in turns if turn.failure is None]
    left_s = seconds_left(opened, waiting=waiting, rules=rules, now=now)
    return RoundView(
        token=opened.token,
        seconds_left=max(0.0, left_s),
        seconds_total=rules.round_s,
        closes_in_s=max(0.0, left_s + rules.grace_s),
        is_waiting=waiting is not None,
        is_given_up=bool(turns) and turns[-1].failure is not None,
        turns=tuple(_turn_view(turn) for turn in counted),
        questions_left=max(0, rules.questions_per_round - len(counted)),
    )


def seconds_left(
    opened: RoundRecord, *, waiting: TurnRecord | None, rules: Rules, now: datetime
) -> float:
    """The player's own time left, negative once it is over; it stands still while waiting."""
    if opened.deadline_utc is None:
        return rules.round_s
    moment = now if waiting is None else waiting.asked_utc
    return min(rules.round_s, (opened.deadline_utc - moment).total_seconds())


def _turn_view(turn: TurnRecord) -> TurnView:
    return TurnView(
        turn_id=turn.id, question=turn.question, answer=turn.answer, verdict=turn.verdict
    )
