"""How well posteriors fit the truth: precision, recall, calibration, coverage.

Called by the validation.
"""

from dataclasses import dataclass

import numpy as np

from gap_core.scoring.interval import Estimates, Interval
from gap_core.scoring.shares import Share, clustered_share_of, share_of

BINS = 10
RESAMPLES = 200
SEED = 1  # of the resampling of players
MOST_ERROR = 0.02
MOST_PRECISION_LOST = 0.01
COVERAGE = (0.87, 0.93)


@dataclass(frozen=True)
class Truth:
    """Of each player, (N,).

    Attributes:
        marks: questions marked Wrong on untainted pictures.
        wrong: those of them whose answer was wrong.
        precision: how many would be, in the long run.
        is_bot: whether nobody looks at the pictures.
    """

    marks: np.ndarray
    wrong: np.ndarray
    precision: np.ndarray
    is_bot: np.ndarray


@dataclass(frozen=True)
class KeptMarks:
    """Of each player, (N,): the marks that may be selected, and how many of them were right."""

    marks: np.ndarray
    wrong: np.ndarray


@dataclass(frozen=True)
class EstimatorFigures:
    """How one estimator did, over questions marked Wrong on untainted pictures.

    Attributes:
        precision: of the selected questions, those whose answer was wrong.
        recall: of the marked questions whose answer was wrong, those selected.
        recall_at_paper: recall of the most believed questions, as many as leave the precision at
            the paper's; None where paper selected nothing.
        ece: calibration error over ten bins of equal width, bootstrap interval over players.
        coverage: players whose true precision of Wrong lies within their interval.
        bots_out: bots of whom no question is selected.
        unscored: players with marked questions and without an estimate.
    """

    estimator: str
    precision: Share
    recall: Share
    recall_at_paper: float | None
    ece: Interval
    coverage: Share
    bots_out: Share
    unscored: int


def measure_estimators(
    estimates: dict[str, Estimates], truth: Truth, *, theta: float
) -> tuple[EstimatorFigures, ...]:
    """Figures of each estimator's posteriors; `paper` must be among them."""
    by_paper = _selected(estimates["paper"], theta)
    at_paper = clustered_share_of(truth.wrong[by_paper], truth.marks[by_paper]).mean
    return tuple(
        measure_estimator(name, found, truth, theta=theta, at_precision=at_paper)
        for name, found in estimates.items()
    )


def measure_estimator(
    name: str,
    found: Estimates,
    truth: Truth,
    *,
    theta: float,
    at_precision: float | None,
    kept: KeptMarks | None = None,
) -> EstimatorFigures:
    """Figures of one estimator's posteriors.

    Args:
        name: what it is called.
        found: its posteriors.
        truth: what nobody in the game knows.
        theta: selection threshold.
        at_precision: where `recall_at_paper` is read off; None for not at all.
        kept: where some marks can't be selected, whatever the posterior; recall is of all marks.
    """
    kept = kept or KeptMarks(truth.marks, truth.wrong)
    marked = kept.marks > 0
    scored, selected = marked & ~np.isnan(found.mean), marked & _selected(found, theta)
    bots = (truth.marks > 0) & truth.is_bot
    covered = scored & (found.low <= truth.precision) & (truth.precision <= found.high)
    return EstimatorFigures(
        estimator=name,
        precision=clustered_share_of(kept.wrong[selected], kept.marks[selected]),
        recall=clustered_share_of(kept.wrong * selected, truth.wrong),
        recall_at_paper=_recall_at(at_precision, found.mean, truth),
        ece=calibration_error(found.mean[scored], kept.wrong[scored], kept.marks[scored]),
        coverage=share_of(int(covered.sum()), int(scored.sum())),
        bots_out=share_of(int((bots & ~selected).sum()), int(bots.sum())),
        unscored=int((marked & ~scored).sum()),
    )


def missed_goals(figures: EstimatorFigures, paper: EstimatorFigures, *, theta: float) -> list[str]:
    """Which goals of the joint estimator were missed, in words."""
    missed = []
    if figures.ece.mean > MOST_ERROR:
        missed.append(f"ECE {figures.ece.mean:.3f} [{figures.ece.low:.3f}, {figures.ece.high:.3f}]")
    precision = figures.precision.mean
    if precision is not None and precision < theta - MOST_PRECISION_LOST:
        missed.append(f"precision {figures.precision}")
    recall = figures.recall_at_paper
    if recall is not None and paper.recall.mean is not None and recall < paper.recall.mean:
        missed.append(f"recall {recall:.3f} at the paper's precision, paper {paper.recall}")
    covered = figures.coverage.mean
    if covered is not None and not COVERAGE[0] <= covered <= COVERAGE[1]:
        missed.append(f"coverage {figures.coverage}")
    return missed


def _selected(found: Estimates, theta: float) -> np.ndarray:
    return np.nan_to_num(found.mean, nan=0.0) > theta


def _recall_at(precision: float | None, mean: np.ndarray, truth: Truth) -> float | None:
    marks, wrong = truth.marks, truth.wrong
    if precision is None or not wrong.any():
        return None
    belief = np.nan_to_num(mean, nan=-1.0)
    order = np.argsort(-belief, kind="stable")
    hits, taken = wrong[order].cumsum(), marks[order].cumsum()
    ends_tie = np.append(np.diff(belief[order]) != 0, True)
    good = np.flatnonzero(ends_tie & (taken > 0) & (hits >= precision * taken))
    return float(hits[good[-1]] / wrong.sum()) if len(good) else 0.0


def calibration_error(mean: np.ndarray, wrong: np.ndarray, marks: np.ndarray) -> Interval:
    """Expected calibration error over marked questions, with a bootstrap interval over players.

    Args:
        mean: (N,) posterior of each player's questions.
        wrong: (N,) how many of them were truly wrong.
        marks: (N,) how many there are.

    Source: Naeini, Cooper & Hauskrecht 2015.
    """
    bins = np.minimum((mean * BINS).astype(int), BINS - 1)
    gaps, rng = wrong - mean * marks, np.random.default_rng(SEED)

    def error(times: np.ndarray) -> float:
        gap = np.bincount(bins, weights=gaps * times, minlength=BINS)
        return float(np.abs(gap).sum() / max(1.0, marks @ times))

    drawn = [error(rng.poisson(1.0, len(mean))) for _ in range(RESAMPLES)]
    low, high = np.quantile(drawn, [0.025, 0.975])
    found = error(np.ones(len(mean)))
    return Interval(found, min(found, float(low)), max(found, float(high)))
