"""The player interaction model: how likely a player's question on an image reveals an error.

Made by player_model_fit.py, checked by player_model_check.py. It predicts for known and new
players and images, and follows a player's ability from session to session.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from gap_core.scoring.player_turns import SessionShape, Turns

NEW = -1  # as the number of a player or image that the fit has not seen


@dataclass(frozen=True)
class Estimate:
    """A value and its standard error."""

    value: float
    se: float


@dataclass(frozen=True)
class Scores:
    """A_i or D_j, each in [0, 1], with standard errors, and how they are spread.

    Args:
        value: (k,) scores; who has no turn has the mean.
        se: (k,) standard errors on the same scale; who has no turn has the sd.
        mean: of the population.
        sd: of the population.
    """

    value: np.ndarray
    se: np.ndarray
    mean: float
    sd: float

    def at(self, number: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Score and standard error of each number; the population's for NEW."""
        known = number != NEW
        return (
            np.where(known, self.value[number], self.mean),
            np.where(known, self.se[number], self.sd),
        )


@dataclass(frozen=True)
class PlayerModel:
    """P(S_ijk) = sigmoid(alpha A_i - beta D_j + tau (1 - t/T) - gamma F), fitted.

    F = 1 - exp(-fatigue_rate (j - 1) / N). Of alpha A - beta D, data show only differences
    between players, differences between images and one level; player_model_fit.py says how
    scale and origin of A and D are set.

    Source: GAP paper, appendix A.3, eq. 19 and 20.
    """

    alpha: Estimate
    beta: Estimate
    tau: Estimate
    gamma: Estimate
    fatigue_rate: Estimate
    ability: Scores
    difficulty: Scores
    shape: SessionShape
    sweeps: int
    has_converged: bool

    def fatigue(self, place: np.ndarray) -> np.ndarray:
        """F of each place in a session."""
        return 1 - np.exp(-self.fatigue_rate.value * self.shape.session_share(place))

    def logit(
        self, *, ability: np.ndarray, difficulty: np.ndarray, time_s: np.ndarray, place: np.ndarray
    ) -> np.ndarray:
        """What stands inside the sigmoid of eq. 19."""
        return (
            self.alpha.value * ability
            - self.beta.value * difficulty
            + self.tau.value * self.shape.time_left(time_s)
            - self.gamma.value * self.fatigue(place)
        )

    def predict(
        self,
        *,
        player: np.ndarray,
        image: np.ndarray,
        time_s: np.ndarray,
        place: np.ndarray,
        difficulty: Scores | None = None,
    ) -> np.ndarray:
        """P(S = 1) of each turn, averaged over what is not known of A and D.

        Args:
            player: (n,) numbers as in the fit; NEW for players it has not seen.
            image: (n,) likewise.
            time_s: (n,) seconds on the image.
            place: (n,) place of the image in the session, from 1.
            difficulty: of other images than the fit's, as image_clusters.py gives them; `image`
                then numbers those.
        """
        own_ability, ability_se = self.ability.at(player)
        own_difficulty, difficulty_se = (difficulty or self.difficulty).at(image)
        logit = self.logit(
            ability=own_ability, difficulty=own_difficulty, time_s=time_s, place=place
        )
        variance = (self.alpha.value * ability_se) ** 2 + (self.beta.value * difficulty_se) ** 2
        return mean_sigmoid(logit, variance)[0]

    def predict_turns(self, turns: Turns, *, difficulty: Scores | None = None) -> np.ndarray:
        """P(S = 1) of each of these turns, numbered as in the fit."""
        return self.predict(
            player=turns.player,
            image=turns.image,
            time_s=turns.time_s,
            place=turns.place,
            difficulty=difficulty,
        )

    def select_turns(self, turns: Turns, *, threshold: float) -> np.ndarray:
        """Which of these turns, on untainted images, probably reveal an error: (n,) booleans.

        Source: GAP paper, eq. 22.
        """
        return self.predict_turns(turns) > threshold

    def after_session(self, turns: Turns, *, rate: float = 0.1) -> PlayerModel:
        """The model with A + rate (observed - expected) for each player of these turns.

        Observed is the share of the player's turns that revealed an error, expected the mean of
        eq. 19 over them; A is kept within [0, 1]. Everything else stays until the next fit.

        Args:
            turns: one session of each player.
            rate: the paper's eta.

        Raises:
            ValueError: rate is not above 0.

        Source: GAP paper, appendix A.3, model dynamics and refinement.
        """
        if not rate > 0:
            raise ValueError(f"rate {rate} must be above 0.")
        logit = self.logit(
            ability=self.ability.value[turns.player],
            difficulty=self.difficulty.value[turns.image],
            time_s=turns.time_s,
            place=turns.place,
        )
        surprise = turns.revealed - 1 / (1 + np.exp(-logit))
        count = np.bincount(turns.player, minlength=turns.players)
        total = np.bincount(turns.player, weights=surprise, minlength=turns.players)
        moved = self.ability.value + rate * total / np.maximum(count, 1)
        return replace(self, ability=replace(self.ability, value=np.clip(moved, 0, 1)))


def mean_sigmoid(logit: np.ndarray, variance: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Mean of the sigmoid over a normal logit, and its slope in the logit's mean.

    Source: MacKay 1992, "The evidence framework applied to classification networks".
    """
    shrink = variance * (np.pi / 8)
    shrink += 1
    np.sqrt(shrink, out=shrink)  # in place: with a million turns, fresh arrays cost as much again
    chance = logit / shrink
    np.negative(chance, out=chance)
    np.exp(chance, out=chance)
    chance += 1
    np.reciprocal(chance, out=chance)
    slope = 1 - chance
    slope *= chance
    slope /= shrink
    return chance, slope
