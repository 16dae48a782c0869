"""The player interaction model's fit against other ways, in turns, on the same simulated turns.

Called by scripts/bench_player_model.py.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from statistics import median
from typing import NamedTuple, Protocol

import numpy as np

from gap_core.scoring.interval import Interval
from gap_core.scoring.player_model_fit import fit_player_model
from gap_core.scoring.player_turns import Turns
from gap_core.scoring.prediction_check import Z_95, log_likelihoods, mean_log_likelihood
from gap_core.simulation.serving_load import ratio_interval

CLOSE = 0.001  # of its best held-out log-likelihood: there a way counts as done
OURS = "this project"
WIDTH = 26  # of names in the table


class Split(NamedTuple):
    """Turns to learn from and turns to predict, of the same players and images."""

    train: Turns
    held_out: Turns


class Check(NamedTuple):
    """Where a fit stood after `epoch` epochs: seconds so far, held-out log-likelihood a turn."""

    epoch: int
    elapsed_s: float
    log_likelihood: float


class Run(NamedTuple):
    """One fit: its checks, and the chances it gives the held-out turns in the end."""

    checks: list[Check]
    chance: np.ndarray


class Baseline(Protocol):
    """Another way to fit: so many epochs, a check after every so many, off the clock."""

    def __call__(self, split: Split, *, epochs: int, check_every: int, patience: int) -> Run:
        """Fit once; it may end after `patience` epochs without a better check."""


@dataclass
class Figures:
    """What one way reached, round by round.

    Attributes:
        way: its name.
        epochs: the fewest that bring it near its best.
        best_log_likelihood: its best held-out one, found at `best_epoch` of `sought_epochs`.
    """

    way: str
    epochs: int
    best_log_likelihood: float
    best_epoch: int
    sought_epochs: int
    elapsed_s: list[float] = field(default_factory=list)
    chance: np.ndarray = field(default_factory=lambda: np.empty(0))


def split_turns(turns: Turns, *, held_out: float, seed: int) -> Split:
    """A random share of the turns held out."""
    chosen = np.random.default_rng(seed).random(len(turns)) < held_out
    return Split(turns.subset(~chosen), turns.subset(chosen))


def fit_ours(split: Split) -> Run:
    """This project's fit, standard errors included."""
    started = time.perf_counter()
    model = fit_player_model(split.train)
    elapsed_s = time.perf_counter() - started
    chance = model.predict_turns(split.held_out)
    score = mean_log_likelihood(chance, split.held_out.revealed)
    return Run([Check(model.sweeps, elapsed_s, score)], chance)


def compare_fits(
    split: Split,
    baselines: dict[str, Baseline],
    *,
    epochs: int,
    check_every: int,
    patience: int,
    rounds: int,
    on_fit: Callable[[], None],
) -> list[Figures]:
    """Find each baseline's fewest epochs, then let all ways take turns, ours first.

    Args:
        split: what to learn from and to predict.
        baselines: by name.
        epochs: in which each baseline's best is looked for, at most.
        check_every: epochs between two looks.
        patience: epochs without a better look after which no more are made.
        rounds: how often everybody fits.
        on_fit: called after each fit, for a progress bar.
    """
    ours = fit_ours(split).checks[0]  # warms up
    figures = [Figures(OURS, ours.epoch, ours.log_likelihood, ours.epoch, ours.epoch)]
    on_fit()
    for name, fit in baselines.items():
        sought = fit(split, epochs=epochs, check_every=check_every, patience=patience).checks
        best = best_check(sought)
        figures.append(
            Figures(name, fewest_epochs(sought), best.log_likelihood, best.epoch, sought[-1].epoch)
        )
        on_fit()
    for _ in range(rounds):
        for way in figures:
            if way.way == OURS:
                run = fit_ours(split)
            else:
                fit, every = baselines[way.way], way.epochs
                run = fit(split, epochs=every, check_every=every, patience=every)
            way.elapsed_s.append(run.checks[-1].elapsed_s)
            way.chance = run.chance
            on_fit()
    return figures


def best_check(checks: list[Check]) -> Check:
    """The first of those with the best held-out log-likelihood."""
    return max(checks, key=lambda check: check.log_likelihood)


def has_lost_patience(checks: list[Check], patience: int) -> bool:
    """Whether the best check lies so many epochs back."""
    return bool(checks) and checks[-1].epoch - best_check(checks).epoch >= patience


def fewest_epochs(checks: list[Check]) -> int:
    """The first check within CLOSE of the best held-out log-likelihood.

    Raises:
        ValueError: no checks.
    """
    best = best_check(checks).log_likelihood
    enough = best - CLOSE * abs(best)
    return next(check.epoch for check in checks if check.log_likelihood >= enough)


def likelihood_gain(ours: np.ndarray, other: np.ndarray, *, revealed: np.ndarray) -> Interval:
    """How much more a held-out turn's log-likelihood is by our chances, paired turn by turn."""
    gains = log_likelihoods(ours, revealed) - log_likelihoods(other, revealed)
    reach = Z_95 * gains.std(ddof=1) / np.sqrt(len(gains))
    mean = float(gains.mean())
    return Interval(mean, float(mean - reach), float(mean + reach))


def describe_way(
    way: Figures, ours: Figures, *, revealed: np.ndarray, seed: int
) -> tuple[str, dict[str, object]]:
    """A line of the comparison for people, and the same as values.

    Args:
        way: whose line.
        ours: what it is compared with.
        revealed: (n,) outcomes of the held-out turns.
        seed: of the ratio's bootstrap over rounds.
    """
    seconds = sorted(way.elapsed_s)
    score = mean_log_likelihood(way.chance, revealed)
    values: dict[str, object] = {
        "epochs": way.epochs,
        "elapsed_s": way.elapsed_s,
        "log_likelihood": score,
        "best_log_likelihood": way.best_log_likelihood,
        "best_epoch": way.best_epoch,
        "sought_epochs": way.sought_epochs,
    }
    line = (
        f"{way.way:<{WIDTH}} {way.epochs:>5} epochs  {median(seconds):.2f} s "
        f"[{seconds[0]:.2f} to {seconds[-1]:.2f}] n={len(seconds)}  "
        f"held-out log-likelihood {score:.5f}"
    )
    if way is not ours:
        times = ratio_interval(way.elapsed_s, ours.elapsed_s, seed=seed)
        gain = likelihood_gain(ours.chance, way.chance, revealed=revealed)
        values["times_ours"] = [times.mean, times.low, times.high]
        values["ours_gains"] = [gain.mean, gain.low, gain.high]
        line += (
            f"\n{'':<{WIDTH}} takes {times.mean:.1f} [{times.low:.1f}, {times.high:.1f}] "
            f"times as long; this project's log-likelihood is higher by "
            f"{gain.mean:.5f} [{gain.low:.5f}, {gain.high:.5f}]\n"
            f"{'':<{WIDTH}} its best, {way.best_log_likelihood:.5f}, after {way.best_epoch} of "
            f"{way.sought_epochs} epochs: {_how_sure(way)}"
        )
    return line, values


def _how_sure(way: Figures) -> str:
    """What is to be thought of the search for the best."""
    if way.best_epoch == way.sought_epochs:
        return "still climbing, so more epochs would only make it slower"
    return "no better one came after it"
