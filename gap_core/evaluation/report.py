"""What an evaluation came to: figures by judge and category, and two models compared.

Called by evaluating; scripts and the studio show it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from db.evaluation_records import AnsweredBy
from gap_core.evaluation.bootstrap import Figure, Paired, mean_figure, paired_difference
from gap_core.evaluation.items import Answered
from gap_core.evaluation.judge_agreement import Agreement, agreement_of
from gap_core.language import CATEGORIES

ALL = "all"


@dataclass(frozen=True)
class EvaluationReport:
    """One model on one list of items.

    Attributes:
        figures: by judge and then by category, "all" first.
        agreement: of the judges; None with a single one.
    """

    answered_by: AnsweredBy
    items: int
    pictures: int
    figures: Mapping[str, Mapping[str, Figure]]
    agreement: Agreement | None


@dataclass(frozen=True)
class Evaluation:
    """A report with what it was made of.

    Attributes:
        answered: every item with its answer, in the order of the items.
        scores: by judge, (N,) each, NaN where an answer is unscored.
    """

    report: EvaluationReport
    answered: Sequence[Answered]
    scores: Mapping[str, np.ndarray]


def report_of(
    answered_by: AnsweredBy, answered: Sequence[Answered], scores: Mapping[str, np.ndarray]
) -> EvaluationReport:
    """The figures of these scores."""
    pictures = [one.item.image_id for one in answered]
    chosen = _by_category(answered)
    figures = {
        judge: {
            name: mean_figure(own[places], [pictures[place] for place in places])
            for name, places in chosen.items()
        }
        for judge, own in scores.items()
    }
    agreement = agreement_of(scores, pictures) if len(scores) > 1 else None
    return EvaluationReport(answered_by, len(answered), len(set(pictures)), figures, agreement)


def compare(before: Evaluation, after: Evaluation) -> dict[str, dict[str, Paired]]:
    """By judge and category, how much higher the second evaluation scores on the same items.

    Raises:
        ValueError: they are of other items.
    """
    if [one.item for one in before.answered] != [one.item for one in after.answered]:
        raise ValueError("Two evaluations can be compared on the same items only.")
    pictures = [one.item.image_id for one in after.answered]
    chosen = _by_category(after.answered)
    return {
        judge: {
            name: paired_difference(
                before.scores[judge][places], own[places], [pictures[place] for place in places]
            )
            for name, places in chosen.items()
        }
        for judge, own in after.scores.items()
        if judge in before.scores
    }


def _by_category(answered: Sequence[Answered]) -> dict[str, np.ndarray]:
    """Places of the items of each category that there are, "all" first."""
    categories = np.array([one.item.category for one in answered])
    chosen = {ALL: np.arange(len(answered))}
    for name in CATEGORIES:
        places = np.flatnonzero(categories == name)
        if len(places):
            chosen[name] = places
    return chosen
