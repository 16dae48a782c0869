"""How a job stands, on the pages that start one: progress, what it refused, stop."""

import streamlit as st

from apps.studio import downloads
from apps.studio.jobs import Job
from apps.studio.session import attempt
from apps.studio.studio import Studio, running_studio
from apps.studio.words import say, tell
from gap_core.errors import GapError

LOOK_EVERY_S = 2
LIBRARY_LINES = ("Loading weights", "Loading checkpoint", "Fetching ")
BROKEN_OFF = "It ended without a result: it was stopped or killed. What it had done is kept."


def running_jobs(studio: Studio, *kinds: str) -> frozenset[str]:
    """Names of the jobs of these kinds that run now.

    A page that said that one has started runs anew when these change, and says it no more.
    """
    return frozenset(job.name for kind in kinds for job in studio.jobs.all(kind) if job.is_running)


def show_job(job: Job, *, told: str) -> None:
    """Its progress while it runs, and why it ended where it came to no result.

    Args:
        job: that is shown.
        told: the place of the page's notices.
    """
    if job.is_running:
        line, button = st.columns([5, 1], vertical_alignment="center")
        with line:
            say(progress_words(job.said), kind="soft")
        button.button(
            "Stop",
            key=f"stop {job.kind} {job.name}",
            width="stretch",
            on_click=lambda: attempt(told, lambda: stopped(job)),
        )
    elif job.state == "refused":
        tell(job.refusal)
    elif job.state == "broken off":
        tell(
            " ".join((BROKEN_OFF, f"It last said: {progress_words(job.said)}" if job.said else ""))
        )


def show_download(studio: Studio, kind: downloads.Kind, name: str) -> None:
    """A link to what a job has made, or why it has to be fetched on the server."""
    try:
        words = downloads.too_large_words(downloads.place_of(studio.data_dir, kind, name))
    except GapError:
        return  # somebody moved it: there is nothing to hand out
    if words:
        say(words, kind="soft")
    else:
        st.link_button("Download", downloads.address_of(kind, name))


def progress_words(said: str) -> str:
    """The last line of a job's progress; a library's own is put into words."""
    if not said:
        return "It starts ..."
    return "The model is loaded ..." if said.startswith(LIBRARY_LINES) else said


def stopped(job: Job) -> str:
    """Ask the job to stop; says what follows."""
    if running_studio().jobs.stop(job.kind, job.name):
        return "It stops after what it is doing now."
    return "It had ended before."
