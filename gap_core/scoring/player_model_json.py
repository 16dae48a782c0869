"""The player interaction model as text, without its players and pictures, and back.

Called by play, which keeps those in tables of their own.
"""

import json
from dataclasses import asdict
from typing import Any

import numpy as np

from gap_core.scoring.player_model import Estimate, PlayerModel, Scores
from gap_core.scoring.player_turns import SessionShape

PARAMETERS = ("alpha", "beta", "tau", "gamma", "fatigue_rate")
GROUPS = ("ability", "difficulty")


def json_of_model(model: PlayerModel) -> str:
    """Parameters with their standard errors, means and spreads of A and D, and how the fit went."""
    found: dict[str, Any] = {name: asdict(getattr(model, name)) for name in PARAMETERS}
    for name in GROUPS:
        scores: Scores = getattr(model, name)
        found[name] = {"mean": scores.mean, "sd": scores.sd}
    found |= {"shape": asdict(model.shape), "sweeps": model.sweeps}
    return json.dumps(found | {"has_converged": model.has_converged})


def model_of_json(text: str) -> PlayerModel:
    """The same model with one player and one picture, of whom it knows nothing."""
    found: dict[str, Any] = json.loads(text)
    parts: dict[str, Any] = {name: Estimate(**found[name]) for name in PARAMETERS}
    for name in GROUPS:
        mean, sd = found[name]["mean"], found[name]["sd"]
        parts[name] = Scores(np.array([mean]), np.array([sd]), mean=mean, sd=sd)
    return PlayerModel(
        **parts,
        shape=SessionShape(**found["shape"]),
        sweeps=found["sweeps"],
        has_converged=found["has_converged"],
    )
