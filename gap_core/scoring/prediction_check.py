"""How good predicted chances are: log-likelihood, ROC with AUC, calibration with ECE.

Called by the checks of the player interaction model and its benchmark.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import expit, logit
from scipy.stats import rankdata

from gap_core.errors import GapError
from gap_core.scoring.interval import Interval
from gap_core.scoring.shares import Share, share_of

BINS = 15
CURVE_POINTS = 201
Z_95 = 1.959964
SMALLEST = 1e-12  # a chance of 0 or 1 that proves wrong costs much, not everything


@dataclass(frozen=True)
class Roc:
    """The curve, both axes from 0 to 1, and the area under it with its 95% interval."""

    false_alarms: np.ndarray
    hits: np.ndarray
    auc: Interval


@dataclass(frozen=True)
class CalibrationBin:
    """Turns of about the same chance: its mean, and how many of them came true."""

    predicted: float
    observed: Share


@dataclass(frozen=True)
class Calibration:
    """Bins of equal size from low to high chance, and their expected calibration error."""

    bins: tuple[CalibrationBin, ...]
    ece: float


def mean_log_likelihood(chance: np.ndarray, happened: np.ndarray) -> float:
    """Mean log probability, in nats, that the chances gave to what happened."""
    return float(log_likelihoods(chance, happened).mean())


def log_likelihoods(chance: np.ndarray, happened: np.ndarray) -> np.ndarray:
    """Log probability of each outcome, (n,)."""
    return np.log(np.maximum(np.where(happened, chance, 1 - chance), SMALLEST))


def measure_roc(chance: np.ndarray, happened: np.ndarray, *, cluster: np.ndarray) -> Roc:
    """ROC of chances against outcomes.

    Turns of one player are not independent, so the interval treats players as the sample.

    Args:
        chance: (n,) what was predicted.
        happened: (n,) booleans.
        cluster: (n,) whose turn it is, numbers from 0.

    Raises:
        GapError: all outcomes are alike.

    Source: DeLong et al. 1988; Obuchowski 1997 for clustered data.
    """
    happened = happened.astype(bool)
    yes, no = int(happened.sum()), int((~happened).sum())
    if yes == 0 or no == 0:
        raise GapError("Every outcome is the same, so there is no ROC. Take more turns.")
    every, own = rankdata(chance), np.empty(len(chance))
    own[happened], own[~happened] = rankdata(chance[happened]), rankdata(chance[~happened])
    # Of the turns with the other outcome, the share that this one is on the right side of.
    beaten = np.where(happened, (every - own) / no, 1 - (every - own) / yes)
    auc = float(beaten[happened].mean())
    return Roc(*_curve(chance, happened), auc=_auc_interval(auc, beaten, happened, cluster))


def _auc_interval(
    auc: float, beaten: np.ndarray, happened: np.ndarray, cluster: np.ndarray
) -> Interval:
    """On the logit scale; each cluster's excess over the mean is one draw."""
    excess = (beaten - auc) / np.where(happened, happened.sum(), (~happened).sum())
    by_cluster = np.bincount(cluster, weights=excess)[np.unique(cluster)]
    count = len(by_cluster)
    if count < 2 or not 0 < auc < 1:
        return Interval(auc, 0.0, 1.0)
    se = np.sqrt(count / (count - 1) * (by_cluster**2).sum())
    reach = Z_95 * se / (auc * (1 - auc))
    low, high = expit(logit(auc) - reach), expit(logit(auc) + reach)
    return Interval(auc, float(low), float(high))


def _curve(chance: np.ndarray, happened: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    order = np.argsort(-chance, kind="stable")
    # Turns with equal chances are passed together.
    ends = np.append(np.flatnonzero(np.diff(chance[order])), len(chance) - 1)
    hits = np.append(0, happened[order].cumsum()[ends]) / happened.sum()
    false_alarms = np.append(0, (~happened)[order].cumsum()[ends]) / (~happened).sum()
    if len(ends) >= CURVE_POINTS:
        shown = np.linspace(0, len(hits) - 1, CURVE_POINTS).astype(int)
        hits, false_alarms = hits[shown], false_alarms[shown]
    return false_alarms, hits


def measure_calibration(
    chance: np.ndarray, happened: np.ndarray, *, bins: int = BINS
) -> Calibration:
    """Mean chance against share that came true, in bins with equally many turns.

    Source: Naeini, Cooper & Hauskrecht 2015 for the expected calibration error.
    """
    parts = np.array_split(np.argsort(chance, kind="stable"), min(bins, len(chance)))
    made = tuple(
        CalibrationBin(float(chance[part].mean()), share_of(int(happened[part].sum()), len(part)))
        for part in parts
    )
    gaps = [
        abs(one.predicted - one.observed.hits / one.observed.n) * one.observed.n for one in made
    ]
    return Calibration(bins=made, ece=sum(gaps) / len(chance))
