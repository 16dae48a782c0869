"""Agreement: of two people about the same questions, and of the model with what they accepted."""

import pandas as pd
import streamlit as st

from apps.studio.ledger import Column, Row, show_ledger
from apps.studio.session import signed_in
from apps.studio.studio import Studio, running_studio
from apps.studio.words import say, tell
from db.labeling_records import CheckedLabel, CheckTotals
from gap_core.labeling.agreement import AgreementReport
from gap_core.scoring.interval import Interval
from gap_core.scoring.shares import share_of

MEANS = {
    "verdict": "Krippendorff's alpha of the verdict: is there an answer, and if not, why",
    "category": "Krippendorff's alpha of the category, where both gave an answer",
    "answer": "share of answers that state the same facts, where both gave one",
}
INFORMATIVE = {True: "informative", False: "not informative", None: "can't be told"}
TOTALS_COLUMNS = (
    Column("Model"), Column("Labels checked", "number"), Column("Informative still"),
    Column("Can't be told", "number"),
)  # fmt: skip
CHECK_COLUMNS = (
    Column("", "picture"), Column("Question"), Column("What is right"),
    Column("Model was wrong", "number"), Column("So it is"), Column("Model"),
)  # fmt: skip
CHECKS_EXPLAINED = (
    "After a label is accepted the model is asked again, in several wordings. A question that it "
    "gets right each time is kept and marked not informative."
)
SHOWN = 100
LOOK_EVERY_S = 15
UNDEFINED = "not defined: all said the same, or too few"


def show() -> None:
    """The page."""
    signed_in("reviewer")
    st.title("Agreement", anchor=False)
    report = running_studio().workbench.agreement()
    st.caption(
        f"{report.pairs:,} questions were labeled twice, on {report.images:,} pictures. The second "
        "labeler sees nothing of the first; decisions of reviewers play no part. "
        "Intervals are 95%, over pictures drawn anew."
    )
    st.table(agreement_table(report))
    if report.untold:
        st.caption(f"Left out, since it can't be told whether they agree: {report.untold:,}.")
    _checks_part()


@st.fragment(run_every=LOOK_EVERY_S)
def _checks_part() -> None:
    signed_in("reviewer")
    studio = running_studio()
    st.subheader("Checked with the model", anchor=False)
    st.caption(CHECKS_EXPLAINED)
    say(checks_line(studio), kind="soft")
    if studio.shelf.check_trouble:
        tell(f"Checking waits: {studio.shelf.check_trouble}")
    totals = studio.workbench.check_totals()
    if totals:
        rows = [totals_row(found) for found in totals]
        show_ledger("totals", columns=TOTALS_COLUMNS, rows=rows, none="")
        latest = studio.workbench.latest_checks(limit=SHOWN)
        st.caption(f"The latest {len(latest):,}:")
        show_ledger(
            "checks",
            columns=CHECK_COLUMNS,
            rows=[check_row(found) for found in latest],
            none="",
        )


def checks_line(studio: Studio) -> str:
    """How many accepted answers there are to be checked, and with which model."""
    accepted = sum(studio.workbench.categories().values())
    name = studio.shelf.answerer_name
    return f"{accepted:,} accepted answers; checked in the background with {name}."


def totals_row(found: CheckTotals) -> Row:
    """How many labels are informative still by this model, with n and interval."""
    share = share_of(found.informative, found.checked - found.untold)
    name = model_words(found.model, found.adapter)
    return Row(name, (name, f"{found.checked:,}", str(share), f"{found.untold:,}"))


def check_row(found: CheckedLabel) -> Row:
    """A checked label: what was asked, what is right, how often the model was wrong."""
    told = found.times - found.untold
    cells = (
        f"/picture/{found.image_id}",
        found.question,
        found.answer,
        f"{found.wrong} of {told}" if told else "–",
        INFORMATIVE[found.is_informative],
        model_words(found.model, found.adapter),
    )
    return Row(found.image_id, cells)


def model_words(model: str, adapter: str) -> str:
    """The model and the adapter it answered with."""
    return f"{model} with {adapter}" if adapter else model


def agreement_table(report: AgreementReport) -> pd.DataFrame:
    """The figures as a table: what, value, interval, n."""
    rows = [
        (MEANS["verdict"], *_alpha(report.verdict), report.pairs),
        (MEANS["category"], *_alpha(report.category), report.answer.n + report.untold),
        (MEANS["answer"], *_share(report), report.answer.n),
    ]
    return pd.DataFrame(rows, columns=["what", "value", "95% interval", "n"]).set_index("what")


def _alpha(alpha: Interval | None) -> tuple[str, str]:
    if alpha is None:
        return UNDEFINED, ""
    return f"{alpha.mean:.2f}", f"{alpha.low:.2f} to {alpha.high:.2f}"


def _share(report: AgreementReport) -> tuple[str, str]:
    share = report.answer
    if share.mean is None or share.low is None or share.high is None:
        return UNDEFINED, ""
    return f"{share.mean:.0%}", f"{share.low:.0%} to {share.high:.0%}"
