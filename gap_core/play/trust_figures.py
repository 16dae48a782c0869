"""How far "Wrong" could be believed, held against what experts found. Called by the Playtest page.

Experts look at what was selected, so low posteriors are rare among these findings: the figures say
how good selection is, not how good the estimators are over all players.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from db import Store
from db.checked_store import Finding
from db.playtest_records import PlayerPlay
from gap_core.errors import GapError
from gap_core.scoring.interval import Interval
from gap_core.scoring.prediction_check import BINS, measure_calibration, measure_roc
from gap_core.scoring.shares import Share, share_of

KEPT = ("joint", "smoothed", "paper")  # whose posteriors are stored with every verdict
LEAST_IN_A_BIN = 20
SERIES = 6  # as many as the charts have colours


@dataclass(frozen=True)
class TrustFigures:
    """Findings of experts against the posteriors of those who had marked.

    Attributes:
        found: of the checked marks, those whose answer was wrong indeed.
        calibration: for `calibration_chart`.
        roc: for `roc_chart`; empty where all findings are alike.
        auc: area under each curve, players being the sample.
    """

    found: Share
    calibration: pd.DataFrame
    roc: pd.DataFrame
    auc: dict[str, Interval]


def trust_figures(findings: Sequence[Finding]) -> TrustFigures:
    """Calibration and ROC of each estimator over the marks that it had a posterior for."""
    calibration, curves, auc = [], [], {}
    for name, chance, wrong, player in _predictions(findings):
        calibration += _calibration_rows(name, chance, wrong)
        try:
            roc = measure_roc(chance, wrong, cluster=player)
        except GapError:  # all alike: there is no curve
            continue
        auc[name] = roc.auc
        points = zip(roc.false_alarms, roc.hits, strict=True)
        curves += [(name, float(false), float(hit)) for false, hit in points]
    found = share_of(sum(one.model_was_wrong for one in findings), len(findings))
    columns = ["estimator", "predicted", "observed", "low", "high", "n"]
    return TrustFigures(
        found=found,
        calibration=pd.DataFrame(calibration, columns=columns),
        roc=pd.DataFrame(curves, columns=["estimator", "false_alarms", "hits"]),
        auc=auc,
    )


def _predictions(
    findings: Sequence[Finding],
) -> Iterator[tuple[str, np.ndarray, np.ndarray, np.ndarray]]:
    """For each estimator: name, posteriors (n,), whether the model was wrong (n,), player (n,)."""
    players = {player: place for place, player in enumerate({one.player_id for one in findings})}
    for name in KEPT:
        known = [one for one in findings if getattr(one, name) is not None]
        if known:
            chance = np.array([getattr(one, name) for one in known], dtype=float)
            wrong = np.array([one.model_was_wrong for one in known])
            yield name, chance, wrong, np.array([players[one.player_id] for one in known])


def _calibration_rows(
    name: str, chance: np.ndarray, wrong: np.ndarray
) -> list[tuple[str, float, float | None, float | None, float | None, int]]:
    bins = max(1, min(BINS, len(chance) // LEAST_IN_A_BIN))
    return [
        (name, one.predicted, seen.mean, seen.low, seen.high, seen.n)
        for one in measure_calibration(chance, wrong, bins=bins).bins
        for seen in [one.observed]
    ]


def posteriors_by_session(store: Store, players: Sequence[PlayerPlay]) -> pd.DataFrame:
    """Posteriors after each session of those who played most sessions, for `posterior_chart`."""
    busiest = sorted(players, key=lambda player: (-player.sessions, player.nickname))[:SERIES]
    rows = [
        (player.nickname, at.session, at.mean, at.low, at.high)
        for player in busiest
        for at in store.playtest.posteriors_by_session(player.player_id)
    ]
    return pd.DataFrame(rows, columns=["series", "sessions", "mean", "low", "high"])
