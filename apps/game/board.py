"""What the browser gets to paint: a whitelist of the game's views. Called by the handlers.

Nothing is passed on whole, so a field added to a view can't reach the wire unnoticed.
"""

import secrets
from typing import Any

from gap_core.play import FinishedView, GameView, RoundView, Standing
from gap_core.rewards.progress import Progress

BoardState = dict[str, Any]


def board_state(view: GameView, *, top: list[Standing], notice: str = "") -> BoardState:
    """The whole page as JSON; `stamp` differs every time, so that each answer is noticed."""
    session = view.session
    state: BoardState = {
        "stamp": new_stamp(),
        "screen": "lobby",
        "nickname": view.player.nickname,
        "place": 0 if session is None else session.place,
        "total": 0 if session is None else session.total,
        "round": None,
        "end": None,
        "progress": None if view.progress is None else _progress_state(view.progress),
        "live": None,
        "notice": notice,
    }
    if session is not None and session.finished is not None:
        state["screen"] = "end"
        state["end"] = _end_state(session.finished, top=top, nickname=view.player.nickname)
    elif session is not None and session.round is not None:
        state["screen"] = "round"
        state["round"] = _round_state(session.round)
    return state


def unchanged_state(notice: str) -> BoardState:
    """Nothing is known that is newer than what the page shows; only this is to be told."""
    return {"stamp": new_stamp(), "screen": "unchanged", "notice": notice}


def gone_state() -> BoardState:
    """Nobody plays here any more: signed out, or the words taken back."""
    return {"stamp": new_stamp(), "screen": "gone", "notice": ""}


def new_stamp() -> str:
    """Tells two boards apart that are the same otherwise."""
    return secrets.token_hex(4)


def live_state(*, text: str, ahead: int) -> BoardState:
    """An answer on its way: how many questions are answered before it, and its words so far."""
    return {"text": text, "ahead": ahead}


def _progress_state(progress: Progress) -> BoardState:
    return {
        "level": progress.level,
        "streak": progress.streak_days,
        "paid": progress.is_paid,
        "xp": progress.xp,
        "next_level_xp": progress.next_level_xp,
        "session_xp": progress.session_xp,
        "bounty_xp": progress.bounty_xp,
        "new_badges": list(progress.new_badges),
        "bounties": list(progress.bounties),
    }


def _round_state(shown: RoundView) -> BoardState:
    return {
        "token": shown.token,
        "left": round(shown.seconds_left, 1),
        "of": shown.seconds_total,
        "closes_in": round(shown.closes_in_s, 1),
        "waiting": shown.is_waiting,
        "questions_left": shown.questions_left,
        "asked": [
            {
                "turn": turn.turn_id,
                "question": turn.question,
                "answer": turn.answer,
                "verdict": turn.verdict,
            }
            for turn in shown.turns
        ],
    }


def _end_state(finished: FinishedView, *, top: list[Standing], nickname: str) -> BoardState:
    return {
        "points": finished.points,
        "traps_caught": finished.traps_caught,
        "traps_set": finished.traps_set,
        "questions": finished.questions,
        "marked_correct": finished.marked_correct,
        "standing": finished.standing,
        "of_players": finished.of_players,
        "played_out": finished.was_played_out,
        "top": [
            {
                "rank": line.rank,
                "nickname": line.nickname,
                "points": line.points,
                "is_me": line.nickname == nickname,
            }
            for line in top
        ],
    }
