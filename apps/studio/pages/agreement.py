"""Agreement: how well two people who label the same questions agree, with intervals."""

import pandas as pd
import streamlit as st

from apps.studio.session import signed_in
from apps.studio.studio import running_studio
from db.labeling_records import CheckTotals
from gap_core.labeling.agreement import AgreementReport
from gap_core.scoring.interval import Interval
from gap_core.scoring.shares import share_of

MEANS = {
    "verdict": "Krippendorff's alpha of the verdict: is there an answer, and if not, why",
    "category": "Krippendorff's alpha of the category, where both gave an answer",
    "answer": "share of answers that state the same facts, where both gave one",
}
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
        st.caption(f"For {report.untold:,} pairs of answers it can't be told; they are left out.")
    _show_checks(running_studio().workbench.check_totals())


def _show_checks(totals: list[CheckTotals]) -> None:
    st.subheader("Asked again", anchor=False)
    st.caption(
        "After a label is accepted the model is asked again, in several wordings. A question that "
        "it gets right each time is kept and marked not informative."
    )
    if totals:
        st.table(checks_table(totals))
    else:
        st.caption("No accepted label has been checked yet.")


def checks_table(totals: list[CheckTotals]) -> pd.DataFrame:
    """How many labels are informative still, by model, with n and interval."""
    rows = []
    for found in totals:
        share = share_of(found.informative, found.checked - found.untold)
        name = f"{found.model} with {found.adapter}" if found.adapter else found.model
        rows.append((name, found.checked, str(share), found.untold))
    columns = ["model", "labels checked", "informative still", "can't be told"]
    return pd.DataFrame(rows, columns=columns).set_index("model")


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
