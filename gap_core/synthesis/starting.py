"""Putting a run together: source, synthesizer, model. Called by the script and the studio."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable, Iterator
from importlib.metadata import version
from pathlib import Path

from db import Store
from db.synthesis_records import SynthesisRun
from gap_core.dataset.places import checked_name
from gap_core.errors import GapError
from gap_core.hardware import commit_name
from gap_core.synthesis.calls import Pulse
from gap_core.synthesis.coco_graphs import read_coco_graphs, view_of_graph
from gap_core.synthesis.config import SynthesisConfig
from gap_core.synthesis.doors import SERVER_LIMITS, open_door
from gap_core.synthesis.graph_synthesizer import OTHER_VIEWS, GraphSynthesizer, other_pocket_views
from gap_core.synthesis.graph_views import View
from gap_core.synthesis.model_synthesizer import ModelSynthesizer
from gap_core.synthesis.prompts import PROMPT_VERSION
from gap_core.synthesis.records import Subject
from gap_core.synthesis.running import Job, NoDoor
from gap_core.synthesis.sources import open_source
from gap_core.synthesis.synthesizer import Texts
from models.server_connection import ServerLimits


@contextlib.contextmanager
def open_job(
    config: SynthesisConfig,
    *,
    db: Path,
    data_dir: Path,
    limits: ServerLimits = SERVER_LIMITS,
    pulse: Pulse | None = None,
) -> Iterator[tuple[Job, Callable[[int], Subject]]]:
    """What `run_synthesis` needs; the model is let go when the block ends.

    Raises:
        GapError: the source can't be used.
        ModelError: the model can't be reached.
    """
    pulse = pulse or Pulse(most_failures=max(32, 4 * config.in_flight))
    subject_at = open_source(config, data_dir=data_dir)
    questions = Texts(threshold=config.similarity)
    if config.is_graph:
        synthesizer = GraphSynthesizer(config, other_views(config))
        yield Job(db, config, synthesizer, questions, pulse, NoDoor()), subject_at
        return
    with open_door(
        config.model, sees=not config.is_text, in_flight=config.in_flight, limits=limits
    ) as door:
        writer = ModelSynthesizer(config, Texts(threshold=config.similarity))
        yield Job(db, config, writer, questions, pulse, door), subject_at


def other_views(config: SynthesisConfig) -> list[View]:
    """Pictures of the source's kind on which blind guesses are tried."""
    kind, _, name = config.source.partition(":")
    if kind == "coco":
        return [view_of_graph(graph) for graph in read_coco_graphs(Path(name))[:OTHER_VIEWS]]
    if kind in ("pocket", "pocket-full"):
        return other_pocket_views("full" if kind == "pocket-full" else "basic")
    raise GapError(f"Nothing is known of what '{config.source}' shows.")


def write_run_config(run: str, config: SynthesisConfig, *, data_dir: Path) -> Path:
    """Write how the run is made, with commit and library versions, beside what it will export.

    Raises:
        GapError: the name can't be a folder's, or the folder can't be written.
    """
    folder = run_folder(data_dir, run)
    record = {
        **config.model_dump(),
        "prompt_version": PROMPT_VERSION,
        "commit": commit_name(),
        "versions": {name: version(name) for name in ("openai", "pydantic", "json-repair")},
    }
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "config.json").write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")
    except OSError as err:
        raise GapError(f"'{folder}' can't be written ({err.strerror}). Free some space.") from err
    return folder


def run_folder(data_dir: Path, run: str) -> Path:
    """Where a run's files lie.

    Raises:
        GapError: the name can't be a folder's.
    """
    return data_dir / "synthesis" / checked_name(run)


def found_run(store: Store, name: str) -> SynthesisRun:
    """The run of this name.

    Raises:
        GapError: there is none.
    """
    run = store.synthesis.run(name)
    if run is None:
        names = ", ".join(f"'{one.name}'" for one in store.synthesis.runs()[:5]) or "none yet"
        raise GapError(f"No run is called '{name}'. There are: {names}.")
    return run
