"""Other ways to fit turns: torch's autograd on the same likelihood, and py-irt where there is one.

Called by scripts/bench_player_model.py.
"""

from __future__ import annotations

import json
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from gap_core.errors import GapError
from gap_core.scoring.player_turns import Turns
from gap_core.scoring.prediction_check import mean_log_likelihood
from gap_core.simulation.player_model_speed import Check, Run, Split, has_lost_patience

LEARNING_RATE = 0.1  # as py-irt's
WORKER = Path(__file__).with_name("py_irt_worker.py")


def fit_by_autograd(split: Split, *, epochs: int, check_every: int, patience: int) -> Run:
    """Eq. 19 and 20 with Adam over all turns at once; logits of players and images are N(0, 1)."""
    import torch

    train, held_out = _tensors(split.train), _tensors(split.held_out)
    sizes = {"level": 1, "tau": 1, "gamma": 1, "rate": 1}
    sizes |= {"player": split.train.players, "image": split.train.images}
    weights = {name: torch.zeros(size, requires_grad=True) for name, size in sizes.items()}
    adam = torch.optim.Adam(weights.values(), lr=LEARNING_RATE)
    checks: list[Check] = []
    elapsed_s, chance = 0.0, np.empty(0)
    for epoch in range(1, epochs + 1):
        started = time.perf_counter()
        adam.zero_grad()
        loss = torch.nn.functional.binary_cross_entropy_with_logits(
            _logit(weights, train), train["revealed"], reduction="sum"
        )
        for name in ("player", "image", "rate"):
            loss = loss + weights[name].square().sum() / 2
        loss.backward()
        adam.step()
        elapsed_s += time.perf_counter() - started
        if epoch % check_every == 0 or epoch == epochs:
            with torch.no_grad():
                chance = torch.sigmoid(_logit(weights, held_out)).double().numpy()
            score = mean_log_likelihood(chance, split.held_out.revealed)
            checks.append(Check(epoch, elapsed_s, score))
            if has_lost_patience(checks, patience):
                break
    return Run(checks, chance)


def _tensors(turns: Turns) -> dict:
    import torch

    floats = {
        "time_left": turns.shape.time_left(turns.time_s),
        "session_share": turns.shape.session_share(turns.place),
        "revealed": turns.revealed,
    }
    made = {name: torch.from_numpy(np.float32(value)) for name, value in floats.items()}
    return made | {"player": torch.from_numpy(turns.player), "image": torch.from_numpy(turns.image)}


def _logit(weights: dict, turns: dict):  # type: ignore[no-untyped-def]  # torch comes late
    fatigue = 1 - (-weights["rate"].exp() * turns["session_share"]).exp()
    core = weights["level"] + weights["player"][turns["player"]] - weights["image"][turns["image"]]
    pace = weights["tau"].exp() * turns["time_left"] - weights["gamma"].exp() * fatigue
    return core + pace  # (n,)


@dataclass(frozen=True)
class PyIrt:
    """py-irt's one-parameter model, run by the Python that has it.

    Args:
        python: that Python.
        priors: "vague" (its default) or "hierarchical".
        seed: of its sampling.
    """

    python: str
    priors: str
    seed: int

    def __call__(self, split: Split, *, epochs: int, check_every: int, patience: int) -> Run:
        """Fit once; the clock runs inside, over its steps alone.

        Raises:
            GapError: it failed.
        """
        with tempfile.TemporaryDirectory() as folder:
            turns, chances = Path(folder, "turns.npz"), Path(folder, "chances.npy")
            np.savez(turns, **_arrays(split))  # type: ignore[arg-type]
            numbers = [str(number) for number in (epochs, check_every, patience, self.seed)]
            command = [self.python, str(WORKER), str(turns), str(chances), *numbers, self.priors]
            done = subprocess.run(command, capture_output=True, text=True)
            if done.returncode != 0:
                reason = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
                raise GapError(f"py-irt failed under '{self.python}': {reason}")
            checks = [Check(**json.loads(line)) for line in done.stdout.splitlines()]
            return Run(checks, np.load(chances))


def has_py_irt(python: str) -> bool:
    """Whether this Python can import py-irt."""
    command = [python, "-c", "import py_irt.models"]
    try:
        return subprocess.run(command, capture_output=True, timeout=120).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


def _arrays(split: Split) -> dict[str, np.ndarray]:
    train, held_out = split
    return {
        "player": train.player,
        "image": train.image,
        "revealed": train.revealed.astype(np.float32),
        "held_player": held_out.player,
        "held_image": held_out.image,
        "held_revealed": held_out.revealed,
        "players": np.array(train.players),
        "images": np.array(train.images),
    }
