"""How well two people who label the same items agree. Called by the workbench and by reports."""

from collections.abc import Sequence
from typing import NamedTuple

import krippendorff
import numpy as np

from db.labeling_records import LabelPair
from gap_core.language import are_equivalent
from gap_core.scoring.interval import LEVEL, Interval
from gap_core.scoring.shares import Share, clustered_share_of

RESAMPLES = 1000
SEED = 1


class AgreementReport(NamedTuple):
    """Agreement over all items with two labels; decisions of reviewers play no part.

    Attributes:
        pairs: items with two labels.
        images: pictures these stand on; intervals are over pictures drawn anew.
        verdict: Krippendorff's alpha (nominal) of the verdict, which says whether the question
            is valid; None where all said the same, so that alpha is not defined.
        category: the same of the category, over items that both answered.
        answer: share of these whose answers state the same facts.
        untold: items both answered where that can't be told; in `answer` they are left out.
    """

    pairs: int
    images: int
    verdict: Interval | None
    category: Interval | None
    answer: Share
    untold: int


def agreement_of(pairs: Sequence[LabelPair]) -> AgreementReport:
    """The report over these items.

    Source: Krippendorff 2018, ch. 12; bootstrap over pictures, since items on one picture are not
        independent (Efron & Tibshirani 1993, ch. 8).
    """
    answered = [pair for pair in pairs if None not in pair.answers]
    told = [
        (pair.image_id, are_equivalent(*map(str, pair.answers), question=pair.question))
        for pair in answered
    ]
    same = [(image_id, found) for image_id, found in told if found is not None]
    return AgreementReport(
        pairs=len(pairs),
        images=len({pair.image_id for pair in pairs}),
        verdict=alpha_interval([(pair.image_id, *pair.verdicts) for pair in pairs]),
        category=alpha_interval(
            [(pair.image_id, str(pair.categories[0]), str(pair.categories[1])) for pair in answered]
        ),
        answer=_share(same),
        untold=len(told) - len(same),
    )


def alpha_interval(
    rated: Sequence[tuple[str, str, str]], *, resamples: int = RESAMPLES, seed: int = SEED
) -> Interval | None:
    """Krippendorff's alpha of nominal values with its percentile bootstrap interval.

    Args:
        rated: picture, first value and second value of each item.
        resamples: how often pictures are drawn anew.
        seed: of the drawing.
    """
    values = sorted({value for _, *both in rated for value in both})
    if len(values) < 2:
        return None
    counts = _counts_by_image(rated, values)  # a (n_items, V) of each picture
    alpha = _alpha(np.concatenate(counts))
    rng = np.random.default_rng(seed)
    drawn = []
    for _ in range(resamples):
        chosen = np.concatenate([counts[i] for i in rng.integers(0, len(counts), len(counts))])
        # A drawing in which all said the same has no alpha: agreement was perfect in it.
        is_varied = (chosen.sum(axis=0) > 0).sum() > 1
        drawn.append(_alpha(chosen) if is_varied else 1.0)
    low, high = np.quantile(drawn, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return Interval(alpha, min(alpha, float(low)), max(alpha, float(high)))


def _counts_by_image(
    rated: Sequence[tuple[str, str, str]], values: Sequence[str]
) -> list[np.ndarray]:
    place = {value: number for number, value in enumerate(values)}
    by_image: dict[str, list[np.ndarray]] = {}
    for image_id, *both in rated:
        row = np.bincount([place[value] for value in both], minlength=len(values))
        by_image.setdefault(image_id, []).append(row)
    return [np.array(rows) for rows in by_image.values()]


def _alpha(counts: np.ndarray) -> float:
    """Of how many of the two labelers gave each item each value, (n_items, V)."""
    return float(krippendorff.alpha(value_counts=counts, level_of_measurement="nominal"))


def _share(same: Sequence[tuple[str, bool]]) -> Share:
    by_image: dict[str, list[bool]] = {}
    for image_id, is_same in same:
        by_image.setdefault(image_id, []).append(is_same)
    hits = np.array([sum(own) for own in by_image.values()])
    return clustered_share_of(hits, np.array([len(own) for own in by_image.values()]))
