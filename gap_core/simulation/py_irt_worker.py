"""Fits py-irt's one-parameter model to turns and times it; prints one JSON line a check.

Run as a file by whatever Python has py-irt, which is no requirement of this project, so nothing
of ours is imported: `python py_irt_worker.py turns.npz chances.npy EPOCHS CHECK_EVERY PATIENCE
SEED PRIORS`.
Called by player_model_speed.py.
"""

from __future__ import annotations

import json
import sys
import time
from typing import Any

import numpy as np

LEARNING_RATE, DECAY = 0.1, 0.9999  # py-irt's own defaults
WARM_UP_STEPS = 3


def main(turns_file: str, chances_file: str, numbers: list[int], priors: str) -> None:
    """Fit, and after every CHECK_EVERY epochs, off the clock, print how new turns are predicted."""
    import pyro
    import torch

    epochs, check_every, patience, seed = numbers
    turns = np.load(turns_file)
    pyro.set_rng_seed(seed)
    train = [torch.from_numpy(turns[name]) for name in ("player", "image", "revealed")]
    train[2] = train[2].float()
    few = [part[:100] for part in train]
    sizes = {"num_subjects": int(turns["players"]), "num_items": int(turns["images"])}
    _, warm_up, _ = _prepare(priors, sizes)
    for _ in range(WARM_UP_STEPS):
        warm_up.step(*few)
    model, fit, scheduler = _prepare(priors, sizes)
    elapsed_s, best, best_epoch = 0.0, -np.inf, 0
    for epoch in range(1, epochs + 1):
        started = time.perf_counter()
        fit.step(*train)
        scheduler.step()
        elapsed_s += time.perf_counter() - started
        if epoch % check_every == 0 or epoch == epochs:
            chance = _best_chance(model, turns)
            line = {"epoch": epoch, "elapsed_s": elapsed_s}
            line["log_likelihood"] = _log_likelihood(chance, turns)
            print(json.dumps(line), flush=True)
            if line["log_likelihood"] > best:
                best, best_epoch = line["log_likelihood"], epoch
            if epoch - best_epoch >= patience:
                break
    np.save(chances_file, chance)


def _prepare(priors: str, sizes: dict[str, int]) -> tuple[Any, Any, Any]:
    """The model and its optimiser as py-irt's own trainer makes them, untouched by what was."""
    import pyro
    import torch
    from py_irt.models import OneParamLog

    pyro.clear_param_store()
    model = OneParamLog(priors=priors, **sizes)
    adam = {"optimizer": torch.optim.Adam, "optim_args": {"lr": LEARNING_RATE}, "gamma": DECAY}
    scheduler = pyro.optim.ExponentialLR(adam)
    loss = pyro.infer.Trace_ELBO()
    fit = pyro.infer.SVI(model.get_model(), model.get_guide(), scheduler, loss=loss)
    return model, fit, scheduler


def _best_chance(model: Any, turns: Any) -> np.ndarray:
    """Held-out chances as py-irt gives them, or averaged over its posterior if that is better."""
    import pyro

    found, store = model.export(), pyro.get_param_store()
    ability, difficulty = np.array(found["ability"]), np.array(found["diff"])
    logit = ability[turns["held_player"]] - difficulty[turns["held_image"]]
    ability_sd, difficulty_sd = (
        store[name].detach().numpy() for name in ("scale_ability", "scale_diff")
    )
    variance = ability_sd[turns["held_player"]] ** 2 + difficulty_sd[turns["held_image"]] ** 2
    ways = [1 / (1 + np.exp(-logit / np.sqrt(1 + spread))) for spread in (0, np.pi / 8 * variance)]
    return max(ways, key=lambda chance: _log_likelihood(chance, turns))


def _log_likelihood(chance: np.ndarray, turns: Any) -> float:
    happened = np.where(turns["held_revealed"], chance, 1 - chance)
    return float(np.log(np.maximum(happened, 1e-12)).mean())


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], [int(number) for number in sys.argv[3:7]], sys.argv[7])
