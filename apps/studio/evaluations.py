"""Evaluations as the Evaluate page starts them and holds two against each other. Called by it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import isnan
from typing import NamedTuple

from apps.studio.accounts import has_role
from apps.studio.ledger import Row
from apps.studio.pictures import picture_address
from apps.studio.studio import Studio
from apps.studio.training import check_model, known_models
from db import Store
from db.adapter_store import AdapterRecord
from db.evaluation_records import AnsweredBy, EvaluationRecord
from gap_core.dataset.places import checked_name
from gap_core.errors import GapError
from gap_core.evaluation.bootstrap import Figure, Paired
from gap_core.evaluation.items import Side
from gap_core.evaluation.judge_agreement import PairAgreement
from gap_core.evaluation.judges import CHOICE, FACTUAL
from gap_core.evaluation.kept import TwoAnswers, agreement_in, figures_of
from gap_core.evaluation.report import ALL
from gap_core.labeling import Account
from gap_core.training.registry import adapter_place, registered_adapter
from models.registry import LANGUAGE_NAMES

KIND, NAME = "evaluation", "last"
JUDGES = (FACTUAL, CHOICE, *LANGUAGE_NAMES)
UNTOLD = "–"


class Wanted(NamedTuple):
    """What is to be evaluated, as it was chosen.

    Attributes:
        model: by name.
        adapter: of the registry, None for the model alone.
        has_base: the model alone answers too, to compare with.
    """

    model: str
    adapter: str | None
    has_base: bool
    dataset: str
    side: Side
    judges: Sequence[str]


def usual_adapter(
    adapters: Sequence[AdapterRecord], *, served: str | None, model: str
) -> str | None:
    """The adapter to evaluate unless another is chosen: the served one, else the newest.

    Args:
        adapters: the newest first.
        served: by name.
        model: whose adapters are asked about.
    """
    fitting = [one.name for one in adapters if one.model == model]
    return served if served in fitting else next(iter(fitting), None)


def start_evaluation(studio: Studio, wanted: Wanted, *, by: Account) -> str:
    """Evaluate in a process of its own; answers that are kept are not asked for again.

    Raises:
        GapError: nobody would judge, the adapter is another model's, or the account may not name
            the model or a judge.
    """
    check_model(wanted.model, by, known_models(studio))
    strange = [judge for judge in wanted.judges if judge not in JUDGES]
    if strange and not has_role(by, "administrator"):
        raise GapError(f"'{strange[0]}' is none of {', '.join(JUDGES)}. Choose one of them.")
    command = ["evaluate_model", "--model", wanted.model, "--side", wanted.side]
    command += ["--dataset", checked_name(wanted.dataset)]
    if wanted.adapter is not None:
        command += ["--adapter", _adapter_folder(studio, wanted.adapter, model=wanted.model)]
        command += ["--against", "base"] * wanted.has_base
    if not wanted.judges:
        raise GapError("Nobody would judge. Choose a judge; factual needs no model.")
    for judge in wanted.judges:
        command += ["--judge", judge]
    studio.jobs.start(KIND, NAME, *command, begun_by=by.name)
    return "The evaluation has started; it goes on without this page."


def _adapter_folder(studio: Studio, name: str, *, model: str) -> str:
    with Store.open(studio.db_path) as store:
        made_for = registered_adapter(store, name).model
        if made_for != model:
            raise GapError(
                f"Adapter '{name}' was trained on '{made_for}', not on '{model}'. Choose that "
                "model, or another adapter."
            )
        return str(adapter_place(store, name, data_dir=studio.data_dir).resolve())


def who_words(by: AnsweredBy) -> str:
    """Model and adapter; the adapter by the label that its folder gives, without its hash."""
    label = by.adapter.partition(" ")[0].removesuffix("_adapter")
    return f"{by.model} with {label}" if label else by.model


def evaluation_words(record: EvaluationRecord) -> str:
    """An evaluation in a line, to choose it by."""
    when = f"{record.finished_utc:%m-%d %H:%M}"
    return f"{who_words(record.answered_by)}, {when} UTC (no. {record.id})"


def evaluation_row(record: EvaluationRecord) -> Row:
    """An evaluation with what each judge gave all answers."""
    figures = figures_of(record)
    cells = (
        f"{record.finished_utc:%Y-%m-%d %H:%M}",
        who_words(record.answered_by),
        record.dataset,
        record.side,
        f"{record.report['items']:,}",
        "; ".join(f"{judge} {own[ALL]}" for judge, own in figures.items()),
    )
    return Row(str(record.id), cells)


def rivals_of(
    after: EvaluationRecord, records: Sequence[EvaluationRecord]
) -> list[EvaluationRecord]:
    """What it can be held against: of the same dataset and side; the model alone first."""
    same = [
        one
        for one in records
        if one.id != after.id and (one.dataset, one.side) == (after.dataset, after.side)
    ]
    return sorted(same, key=lambda one: (bool(one.answered_by.adapter), -one.id))


def figure_rows(
    before: Mapping[str, Figure], after: Mapping[str, Figure], differences: Mapping[str, Paired]
) -> list[Row]:
    """Each category: both figures and how much higher the second is, with n and intervals."""
    return [
        Row(name, (name, str(before.get(name, UNTOLD)), str(one), str(differences.get(name, ""))))
        for name, one in after.items()
    ]


def agreement_rows(records: Sequence[EvaluationRecord]) -> list[Row]:
    """Each two judges of each evaluation, with how far they agreed on its answers."""
    return [
        _agreement_row(record, pair)
        for record in records
        if (agreement := agreement_in(record)) is not None
        for pair in agreement.pairs
    ]


def _agreement_row(record: EvaluationRecord, pair: PairAgreement) -> Row:
    alpha = pair.alpha
    cells = (
        evaluation_words(record),
        f"{pair.first} and {pair.second}",
        UNTOLD if alpha is None else f"{alpha.mean:.3f} [{alpha.low:.3f}, {alpha.high:.3f}]",
        UNTOLD if pair.apart is None else f"{pair.apart:.3f}",
        f"{pair.n:,}",
        f"{pair.pictures:,}",
    )
    return Row(f"{record.id} {pair.first} {pair.second}", cells)


def answer_row(two: TwoAnswers) -> Row:
    """A question with what is right and both answers."""
    item = two.item
    cells = (
        picture_address(item.image_id),
        item.question,
        item.reference,
        two.before,
        _score(two.score_before),
        two.after,
        _score(two.score_after),
    )
    return Row(f"{item.image_id} {item.question}", cells)


def _score(score: float) -> str:
    return UNTOLD if isnan(score) else f"{score:.2f}"


KINDS_OF_CHANGE = ("all", "better", "worse", "the same")


def of_kind(rows: Sequence[TwoAnswers], kind: str) -> list[TwoAnswers]:
    """Those that changed so; what has no score is in none but "all"."""
    tests = {
        "all": lambda change: True,
        "better": lambda change: change > 0,
        "worse": lambda change: change < 0,
        "the same": lambda change: change == 0,
    }
    return [row for row in rows if tests[kind](row.change)]
