"""What verdicts add up to: eight counts a player. Called by the estimators and by the game.

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
    "checked_model_wrong",
    "checked_model_right",
]
SAMPLES: tuple[Sample, ...] = get_args(Sample)
VERDICT_SAMPLES = 6  # the first ones; the rest is what experts found of some of them


@dataclass(frozen=True)
class PlayerCounts:
    """A player's verdicts: on tainted pictures by what the model had been told (I), and others.

    Some of `untainted_marked_wrong` experts have looked at: the last two say how often the model
    had been wrong (M=0) and how often right (M=1).
    """

    told_marked_wrong: int
    told_marked_correct: int
    honest_marked_wrong: int
    honest_marked_correct: int
    untainted_marked_wrong: int = 0
    untainted_marked_correct: int = 0
    checked_model_wrong: int = 0
    checked_model_right: int = 0

    def __post_init__(self) -> None:
        """Refuse counts below zero, and more checked marks than marks."""
        if min(astuple(self)) < 0:
            raise ValueError(f"{self} has a count below 0.")
        if self.checked_model_wrong + self.checked_model_right > self.untainted_marked_wrong:
            raise ValueError(f"{self} has more checked marks than marks.")

    @property
    def row(self) -> np.ndarray:
        """The counts as an array of one row, (1, 8)."""
        return np.array([astuple(self)])


@dataclass(frozen=True)
class CountTables:
    """Many players' counts, equal ones together.

    Attributes:
        rows: (T, 8) counts, each row once; made whole if (T, 6) were given.
        players: (T,) how many players have that row.
    """

    rows: np.ndarray
    players: np.ndarray

    def __post_init__(self) -> None:
        """Take rows of verdicts alone as those of players of whom nothing was checked."""
        missing = len(SAMPLES) - self.rows.shape[1]
        object.__setattr__(self, "rows", np.pad(self.rows, ((0, 0), (0, missing))))

    @classmethod
    def of(cls, counts: np.ndarray) -> "CountTables":
        """Tables of one row of counts a player, (N, 8), or (N, 6) where nothing was checked."""
        rows, players = np.unique(counts, axis=0, return_counts=True)
        return cls(rows, players)

    @property
    def total(self) -> np.ndarray:
        """All players' counts added up, (8,)."""
        return self.players @ self.rows
