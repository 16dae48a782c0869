"""The forms of the Dataset page: built from labels and imports, drawn, brought in."""

from typing import cast

import streamlit as st

from apps.studio import datasets
from apps.studio.session import attempt_and_rerun
from apps.studio.studio import Studio
from gap_core.dataset.findings import RULES
from gap_core.dataset.formats import FORMATS
from gap_core.dataset.places import import_names
from gap_core.labeling import Account

TARGET_HELP = "A category and the share that it should have, one a line: Counting=0.1"
REPLAY_HELP = (
    "So many questions that players asked about traps are learnt too, with what the playing model "
    "answers now, so that it does not forget them. 0 for none."
)
KEPT_HELP = "Samples with such a finding stay in the dataset all the same."


def show_builds(studio: Studio, account: Account, *, told: str) -> None:
    """Both ways to make a dataset here."""
    labels, drawn = st.tabs(["From labels and imports", "Drawn scenes, to try training"])
    with labels:
        _show_build(studio, account, told=told)
    with drawn:
        _show_drawing(studio, account, told=told)


def _show_build(studio: Studio, account: Account, *, told: str) -> None:
    accepted = sum(studio.workbench.categories().values())
    with st.form("build", border=False):
        first, second, third, fourth = st.columns(4, vertical_alignment="bottom")
        name = first.text_input("Name", "first", max_chars=64)
        share = second.number_input("Validation share", 0.0, 0.9, 0.2, step=0.05)
        seed = third.number_input("Seed of the split", 0, value=1)
        is_replaced = fourth.checkbox("Replace one of that name")
        labels, replayed, *_ = st.columns(4, vertical_alignment="bottom")
        with_labels = labels.checkbox(f"Accepted labels, {accepted:,}", value=True)
        replay = replayed.number_input("Replay", 0, value=accepted, help=REPLAY_HELP)
        left, right = st.columns(2)
        imports = left.multiselect("Imports", import_names(studio.data_dir))
        rules = [rule for rule, known in RULES.items() if known.leaves_out]
        keep = right.multiselect("Rules to overrule", rules, help=KEPT_HELP)
        targets = st.text_area("Targets", height=68, help=TARGET_HELP)
        is_sent = st.form_submit_button("Build", type="primary")
    if is_sent:
        build = datasets.Build(
            name, with_labels, imports, share, int(seed), keep, targets, is_replaced, int(replay)
        )
        attempt_and_rerun(told, lambda: datasets.start_build(studio, build, by=account))


def _show_drawing(studio: Studio, account: Account, *, told: str) -> None:
    st.caption("Scenes of the pocket world with one question each and the true answer.")
    with st.form("draw", border=False):
        first, second, third, fourth = st.columns(4, vertical_alignment="bottom")
        name = first.text_input("Name", "drawn", max_chars=64)
        samples = second.number_input("Samples", 10, 100_000, 400)
        seed = third.number_input("Seed", 0, value=1)
        is_replaced = fourth.checkbox("Replace one of that name")
        is_sent = st.form_submit_button("Draw", type="primary")
    if is_sent:
        attempt_and_rerun(
            told,
            lambda: datasets.start_drawing(
                studio, name, samples=int(samples), seed=int(seed), is_replaced=is_replaced,
                by=account,
            ),
        )  # fmt: skip


def show_import(studio: Studio, account: Account, *, told: str) -> None:
    """Bring in a file of this machine, which only administrators name."""
    with st.form("import", border=False):
        source = st.text_input("File, or folder of an export, on this machine")
        pictures = st.text_input("Folder that its pictures are named in; empty: beside the file")
        first, second, third = st.columns(3)
        form = cast(
            str, first.selectbox("Format", list(FORMATS), format_func=lambda one: FORMATS[one].says)
        )
        name = second.text_input("Name of the import", max_chars=64)
        licence = third.text_input("Licence of the pictures", "unknown", max_chars=100)
        without = st.checkbox("Take records whose picture is not at hand too")
        is_replaced = st.checkbox("Replace an import of that name")
        is_sent = st.form_submit_button("Bring it in", type="primary")
    if is_sent:
        brought = datasets.Brought(source, form, name, pictures, licence, without, is_replaced)
        attempt_and_rerun(told, lambda: datasets.start_import(studio, brought, by=account))
