"""Synthesis: questions of several hops from a source; watch a run, browse and reject items."""

from typing import cast

import streamlit as st

from apps.studio import synthesis
from apps.studio.accounts import has_role
from apps.studio.ledger import Act, Column, Deed, show_ledger
from apps.studio.pages.job_parts import LOOK_EVERY_S
from apps.studio.pictures import picture_html
from apps.studio.session import attempt, attempt_and_rerun, signed_in
from apps.studio.studio import Studio, running_studio
from apps.studio.tab import this_tab
from apps.studio.words import say, show_notice, tell
from db import Store
from db.synthesis_records import FINISHED, ItemState, SynthesisItem, SynthesisRun
from gap_core.labeling import Account
from gap_core.synthesis.config import SynthesisConfig
from gap_core.synthesis.records import LANGUAGES, RELATIONS
from gap_core.synthesis.report import report_of

COLUMNS = (
    Column("Run", "whole"), Column("Source"), Column("Written by"), Column("State", "whole"),
    Column("On the way", "number"), Column("Accepted", "number"), Column("Refused", "number"),
    Column("Given up", "number"), Column("Begun, UTC", "whole"),
)  # fmt: skip
DEEDS = {
    "show": Deed("Show"),
    "stop": Deed("Stop", "Really stop it"),
    "resume": Deed("Resume"),
}
CHECK_COLUMNS = (Column("Check"), Column("Items that pass"), Column("Can't be told", "number"))
ITEM_COLUMNS = (
    Column("No.", "number"), Column("", "picture"), Column("Question"), Column("Answer"),
    Column("Relation"), Column("Language", "whole"), Column("Why not"),
)  # fmt: skip
ITEM_DEEDS = {
    "look": Deed("Look"),
    "reject": Deed("Reject", "Reject", asks="Why, then Enter"),
    "restore": Deed("Take back"),
}
LANGUAGE_WORDS = {"en": "English", "zh": "Chinese"}
NONE = "No run yet."
A_PAGE = 50
SHOWN, OPENED = "gap synthesis shown", "gap item"
TOLD, TOLD_RUNS, TOLD_ITEMS = "synthesis", "synthesis runs", "synthesis items"


def show() -> None:
    """The page."""
    account, studio = signed_in("reviewer"), running_studio()
    st.title("Synthesis", anchor=False)
    show_notice(TOLD)
    with Store.open(studio.db_path) as store:
        runs = store.synthesis.runs()
    with st.expander("Start a run", expanded=not runs):
        _new_run(studio, account)
    shown = _shown(runs)
    _runs_part("" if shown is None else shown.name)
    if shown is not None:
        _show_run(studio, shown, account)


def _shown(runs: list[SynthesisRun]) -> SynthesisRun | None:
    name = this_tab().kept.get(SHOWN)
    return next((run for run in runs if run.name == name), runs[0] if runs else None)


def _new_run(studio: Studio, account: Account) -> None:
    is_admin = has_role(account, "administrator")
    with st.form("synthesize", border=False):
        first, second, third, fourth = st.columns(4)
        name = first.text_input("Name", max_chars=64)
        source = second.selectbox(
            "Source", synthesis.known_sources(studio), accept_new_options=is_admin
        )
        model = third.selectbox(
            "Written by", synthesis.known_writers(studio), accept_new_options=is_admin
        )
        count = fourth.number_input("Items", 1, 1_000_000, 100)
        left, right = st.columns([3, 1])
        relations = left.multiselect("Relations", RELATIONS, placeholder="all that fit the source")
        seed = right.number_input("Seed", 0, value=1)
        languages = left.multiselect(
            "Languages", LANGUAGES, LANGUAGES, format_func=LANGUAGE_WORDS.__getitem__
        )
        pictures = ""
        if is_admin:
            pictures = right.text_input("Folder of the pictures", placeholder="beside the file")
        top_up = st.checkbox("Go on until so many are accepted, at most four times as many")
        is_sent = st.form_submit_button("Start", type="primary")
    if is_sent:
        wanted = synthesis.Wanted(
            name, str(source), pictures, str(model), relations, languages, int(count), top_up,
            int(seed),
        )  # fmt: skip
        attempt_and_rerun(TOLD, lambda: _start(studio, wanted, account))


def _start(studio: Studio, wanted: synthesis.Wanted, account: Account) -> str:
    said = synthesis.start_synthesis(studio, wanted, by=account)
    this_tab().kept[SHOWN] = wanted.name
    return said


@st.fragment(run_every=LOOK_EVERY_S)
def _runs_part(drawn: str) -> None:
    account, studio = signed_in("reviewer"), running_studio()
    show_notice(TOLD_RUNS)
    with Store.open(studio.db_path) as store:
        runs = store.synthesis.runs()
        counts = {run.name: store.synthesis.state_counts(run.id) for run in runs}
    jobs = {job.name: job for job in studio.jobs.all(synthesis.KIND)}
    show_ledger(
        "synthesis runs",
        columns=COLUMNS,
        rows=[synthesis.run_row(run, counts[run.name], jobs.get(run.name)) for run in runs],
        deeds=DEEDS,
        none=NONE,
        do=lambda act: _do(studio, act, account),
    )
    shown = _shown(runs)
    if shown is not None and shown.name != drawn:
        st.rerun()  # another one is shown below
    for job in list(jobs.values())[:1]:
        if job.state == "refused":
            say(job.name)
            tell(job.refusal)
    if shown is not None and shown.name in jobs and jobs[shown.name].is_running:
        config = SynthesisConfig.model_validate_json(shown.config_json)
        st.progress(synthesis.progress_of(config, counts[shown.name]))


def _do(studio: Studio, act: Act, account: Account) -> None:
    this_tab().kept[SHOWN] = act.id
    this_tab().kept.pop(OPENED, None)
    if act.does == "stop":
        attempt(TOLD_RUNS, lambda: _stop(studio, act.id))
    elif act.does == "resume":
        attempt(TOLD_RUNS, lambda: synthesis.resume_synthesis(studio, act.id, by=account))


def _stop(studio: Studio, name: str) -> str:
    if studio.jobs.stop(synthesis.KIND, name):
        return "It stops after the calls in flight; it can go on later."
    return "It does not run here. Stop it where it was started."


def _show_run(studio: Studio, run: SynthesisRun, account: Account) -> None:
    with Store.open(studio.db_path) as store:
        report = report_of(store, run)
        rejected = store.synthesis.rejected_count(run.id)
    st.subheader("One run", anchor=False)
    say(f"{run.name}: {report.replies:,} replies, {report.failures:,} calls without one.")
    show_ledger("checks", columns=CHECK_COLUMNS, rows=synthesis.check_rows(report), none="")
    if reasons := synthesis.reason_words(report):
        say(reasons, kind="soft")
    st.subheader("Items", anchor=False)
    st.caption(
        f"Rejected by people: {rejected:,}. What is rejected is neither taught nor exported."
    )
    show_notice(TOLD_ITEMS)
    _show_items(studio, run, report.states, account)


def _show_items(
    studio: Studio, run: SynthesisRun, counts: dict[ItemState, int], account: Account
) -> None:
    left, right = st.columns([3, 1], width=560, vertical_alignment="bottom")
    state = cast(
        ItemState,
        left.segmented_control(
            "State",
            FINISHED,
            default="accepted",
            format_func=lambda one: f"{synthesis.ENDED[one]}, {counts[one]:,}",
        )
        or "accepted",
    )
    pages = max(1, -(-counts[state] // A_PAGE))
    page = int(right.number_input(f"Page, of {pages:,}", 1, pages))
    with Store.open(studio.db_path) as store:
        items = store.synthesis.page(run.id, state=state, offset=A_PAGE * (page - 1), limit=A_PAGE)

    def do(act: Act) -> None:
        if act.does == "look":
            this_tab().kept[OPENED] = act.id
        elif act.does == "restore":
            attempt(TOLD_ITEMS, lambda: synthesis.restore(studio, act.id, by=account))
        else:
            attempt(TOLD_ITEMS, lambda: synthesis.reject(studio, act.id, act.reason, by=account))

    show_ledger(
        "items",
        columns=ITEM_COLUMNS,
        rows=[synthesis.item_row(item) for item in items],
        deeds=ITEM_DEEDS,
        none="No item ended so yet.",
        do=do,
    )
    # Looked at once: whatever is done next on the page closes it.
    looked_at = this_tab().kept.pop(OPENED, None)
    opened = next((one for one in items if str(one.id) == looked_at), None)
    if opened is not None:
        _show_item(opened)


@st.dialog("An item", width="large")
def _show_item(item: SynthesisItem) -> None:
    number, address, question = synthesis.item_row(item).cells[:3]
    say(f"Item {number}", kind="soft")
    picture, words = st.columns([1, 2], gap="large")
    if address:
        picture.html(picture_html(address))
    with words:
        say(question)
        for name, text in synthesis.item_words(item):
            say(f"{name}: {text}", kind="soft")
