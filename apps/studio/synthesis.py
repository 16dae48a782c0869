"""Runs of synthesis as the Synthesis page starts, watches and sifts them. Called by that page."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from apps.studio.accounts import has_role
from apps.studio.jobs import Job
from apps.studio.ledger import Row
from apps.studio.pictures import picture_address
from apps.studio.studio import Studio
from apps.studio.training import known_models
from db import Store
from db.synthesis_records import FINISHED, UNFINISHED, ItemState, SynthesisItem, SynthesisRun
from gap_core.dataset.places import checked_name, dataset_names
from gap_core.errors import GapError
from gap_core.labeling import Account
from gap_core.synthesis.config import SynthesisConfig, checked_config
from gap_core.synthesis.records import Checks, MultiHop, Seed, Subject
from gap_core.synthesis.rejecting import reject_item, take_back_item
from gap_core.synthesis.report import RunReport
from models.registry import LANGUAGE_NAMES

KIND, GRAPH = "synthesis", "graph"
ENDED = {"accepted": "accepted", "refused": "refused", "given_up": "given up"}
MARKS = {True: "passed", False: "failed", None: "can't be told"}


class Wanted(NamedTuple):
    """A run as it was chosen."""

    name: str
    source: str
    pictures: str
    model: str
    relations: Sequence[str]
    languages: Sequence[str]
    count: int
    top_up: bool
    seed: int


def known_sources(studio: Studio) -> list[str]:
    """Sources that anybody may choose; folders and files are an administrator's to name."""
    return [
        "pocket-full",
        "pocket",
        "text",
        *(f"dataset:{n}" for n in dataset_names(studio.data_dir)),
    ]


def known_writers(studio: Studio) -> list[str]:
    """Who may write: the scene graph, or a model by name."""
    return [GRAPH, *known_models(studio), *LANGUAGE_NAMES]


def start_synthesis(studio: Studio, wanted: Wanted, *, by: Account) -> str:
    """Begin a run in a process of its own.

    Raises:
        GapError: the name is taken, the settings contradict each other, or the account may not
            name the source or the model.
    """
    if not has_role(by, "administrator"):
        known = (*known_sources(studio), *known_writers(studio))
        strange = [one for one in (wanted.source, wanted.model) if one not in known]
        if strange or wanted.pictures:
            raise GapError(
                f"'{(strange or [wanted.pictures])[0]}' is on none of the lists. Folders, files "
                "and addresses are named by administrators."
            )
    config = checked_config(
        source=wanted.source, pictures=wanted.pictures, model=wanted.model,
        relations=tuple(wanted.relations), languages=tuple(wanted.languages),
        count=wanted.count, top_up=wanted.top_up, seed=wanted.seed,
    )  # fmt: skip
    with Store.open(studio.db_path) as store:
        is_taken = store.synthesis.run(checked_name(wanted.name)) is not None
    if is_taken:
        raise GapError(
            f"There is a run '{wanted.name}' already. Resume it, or choose another name."
        )
    _begin(studio, wanted.name, config, by=by)
    return f"Run '{wanted.name}' has started; it goes on without this page."


def resume_synthesis(studio: Studio, name: str, *, by: Account) -> str:
    """Go on with a run that was stopped or killed.

    Raises:
        GapError: there is none, or it runs.
    """
    with Store.open(studio.db_path) as store:
        run = store.synthesis.run(name)
    if run is None:
        raise GapError(f"There is no run '{name}'. Start it anew.")
    _begin(studio, name, SynthesisConfig.model_validate_json(run.config_json), by=by)
    return f"Run '{name}' goes on; no finished call is made again."


def _begin(studio: Studio, name: str, config: SynthesisConfig, *, by: Account) -> None:
    command = ["synthesize", name, "--source", _absolute(config.source), "--model", config.model]
    command += ["--count", str(config.count), "--seed", str(config.seed)]
    command += ["--in-flight", str(config.in_flight), "--samples", str(config.samples)]
    command += ["--pictures", str(Path(config.pictures).absolute())] if config.pictures else []
    command += ["--top-up"] * config.top_up
    for relation in config.relations:
        command += ["--relation", relation]
    for language in config.languages:
        command += ["--language", language]
    studio.jobs.start(KIND, name, *command, begun_by=by.name)


def _absolute(source: str) -> str:
    """The source with its path from the root: the process works in another folder."""
    kind, _, place = source.partition(":")
    return source if kind == "dataset" or not place else f"{kind}:{Path(place).absolute()}"


def run_row(run: SynthesisRun, counts: dict[ItemState, int], job: Job | None) -> Row:
    """A run with its items by state."""
    config = SynthesisConfig.model_validate_json(run.config_json)
    is_running = job is not None and job.is_running
    is_whole = is_over(config, counts)
    state = "running" if is_running else "finished" if is_whole else "stopped"
    cells = (
        run.name,
        config.source,
        config.model,
        state,
        f"{sum(counts[one] for one in UNFINISHED):,}",
        *(f"{counts[one]:,}" for one in FINISHED),
        f"{run.begun_utc:%Y-%m-%d %H:%M}",
    )
    does = ("stop",) if is_running else () if is_whole else ("resume",)
    return Row(run.name, cells, ("show", *does))


def is_over(config: SynthesisConfig, counts: dict[ItemState, int]) -> bool:
    """Whether nothing is left to make: as many items as wanted, or with top_up accepted ones."""
    there, left = sum(counts.values()), sum(counts[one] for one in UNFINISHED)
    if left or there < config.count:
        return False
    has_enough = not config.top_up or counts["accepted"] >= config.count
    return has_enough or there >= config.most_items


def progress_of(config: SynthesisConfig, counts: dict[ItemState, int]) -> float:
    """How far the run is, in [0, 1]."""
    ended = sum(counts[one] for one in FINISHED)
    done = counts["accepted"] if config.top_up else ended
    return min(1.0, done / config.count)


def item_row(item: SynthesisItem) -> Row:
    """An item: what is asked, what is right, how it ended."""
    subject = Subject.model_validate_json(item.subject_json)
    made = MultiHop.model_validate_json(item.multihop_json) if item.multihop_json else None
    state = item.reason or ""
    if item.is_rejected:
        state = f"rejected by {item.rejected_by}: {item.rejected_because}"
    cells = (
        f"{item.place + 1:,}",
        picture_address(subject.image_id),
        "" if made is None else made.question,
        "" if made is None else made.answer,
        subject.relation,
        subject.language,
        state,
    )
    does: tuple[str, ...] = ("look",)
    if item.state == "accepted":
        does = ("look", "restore") if item.is_rejected else ("look", "reject")
    return Row(str(item.id), cells, does)


def item_words(item: SynthesisItem) -> list[tuple[str, str]]:
    """All that was made of an item, with the name of each part."""
    words: list[tuple[str, str]] = []
    if item.seed_json:
        seed = Seed.model_validate_json(item.seed_json)
        words += [("Background", seed.background)] if seed.background else []
        for number, step in enumerate(seed.sub_questions, start=1):
            words.append((f"Step {number}", f"{step.question}  {step.answer}"))
    if item.multihop_json:
        made = MultiHop.model_validate_json(item.multihop_json)
        words += [("Thinking", made.thinking), ("Answer", made.answer)]
    for result in Checks.model_validate_json(item.checks_json or '{"results": []}').results:
        detail = f": {result.detail}" if result.detail else ""
        words.append(("Check", f"{result.name}, {MARKS[result.passed]}{detail}"))
    return words


def check_rows(report: RunReport) -> list[Row]:
    """Each check's pass rate with n and interval."""
    return [
        Row(name, (name, str(share), f"{report.unscored[name]:,}"))
        for name, share in report.checks.items()
    ]


def reason_words(report: RunReport) -> str:
    """Why items were refused or given up, and why replies could not be used."""
    parts = [f"{ENDED[state]}, {why}: {n:,}" for (state, why), n in report.reasons.items()]
    parts += [f"reply not used, {step}, {why}: {n:,}" for (step, why), n in report.misses.items()]
    return "; ".join(parts)


def reject(studio: Studio, item_id: str, reason: str, *, by: Account) -> str:
    """Take an accepted item out, with the reason."""
    with Store.open(studio.db_path) as store:
        number = _place_of(store, item_id)
        reject_item(store, _number(item_id), reason=reason, rejected_by=by.name)
    return f"Item {number} is out: nothing is taught or exported of it. It can be taken back."


def restore(studio: Studio, item_id: str, *, by: Account) -> str:
    """Take a rejected item back in."""
    with Store.open(studio.db_path) as store:
        take_back_item(store, _number(item_id), taken_back_by=by.name)
        number = _place_of(store, item_id)
    return f"Item {number} is in again."


def _number(item_id: str) -> int:
    return int(item_id) if item_id.isdecimal() else 0


def _place_of(store: Store, item_id: str) -> str:
    """The number that the table shows for the item."""
    try:
        return f"{store.synthesis.item(_number(item_id)).place + 1:,}"
    except ValueError:
        return "?"
