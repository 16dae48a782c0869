"""Standard errors of the player interaction model. Called by player_model_fit.py alone."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from scipy.sparse import csr_array

from gap_core.scoring.player_model_newton import LEVEL, FitState, Group

RELATIVE_ERROR = 1e-3  # of the solved equations, far below what a standard error is good for
MAX_ITERATIONS = 2000
TINY = 1e-300


class Uncertainty(NamedTuple):
    """What a fit leaves open.

    Args:
        fixed: (4, 4) covariance of level, tau, gamma and log lambda.
        player: (players,) variance of the distance of a player's logit from their mean.
        image: (images,) the same of images.
        player_spread: variance of the players' spread.
        image_spread: variance of the images' spread.
    """

    fixed: np.ndarray
    player: np.ndarray
    image: np.ndarray
    player_spread: float
    image_spread: float

    def of_scales(self, alpha: np.ndarray, beta: np.ndarray) -> tuple[float, float]:
        """Standard errors of alpha and beta by their slopes in level and the two spreads."""
        variances = [self.fixed[LEVEL, LEVEL], self.player_spread, self.image_spread]
        alpha_se, beta_se = np.sqrt(np.array([alpha, beta]) ** 2 @ variances)
        return float(alpha_se), float(beta_se)


def uncertainty_of(state: FitState) -> Uncertainty:
    """Everything from one look at the turns."""
    chance, slope = state.expectations()
    players, images = state.players, state.images
    return Uncertainty(
        fixed=_fixed_covariance(state, chance, slope),
        player=_with_partners(players, images, slope),
        image=_with_partners(images, players, slope),
        player_spread=_spread_variance(players),
        image_spread=_spread_variance(images),
    )


def _fixed_covariance(state: FitState, chance: np.ndarray, slope: np.ndarray) -> np.ndarray:
    """Their block of the inverse of the whole Hessian, four columns by conjugate gradients."""
    by_player = state.equations(state.players, chance, slope)
    by_image = state.equations(state.images, chance, slope)
    players, images = len(by_player.own), len(by_image.own)
    turns = (state.players.number, state.images.number)
    shared = csr_array((slope, turns), shape=(players, images))

    def multiply(x: np.ndarray) -> np.ndarray:
        fixed, player, image = np.split(x, [4, 4 + players])
        borders = _sums(by_player.border, player) + _sums(by_image.border, image)
        return np.concatenate(
            [
                by_player.hessian @ fixed + borders,
                _rows(by_player.border, fixed) + by_player.own[:, None] * player - shared @ image,
                _rows(by_image.border, fixed) + by_image.own[:, None] * image - shared.T @ player,
            ]
        )

    diagonal = np.concatenate([np.diag(by_player.hessian), by_player.own, by_image.own])
    columns = _solve(multiply, diagonal)
    return (columns + columns.T) / 2


def _sums(border: np.ndarray, column: np.ndarray) -> np.ndarray:
    return np.einsum("kf,kc->fc", border, column)


def _rows(border: np.ndarray, column: np.ndarray) -> np.ndarray:
    return np.einsum("kf,fc->kc", border, column)


def _solve(multiply: Callable[[np.ndarray], np.ndarray], diagonal: np.ndarray) -> np.ndarray:
    """The first four rows and columns of the inverse, (4, 4), all columns at once.

    Source: conjugate gradients, preconditioned by the diagonal; Golub & Van Loan 2013, ch. 11.
    """
    solution, residual = np.zeros((len(diagonal), 4)), np.eye(len(diagonal), 4)
    scaled = residual / diagonal[:, None]
    direction, size = scaled, (residual * scaled).sum(axis=0)
    for _ in range(MAX_ITERATIONS):
        product = multiply(direction)
        step = size / np.maximum((direction * product).sum(axis=0), TINY)
        solution += step * direction
        residual -= step * product
        if (residual**2).sum(axis=0).max() < RELATIVE_ERROR**2:
            break
        scaled = residual / diagonal[:, None]
        before, size = size, (residual * scaled).sum(axis=0)
        direction = scaled + size / np.maximum(before, TINY) * direction
    return solution[:4]


def _with_partners(group: Group, others: Group, slope: np.ndarray) -> np.ndarray:
    """Variances of the group's logits, with what is not known of those they met.

    The diagonal of the inverse Hessian, to the second order in what binds the groups.
    """
    met = np.bincount(
        group.number,
        weights=slope**2 * others.variance[others.number],
        minlength=len(group.mean),
    )
    widened = group.variance + group.variance**2 * met
    return np.minimum(widened, group.spread**2)  # nobody is known less than a newcomer


def _spread_variance(group: Group) -> float:
    known = 1 - group.variance / group.spread**2
    return float(group.spread**2 / (2 * max((known**2).sum(), 1.0)))
