"""The experiment: base, fine-tuned, fine-tuned with augmentation, with inference-time scaling.

Called by scripts/covers.py. Every cell is a pipeline of its own, so a stopped table goes on.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from gap_core.covers.answer_config import AnswerConfig
from gap_core.covers.answering import DECISIONS
from gap_core.covers.answers import read_answers
from gap_core.covers.pipeline import CoversConfig, Pipeline
from gap_core.covers.reading import read_items
from gap_core.covers.records import LETTERS, TASKS
from gap_core.evaluation.bootstrap import Figure, mean_figure
from gap_core.training.following import OnMeasured
from gap_core.whole_files import write_json

LETTERS_ALONE = {"tell": False, "describe": False, "paths": 0, "verify_below": 0.0}
ROWS = (
    ("base", "base", "first_letter"),
    ("base, orders rotated", "base", "turned_letter"),
    ("fine-tuned", "plain", "first_letter"),
    ("fine-tuned, orders rotated", "plain", "turned_letter"),
    ("with augmentation", "augmented", "first_letter"),
    ("with augmentation, orders rotated", "augmented", "turned_letter"),
    ("with inference-time scaling", "augmented", "letter"),
)


class Row(NamedTuple):
    """One line of the table.

    Attributes:
        figures: accuracy by task and overall, all seeds together, items as clusters.
        seeds: accuracy overall of each seed.
        bias: by task, how far the letters it names are from those of the key: total variation
            distance, 0 without bias, about 0.75 where one letter is always named.
    """

    name: str
    figures: dict[str, Figure]
    seeds: list[float]
    bias: dict[str, float]


class Run(NamedTuple):
    """A model's answers: its kind, its seed, and where they lie."""

    kind: str
    seed: int
    answers: Path


def run_table(
    config: CoversConfig,
    *,
    plain_steps: int,
    seeds: Sequence[int],
    on_stage: Callable[[str], None] = lambda stage: None,
    on_measured: OnMeasured = lambda measured: None,
) -> list[Row] | None:
    """All cells of the table, and the table itself; None where it was stopped.

    `table.json` in the configuration's `out` holds the rows of the cells so far.

    Args:
        config: of fine-tuning with augmentation and inference-time scaling.
        plain_steps: of the fine-tuning without augmentation.
        seeds: of splitting, augmenting, training; one run each.
        on_stage: told what begins.
        on_measured: told of every step of training.
    """
    runs: list[Run] = []
    rows: list[Row] = []
    for kind, seed, cell in cells_of(config, plain_steps=plain_steps, seeds=seeds):
        on_stage(f"{kind}, seed {seed}")
        pipeline = Pipeline(cell, on_measured=on_measured)
        if not _is_done(pipeline):
            pipeline.split()
            pipeline.augment()
            if cell.training is not None and pipeline.train().adapter is None:
                return None
            pipeline.answer()
        runs.append(Run(kind, seed, pipeline.answers_dir))
        rows = table_of(runs, folder=config.folder)
        write_json([_record(row) for row in rows], config.out / "table.json")
    return rows


def _is_done(pipeline: Pipeline) -> bool:
    return (pipeline.answers_dir / "figures.json").is_file()


def cells_of(
    config: CoversConfig, *, plain_steps: int, seeds: Sequence[int]
) -> list[tuple[str, int, CoversConfig]]:
    """Every pipeline: its kind, its seed and its configuration."""
    letters = AnswerConfig(**(config.answering.model_dump() | LETTERS_ALONE))
    plain_training = {**(config.training or {}), "steps": plain_steps}
    plain = {"times": 0, "telling": 0, "answering": letters}
    cells = [("base", seeds[0], {**plain, "training": None})]
    for seed in seeds:
        cells += [("augmented", seed, {}), ("plain", seed, {**plain, "training": plain_training})]
    return [
        (kind, seed, config.model_copy(
            update={**changes, "seed": seed, "out": config.out / f"{kind}_{seed}"}
        ))
        for kind, seed, changes in cells
    ]  # fmt: skip


def table_of(runs: Sequence[Run], *, folder: Path) -> list[Row]:
    """The rows from what lies in the runs' folders."""
    keys = {task: _key(folder, task) for task in TASKS}
    rows = []
    for name, kind, column in ROWS:
        said = [_letters(run.answers, column) for run in runs if run.kind == kind]
        if said:
            rows.append(_row(name, said, keys))
    return rows


def _key(folder: Path, task: str) -> dict[str, str]:
    """Right letters by the names of items."""
    read = read_items(
        folder / f"{task}_test.json", task=task, images_dir=None, has_answers=False
    ).items
    key = read_answers(folder / f"{task}_test_key.json", read)
    return {item.name: key[item.id] for item in read if item.id is not None}


def _letters(answers: Path, column: str) -> dict[tuple[str, str], str]:
    kept = json.loads((answers / DECISIONS).read_text(encoding="utf-8"))["answers"]
    return {(one["task"], one["item"]): one[column] for one in kept}


def _row(
    name: str, said: Sequence[dict[tuple[str, str], str]], keys: dict[str, dict[str, str]]
) -> Row:
    figures, bias, hits = {}, {}, []
    for task in TASKS:
        asked = [(seed, item) for seed in range(len(said)) for item in keys[task]]
        right = np.array([said[seed][task, item] == keys[task][item] for seed, item in asked])
        figures[task] = mean_figure(right.astype(float), [item for _, item in asked])
        hits.append(right)
        bias[task] = _distance(
            [said[seed][task, item] for seed, item in asked],
            [keys[task][item] for _, item in asked],
        )
    every = np.concatenate(hits).astype(float)
    # Both tasks ask about the same covers, so a cover is one cluster of both.
    names = [place for task in TASKS for _ in said for place in range(len(keys[task]))]
    figures["overall"] = mean_figure(every, names)
    overall = [
        float(
            np.mean([one[task, item] == keys[task][item] for task in TASKS for item in keys[task]])
        )
        for one in said
    ]
    return Row(name, figures, overall, bias)


def _distance(said: Sequence[str], right: Sequence[str]) -> float:
    ours, theirs = Counter(said), Counter(right)
    return sum(abs(ours[one] - theirs[one]) for one in LETTERS) / (2 * len(right))


def _record(row: Row) -> dict[str, Any]:
    return {
        "name": row.name,
        "accuracy": {name: str(one) for name, one in row.figures.items()},
        "seeds": row.seeds,
        "bias": row.bias,
    }
