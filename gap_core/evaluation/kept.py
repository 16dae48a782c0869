"""Evaluations that are over, read back: figures, whose they are, two of them side by side.

Called by the studio and the experiments. No model is asked: answers were kept one by one, and so
were the scores of judges that are models.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import isnan, nan
from pathlib import Path
from typing import NamedTuple

import numpy as np

from db import Store
from db.adapter_store import AdapterRecord
from db.evaluation_records import AnsweredBy, EvaluationRecord, JudgedBy
from gap_core.errors import GapError
from gap_core.evaluation.bootstrap import Figure, Paired
from gap_core.evaluation.items import Answered, Item
from gap_core.evaluation.judge_agreement import Agreement, PairAgreement
from gap_core.evaluation.judges import CHOICE, FACTUAL, choice_judge, factual_judge
from gap_core.evaluation.report import Evaluation, compare, report_of
from gap_core.scoring.interval import Interval
from models.registry import adapter_label


def evaluations_of(
    adapter: AdapterRecord, records: Sequence[EvaluationRecord], *, data_dir: Path
) -> list[EvaluationRecord]:
    """Those of a registered adapter, in their order."""
    label = adapter_label(data_dir / adapter.folder)
    return [
        one
        for one in records
        if one.answered_by.model == adapter.model
        and one.answered_by.adapter.partition(" ")[0] == label
    ]


class TwoAnswers(NamedTuple):
    """What two models said to one item, with a judge's scores; NaN where there is none."""

    item: Item
    before: str
    after: str
    score_before: float
    score_after: float

    @property
    def change(self) -> float:
        """How much higher the second scores; NaN where one has no score."""
        return self.score_after - self.score_before


class Compared(NamedTuple):
    """Two evaluations on the items that both answered.

    Attributes:
        asked: items of the dataset as it is now; answered those of them that both answered.
        differences: by judge and then by category; of judges that are models where both
            evaluations had them.
    """

    before: Evaluation
    after: Evaluation
    asked: int
    differences: dict[str, dict[str, Paired]]

    @property
    def answered(self) -> int:
        """How many items both answered."""
        return len(self.after.answered)

    def side_by_side(self, judge: str) -> list[TwoAnswers]:
        """Both answers to every item, those that changed most first."""
        rows = [
            TwoAnswers(one.item, one.answer, other.answer, float(low), float(high))
            for one, other, low, high in zip(
                self.before.answered,
                self.after.answered,
                self.before.scores[judge],
                self.after.scores[judge],
                strict=True,
            )
        ]
        return sorted(rows, key=lambda row: -abs(0.0 if isnan(row.change) else row.change))


def compare_kept(
    store: Store, before: EvaluationRecord, after: EvaluationRecord, items: Sequence[Item]
) -> Compared:
    """Two evaluations held against each other, item by item.

    Raises:
        GapError: there is no item that both answered.
    """
    said = [_answers(store, record.answered_by, items) for record in (before, after)]
    both = {item for item, *texts in zip(items, *said, strict=True) if None not in texts}
    if not both:
        raise GapError(
            "No question of the dataset as it is now was answered in both. Evaluate both again."
        )
    earlier, later = (
        [
            Answered(item, text or "")
            for item, text in zip(items, texts, strict=True)
            if item in both
        ]
        for texts in said
    )
    return _compared(store, (before, after), (earlier, later), asked=len(items))


def _compared(
    store: Store,
    records: tuple[EvaluationRecord, EvaluationRecord],
    answered: tuple[Sequence[Answered], Sequence[Answered]],
    *,
    asked: int,
) -> Compared:
    scores = _rule_scores(records[1], answered)
    for judge in _models_of(records):
        scores[judge] = _kept_scores(store, judge, answered)
    before, after = (
        _evaluation(record.answered_by, said, {judge: two[side] for judge, two in scores.items()})
        for side, (record, said) in enumerate(zip(records, answered, strict=True))
    )
    return Compared(before, after, asked, compare(before, after))


def _rule_scores(
    after: EvaluationRecord, answered: tuple[Sequence[Answered], Sequence[Answered]]
) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """By judge that needs no model, of both evaluations; the factual one where there is none."""
    judges = [factual_judge(), choice_judge()]
    judges = [judge for judge in judges if judge.name in figures_of(after)] or judges[:1]
    return {judge.name: (judge.score(answered[0]), judge.score(answered[1])) for judge in judges}


def _models_of(records: tuple[EvaluationRecord, EvaluationRecord]) -> list[str]:
    """Judges of both evaluations that are models."""
    first, second = map(figures_of, records)
    return [judge for judge in second if judge in first and judge not in (FACTUAL, CHOICE)]


def _kept_scores(
    store: Store, judge: str, answered: tuple[Sequence[Answered], Sequence[Answered]]
) -> tuple[np.ndarray, np.ndarray]:
    """Both evaluations' scores by one version of the judge: the one that scored most of both.

    Scores of two versions, with other weights or another prompt, can't be compared.
    """
    found = [
        tuple(_scores_by(store, JudgedBy(judge, version), said) for said in answered)
        for version in store.evaluations.judge_versions(judge)
    ]
    unscored = tuple(np.full(len(said), nan) for said in answered)
    first, second = max(
        found, key=lambda two: int((~np.isnan(two[0]) & ~np.isnan(two[1])).sum()), default=unscored
    )
    return first, second


def _scores_by(store: Store, by: JudgedBy, answered: Sequence[Answered]) -> np.ndarray:
    """(N,) scores, NaN where none is kept or none could be read."""
    kept = [
        store.evaluations.score(by, question=i.question, reference=i.reference, answer=answer)
        for i, answer in answered
    ]
    return np.array([nan if one is None or one.score is None else one.score for one in kept])


def _answers(store: Store, by: AnsweredBy, items: Sequence[Item]) -> list[str | None]:
    return [
        store.evaluations.answer(by, image_id=item.image_id, question=item.question)
        for item in items
    ]


def _evaluation(
    by: AnsweredBy, answered: Sequence[Answered], scores: Mapping[str, np.ndarray]
) -> Evaluation:
    return Evaluation(report_of(by, answered, scores), answered, scores)


def agreement_in(record: EvaluationRecord) -> Agreement | None:
    """How far its judges agreed with each other; None where there was a single one."""
    kept = record.report.get("agreement")
    if kept is None:
        return None
    pairs = tuple(
        PairAgreement(**{**pair, "alpha": _interval(pair["alpha"])}) for pair in kept["pairs"]
    )
    return Agreement(kept["alpha"], kept["n"], pairs)


def figures_of(record: EvaluationRecord) -> dict[str, dict[str, Figure]]:
    """By judge and then by category, as `EvaluationReport.figures`."""
    return {
        judge: {name: figure_of(figure) for name, figure in figures.items()}
        for judge, figures in record.report["figures"].items()
    }


def figure_of(record: Mapping[str, object]) -> Figure:
    """A figure as it was kept."""
    return Figure(**{**record, "interval": _interval(record["interval"])})  # type: ignore[arg-type]


def paired_of(record: Mapping[str, object]) -> Paired:
    """A difference as it was kept."""
    return Paired(**{**record, "interval": _interval(record["interval"])})  # type: ignore[arg-type]


def _interval(record: object) -> Interval | None:
    return Interval(**record) if isinstance(record, dict) else None
