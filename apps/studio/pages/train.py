"""Train: a run from dataset and recipe, its progress and loss curve, stop and resume."""

from collections.abc import Callable
from typing import Any, cast

import streamlit as st

from apps.studio import training
from apps.studio.accounts import has_role
from apps.studio.ledger import Act, Column, Deed, show_ledger
from apps.studio.pages.job_parts import LOOK_EVERY_S, running_jobs
from apps.studio.refusals import REFUSALS
from apps.studio.session import attempt, attempt_and_rerun, signed_in
from apps.studio.studio import Studio, running_studio
from apps.studio.tab import show_what_changed, this_tab
from apps.studio.words import say, show_notice, tell
from db import Store
from gap_core.dataset.places import dataset_names
from gap_core.labeling import Account
from gap_core.training.charts import loss_chart
from gap_core.training.config import TrainingConfig
from gap_core.training.recipes import recipe_names, recipe_settings, recipe_yaml
from gap_core.training.run_folder import Run, known_runs

COLUMNS = (
    Column("Run", "whole"), Column("Model"), Column("Dataset"), Column("State", "whole"),
    Column("Step", "number"), Column("Loss", "number"), Column("Held-back loss", "number"),
    Column("Started by"),
)  # fmt: skip
DEEDS = {
    "show": Deed("Show"),
    "stop": Deed("Stop", "Really stop it"),
    "resume": Deed("Resume"),
}
# Name of the setting, words beside it, the least; whole numbers where that is one.
NUMBERS: tuple[tuple[str, str, float], ...] = (
    ("epochs", "Epochs", 0.1),
    ("learning_rate", "Learning rate", 0.0),
    ("rank", "Rank", 1),
    ("alpha", "Alpha", 0.5),
    ("batch", "Batch", 1),
    ("accumulate", "Accumulate", 1),
    ("held_back_share", "Held back", 0.0),
    ("evaluate_every_steps", "Evaluate every n steps", 1),
)
PRECISIONS = {"full": "full", "nf4": "4 bit (QLoRA)"}
FINE = {"learning_rate": 1e-5, "held_back_share": 0.05}
FORMATS = {"learning_rate": "%.1e"}
NO_DATASET = "There is no dataset yet. Build one on the page Dataset."
NO_RUN = "No run yet."
FURTHER_HELP = "As in the file, one a line: patience: 3. See gap_core/training/config.py."
TOLD, TOLD_RUNS, SHOWN = "train", "train runs", "gap run shown"


def show() -> None:
    """The page."""
    account, studio = signed_in("reviewer"), running_studio()
    st.title("Train", anchor=False)
    show_notice(TOLD)
    _new_run(studio, account)
    st.subheader("Runs", anchor=False)
    _runs_part(running_jobs(studio, training.KIND))


def _new_run(studio: Studio, account: Account) -> None:
    datasets = dataset_names(studio.data_dir)
    if not datasets:
        st.caption(NO_DATASET)
        return
    left, right = st.columns([3, 2], gap="large")
    with left:
        recipe, fields, further = _fields(studio, account, datasets)
    with right:
        st.caption("The recipe as it is run:")
        try:
            config = training.composed_config(recipe_settings(recipe), fields, further)
        except REFUSALS as refusal:
            tell(str(refusal))
            st.button("Start", type="primary", disabled=True, key="no start")
            return
        st.code(recipe_yaml(config), language="yaml", height=330)
        if st.button("Start", type="primary"):
            attempt_and_rerun(TOLD, lambda: _start(config, account))


def _start(config: TrainingConfig, account: Account) -> str:
    said = training.start_run(running_studio(), config, by=account)
    this_tab().kept[SHOWN] = config.name
    return said


def _fields(
    studio: Studio, account: Account, datasets: list[str]
) -> tuple[str, dict[str, Any], str]:
    """The recipe's name, what was chosen over it, and further settings as they were typed."""
    name_place, dataset_place, recipe_place = st.columns(3)
    recipe = cast(str, recipe_place.selectbox("Recipe", recipe_names()))
    given = recipe_settings(recipe)

    def of(field: str) -> Any:
        return given.get(field, TrainingConfig.model_fields[field].default)

    fields: dict[str, Any] = {
        "name": name_place.text_input(
            "Name", training.free_name(studio, of("name")), max_chars=64, key=f"name of {recipe}"
        ),
        "dataset": dataset_place.selectbox("Dataset", datasets, key="learnt dataset"),
    }
    fields |= _origins(studio, account, recipe, of) | _numbers(recipe, of)
    further = st.text_area(
        "Further settings", height=68, help=FURTHER_HELP, key=f"further of {recipe}"
    )
    return recipe, fields, further


def _origins(
    studio: Studio, account: Account, recipe: str, of: Callable[[str], Any]
) -> dict[str, Any]:
    """What the run teaches: a model, perhaps with an adapter already, and in which precision."""
    models = list(dict.fromkeys((*training.known_models(studio), of("model"))))
    with Store.open(studio.db_path) as store:
        parents = [one.name for one in store.adapters.all()]
    model_place, parent_place, precision_place = st.columns(3)
    return {
        "model": model_place.selectbox(
            "Model",
            models,
            index=models.index(of("model")),
            accept_new_options=has_role(account, "administrator"),
            key=f"model of {recipe}",
        ),
        "parent": parent_place.selectbox(
            "Goes on from", parents, index=None, placeholder="the model alone", key="parent"
        ),
        "quantize": precision_place.selectbox(
            "Frozen weights",
            list(PRECISIONS),
            index=list(PRECISIONS).index(of("quantize")),
            format_func=PRECISIONS.__getitem__,
            key=f"quantize of {recipe}",
        ),
    }


def _numbers(recipe: str, of: Callable[[str], Any]) -> dict[str, Any]:
    places = st.columns(4) * 2
    fields: dict[str, Any] = {}
    for place, (name, label, least) in zip(places, NUMBERS, strict=True):
        given = of(name)
        fields[name] = place.number_input(
            label,
            least,
            value=type(least)(1 if given is None else given),
            step=None if isinstance(least, int) else least or FINE[name],
            format=FORMATS.get(name),
            key=f"{name} of {recipe}",
        )
    fields["checkpoint_every_steps"] = fields["evaluate_every_steps"]
    if not fields["held_back_share"]:
        fields["keep"] = "last"
    fields["gradient_checkpointing"] = st.checkbox(
        "Work out activations twice to save memory (gradient checkpointing)",
        of("gradient_checkpointing"),
        key=f"gradient_checkpointing of {recipe}",
    )
    return fields


@st.fragment(run_every=LOOK_EVERY_S)
def _runs_part(running: frozenset[str]) -> None:
    account, studio = signed_in("reviewer"), running_studio()
    if running_jobs(studio, training.KIND) != running:
        show_what_changed()
    show_notice(TOLD_RUNS)
    runs, jobs = known_runs(studio.data_dir), studio.jobs.all(training.KIND)
    rows = training.run_rows(runs, jobs)
    show_ledger(
        "runs",
        columns=COLUMNS,
        rows=rows,
        deeds=DEEDS,
        none=NO_RUN,
        do=lambda act: _do(studio, act, account),
    )
    name = this_tab().kept.get(SHOWN, rows[0].id if rows else "")
    run = next((one for one in runs if one.folder.name == name), None)
    if any(row.id == name for row in rows):
        st.subheader("One run", anchor=False)
        say(name)
        _show_run(studio, name, run)


def _do(studio: Studio, act: Act, account: Account) -> None:
    this_tab().kept[SHOWN] = act.id
    if act.does == "stop":
        attempt(TOLD_RUNS, lambda: training.stop_run(studio, act.id))
    elif act.does == "resume":
        attempt(TOLD_RUNS, lambda: training.resume_run(studio, act.id, by=account))


def _show_run(studio: Studio, name: str, run: Run | None) -> None:
    job = studio.jobs.look(training.KIND, name)
    is_running = (job is not None and job.is_running) or (run is not None and run.is_running)
    if job is not None and job.state == "refused":
        tell(job.refusal)
    elif run is not None and run.state == "broken off" and not is_running:
        tell(training.broken_words(run))
    elif run is None and not is_running:
        tell("It broke off before it began to train. Start it again.")
    if run is None:
        return
    if is_running:
        share, words = training.progress_of(run)
        st.progress(share, words)
    say(training.result_words(run), kind="soft")
    if run.curve:
        st.altair_chart(loss_chart(run.curve), width="stretch")
