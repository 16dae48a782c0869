"""Standard errors of the player interaction model. Called by player_model_fit.py alone."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.linalg import LinearOperator, cg

from gap_core.scoring.player_model_newton import LEVEL, FitState, Group

RELATIVE_ERROR = 1e-4  # of the solved equations, far below what a standard error is good for
MAX_ITERATIONS = 2000


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
        borders = by_player.border.T @ player + by_image.border.T @ image
        return np.concatenate(
            [
                by_player.hessian @ fixed + borders,
                by_player.border @ fixed + by_player.own * player - shared @ image,
                by_image.border @ fixed + by_image.own * image - shared.T @ player,
            ]
        )

    diagonal = np.concatenate([np.diag(by_player.hessian), by_player.own, by_image.own])
    square = (len(diagonal), len(diagonal))
    hessian = LinearOperator(square, matvec=multiply, dtype=float)
    scaling = LinearOperator(square, matvec=lambda x: x / diagonal, dtype=float)
    units = np.eye(4, len(diagonal))
    columns = [
        cg(hessian, unit, rtol=RELATIVE_ERROR, maxiter=MAX_ITERATIONS, M=scaling)[0][:4]
        for unit in units
    ]
    return (np.array(columns) + np.array(columns).T) / 2


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
