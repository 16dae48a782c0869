"""How difficult an image is that nobody has played, from images that look alike to the model.

Called by the checks of the player interaction model, and before new images enter a deck.
"""

from __future__ import annotations

import numpy as np
from scipy.cluster.vq import kmeans2, vq

from gap_core.scoring.player_model import Scores

CLUSTERS = 32
ITERATIONS = 25
LEAST_KNOWN = 1e-3  # of its own difficulty, before an image speaks for its cluster
SHARES = np.linspace(0, 0.99, 100)  # of the spread of difficulty, lying between clusters


def unseen_difficulty(
    features: np.ndarray,
    *,
    known: np.ndarray,
    difficulty: Scores,
    seed: int,
) -> Scores:
    """Difficulty of images without turns: their cluster's mean, drawn towards that of all.

    How far is told by how much of the spread in difficulty lies between clusters, estimated from
    the known images with what is not known of each; features that tell nothing give the mean.

    Args:
        features: (m, d) the model's features of the images in question.
        known: (images, d) features of the images that the model was fitted to, in their order.
        difficulty: theirs, from the fit.
        seed: of the clusters' first centres.

    Raises:
        ValueError: known has not one row for each image of the fit.
    """
    if len(known) != len(difficulty.value):
        raise ValueError(f"{len(known)} rows of features for {len(difficulty.value)} images.")
    scale = known.std(axis=0)
    scale = np.where(scale > 0, scale, 1)
    count = min(CLUSTERS, len(np.unique(known, axis=0)))
    centres, cluster = kmeans2(known / scale, count, iter=ITERATIONS, minit="++", seed=seed)
    value, se = _cluster_scores(cluster, difficulty, count=count)
    nearest = vq(features / scale, centres)[0]
    return Scores(value[nearest], se[nearest], mean=difficulty.mean, sd=difficulty.sd)


def _cluster_scores(
    cluster: np.ndarray, difficulty: Scores, *, count: int
) -> tuple[np.ndarray, np.ndarray]:
    """Difficulty of a new image of each cluster, (k,), and its standard error.

    The fit has drawn every image towards the mean; that is undone first, or else clusters of
    images with few turns would look alike.
    """
    known = 1 - (difficulty.se / difficulty.sd) ** 2
    heard = known > LEAST_KNOWN
    excess = (difficulty.value - difficulty.mean)[heard] / known[heard]
    error = difficulty.se[heard] ** 2 / known[heard]
    fits = [
        _fit_share(excess, error, cluster[heard], count=count, total=difficulty.sd**2, share=share)
        for share in SHARES
    ]
    _, mean, variance = max(fits, key=lambda fit: fit[0])
    return np.clip(difficulty.mean + mean, 0, 1), np.sqrt(variance)


def _fit_share(
    excess: np.ndarray,
    error: np.ndarray,
    cluster: np.ndarray,
    *,
    count: int,
    total: float,
    share: float,
) -> tuple[float, np.ndarray, np.ndarray]:
    """Log-likelihood of a share between clusters, and each cluster's mean and new image's variance.

    Source: one-way normal model with known errors; Gelman et al. 2013, ch. 5.
    """
    between, within = share * total, (1 - share) * total
    precision = 1 / (within + error)
    weight = np.bincount(cluster, weights=precision, minlength=count)
    pull = np.bincount(cluster, weights=precision * excess, minlength=count)
    shrink = between / (1 + between * weight)
    fit = np.log(precision).sum() - np.log1p(between * weight).sum()
    fit += (shrink * pull**2).sum() - (precision * excess**2).sum()
    return float(fit), shrink * pull, within + shrink
