"""The posterior of all players together, and how sure it is. Called by reports.

The players' own posteriors are no sample: all hang on one fit. So the fit is made again without a
part of the players at a time, and with epsilon and delta as far off as their standard errors.
"""

from dataclasses import replace

import numpy as np
from scipy.stats import t as student

from gap_core.scoring.counts import CountTables
from gap_core.scoring.interval import LEVEL, Interval
from gap_core.scoring.posterior import EstimatorName, fit_estimator
from gap_core.scoring.rates import ModelErrors

PARTS = 10
MARKED_WRONG = 4  # column of the counts


def pooled_posterior(
    name: EstimatorName,
    tables: CountTables,
    *,
    errors: ModelErrors = ModelErrors(),  # noqa: B008 (frozen)
    seed: int = 1,
) -> Interval | None:
    """P(the answer is wrong | anybody marks it Wrong): the mean over all marked questions.

    The interval is over players drawn anew and over what is not known of the model. Takes a dozen
    fits.

    Args:
        name: of the estimator.
        tables: everybody's counts.
        errors: what was measured of the model.
        seed: of the parts that players are put into.

    Returns:
        None where nobody with a posterior has marked a question; the interval is 0 to 1 where
        only one player has.

    Source: delete-a-group jackknife, Kott 2001; delta method for epsilon and delta.
    """
    mean = _pooled(name, tables, errors)
    if mean is None:
        return None
    parts = _parts(tables, seed=seed)
    without = [
        _pooled(name, CountTables(tables.rows, tables.players - one), errors) for one in parts
    ]
    left = np.array([one for one in without if one is not None])
    if len(left) < max(2, len(parts)):
        return Interval(mean, 0.0, 1.0)
    variance = (len(left) - 1) / len(left) * ((left - mean) ** 2).sum()
    reach = student.ppf((1 + LEVEL) / 2, len(left) - 1) * variance**0.5
    model = _model_variance(name, tables, errors, mean)
    reach = float(np.hypot(reach, student.ppf((1 + LEVEL) / 2, np.inf) * model**0.5))
    return Interval(mean, max(0.0, mean - reach), min(1.0, mean + reach))


def _pooled(name: EstimatorName, tables: CountTables, errors: ModelErrors) -> float | None:
    mean = fit_estimator(name, tables, errors=errors).estimates(tables.rows).mean
    marks = tables.players * tables.rows[:, MARKED_WRONG] * ~np.isnan(mean)
    return float(marks @ np.nan_to_num(mean) / marks.sum()) if marks.sum() else None


def _parts(tables: CountTables, *, seed: int) -> list[np.ndarray]:
    """(T,) players of each row in each part: as equal parts of those with a mark as can be."""
    has_marked = np.where(tables.rows[:, MARKED_WRONG] > 0, tables.players, 0)
    row = np.repeat(np.arange(len(has_marked)), has_marked)
    np.random.default_rng(seed).shuffle(row)
    parts = np.array_split(row, min(PARTS, len(row)))
    return [np.bincount(part, minlength=len(has_marked)) for part in parts]


def _model_variance(
    name: EstimatorName, tables: CountTables, errors: ModelErrors, mean: float
) -> float:
    honest_sd, told_sd = errors.standard_errors
    moved = [
        replace(errors, honest_wrong=errors.honest_wrong + honest_sd),
        replace(errors, told_right=errors.told_right + told_sd),
    ]
    found = [_pooled(name, tables, one) for one in moved if one != errors]
    return sum((one - mean) ** 2 for one in found if one is not None)
