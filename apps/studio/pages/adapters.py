"""Adapters: what was taught on what, which one the game serves, packages for other programs."""

import json
from typing import cast

import streamlit as st

from apps.studio.adapters import adapter_rows, asked_words, served_adapter
from apps.studio.jobs import Job
from apps.studio.ledger import Act, Column, Deed, show_ledger
from apps.studio.pages.job_parts import LOOK_EVERY_S, show_download, show_job
from apps.studio.session import attempt, attempt_and_rerun, signed_in
from apps.studio.studio import Studio, running_studio
from apps.studio.words import say, show_notice, tell
from db import Store
from db.adapter_store import AdapterRecord
from gap_core.decks.demotion import words_of_promotions_left
from gap_core.labeling import Account
from gap_core.training.registry import request_adapter

COLUMNS = (
    Column("Adapter", "whole"), Column("Model"), Column("Dataset"),
    Column("Goes on from", "whole"), Column("Samples", "number"),
    Column("Held-back loss", "number"), Column("Evaluations"), Column("Since", "whole"),
)  # fmt: skip
DEEDS = {"serve": Deed("Serve", "Really serve it")}
NONE = "No adapter yet. Train one on the page Train."
MERGED = "merged"
PACKAGES = {
    "peft": "PEFT, for transformers and others",
    "vllm": "vLLM",
    "gguf": "GGUF, for llama.cpp",
    MERGED: "a whole model, the adapter merged into it",
}
KIND, TOLD, TOLD_PACKAGE = "package", "adapters", "adapter package"


def show() -> None:
    """The page."""
    account, studio = signed_in("reviewer"), running_studio()
    st.title("Adapters", anchor=False)
    show_notice(TOLD)
    _served_part()
    with Store.open(studio.db_path) as store:
        adapters = store.adapters.all()
        served = served_adapter(store.adapters.last_request())
        rows = adapter_rows(store, data_dir=studio.data_dir, served=served)
    show_ledger(
        "adapters",
        columns=COLUMNS,
        rows=rows,
        deeds=DEEDS,
        none=NONE,
        do=lambda act: attempt(TOLD, lambda: serve(studio, act, account)),
    )
    if adapters:
        _one(studio, adapters)


@st.fragment(run_every=LOOK_EVERY_S)
def _served_part() -> None:
    account, studio = signed_in("reviewer"), running_studio()
    with Store.open(studio.db_path) as store:
        request = store.adapters.last_request()
    line, button = st.columns([5, 1], vertical_alignment="center")
    with line:
        say(asked_words(request))
    if served_adapter(request) is not None:
        button.button(
            "Back to the base model",
            width="stretch",
            on_click=lambda: attempt(TOLD, lambda: serve_base(studio, account)),
        )


def serve(studio: Studio, act: Act, account: Account) -> str:
    """Ask the game to answer with this adapter."""
    return _asked(studio, act.id, account)


def serve_base(studio: Studio, account: Account) -> str:
    """Ask the game to answer without an adapter."""
    return _asked(studio, None, account)


def _asked(studio: Studio, name: str | None, account: Account) -> str:
    with Store.open(studio.db_path) as store:
        request_adapter(store, name, data_dir=studio.data_dir, requested_by=account.name)
        left = words_of_promotions_left(store, served=name)
    asked = "Asked. A game that runs follows between sessions; one that starts, at once."
    return f"{asked} {left}".strip()


def _one(studio: Studio, adapters: list[AdapterRecord]) -> None:
    st.subheader("One adapter", anchor=False)
    name = st.selectbox("Adapter", [one.name for one in adapters], width=300, key="shown adapter")
    chosen = next(one for one in adapters if one.name == name)
    left, right = st.columns(2)
    with left:
        st.caption("What its run depended on:")
        st.code(json.dumps(json.loads(chosen.config_json), indent=1), language="json", height=320)
    with right:
        _package_part(chosen.name)


@st.fragment(run_every=LOOK_EVERY_S)
def _package_part(name: str) -> None:
    account, studio = signed_in("reviewer"), running_studio()
    forms = [form for form in PACKAGES if form != "gguf" or studio.llama_cpp is not None]
    form = cast(
        str,
        st.selectbox("A package for", forms, format_func=lambda one: PACKAGES[one], key="package"),
    )
    show_notice(TOLD_PACKAGE)
    job = studio.jobs.look(KIND, f"{name}-{form}")
    if job is None or not job.is_running:
        is_made = job is not None and job.result is not None
        words, kind = ("Make it again", "secondary") if is_made else ("Make it", "primary")
        if st.button(words, type=kind):
            attempt_and_rerun(TOLD_PACKAGE, lambda: pack(studio, name, form, by=account))
    if job is not None:
        _show_package(studio, job)


def _show_package(studio: Studio, job: Job) -> None:
    show_job(job, told=TOLD_PACKAGE)
    if job.result is not None:
        tell(f"It lies in {job.result['out']}", kind="good")
        show_download(studio, "packages", job.name)
        say("Use it so:", kind="soft")
        st.code(job.result["usage"], language=None, wrap_lines=True)


def pack(studio: Studio, name: str, form: str, *, by: Account) -> str:
    """Start making a package of the adapter, in the place of an earlier one."""
    out = (studio.data_dir / "packages" / f"{name}-{form}").resolve()
    command = ["export_adapter", name, "--out", str(out), "--format", form]
    if form == MERGED:
        command = ["merge_adapter", name, "--out", str(out)]
    elif form == "gguf":
        command += ["--llama-cpp", str(studio.llama_cpp)]
    command.append("--replace")
    studio.jobs.start(KIND, f"{name}-{form}", *command, begun_by=by.name)
    return "It is being made."
