"""Answered questions as arrays, one entry a turn, as the player interaction model reads them.

Called by the model's fit, its checks and its benchmark.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace

import numpy as np

from gap_core.errors import GapError


@dataclass(frozen=True)
class SessionShape:
    """What a session allows: T, the seconds for a picture, and N, the pictures in a session."""

    time_limit_s: float = 120.0
    places: int = 10

    def time_left(self, time_s: np.ndarray) -> np.ndarray:
        """1 - t/T; a verdict that came in after the limit counts as given at the limit."""
        return 1 - np.minimum(time_s, self.time_limit_s) / self.time_limit_s

    def session_share(self, place: np.ndarray) -> np.ndarray:
        """(j - 1) / N, the share of the session that lies behind the player."""
        return (place - 1) / self.places


@dataclass(frozen=True)
class Turns:
    """n turns; players and images are numbered from 0, those without a turn included.

    Args:
        player: (n,) number of the player.
        image: (n,) number of the image.
        time_s: (n,) seconds from the image's first showing to the question; above T counts as T.
        place: (n,) the image's place in the session, from 1.
        revealed: (n,) S, True where the question revealed an error.
        players: how many players there are.
        images: how many images there are.
        shape: T and N.

    Raises:
        GapError: no turns at all.
        ValueError: arrays of unequal length, a number out of range, a time below 0 or not finite.
    """

    player: np.ndarray
    image: np.ndarray
    time_s: np.ndarray
    place: np.ndarray
    revealed: np.ndarray
    players: int
    images: int
    shape: SessionShape = SessionShape()

    def __post_init__(self) -> None:
        """Refuse what no session can have brought about."""
        if len(self.player) == 0:
            raise GapError("There are no turns to learn from. Let somebody play a session first.")
        if {array.shape for array in self._arrays().values()} != {(len(self.player),)}:
            raise ValueError("Every array of Turns needs one entry a turn.")
        for name, top in (("player", self.players), ("image", self.images)):
            _check_range(name, getattr(self, name), low=0, high=top - 1)
        _check_range("place", self.place, low=1, high=self.shape.places)
        _check_range("revealed", self.revealed, low=0, high=1)
        if not (np.isfinite(self.time_s).all() and self.time_s.min() >= 0):
            raise ValueError("time_s has an entry below 0 or not finite.")

    def __len__(self) -> int:
        return len(self.player)

    def subset(self, chosen: np.ndarray) -> Turns:
        """The chosen turns, under the same numbers of players and images.

        Args:
            chosen: (n,) booleans, or places of turns.
        """
        return replace(self, **{name: array[chosen] for name, array in self._arrays().items()})

    def _arrays(self) -> dict[str, np.ndarray]:
        values = {field.name: getattr(self, field.name) for field in fields(self)}
        return {name: value for name, value in values.items() if isinstance(value, np.ndarray)}


def _check_range(name: str, values: np.ndarray, *, low: int, high: int) -> None:
    if values.min() < low or values.max() > high:
        raise ValueError(f"{name} goes from {values.min()} to {values.max()}, not {low} to {high}.")
