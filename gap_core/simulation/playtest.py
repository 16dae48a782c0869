"""What a simulated playtest comes to: counts, and how many selected questions are truly errors.

Called by scripts/simulate_playtest.py. The truth is read from the scene graphs here, after play.
"""

from collections.abc import Collection
from dataclasses import dataclass, field

from gap_core.pocket_world import Scene
from gap_core.pocket_world.questions import Question
from gap_core.pocket_world.reading import judge_answer
from gap_core.scoring.shares import Share, share_of


@dataclass
class PlaytestLog:
    """What the simulated players saw and did, by turn."""

    sessions: int = 0
    refusals: int = 0
    asked: dict[str, tuple[Scene, Question, str]] = field(default_factory=dict)
    marked: dict[str, str] = field(default_factory=dict)

    def is_wrong(self, turn_id: str) -> bool:
        """Whether the answer that was shown on this turn is false of its picture."""
        scene, question, answer = self.asked[turn_id]
        return not judge_answer(scene, question, answer).is_right


def true_precision(log: PlaytestLog, turns: Collection[str]) -> Share:
    """The share of the selected questions whose answer really was wrong."""
    return share_of(sum(log.is_wrong(turn) for turn in turns), len(turns))
