"""The registry of adapters as the Adapters page shows it. Called by that page and Train."""

from collections.abc import Sequence
from pathlib import Path

from apps.studio.ledger import Row
from db import Store
from db.adapter_store import AdapterRecord, ServeRequest
from db.evaluation_records import EvaluationRecord
from gap_core.evaluation.kept import evaluations_of, figures_of
from gap_core.evaluation.report import ALL

BASE = "the model without an adapter"
HASH_CHARS = 12


def adapter_rows(store: Store, *, data_dir: Path, served: str | None) -> list[Row]:
    """Every adapter as a row, the newest first."""
    evaluations = store.evaluations.reports(limit=1000)
    return [
        adapter_row(adapter, evaluations_of(adapter, evaluations, data_dir=data_dir), served=served)
        for adapter in store.adapters.all()
    ]


def adapter_row(
    adapter: AdapterRecord, evaluations: Sequence[EvaluationRecord], *, served: str | None
) -> Row:
    """An adapter: what it came from and what it is worth."""
    loss = "–" if adapter.held_back_loss is None else f"{adapter.held_back_loss:.4f}"
    cells = (
        adapter.name,
        adapter.model,
        dataset_words(adapter),
        adapter.parent or "–",
        f"{adapter.learnt:,}",
        loss,
        "; ".join(map(evaluation_words, _latest(evaluations))) or "none yet",
        f"{adapter.created_utc:%Y-%m-%d}",
    )
    return Row(adapter.name, cells, () if adapter.name == served else ("serve",))


def dataset_words(adapter: AdapterRecord) -> str:
    """The dataset by name, and the beginning of its manifest's hash."""
    if adapter.dataset is None:
        return "none"
    return f"{adapter.dataset} {(adapter.dataset_sha256 or '')[:HASH_CHARS]}".strip()


def _latest(evaluations: Sequence[EvaluationRecord]) -> list[EvaluationRecord]:
    """The newest of each dataset and side; they come newest first."""
    latest: dict[tuple[str, str], EvaluationRecord] = {}
    for one in evaluations:
        latest.setdefault((one.dataset, one.side), one)
    return list(latest.values())


def evaluation_words(record: EvaluationRecord) -> str:
    """What each judge gave all answers, with n and interval."""
    given = [f"{judge} {figures[ALL]}" for judge, figures in figures_of(record).items()]
    return f"{record.dataset}, {record.side}: {', '.join(given)}"


def asked_words(request: ServeRequest | None) -> str:
    """What the game was asked to answer with last, and what came of it."""
    if request is None:
        return f"Nothing was asked for: the game answers with {BASE}, or as it was started."
    wanted = request.adapter or BASE
    asked = f"{request.requested_by} asked for {wanted} at {request.requested_utc:%H:%M:%S} UTC"
    if request.problem:
        return f"{asked}, and the game can't: {request.problem}"
    if request.switched_utc is None:
        return (
            f"{asked}. A game that runs follows once nobody is in the middle of a session, "
            "half an hour later at most; one that starts, at once."
        )
    return f"{asked}; the game answers with it since {request.switched_utc:%H:%M:%S} UTC."


def served_adapter(request: ServeRequest | None) -> str | None:
    """The adapter that was asked for last, unless the game can't serve it."""
    return None if request is None or request.problem else request.adapter
