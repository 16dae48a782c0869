"""Cross-validation of the player interaction model. Called by reports on scoring."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from gap_core.errors import GapError
from gap_core.scoring.image_clusters import unseen_difficulty
from gap_core.scoring.player_model_fit import fit_player_model
from gap_core.scoring.player_turns import Turns
from gap_core.scoring.prediction_check import (
    Calibration,
    Roc,
    mean_log_likelihood,
    measure_calibration,
    measure_roc,
)

Unit = Literal["turn", "player", "image"]


@dataclass(frozen=True)
class CrossValidation:
    """How well turns were predicted by models that had not seen them.

    Args:
        chance: (n,) P(S = 1) of every turn by the fold's model that was fitted without it.
        log_likelihood: mean a turn, in nats.
        base_log_likelihood: what the share of revealed errors alone would reach.
        roc: of all folds together.
        calibration: likewise.
    """

    chance: np.ndarray
    log_likelihood: float
    base_log_likelihood: float
    roc: Roc
    calibration: Calibration


def cross_validate(
    turns: Turns,
    *,
    by: Unit,
    folds: int = 5,
    seed: int,
    features: np.ndarray | None = None,
) -> CrossValidation:
    """Fit without a fold, predict the fold, fold by fold.

    Args:
        turns: on tainted images.
        by: what is left out together. By "player" the model meets players it has never seen, by
            "image" new images, by "turn" new turns of players and images it knows.
        folds: how many parts.
        seed: of the parts and the clusters.
        features: (images, d) to predict left-out images by, through clusters; without them a new
            image has the mean difficulty. Only with by="image".

    Raises:
        GapError: fewer players or images than folds.
        ValueError: features without by="image".
    """
    if features is not None and by != "image":
        raise ValueError(f"features tell something about new images, not about a new {by}.")
    fold = _folds(turns, by=by, folds=folds, seed=seed)
    chance = np.empty(len(turns))
    for number in range(folds):
        left_out = fold == number
        chance[left_out] = _predict_left_out(turns, left_out, features=features, seed=seed)
    base = np.full(len(turns), turns.revealed.mean())
    return CrossValidation(
        chance=chance,
        log_likelihood=mean_log_likelihood(chance, turns.revealed),
        base_log_likelihood=mean_log_likelihood(base, turns.revealed),
        roc=measure_roc(chance, turns.revealed, cluster=turns.player),
        calibration=measure_calibration(chance, turns.revealed),
    )


def _folds(turns: Turns, *, by: Unit, folds: int, seed: int) -> np.ndarray:
    """The fold of every turn, (n,)."""
    units = {"turn": np.arange(len(turns)), "player": turns.player, "image": turns.image}[by]
    present, place = np.unique(units, return_inverse=True)
    if not 2 <= folds <= len(present):
        raise GapError(f"{len(present)} {by}s can't be split into {folds} parts. Take fewer parts.")
    return np.random.default_rng(seed).permutation(len(present))[place] % folds


def _predict_left_out(
    turns: Turns, left_out: np.ndarray, *, features: np.ndarray | None, seed: int
) -> np.ndarray:
    model, asked = fit_player_model(turns.subset(~left_out)), turns.subset(left_out)
    if features is None:
        return model.predict_turns(asked)
    # Left-out images have no turn in this fit, so they tell nothing of their own cluster.
    difficulty = unseen_difficulty(features, known=features, difficulty=model.difficulty, seed=seed)
    return model.predict_turns(asked, difficulty=difficulty)
