"""What verdicts add up to: six counts a player. Called by the estimators and by the game.

Columns of every array of counts are in the order of SAMPLES.
"""

from dataclasses import astuple, dataclass
from typing import Literal, get_args

import numpy as np

Sample = Literal[
    "told_marked_wrong",
    "told_marked_correct",
    "honest_marked_wrong",
    "honest_marked_correct",
    "untainted_marked_wrong",
    "untainted_marked_correct",
]
SAMPLES: tuple[Sample, ...] = get_args(Sample)


@dataclass(frozen=True)
class PlayerCounts:
    """A player's verdicts: on tainted pictures by what the model had been told (I), and others."""

    told_marked_wrong: int
    told_marked_correct: int
    honest_marked_wrong: int
    honest_marked_correct: int
    untainted_marked_wrong: int = 0
    untainted_marked_correct: int = 0

    def __post_init__(self) -> None:
        """Refuse counts below zero."""
        if min(astuple(self)) < 0:
            raise ValueError(f"{self} has a count below 0.")

    @property
    def wrong_marks(self) -> int:
        """How often the player marked an answer on a tainted picture wrong."""
        return self.told_marked_wrong + self.honest_marked_wrong

    @property
    def row(self) -> np.ndarray:
        """The counts as an array of one row, (1, 6)."""
        return np.array([astuple(self)])


@dataclass(frozen=True)
class CountTables:
    """Many players' counts, equal ones together.

    Attributes:
        rows: (T, 6) counts, each row once.
        players: (T,) how many players have that row.
    """

    rows: np.ndarray
    players: np.ndarray

    @classmethod
    def of(cls, counts: np.ndarray) -> "CountTables":
        """Tables of one row of counts a player, (N, 6)."""
        rows, players = np.unique(counts.reshape(-1, len(SAMPLES)), axis=0, return_counts=True)
        return cls(rows, players)

    @property
    def total(self) -> np.ndarray:
        """All players' counts added up, (6,)."""
        return self.players @ self.rows
