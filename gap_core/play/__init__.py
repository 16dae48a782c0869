"""The rules of the game: sessions, rounds, turns, verdicts. `Game` is the door."""

from gap_core.play.game import Game, utc_now
from gap_core.play.rules import Rules
from gap_core.play.secrecy import check_answer, safe_part
from gap_core.play.views import (
    FinishedView,
    GameView,
    ModelLabel,
    OpenTurn,
    Player,
    RoundView,
    SelectedQuestion,
    SessionView,
    Standing,
    TurnView,
)

__all__ = [
    "FinishedView",
    "Game",
    "GameView",
    "ModelLabel",
    "OpenTurn",
    "Player",
    "RoundView",
    "Rules",
    "SelectedQuestion",
    "SessionView",
    "Standing",
    "TurnView",
    "check_answer",
    "safe_part",
    "utc_now",
]
