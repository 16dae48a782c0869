"""Evaluations that are over, read back: figures, whose they are, two of them side by side.

Called by the studio and the experiments. No model is asked: answers were kept one by one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from db.adapter_store import AdapterRecord
from db.evaluation_records import EvaluationRecord
from gap_core.evaluation.bootstrap import Figure, Paired
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
