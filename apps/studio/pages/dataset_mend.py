"""Mending one sample in which lint found something, in place. Part of the Dataset page."""

from typing import cast

import streamlit as st

from apps.studio import datasets
from apps.studio.pictures import picture_html
from apps.studio.session import attempt_and_rerun
from apps.studio.studio import Studio
from apps.studio.words import say
from gap_core.dataset.built import FoundIn
from gap_core.dataset.findings import RULES
from gap_core.dataset.sample import MOST_QUESTION_CHARS
from gap_core.labeling import Account
from gap_core.language import CATEGORIES

MENDED = "gap finding mended"
QUESTION_HELP = "The file keeps the question that was asked; the dataset takes this one."


@st.dialog("Mend it", width="large")
def show_mending(studio: Studio, found: FoundIn, account: Account, *, told: str) -> None:
    """The sample with a form to mend it, in a window in front of the page."""
    sample = found.sample
    picture, words = st.columns([1, 2], gap="large")
    if address := datasets.picture_of(sample):
        picture.html(picture_html(address))
    with words:
        say(f"{found.finding.rule}: {RULES[found.finding.rule].says}", kind="soft")
        if datasets.has_own_question(studio, sample):
            say(sample.question)
        if sample.model_answer is not None:
            say(f"The model said: {sample.model_answer}", kind="soft")
        _form(studio, found, account, told=told)


def _form(studio: Studio, found: FoundIn, account: Account, *, told: str) -> None:
    sample, ways = found.sample, datasets.ways_of(studio, found.sample)
    with st.form(f"mend {datasets.finding_id(found)}", border=False):
        way = cast(str, st.selectbox("What to do", list(ways), format_func=ways.__getitem__))
        question = None
        if not datasets.has_own_question(studio, sample):
            question = st.text_area(
                "Question",
                sample.question,
                max_chars=MOST_QUESTION_CHARS,
                height=68,
                help=QUESTION_HELP,
            )
        answer = st.text_area("Answer", sample.answer, max_chars=2000)
        category = cast(
            str,
            st.selectbox("Category", CATEGORIES, index=CATEGORIES.index(sample.category)),
        )
        is_sent = st.form_submit_button("Save", type="primary")
    if is_sent:
        attempt_and_rerun(  # which closes the window
            told,
            lambda: datasets.mend(
                studio,
                sample,
                way=way,
                answer=answer,
                category=category,
                by=account,
                question=question,
            ),
        )
