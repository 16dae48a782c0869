"""Dataset: build one from accepted labels and imports, see what is in it, mend, export."""

from pathlib import Path
from typing import cast

import pandas as pd
import streamlit as st

from apps.studio import datasets
from apps.studio.accounts import has_role
from apps.studio.ledger import Act, Column, Deed, show_ledger
from apps.studio.pages.dataset_alike import NONE as NONE_ALIKE
from apps.studio.pages.dataset_alike import UNKNOWN as ALIKE_UNKNOWN
from apps.studio.pages.dataset_alike import show_alike
from apps.studio.pages.dataset_bounties import show_bounties
from apps.studio.pages.dataset_build import show_builds, show_import
from apps.studio.pages.dataset_mend import MENDED, show_mending
from apps.studio.pages.job_parts import LOOK_EVERY_S, running_jobs, show_download, show_job
from apps.studio.refusals import REFUSALS
from apps.studio.session import attempt_and_rerun, signed_in
from apps.studio.studio import Studio, running_studio
from apps.studio.tab import show_what_changed, this_tab
from apps.studio.words import say, show_notice, tell
from gap_core.dataset.built import (
    read_alike,
    read_config,
    read_duplicates,
    read_findings,
    read_report,
)
from gap_core.dataset.charts import category_chart, opening_chart
from gap_core.dataset.formats import FORMATS
from gap_core.dataset.places import dataset_names, dataset_place
from gap_core.labeling import Account

COLUMNS = (
    Column("Dataset", "whole"), Column("Training", "number"), Column("Validation", "number"),
    Column("Left out", "number"), Column("Findings", "number"), Column("Built", "whole"),
)  # fmt: skip
FINDING_COLUMNS = (
    Column("", "picture"), Column("Rule"), Column("Words found"), Column("Question"),
    Column("Answer"), Column("State", "whole"),
)  # fmt: skip
DUPLICATE_COLUMNS = (
    Column("", "picture"), Column("Left out"), Column("Its answer"), Column("Stayed"),
    Column("Its answer"),
)  # fmt: skip
NONE = "No dataset yet. Build one below."
FIRST_COMES = "It stands here once it is made."
KINDS = (datasets.BUILD, datasets.IMPORT)
SHOWN, GROUPS_SHOWN = 100, 8
TOLD, TOLD_EXPORT = "dataset", "dataset export"


def show() -> None:
    """The page."""
    account, studio = signed_in("reviewer"), running_studio()
    st.title("Dataset", anchor=False)
    show_notice(TOLD)
    names = dataset_names(studio.data_dir)
    _datasets_part(names, running_jobs(studio, *KINDS))
    with st.expander("Build a dataset", expanded=not names):
        show_builds(studio, account, told=TOLD)
    if has_role(account, "administrator"):
        with st.expander("Bring in another tool's file"):
            show_import(studio, account, told=TOLD)
    if names:
        _show_dataset(studio, names, account)


@st.fragment(run_every=LOOK_EVERY_S)
def _datasets_part(names: list[str], running: frozenset[str]) -> None:
    signed_in("reviewer")
    studio = running_studio()
    if dataset_names(studio.data_dir) != names or running_jobs(studio, *KINDS) != running:
        show_what_changed()  # one was built: the whole page has another choice
    for job in [job for kind in KINDS for job in studio.jobs.all(kind)[:1]]:
        if job.state != "done":
            say(job.name)
            show_job(job, told=TOLD)
    show_ledger(
        "datasets",
        columns=COLUMNS,
        rows=datasets.dataset_rows(studio),
        none=FIRST_COMES if running else NONE,
    )


def _show_dataset(studio: Studio, names: list[str], account: Account) -> None:
    st.subheader("One dataset", anchor=False)
    name = cast(str, st.selectbox("Dataset", names, width=300, key="shown dataset"))
    findings, duplicates, diversity, split, export = st.tabs(
        ["Findings", "Duplicates", "Diversity", "Split", "Export"]
    )
    try:
        with findings:
            _show_findings(studio, name, account)
        with duplicates:
            _show_duplicates(studio, name)
        with diversity:
            _show_diversity(studio, name, account)
        with split:
            _show_split(studio, name)
        with export:
            _export_part(name)
    except REFUSALS as refusal:
        tell(str(refusal))


def _show_findings(studio: Studio, name: str, account: Account) -> None:
    folder = dataset_place(studio.data_dir, name)
    counts = read_report(folder)["findings"]
    if not counts:
        st.caption("Lint found nothing in this dataset.")
        return
    st.caption(
        "Lint reads words, not pictures: it can be wrong. Nothing that it takes out is lost."
    )
    rules = {None: f"all, {sum(counts.values()):,}"}
    rules |= {rule: f"{rule}, {count:,}" for rule, count in counts.items()}
    rule = st.selectbox("Rule", list(rules), format_func=rules.__getitem__, width=300)
    count = sum(counts.values()) if rule is None else counts[rule]
    after = skipped(count, key=f"findings {name} {rule}")
    found = read_findings(folder, rule=rule, most=SHOWN, after=after)
    kept = read_config(folder)["keep_rules"]

    def choose(act: Act) -> None:
        this_tab().kept[MENDED] = act.id

    show_ledger(
        "findings",
        columns=FINDING_COLUMNS,
        rows=[datasets.finding_row(studio, one, keep_rules=kept) for one in found],
        deeds={"mend": Deed("Mend")},
        none="Another version built this dataset. Build it again to see its findings here.",
        do=choose,
    )
    # Opened once: whatever is done next on the page closes it.
    chosen = this_tab().kept.pop(MENDED, None)
    mended = next((one for one in found if datasets.finding_id(one) == chosen), None)
    if mended is not None:
        show_mending(studio, mended, account, told=TOLD)


def skipped(count: int, *, key: str, shown: int = SHOWN) -> int:
    """How many rows come before the page of a long table that somebody chose."""
    pages = -(-count // shown)
    if pages < 2:
        return 0
    page = st.number_input(
        f"Page, of {pages:,} with {shown} each", 1, pages, width=300, key=f"{key} of {pages}"
    )
    return (int(page) - 1) * shown


def _show_duplicates(studio: Studio, name: str) -> None:
    folder = dataset_place(studio.data_dir, name)
    report = read_report(folder)
    shares = report["diversity"]
    st.caption(
        f"Asked before about the same picture: {datasets.share_in(shares['duplicates'])}. "
        f"Pictures that look like another: {datasets.share_in(shares['alike_pictures'])}; "
        "those that look alike are on one side of the split."
    )
    after = skipped(report["left_out"].get("duplicate", 0), key=f"duplicates {name}")
    found = read_duplicates(folder, most=SHOWN, after=after)
    show_ledger(
        "duplicates",
        columns=DUPLICATE_COLUMNS,
        rows=[datasets.duplicate_row(one) for one in found],
        none="No sample was left out as a duplicate.",
    )
    _show_alike(folder)


def _show_alike(folder: Path) -> None:
    groups = read_alike(folder)
    if not groups:
        st.caption(ALIKE_UNKNOWN if groups is None else NONE_ALIKE)
        return
    st.caption(f"Groups of pictures that look alike: {len(groups):,}, the largest first.")
    after = skipped(len(groups), key=f"alike {folder.name}", shown=GROUPS_SHOWN)
    show_alike(groups[after : after + GROUPS_SHOWN])


def _show_diversity(studio: Studio, name: str, account: Account) -> None:
    report = read_report(dataset_place(studio.data_dir, name))
    diversity = report["diversity"]
    show_bounties(studio, report, account)
    say(datasets.spread_words("picture", diversity["pictures"]), kind="soft")
    say(datasets.spread_words("player", diversity["players"]), kind="soft")
    left, right = st.columns(2)
    left.caption("Categories against their targets")
    left.altair_chart(category_chart(datasets.category_lines(report)), width="stretch")
    openings = [(one["opening"], datasets.share_in(one["share"])) for one in diversity["openings"]]
    right.caption("How questions open")
    right.altair_chart(opening_chart(openings), width="stretch")


def _show_split(studio: Studio, name: str) -> None:
    report = read_report(dataset_place(studio.data_dir, name))
    st.caption(
        f"{report['picture_groups']:,} groups of alike pictures; whole groups are on one side. "
        f"Pictures that are not at hand: {report['unseen_pictures']:,}."
    )
    columns = ["category", "training", "validation"]
    st.table(pd.DataFrame(datasets.split_table(report), columns=columns).set_index("category"))


@st.fragment(run_every=LOOK_EVERY_S)
def _export_part(name: str) -> None:
    account, studio = signed_in("reviewer"), running_studio()
    format_name = cast(
        str,
        st.selectbox(
            "For", list(FORMATS), format_func=lambda one: f"{one}: {FORMATS[one].says}", width=420
        ),
    )
    show_notice(TOLD_EXPORT)
    job = studio.jobs.look(datasets.EXPORT, f"{name}-{format_name}")
    if job is None or not job.is_running:
        if st.button("Export", type="primary"):
            attempt_and_rerun(
                TOLD_EXPORT, lambda: datasets.start_export(studio, name, format_name, by=account)
            )
    if job is None:
        return
    show_job(job, told=TOLD_EXPORT)
    if job.result is not None:
        counts = (
            f"{job.result['train']:,} for training, {job.result['validation']:,} for validation"
        )
        tell(f"Last export: {counts}, in {job.result['folder']}", kind="good")
        show_download(studio, "exports", job.name)
