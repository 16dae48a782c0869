"""Players who know the traps and enter anything on other pictures: how to notice them.

Called by the validation and by whoever reviews selected questions.
"""

import numpy as np
from scipy.special import betaln

from gap_core.scoring.population import Population

FALSE_ALARMS = 0.01
BLOCK_ROWS = 4096


def untainted_surprise(population: Population, rows: np.ndarray) -> np.ndarray:
    """How much better untainted verdicts fit any one rate of Wrong than the player's own h and f.

    The player's place in the population is judged by tainted verdicts alone. Against it stands a
    rate that has nothing to do with them, uniform on 0 to 1. The logarithm of the ratio of the two
    likelihoods is returned: a Bayes factor, which for a player who behaves alike on both exceeds
    log(1 / a) with a probability of at most a, whenever one looks.

    Args:
        population: as fitted.
        rows: (N, 8) counts.

    Returns:
        (N,) logarithms; 0 for a player without untainted verdicts.

    Source: Good 1950; Shafer et al. 2011 for the bound at any moment.
    """
    surprises = [
        _block(population, rows[start : start + BLOCK_ROWS])
        for start in range(0, max(1, len(rows)), BLOCK_ROWS)
    ]
    return np.concatenate(surprises)


def is_learner(
    population: Population, rows: np.ndarray, *, false_alarms: float = FALSE_ALARMS
) -> np.ndarray:
    """(N,) whether to doubt what the player says on untainted pictures.

    Args:
        population: as fitted.
        rows: (N, 8) counts.
        false_alarms: how many of the players who behave alike may be doubted.
    """
    return untainted_surprise(population, rows) >= -np.log(false_alarms)


def _block(population: Population, rows: np.ndarray) -> np.ndarray:
    shares = population.log_shares  # (8, G)
    tainted = rows[:, :4] @ shares[:4] + np.log(population.weights)  # (N, G)
    both = tainted + rows[:, 4:6] @ shares[4:6]
    own = np.logaddexp.reduce(both, axis=1) - np.logaddexp.reduce(tainted, axis=1)
    return betaln(rows[:, 4] + 1, rows[:, 5] + 1) - own
