"""Turns drawn from the player interaction model of known parameters. Called by tests."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from gap_core.scoring.player_turns import SessionShape, Turns

MEAN_SCORE = 0.5
SCORE_SD = 1 / 6  # so that 0 and 1 are three spreads away, as in the fit
MEAN_TIME_S = 40.0


@dataclass(frozen=True)
class TrueParameters:
    """What eq. 19 and 20 are drawn with; A and D are normal around one half, cut to [0, 1]."""

    alpha: float = 7.2
    beta: float = 5.4
    tau: float = 1.0
    gamma: float = 1.5
    fatigue_rate: float = 2.0


class SimulatedTurns(NamedTuple):
    """Turns and what they were drawn from: A, D and the true P(S = 1) of every turn."""

    turns: Turns
    ability: np.ndarray
    difficulty: np.ndarray
    chance: np.ndarray


def draw_turns(
    count: int,
    *,
    players: int,
    images: int,
    seed: int,
    truth: TrueParameters | None = None,
) -> SimulatedTurns:
    """Turns of random players on random images at random places; times are gamma distributed.

    Some times come out above T, as with verdicts that arrive late.
    """
    rng, truth, shape = np.random.default_rng(seed), truth or TrueParameters(), SessionShape()
    ability = np.clip(rng.normal(MEAN_SCORE, SCORE_SD, players), 0, 1)
    difficulty = np.clip(rng.normal(MEAN_SCORE, SCORE_SD, images), 0, 1)
    player, image = rng.integers(players, size=count), rng.integers(images, size=count)
    time_s = rng.gamma(2.0, MEAN_TIME_S / 2, size=count)
    place = rng.integers(1, shape.places + 1, size=count)
    fatigue = 1 - np.exp(-truth.fatigue_rate * shape.session_share(place))
    logit = (
        truth.alpha * ability[player]
        - truth.beta * difficulty[image]
        + truth.tau * shape.time_left(time_s)
        - truth.gamma * fatigue
    )
    chance = 1 / (1 + np.exp(-logit))
    revealed = rng.random(count) < chance
    turns = Turns(player, image, time_s, place, revealed, players=players, images=images)
    return SimulatedTurns(turns, ability, difficulty, chance)
