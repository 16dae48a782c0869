"""Evaluate: what judges give a model's answers, and two models side by side."""

from typing import cast

import streamlit as st

from apps.studio import evaluations
from apps.studio.accounts import has_role
from apps.studio.adapters import served_adapter
from apps.studio.ledger import Column, show_ledger
from apps.studio.pages.job_parts import LOOK_EVERY_S, show_job
from apps.studio.refusals import REFUSALS
from apps.studio.session import attempt, signed_in
from apps.studio.studio import Studio, running_studio
from apps.studio.tab import show_what_changed, this_tab
from apps.studio.training import known_models
from apps.studio.words import show_notice, tell
from db import Store
from db.evaluation_records import EvaluationRecord
from gap_core.dataset.places import dataset_names, dataset_place
from gap_core.evaluation.items import dataset_items
from gap_core.evaluation.kept import Compared, compare_kept
from gap_core.experiments.figures import before_after_chart
from gap_core.labeling import Account

COLUMNS = (
    Column("UTC", "whole"), Column("Who answered"), Column("Dataset"), Column("Side"),
    Column("Questions", "number"), Column("Scores of all"),
)  # fmt: skip
FIGURE_COLUMNS = (
    Column("Category"), Column("Before"), Column("After"), Column("After higher by"),
)  # fmt: skip
ANSWER_COLUMNS = (
    Column("", "picture"), Column("Question"), Column("What is right"), Column("Before"),
    Column("Score", "number"), Column("After"), Column("Score", "number"),
)  # fmt: skip
AGREEMENT_COLUMNS = (
    Column("Evaluation"), Column("Judges"), Column("Alpha", "whole"), Column("Apart by", "number"),
    Column("Answers", "number"), Column("Pictures", "number"),
)  # fmt: skip
NO_DATASET = "There is no dataset yet. Build one on the page Dataset."
NONE = "No evaluation yet."
ALONE = "Nothing to compare it with. Evaluate another model on this side of this dataset."
SHOWN, TOLD = 100, "evaluate"
FRAME_PX, ROW_PX = 100, 40


def show() -> None:
    """The page."""
    account, studio = signed_in("reviewer"), running_studio()
    st.title("Evaluate", anchor=False)
    _new_evaluation(studio, account)
    records = _records(studio)
    _job_part(len(records))
    show_ledger(
        "evaluations",
        columns=COLUMNS,
        rows=[evaluations.evaluation_row(record) for record in records],
        none=NONE,
    )
    if records:
        _compare(studio, records)


def _records(studio: Studio) -> list[EvaluationRecord]:
    with Store.open(studio.db_path) as store:
        return list(store.evaluations.reports(limit=SHOWN))


def _new_evaluation(studio: Studio, account: Account) -> None:
    datasets = dataset_names(studio.data_dir)
    if not datasets:
        st.caption(NO_DATASET)
        return
    is_admin = has_role(account, "administrator")
    with Store.open(studio.db_path) as store:
        adapters = store.adapters.all()
        served = served_adapter(store.adapters.last_request())
    models = known_models(studio)
    names = [None, *(one.name for one in adapters)]
    usual = evaluations.usual_adapter(adapters, served=served, model=models[0])
    with st.form("evaluate", border=False):
        model_place, adapter_place, dataset_place_, side_place, judge_place = st.columns(
            [2, 2, 2, 2, 3]
        )
        model = model_place.selectbox("Model", models, accept_new_options=is_admin)
        adapter = adapter_place.selectbox(
            "Adapter",
            names,
            names.index(usual),
            format_func=_adapter_words,
            key="evaluated adapter",
        )
        dataset = dataset_place_.selectbox("Dataset", datasets, key="evaluated dataset")
        side = side_place.selectbox("Side", ["validation", "train"])
        judges = judge_place.multiselect(
            "Judges", evaluations.JUDGES, evaluations.JUDGES[:1], accept_new_options=is_admin
        )
        has_base = st.checkbox("Evaluate the model without the adapter too", value=True)
        is_sent = st.form_submit_button("Evaluate", type="primary")
    if is_sent:
        wanted = evaluations.Wanted(
            str(model), adapter, has_base, str(dataset), side, judges  # type: ignore[arg-type]
        )  # fmt: skip
        attempt(TOLD, lambda: evaluations.start_evaluation(studio, wanted, by=account))


def _adapter_words(name: str | None) -> str:
    return name or "none"


@st.fragment(run_every=LOOK_EVERY_S)
def _job_part(known: int) -> None:
    signed_in("reviewer")
    studio = running_studio()
    show_notice(TOLD)
    job = studio.jobs.look(evaluations.KIND, evaluations.NAME)
    if job is not None:
        show_job(job, told=TOLD)
    if len(_records(studio)) != known:
        show_what_changed()  # one has ended: the whole page has another choice


def _compare(studio: Studio, records: list[EvaluationRecord]) -> None:
    st.subheader("Before and after", anchor=False)
    left, right = st.columns(2)
    words = evaluations.evaluation_words
    taught = [bool(record.answered_by.adapter) for record in records]
    first = taught.index(True) if any(taught) else 0
    after = cast(EvaluationRecord, left.selectbox("After", records, first, format_func=words))
    rivals = evaluations.rivals_of(after, records)
    if not rivals:
        right.caption(ALONE)
        _show_agreement([after])
        return
    before = cast(EvaluationRecord, right.selectbox("Before", rivals, format_func=words))
    try:
        compared = _compared(studio, before, after)
    except REFUSALS as refusal:
        tell(str(refusal))
    else:
        _show_compared(compared)
    _show_agreement([before, after])


def _compared(studio: Studio, before: EvaluationRecord, after: EvaluationRecord) -> Compared:
    """Worked out once for each pair in this tab: intervals take a second."""
    known = this_tab().kept.get("gap compared")
    pair = before.id, after.id
    if known is None or known[0] != pair:
        items = dataset_items(dataset_place(studio.data_dir, after.dataset), after.side)  # type: ignore[arg-type]
        with Store.open(studio.db_path) as store:
            known = pair, compare_kept(store, before, after, items)
        this_tab().kept["gap compared"] = known
    return cast(Compared, known[1])


def _show_compared(compared: Compared) -> None:
    st.caption(
        f"{compared.answered:,} of the dataset's {compared.asked:,} questions were answered in "
        "both. Intervals are 95%, over pictures; p by a permutation test. What has no score plays "
        "no part."
    )
    judge = cast(str, st.selectbox("Judge", list(compared.differences), width=300))
    ways = {
        "before": compared.before.report.figures[judge],
        "after": compared.after.report.figures[judge],
    }
    chart, table = st.columns([2, 3], gap="medium")
    height_px = FRAME_PX + ROW_PX * len(ways["after"])  # with title and axis, which take from it
    drawn = before_after_chart(ways, title="Mean score")
    chart.altair_chart(drawn, width="stretch", height=height_px)
    with table:
        rows = evaluations.figure_rows(*ways.values(), compared.differences[judge])
        show_ledger("figures", columns=FIGURE_COLUMNS, rows=rows, none="")
    _show_answers(compared, judge)


def _show_answers(compared: Compared, judge: str) -> None:
    st.subheader("Answers side by side", anchor=False)
    answers = compared.side_by_side(judge)
    counts = {kind: evaluations.of_kind(answers, kind) for kind in evaluations.KINDS_OF_CHANGE}
    kind = st.segmented_control(
        "Changed",
        list(counts),
        default="all",
        format_func=lambda one: f"{one}, {len(counts[one]):,}",
        label_visibility="collapsed",
    )
    shown = counts[kind or "all"]
    show_ledger(
        "answers",
        columns=ANSWER_COLUMNS,
        rows=[evaluations.answer_row(two) for two in shown[:SHOWN]],
        none="No answer changed so.",
    )


def _show_agreement(records: list[EvaluationRecord]) -> None:
    rows = evaluations.agreement_rows(records)
    if not rows:
        return  # a single judge agrees with nobody
    st.subheader("How far judges agree", anchor=False)
    st.caption(
        "Krippendorff's alpha of the scores as numbers, with its 95% interval over pictures: 1 is "
        "full agreement, 0 what chance gives; and the mean distance of two scores of one answer."
    )
    show_ledger("agreement", columns=AGREEMENT_COLUMNS, rows=rows, none="")
