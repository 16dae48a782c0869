"""Newton steps for the player interaction model. Called by player_model_fit.py alone.

Besides the logits of players and images there are four fixed effects: level, tau, gamma and
log lambda. Given one group's logits, members of the other stand alone, so that its Hessian is
diagonal with a border of four. Everything is sums over turns by member and place.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from gap_core.scoring.player_model import mean_sigmoid
from gap_core.scoring.player_turns import Turns

LEVEL, TAU, GAMMA, LOG_RATE = range(4)
LOWEST = np.array([-20.0, 1e-6, 1e-6, -5.0])  # tau and gamma stay above 0
HIGHEST = np.array([20.0, 50.0, 50.0, 5.0])
PRIOR_PRECISION = np.array([0.01, 0.01, 0.01, 1.0])  # around 0, of level, tau, gamma, log lambda
MAX_STEP = 1.0  # logits; keeps Newton from jumping while little is known
REACH = 3.0  # spreads on each side of the mean that scores of 0 and 1 stand for


@dataclass
class Group:
    """Players (sign 1) or images (sign -1): logits around their mean, normal with `spread`."""

    number: np.ndarray  # (n,) whose turn it is
    cell: np.ndarray  # (n,) number * places + place - 1
    sign: int
    mean: np.ndarray  # (k,)
    variance: np.ndarray  # (k,)
    spread: float = 1.0

    @classmethod
    def of(cls, number: np.ndarray, *, turns: Turns, size: int, sign: int) -> Group:
        """Nobody known yet."""
        cell = number * np.int64(turns.shape.places) + turns.place - 1
        return cls(number, cell, sign, mean=np.zeros(size), variance=np.ones(size))


class Equations(NamedTuple):
    """A Newton step of the four fixed effects and one group; Hessians as of a minimum.

    Args:
        gradient: (4,) of the fixed effects.
        hessian: (4, 4).
        pull: (k,) gradient of the group's logits.
        own: (k,) their Hessian, diagonal.
        border: (k, 4) what binds the two.
    """

    gradient: np.ndarray
    hessian: np.ndarray
    pull: np.ndarray
    own: np.ndarray
    border: np.ndarray


class FitState:
    """What a fit knows so far, and how it learns more.

    Args:
        turns: what it learns from.
    """

    def __init__(self, turns: Turns) -> None:
        right = float(np.clip(turns.revealed.mean(), 0.01, 0.99))
        self.turns = turns
        self.time_left = turns.shape.time_left(turns.time_s)  # (n,)
        self.place = turns.place.astype(np.int64) - 1  # (n,)
        self.session_share = turns.shape.session_share(np.arange(1, turns.shape.places + 1))
        self.players = Group.of(turns.player, turns=turns, size=turns.players, sign=1)
        self.images = Group.of(turns.image, turns=turns, size=turns.images, sign=-1)
        self.fixed = np.array([np.log(right / (1 - right)), 0.1, 0.1, 0.0])

    def expectations(self) -> tuple[np.ndarray, np.ndarray]:
        """P(S = 1) of every turn and its slope in the logit, over what is not known of A and D."""
        logit = self.fixed[TAU] * self.time_left
        logit += (self._place_design()[:, [LEVEL, GAMMA]] @ self.fixed[[LEVEL, GAMMA]])[self.place]
        logit += self.players.mean[self.players.number]
        logit -= self.images.mean[self.images.number]
        variance = self.players.variance[self.players.number]
        variance += self.images.variance[self.images.number]
        return mean_sigmoid(logit, variance)

    def improve(self, group: Group) -> None:
        """One Newton step for the fixed effects and the group together, kept in bounds."""
        gradient, hessian, pull, own, border = self.equations(group, *self.expectations())
        reach = REACH * group.spread
        at_end = (np.abs(group.mean) >= reach) & (pull * group.mean > 0)
        pull, border = np.where(at_end, 0, pull), np.where(at_end[:, None], 0, border)
        gradient = gradient - np.einsum("kf,k->f", border, pull / own)
        hessian = hessian - np.einsum("kf,kg->fg", border, border / own[:, None])
        step = _step_within(self.fixed, gradient, hessian)
        self.fixed = np.clip(self.fixed + step, LOWEST, HIGHEST)
        move = np.clip((pull - border @ step) / own, -MAX_STEP, MAX_STEP)
        group.mean = np.clip(group.mean + move, -reach, reach)
        group.variance = np.sqrt(group.variance / own)  # half way to 1 / own; all the way can swing

    def equations(self, group: Group, chance: np.ndarray, slope: np.ndarray) -> Equations:
        """The Newton step for the fixed effects and the group, before it is solved."""
        residual, late = self.turns.revealed - chance, slope * self.time_left  # (n,)
        left_over = self._by_place(group, residual)  # (k, N)
        weight, timed = self._by_place(group, slope), self._by_place(group, late)  # (k, N)
        design = self._place_design()
        gradient = left_over.sum(axis=0) @ design
        gradient[TAU] = _dot(residual, self.time_left)
        gradient -= PRIOR_PRECISION * self.fixed
        hessian = design.T @ (weight.sum(axis=0)[:, None] * design)
        hessian[TAU] = hessian[:, TAU] = timed.sum(axis=0) @ design
        hessian[TAU, TAU] = _dot(late, self.time_left)
        hessian[np.diag_indices(4)] += PRIOR_PRECISION
        border = np.einsum("kp,pf->kf", weight, design)
        border[:, TAU] = timed.sum(axis=1)
        precision = group.spread**-2
        pull = group.sign * left_over.sum(axis=1) - precision * group.mean
        own = weight.sum(axis=1) + precision
        return Equations(gradient, hessian, pull, own, group.sign * border)

    def _place_design(self) -> np.ndarray:
        """How the logit at each place moves with the fixed effects, (N, 4); tau's column is 0."""
        burnt = np.exp(self.fixed[LOG_RATE]) * self.session_share
        design = np.zeros((len(burnt), 4))
        design[:, LEVEL] = 1
        design[:, GAMMA] = np.exp(-burnt) - 1
        design[:, LOG_RATE] = -self.fixed[GAMMA] * burnt * np.exp(-burnt)
        return design

    def _by_place(self, group: Group, weights: np.ndarray) -> np.ndarray:
        size, places = len(group.mean), len(self.session_share)
        sums = np.bincount(group.cell, weights=weights, minlength=size * places)
        return sums.reshape(size, places)


def _dot(left: np.ndarray, right: np.ndarray) -> float:
    """Like left @ right, without BLAS, whose threads wait for one another on a busy machine."""
    return float(np.einsum("n,n->", left, right))


def _step_within(fixed: np.ndarray, gradient: np.ndarray, hessian: np.ndarray) -> np.ndarray:
    """The Newton step of the effects that are not held at a bound, shortened where it is long."""
    held = ((fixed <= LOWEST) & (gradient < 0)) | ((fixed >= HIGHEST) & (gradient > 0))
    free = np.flatnonzero(~held)
    step = np.zeros(len(fixed))
    step[free] = np.linalg.solve(hessian[np.ix_(free, free)], gradient[free])
    return np.clip(step, -MAX_STEP, MAX_STEP)
