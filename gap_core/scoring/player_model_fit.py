"""Fits the player interaction model to turns on tainted images. Called by its checks and benchmark.

Maximum likelihood as the paper writes it has no single answer. (1) Adding a constant to every
alpha A_i and beta D_j changes nothing, and any larger alpha or beta with smaller scores fits as
well. (2) A player with every question right wants alpha without end. (3) Where gamma is 0, lambda
is free. (4) With few turns a player, scores fitted one by one are spread too widely. So:

- Logits of players are normal around one level, logits of images normal around 0; both spreads
  are estimated from the same turns (marginal likelihood, in the variational approximation).
- log lambda has a standard normal prior, which matters only where fatigue is hardly seen. Level,
  tau and gamma have priors of 10 logits, and each spread is estimated as if PRIOR_MEMBERS more
  stood at one logit: nothing beside a hundred members, but with it a single turn has a fit too.
- A and D run over REACH spreads on each side of their mean, and the constant is the smallest
  that puts both ranges at or above 0. That fixes alpha, beta, every A and every D.
"""

from __future__ import annotations

import numpy as np

from gap_core.scoring.player_model import Estimate, PlayerModel, Scores
from gap_core.scoring.player_model_errors import uncertainty_of
from gap_core.scoring.player_model_newton import GAMMA, LEVEL, LOG_RATE, REACH, TAU, FitState, Group
from gap_core.scoring.player_turns import Turns

MAX_SWEEPS = 200
TOLERANCE = 1e-3  # of level, tau, gamma, log lambda and spreads, a sweep; errors are far larger
PRIOR_MEMBERS = 3  # of one logit each, beside a group's own
MAX_SPREAD = 5.0  # logits; where every player is always or never right, it has no end


def fit_player_model(turns: Turns) -> PlayerModel:
    """The model that explains these turns best.

    Args:
        turns: on tainted images, where S is known.
    """
    state = FitState(turns)
    sweeps, has_converged = 0, False
    while not has_converged and sweeps < MAX_SWEEPS:
        before = _summary(state)
        for group in (state.players, state.images):
            state.improve(group)
            group.spread = _spread_of(group)
        has_converged = bool(np.abs(_summary(state) - before).max() < TOLERANCE)
        sweeps += 1
    return _in_paper_scale(state, sweeps=sweeps, has_converged=has_converged)


def _summary(state: FitState) -> np.ndarray:
    return np.array([*state.fixed, state.players.spread, state.images.spread])


def _spread_of(group: Group) -> float:
    """The group's spread, one step nearer to the largest marginal likelihood.

    Source: Dempster, Laird & Rubin 1977, the EM algorithm.
    """
    squares = (group.mean**2 + group.variance).sum() + PRIOR_MEMBERS
    return min(float(np.sqrt(squares / (len(group.mean) + PRIOR_MEMBERS))), MAX_SPREAD)


def _in_paper_scale(state: FitState, *, sweeps: int, has_converged: bool) -> PlayerModel:
    players, images, fixed = state.players, state.images, state.fixed
    unknown = uncertainty_of(state)
    player_reach, image_reach = REACH * players.spread, REACH * images.spread
    # The smallest constant that leaves neither range below 0: at it, one of them begins at 0.
    images_bind = image_reach >= player_reach - fixed[LEVEL]
    constant = max(image_reach, player_reach - fixed[LEVEL])
    alpha, beta = fixed[LEVEL] + constant + player_reach, constant + image_reach
    alpha_slopes = [1, REACH, REACH] if images_bind else [0, 2 * REACH, 0]
    beta_slopes = [0, 0, 2 * REACH] if images_bind else [-1, REACH, REACH]
    alpha_se, beta_se = unknown.of_scales(np.array(alpha_slopes), np.array(beta_slopes))
    tau_se, gamma_se, rate_se = np.sqrt(np.diag(unknown.fixed))[[TAU, GAMMA, LOG_RATE]]
    rate = np.exp(fixed[LOG_RATE])
    return PlayerModel(
        alpha=Estimate(alpha, alpha_se),
        beta=Estimate(beta, beta_se),
        tau=Estimate(fixed[TAU], tau_se),
        gamma=Estimate(fixed[GAMMA], gamma_se),
        fatigue_rate=Estimate(rate, rate * rate_se),
        ability=_scores(
            players, centre=fixed[LEVEL] + constant, variance=unknown.player, scale=alpha
        ),
        difficulty=_scores(images, centre=constant, variance=unknown.image, scale=beta),
        shape=state.turns.shape,
        sweeps=sweeps,
        has_converged=has_converged,
    )


def _scores(group: Group, *, centre: float, variance: np.ndarray, scale: float) -> Scores:
    return Scores(
        value=np.clip((centre + group.mean) / scale, 0, 1),
        se=np.sqrt(variance) / scale,
        mean=float(centre / scale),
        sd=float(group.spread / scale),
    )
