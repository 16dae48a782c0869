"""The door of evaluation: items in, a frozen report out. Called by scripts, studio, experiments.

Answers and judges' scores are kept as they come, so what was done once is never done again and a
killed evaluation goes on where it was.
"""

from collections.abc import Callable, Sequence
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any

from db import Store
from db.evaluation_records import AnsweredBy
from gap_core.evaluation.answering import answer_items
from gap_core.evaluation.items import Item
from gap_core.evaluation.judges import Judge
from gap_core.evaluation.report import Evaluation, EvaluationReport, report_of
from gap_core.play.game import utc_now
from models.base import VisionModel

OnStep = Callable[[str, int, int], None]


def _silent(step: str, done: int, total: int) -> None:
    """Nobody listens."""


def evaluate(
    store: Store,
    items: Sequence[Item],
    *,
    model: VisionModel,
    by: AnsweredBy,
    judges: Sequence[Judge],
    data_dir: Path,
    on_step: OnStep = _silent,
) -> Evaluation:
    """Ask the model, let every judge score, and add up.

    Args:
        store: where answers and scores are kept.
        items: what to ask.
        model: what answers.
        by: what its answers are kept under.
        judges: of different names.
        data_dir: the folder that pictures are relative to.
        on_step: told who works, and how much of how much is done.

    Raises:
        GapError: a picture is missing.
        ModelError: model or judge can't answer; start again once it can.
    """
    answered = answer_items(
        store,
        items,
        model=model,
        by=by,
        data_dir=data_dir,
        clock=utc_now,
        on_answered=partial(on_step, f"{model.name} answers"),
    )
    scores = {}
    for judge in judges:
        scores[judge.name] = judge.score(answered, partial(on_step, f"{judge.name} judges"))
    return Evaluation(report_of(by, answered, scores), answered, scores)


def keep_report(
    store: Store,
    evaluation: Evaluation,
    *,
    dataset: str,
    side: str,
) -> int:
    """Add the report to those that are kept; its number."""
    report = evaluation.report
    return store.evaluations.add_report(
        report.answered_by,
        dataset=dataset,
        side=side,
        report=report_record(report),
        finished=utc_now(),
    )


def report_record(report: EvaluationReport) -> dict[str, Any]:
    """The report as plain values, for JSON."""
    record = asdict(report)
    record["figures"] = {
        judge: {name: plain_record(figure) for name, figure in figures.items()}
        for judge, figures in report.figures.items()
    }
    if report.agreement is not None:
        pairs = [plain_record(pair) for pair in report.agreement.pairs]
        record["agreement"] = report.agreement._asdict() | {"pairs": pairs}
    return record


def plain_record(figure: Any) -> dict[str, Any]:
    """A named tuple with intervals in it as plain values."""
    return {
        name: asdict(value) if hasattr(value, "__dataclass_fields__") else value
        for name, value in figure._asdict().items()
    }
