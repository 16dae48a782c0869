"""Kinds of simulated players, and how common each is in a population. Called by players.py.

A temper says how a player comes to a mark; how large the shares of the paper's population are was
found by playing it, see RESULTS.md.
"""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Temper:
    """A kind of player; skill, care and pace differ a little from one player of it to the next.

    Attributes:
        skill: how often looking at the picture shows the player what is true.
        care: how often the player looks at all; else the mark is a guess.
        guesses_wrong: how often a guess says Wrong.
        thinking_s: before a question, median; reading an answer takes a third of it.
        fatigue: the share of care that is gone at the end of a session.
        favourites: categories that most questions are about; 0 for no taste.
        asks_again: how often another question follows one marked Correct.
        leaves: how often the player walks off after a picture.
        has_buttons_mixed: takes "Correct" for "I caught it".
        copies_question: pastes one and the same text under every picture.
        knows_traps_after: sessions after which the player is careful on what looks like a trap
            and enters anything elsewhere; None for never.
        sees_traps: how often such a player guesses right which kind a picture is.
    """

    name: str
    skill: float = 0.97
    care: float = 0.95
    guesses_wrong: float = 0.5
    thinking_s: float = 12.0
    fatigue: float = 0.1
    favourites: int = 0
    asks_again: float = 0.5
    leaves: float = 0.004
    has_buttons_mixed: bool = False
    copies_question: bool = False
    knows_traps_after: int | None = None
    sees_traps: float = 0.9


_BOT = {"care": 0.0, "thinking_s": 0.5, "fatigue": 0.0, "asks_again": 0.0, "leaves": 0.0}

TEMPERS: Mapping[str, Temper] = {
    temper.name: temper
    for temper in (
        Temper("careful", fatigue=0.05),
        Temper("collector", favourites=2, thinking_s=18.0),
        Temper("casual", skill=0.92, care=0.85, thinking_s=8.0, fatigue=0.2, leaves=0.01),
        Temper("tired", skill=0.92, care=0.9, thinking_s=25.0, fatigue=0.7, leaves=0.02),
        Temper("guesser", skill=0.85, care=0.25, thinking_s=4.0),
        Temper("mixed up", has_buttons_mixed=True, skill=0.97, care=0.95, asks_again=0.3),
        Temper("coin bot", **_BOT),  # type: ignore[arg-type]
        Temper("always wrong", guesses_wrong=1.0, **_BOT),  # type: ignore[arg-type]
        Temper("always correct", guesses_wrong=0.0, **_BOT),  # type: ignore[arg-type]
        Temper("copying bot", copies_question=True, **_BOT),  # type: ignore[arg-type]
        Temper("cheat", thinking_s=6.0, guesses_wrong=1.0, knows_traps_after=0),
        Temper("late learner", thinking_s=10.0, knows_traps_after=3),
    )
}


@dataclass(frozen=True)
class Mix:
    """Who comes, and how often.

    Attributes:
        shares: of each temper.
        sessions: shares of accounts by sessions a week; empty where everybody plays as asked.
    """

    shares: Mapping[str, float]
    sessions: Mapping[int, float]


MIXES: Mapping[str, Mix] = {
    "mixed": Mix(
        {
            "careful": 0.25, "collector": 0.1, "casual": 0.25, "tired": 0.08, "guesser": 0.1,
            "mixed up": 0.04, "coin bot": 0.03, "always wrong": 0.05, "always correct": 0.03,
            "copying bot": 0.03, "cheat": 0.02, "late learner": 0.02,
        },
        sessions={},
    ),
    "honest": Mix({"careful": 0.5, "collector": 0.15, "casual": 0.25, "tired": 0.1}, sessions={}),
    "bots": Mix(
        {
            "careful": 0.4, "casual": 0.27, "coin bot": 0.09, "always wrong": 0.12,
            "always correct": 0.06, "copying bot": 0.06,
        },
        sessions={},
    ),
    "cheats": Mix(
        {"careful": 0.5, "casual": 0.3, "cheat": 0.1, "late learner": 0.1}, sessions={}
    ),
    # GAP paper, appendix A.1: of every account one session or more in a week by 30%, and the
    # precision of Wrong on traps 0.9 to 1 for 35% of players, 0 to 0.1 for 26%.
    "paper": Mix(
        {
            "careful": 0.3, "collector": 0.06, "casual": 0.11, "tired": 0.03, "guesser": 0.09,
            "mixed up": 0.3, "coin bot": 0.05, "always wrong": 0.04, "copying bot": 0.02,
        },
        sessions={0: 69.68, 1: 27.75, 2: 1.6, 3: 0.7, 4: 0.38},
    ),
}  # fmt: skip
