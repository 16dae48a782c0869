"""How well the player interaction model predicts this database's play. Called by scripts."""

from typing import NamedTuple, get_args

import numpy as np
import pandas as pd

from db import Store
from gap_core.errors import GapError
from gap_core.play.player_fits import NEWEST, turns_of
from gap_core.play.rules import Rules
from gap_core.scoring.player_model_check import CrossValidation, Unit, cross_validate

FOLDS = 5
NAMES: dict[Unit, str] = {"turn": "new turns", "player": "new players", "image": "new pictures"}


class PredictionTables(NamedTuple):
    """What `roc_chart` and `calibration_chart` draw, one series a kind of prediction."""

    roc: pd.DataFrame
    calibration: pd.DataFrame


def check_predictions(
    store: Store, *, rules: Rules, seed: int = 1, folds: int = FOLDS
) -> dict[Unit, CrossValidation]:
    """Turns, players and pictures left out in turn, and predicted by fits without them.

    Left-out pictures are predicted by those that look alike, where all have been looked at.

    Raises:
        GapError: too little was played to leave anything out.
    """
    marked = store.predictions.trap_turns(newest_rounds=NEWEST)
    if not marked:
        raise GapError("Nobody has marked an answer on a trap yet. Play a session first.")
    _, images, turns = turns_of(marked, rules)
    units: tuple[Unit, ...] = get_args(Unit)
    features = {"image": _features(store, images)}
    return {
        by: cross_validate(turns, by=by, folds=folds, seed=seed, features=features.get(by))
        for by in units
    }


def _features(store: Store, images: np.ndarray) -> np.ndarray | None:
    """(images, d) what the model's eye makes of them; None unless it has seen all."""
    fit = store.predictions.latest_fit()
    kept = [] if fit is None else store.predictions.features(fit.features_of)
    seen = {one.image_id: np.frombuffer(one.features, dtype="<f4") for one in kept}
    if any(str(image) not in seen for image in images):
        return None
    return np.array([seen[str(image)] for image in images], dtype=float)


def prediction_tables(found: dict[Unit, CrossValidation]) -> PredictionTables:
    """The curves of all of them."""
    roc = [
        {"estimator": NAMES[by], "false_alarms": float(alarm), "hits": float(hit)}
        for by, one in found.items()
        for alarm, hit in zip(one.roc.false_alarms, one.roc.hits, strict=True)
    ]
    calibration = [
        {
            "estimator": NAMES[by],
            "predicted": part.predicted,
            "observed": part.observed.mean,
            "low": part.observed.low,
            "high": part.observed.high,
            "n": part.observed.n,
        }
        for by, one in found.items()
        for part in one.calibration.bins
    ]
    return PredictionTables(pd.DataFrame(roc), pd.DataFrame(calibration))
