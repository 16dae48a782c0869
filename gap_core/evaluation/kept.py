"""Evaluations that are over, read back: figures, whose they are, two of them side by side.

Called by the studio and the experiments. No model is asked: answers were kept one by one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import isnan
from pathlib import Path
from typing import NamedTuple

from db import Store
from db.adapter_store import AdapterRecord
from db.evaluation_records import AnsweredBy, EvaluationRecord
from gap_core.errors import GapError
from gap_core.evaluation.bootstrap import Figure, Paired
from gap_core.evaluation.items import Answered, Item
from gap_core.evaluation.judges import RuleJudge, choice_judge, factual_judge
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
        differences: by judge and then by category; of judges that need no model.
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
    both = [item for item, *texts in zip(items, *said, strict=True) if None not in texts]
    if not both:
        raise GapError(
            "No question of the dataset as it is now was answered in both. Evaluate both again."
        )
    judges = [factual_judge(), choice_judge()]
    judges = [judge for judge in judges if judge.name in figures_of(after)] or judges[:1]
    earlier, later = (
        _evaluation(record.answered_by, both, dict(zip(items, texts, strict=True)), judges)
        for record, texts in zip((before, after), said, strict=True)
    )
    return Compared(earlier, later, len(items), compare(earlier, later))


def _answers(store: Store, by: AnsweredBy, items: Sequence[Item]) -> list[str | None]:
    return [
        store.evaluations.answer(by, image_id=item.image_id, question=item.question)
        for item in items
    ]


def _evaluation(
    by: AnsweredBy,
    items: Sequence[Item],
    texts: Mapping[Item, str | None],
    judges: Sequence[RuleJudge],
) -> Evaluation:
    answered = [Answered(item, texts[item] or "") for item in items]
    scores = {judge.name: judge.score(answered) for judge in judges}
    return Evaluation(report_of(by, answered, scores), answered, scores)


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
