"""Covers: what was answered and why, where it was wrong, and submissions side by side."""

from pathlib import Path
from typing import cast

import streamlit as st

from apps.studio.ledger import Column, Row, show_ledger
from apps.studio.refusals import REFUSALS
from apps.studio.session import signed_in
from apps.studio.studio import running_studio
from apps.studio.words import say, tell
from gap_core.covers.looking import (
    AnsweredItem,
    answered_items,
    answered_runs,
    compare_submissions,
    submissions_beside,
)
from gap_core.covers.reading import files_of
from gap_core.covers.records import LETTERS, TASKS
from gap_core.covers.submissions import Submission
from gap_core.scoring.shares import Share, share_of

NONE = (
    "No run has answered yet. Draw the task: `python -m scripts.covers make-pocket data/covers`, "
    "then solve it: `python -m scripts.covers all --config gap_core/covers/configs/pocket.yaml`"
)
KINDS = ("all", "wrong", "changed by more than letters", "uncertain")
UNCERTAIN_FROM = 0.8  # of 1
EVIDENCE = {
    "direct": "letters", "deduced": "letters after a description", "told": "whole stories",
    "voted": "votes", "verified": "a check of each option",
}  # fmt: skip
OPTION_COLUMNS = (
    Column("Option"), Column("Probability", "number"), Column("Votes", "number"),
)  # fmt: skip
SUBMISSION_COLUMNS = (Column("Submission"), Column("Task"), Column("Right"))
TWO_COLUMNS = (
    Column("Submission"), Column("Other"), Column("Task"), Column("Other letters", "number"),
)  # fmt: skip


def show() -> None:
    """The page."""
    signed_in("reviewer")
    st.title("Covers", anchor=False)
    data_dir = running_studio().data_dir
    runs = answered_runs(data_dir)
    if not runs:
        st.caption(NONE)
        return
    run_place, task_place = st.columns(2)
    named = run_place.selectbox("Run", runs, format_func=lambda one: str(one.relative_to(data_dir)))
    run = cast(Path, named)
    task = str(task_place.selectbox("Task", TASKS))
    try:
        _items_part(answered_items(run, task))
        _submissions_part(run)
    except REFUSALS as refusal:
        tell(str(refusal))


def of_kind(items: list[AnsweredItem], kind: str) -> list[AnsweredItem]:
    """Those of one of `KINDS`."""
    chosen = {
        "wrong": lambda one: one.is_wrong,
        "changed by more than letters": lambda one: one.letter != one.first_letter,
        "uncertain": lambda one: one.uncertainty >= UNCERTAIN_FROM,
    }
    return [one for one in items if kind == "all" or chosen[kind](one)]


def _items_part(items: list[AnsweredItem]) -> None:
    known = [one for one in items if one.right is not None]
    right = share_of(sum(not one.is_wrong for one in known), len(known))
    say(f"Right: {right}" if known else "There is no key, so nothing is known to be right.")
    counts = {kind: of_kind(items, kind) for kind in KINDS}
    kind = st.segmented_control(
        "Items",
        KINDS,
        default="all",
        format_func=lambda one: f"{one}, {len(counts[one]):,}",
        label_visibility="collapsed",
    )
    shown = counts[kind or "all"]
    if not shown:
        st.caption("No item is of this kind.")
        return
    place = st.selectbox("Item", range(len(shown)), format_func=lambda n: shown[n].item.name)
    _show_item(shown[place or 0])


def _show_item(one: AnsweredItem) -> None:
    if len(one.images) == 1:
        picture_place, words_place = st.columns((2, 3))
        with picture_place:
            _show_picture(one.images[0])
        with words_place:
            _show_answer(one)
        return
    for place, (letter, file) in zip(
        st.columns(len(one.images)), zip(LETTERS, one.images, strict=False), strict=True
    ):
        with place:
            _show_picture(file)
            say(letter, kind="soft")
    _show_answer(one)


def _show_picture(file: Path) -> None:
    if file.is_file():
        st.image(file, width="stretch")
    else:
        tell(f"The picture is missing: {file.name}")


def _show_answer(one: AnsweredItem) -> None:
    say(one.item.prompt)
    told = "no key" if one.right is None else f"right is {one.right}"
    say(
        f"Answer {one.letter}, {told}. One look at the letters said {one.first_letter}, all orders "
        f"{one.turned_letter}. Uncertainty {one.uncertainty:.2f} of 1, from: "
        f"{', '.join(EVIDENCE[kind] for kind in one.evidence)}."
    )
    show_ledger("options", columns=OPTION_COLUMNS, rows=option_rows(one), none="")
    for text in one.seen:
        say(f"Seen: {text}", kind="soft")
    for thought in one.thoughts:
        say(f"{thought.letter or 'No letter'}: {thought.text}")


def option_rows(one: AnsweredItem) -> list[Row]:
    """The four options with their probabilities and votes."""
    return [
        Row(letter, (letter, f"{chance:.3f}", f"{one.votes[letter]}"))
        for letter, chance in zip(LETTERS, one.probabilities, strict=True)
    ]


def _submissions_part(run: Path) -> None:
    st.subheader("Submissions", anchor=False)
    files = files_of(run / "split", None)
    tests = {task: files[f"{task}_test"].items for task in TASKS if f"{task}_test" in files}
    submissions = submissions_beside(run)
    show_ledger(
        "submissions",
        columns=SUBMISSION_COLUMNS,
        rows=[row for one in submissions for row in submission_rows(one)],
        none="No submission is kept.",
    )
    if len(submissions) > 1:
        rows = [
            Row(f"{two.first} {two.second} {two.task}",
                (two.first, two.second, two.task, f"{two.other:,} of {two.items:,}"))
            for two in compare_submissions(submissions, tests)
        ]  # fmt: skip
        show_ledger("two submissions", columns=TWO_COLUMNS, rows=rows, none="")


def submission_rows(one: Submission) -> list[Row]:
    """A line for each task and for both."""
    figures = {name: str(Share(**share)) for name, share in one.figures.items()}
    return [
        Row(f"{one.name} {name}", (one.name, name, told))
        for name, told in (figures or {"both": "no key"}).items()
    ]
