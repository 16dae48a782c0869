"""What a simulated playtest comes to: what was seen and marked, what is true of it, and how much.

Filled by visits.py; read by scripts/simulate_playtest.py and by experiments. The truth is read
from the scene graphs here, after play, and kept in a database file of its own.
"""

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import NamedTuple

from db.records import Verdict, VerdictCounts
from db.truth_store import SimulatedPlayerRecord, TurnTruth
from gap_core.pocket_world import Scene
from gap_core.pocket_world.questions import Question
from gap_core.pocket_world.truth import true_answer
from gap_core.scoring.shares import Share, share_of
from gap_core.simulation.players import SimulatedPlayer, is_wrong

HIGH, LOW = 0.9, 0.1  # where the paper counts players at the ends of the U


class Seat(NamedTuple):
    """A simulated player and the id that the game gave them."""

    player_id: str
    who: SimulatedPlayer


@dataclass(frozen=True)
class PlayedTurn:
    """A question with its answer, and the mark if one was taken."""

    player_id: str
    scene: Scene
    question: Question
    answer: str
    mark: Verdict | None = None

    def marked(self, mark: Verdict) -> "PlayedTurn":
        """The same with its mark."""
        return replace(self, mark=mark)

    @cached_property
    def is_wrong(self) -> bool | None:
        """Whether the answer is false of its picture; None where the picture does not tell."""
        return is_wrong(self.scene, self.question, self.answer)

    def truth(self, turn_id: str) -> TurnTruth:
        """As it is kept, apart from the game."""
        erred = self.is_wrong
        is_known = erred is not None
        return TurnTruth(
            turn_id=turn_id,
            player_id=self.player_id,
            truth=true_answer(self.scene, self.question) if is_known else None,
            model_erred=erred,
            verdict_right=(self.mark == "wrong") == erred if is_known and self.mark else None,
        )


class PlayedSession(NamedTuple):
    """How many pictures somebody saw, and whether they played to the end."""

    player_id: str
    pictures: int
    is_finished: bool


@dataclass
class PlaytestLog:
    """What the simulated players saw and did."""

    seats: list[Seat] = field(default_factory=list)
    sessions: list[PlayedSession] = field(default_factory=list)
    refusals: int = 0
    turns: dict[str, PlayedTurn] = field(default_factory=dict)

    def true_precision(self, turns: Collection[str]) -> Share:
        """The share of these questions whose answer really was wrong, where the picture tells."""
        return _share(self.turns[turn].is_wrong for turn in turns)

    @property
    def wrong_answers(self) -> Share:
        """Answers that are false of their picture."""
        return self.true_precision(self.turns)

    @property
    def right_verdicts(self) -> Share:
        """Marks that say what is true."""
        return _share(turn.truth(turn_id).verdict_right for turn_id, turn in self.turns.items())

    def participation(self, fewest: int, most: int | None = None) -> Share:
        """The share of accounts that played so many sessions."""
        played = Counter(session.player_id for session in self.sessions)
        top = float("inf") if most is None else most
        return _share(fewest <= played[seat.player_id] <= top for seat in self.seats)

    def full_sessions(self, pictures: int) -> Share:
        """The share of sessions in which so many pictures were seen."""
        return _share(session.pictures >= pictures for session in self.sessions)

    def simulated_players(self) -> list[SimulatedPlayerRecord]:
        """Who they really are, as it is kept apart from the game."""
        return [
            SimulatedPlayerRecord(
                player_id, who.temper.name, *(round(trait, 6) for trait in who.traits[:3])
            )
            for player_id, who in self.seats
        ]

    def truths(self) -> list[TurnTruth]:
        """What is true of every turn, as it is kept apart from the game."""
        return [turn.truth(turn_id) for turn_id, turn in self.turns.items()]


class TrapPrecision(NamedTuple):
    """How precise players' Wrong is on traps, at both ends; of players with a Wrong there."""

    high: Share
    low: Share


def trap_precision(counts: Iterable[VerdictCounts]) -> TrapPrecision:
    """The share of players at 0.9 or more, and of those at 0.1 or less.

    Source: GAP paper, appendix A.1: P(M=0 | H=0, tainted) by player.
    """
    found = [
        own.told_marked_wrong / (own.told_marked_wrong + own.honest_marked_wrong)
        for own in counts
        if own.told_marked_wrong + own.honest_marked_wrong
    ]
    return TrapPrecision(_share(one >= HIGH for one in found), _share(one <= LOW for one in found))


def _share(truths: Iterable[bool | None]) -> Share:
    known = [one for one in truths if one is not None]
    return share_of(sum(known), len(known))
