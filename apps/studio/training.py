"""Runs as the Train page shows, starts, stops and resumes them. Called by that page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import yaml

from apps.studio.accounts import has_role
from apps.studio.jobs import Job
from apps.studio.ledger import Row
from apps.studio.studio import Studio
from db import Store
from gap_core.dataset.places import checked_name
from gap_core.errors import GapError
from gap_core.labeling import Account
from gap_core.training.config import TrainingConfig, made_config
from gap_core.training.lowering import what_to_lower
from gap_core.training.recipes import recipe_yaml
from gap_core.training.run_folder import CONFIG, Measured, Run, known_runs, request_stop, run_place
from models.registry import NAMES

KIND = "train"
RECIPES = "recipes"


def known_models(studio: Studio) -> list[str]:
    """Models that anybody may choose; others are an administrator's to name."""
    return list(dict.fromkeys((studio.shelf.answerer_name, *NAMES)))


def check_model(name: str, account: Account, known: Sequence[str]) -> None:
    """Folders and addresses of this machine are named by administrators alone.

    Raises:
        GapError: it isn't a known one, and the account is no administrator's.
    """
    if name not in known and not has_role(account, "administrator"):
        raise GapError(
            f"'{name}' is none of {', '.join(known)}. Choose one of them, or have an "
            "administrator name a folder or an address."
        )


def composed_config(
    recipe: Mapping[str, Any], fields: Mapping[str, Any], further: str
) -> TrainingConfig:
    """The run of a recipe with what was typed over it.

    Args:
        recipe: settings.
        fields: that stand in the recipe's place; None leaves a setting out.
        further: more settings, one a line as in the file.

    Raises:
        GapError: a setting can't be read, is unknown, out of range, or contradicts another.
    """
    settings = {**recipe, **fields, **_read_further(further)}
    if settings.get("steps") is not None:
        settings.pop("epochs", None)
    chosen = {name: one for name, one in settings.items() if one is not None or name in recipe}
    return made_config(**chosen)


def _read_further(text: str) -> dict[str, Any]:
    try:
        found = yaml.safe_load(text) or {}
    except yaml.YAMLError as err:
        raise GapError(f"The further settings can't be read ({err}).") from err
    if not isinstance(found, dict):
        raise GapError(
            f"'{text[:80]}' is no setting. Write name and value, one a line, such as: patience: 3"
        )
    return {str(name): value for name, value in found.items()}


def start_run(studio: Studio, config: TrainingConfig, *, by: Account) -> str:
    """Start a new run in a process of its own.

    Raises:
        GapError: the name is taken, or the account may not name the model.
    """
    check_model(config.model, by, known_models(studio))
    checked_name(config.name)
    if is_taken(studio, config.name):
        raise GapError(taken_words(studio, config.name))
    _begin(studio, config, by=by)
    return f"Run '{config.name}' has started; it goes on without this page."


def is_taken(studio: Studio, name: str) -> bool:
    """Whether a run or a registered adapter has this name."""
    with Store.open(studio.db_path) as store:
        is_registered = store.adapters.get(name) is not None
    return is_registered or (run_place(studio.data_dir, name) / CONFIG).exists()


def taken_words(studio: Studio, name: str) -> str:
    """What stands in the way of a new run of this name, and what to do."""
    run = next((one for one in known_runs(studio.data_dir) if one.folder.name == name), None)
    if run is not None and run.state == "running":
        return f"Run '{name}' is running. Choose another name."
    if run is not None and run.state != "finished":
        return f"There is a run '{name}' already. Resume it below, or choose another name."
    what = "an adapter" if run is None else "a finished run"
    return f"There is {what} '{name}' already. Choose another name."


def free_name(studio: Studio, name: str) -> str:
    """The name, with a number after it where it is taken."""
    names = (name, *(f"{name}_{number}" for number in range(2, 1000)))
    return next((one for one in names if not is_taken(studio, one)), name)


def resume_run(studio: Studio, name: str, *, by: Account) -> str:
    """Go on with a run that was stopped, killed or refused.

    Raises:
        GapError: there is none, or it runs.
    """
    run = next((one for one in known_runs(studio.data_dir) if one.folder.name == name), None)
    if run is None:
        raise GapError(f"There is no run '{name}' to resume. Start it anew.")
    _begin(studio, made_config(**run.config["config"]), by=by)
    return f"Run '{name}' goes on from its last checkpoint."


def _begin(studio: Studio, config: TrainingConfig, *, by: Account) -> None:
    file = (studio.data_dir / RECIPES / f"{config.name}.yaml").resolve()
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(recipe_yaml(config), encoding="utf-8")
    studio.jobs.start(KIND, config.name, "train_lora", str(file), begun_by=by.name)


def stop_run(studio: Studio, name: str) -> str:
    """Have a run stop after its present step, wherever it was started."""
    if not studio.jobs.stop(KIND, name):
        request_stop(run_place(studio.data_dir, checked_name(name)))
    return f"Run '{name}' stops after its present step; it can go on later."


def run_rows(runs: Sequence[Run], jobs: Sequence[Job]) -> list[Row]:
    """Every run, and what never became one, the last changed first."""
    known = {run.folder.name for run in runs}
    by = {job.name: job for job in jobs}
    rows = [job_row(job) for job in jobs if job.name not in known]
    return rows + [run_row(run, by.get(run.folder.name)) for run in runs]


def job_row(job: Job) -> Row:
    """A start that has made no run yet."""
    does = ("show", "stop") if job.is_running else ("show",)
    state = "starting" if job.is_running else job.state
    return Row(job.name, (job.name, "", "", state, "", "", "", job.begun_by), does)


def run_row(run: Run, job: Job | None) -> Row:
    """A run as a row."""
    config = run.config["config"]
    steps = [one for one in run.curve if one.loss is not None]
    held = [one.held_back_loss for one in run.curve if one.held_back_loss is not None]
    is_running = run.is_running or (job is not None and job.is_running)
    cells = (
        run.folder.name,
        config["model"],
        config["dataset"] or "",
        "running" if is_running else run.state,
        f"{steps[-1].step:,} of {steps[-1].steps:,}" if steps else "",
        f"{steps[-1].loss:.4f}" if steps else "",
        f"{min(held):.4f}" if held else "",
        "" if job is None else job.begun_by,
    )
    does = "stop" if is_running else "resume"
    return Row(run.folder.name, cells, ("show",) if run.state == "finished" else ("show", does))


def progress_of(run: Run) -> tuple[float, str]:
    """How far a run is, in [0, 1] and in words."""
    steps = [one for one in run.curve if one.loss is not None]
    if not steps:
        return 0.0, "The model is loaded ..."
    last = steps[-1]
    left_s = seconds_left(steps)
    left = "" if left_s is None else f", {left_s / 60:.1f} min left"
    return last.step / last.steps, f"step {last.step:,} of {last.steps:,}{left}"


def seconds_left(steps: Sequence[Measured]) -> float | None:
    """At the pace of this process, whose clock begins anew when a run goes on."""
    first = len(steps) - 1
    while first > 0 and steps[first - 1].seconds <= steps[first].seconds:
        first -= 1
    done = steps[-1].step - steps[first].step
    if not done:
        return None
    pace_s = (steps[-1].seconds - steps[first].seconds) / done
    return pace_s * (steps[-1].steps - steps[-1].step)


def result_words(run: Run) -> str:
    """What came of a finished run."""
    found = run.result
    if found is None or found.adapter is None:
        return ""
    loss = "" if found.held_back_loss is None else f" with loss {found.held_back_loss:.4f}"
    return (
        f"Kept step {found.best_step:,} of {found.step:,}{loss} on what is held back. "
        f"Learnt {found.learnt:,} samples, held back {found.held_back:,}, too long "
        f"{found.too_long:,}. {found.samples_per_s:.1f} samples/s, at most {found.peak_mib:,.0f} "
        "MiB of memory."
    )


def broken_words(run: Run) -> str:
    """Why a run may have ended without a word, and what to do."""
    config = made_config(**run.config["config"])
    return (
        "The run was killed, or broke. Resume it: it goes on from its last checkpoint. If memory "
        f"ran out, it will again, so start a new one instead. {what_to_lower(config)}"
    )
