"""The curriculum by the project's own trainer: four LoRA runs in a chain, merged at the end.

Called by scripts.run_curriculum. A chain that was stopped or killed goes on where it was: steps
that are over are read, the one under way goes on from its last checkpoint.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from gap_core.dataset.sample import Sample
from gap_core.decks.pictures import save_picture
from gap_core.decks.reading import PictureRefusedError, read_picture
from gap_core.errors import GapError
from gap_core.synthesis.curriculum import (
    PLAIN,
    STEPS,
    Made,
    Use,
    items_of_step,
    sample_of_lesson,
)
from gap_core.training.config import made_config
from gap_core.training.run_folder import TrainingResult
from gap_core.training.train import train_adapter

MERGED = "merged"
# As published, but for what a run of few steps needs; the eye stays frozen.
SETTINGS: dict[str, Any] = {
    "rank": 8,
    "alpha": 32.0,
    "targets": "all",
    "learning_rate": 1e-5,
    "epochs": 1.0,
    "batch": 8,
    "warmup_share": 0.05,
    "held_back_share": 0.0,
    "evaluate_every_steps": None,
    "keep": "last",
    "max_length_tokens": 4096,
}


def train_curriculum(
    items: Sequence[Made],
    folder: Path,
    *,
    run: str,
    name: str,
    data_dir: Path,
    use: Use,
    settings: dict[str, Any],
) -> list[TrainingResult]:
    """Four runs, each from the adapter of the one before; those that have come to an end.

    Args:
        items: accepted ones, all with pictures.
        folder: in which each step has its own.
        run: of synthesis.
        name: of the adapters, with the step's number behind it.
        data_dir: that pictures are kept in.
        use: which items a step learns from.
        settings: of `TrainingConfig`, over `SETTINGS`.

    Raises:
        GapError: an item has no picture, or training can't be done.
        ModelError: the model can't be loaded.
    """
    places = keep_pictures(items, data_dir)
    results: list[TrainingResult] = []
    for step in range(len(STEPS)):
        before = results[-1] if results else None
        result = _train_step(
            [
                sample_of_lesson(item, step, run=run, image_path=places[item.place])
                for item in items_of_step(items, step, use)
            ],
            folder / f"step_{step + 1}",
            before=before,
            data_dir=data_dir,
            settings=SETTINGS | settings | {"name": f"{name}_{step + 1}"},
        )
        if result.adapter is None:
            break  # stopped
        results.append(result)
    return results


def train_plainly(
    items: Sequence[Made],
    folder: Path,
    *,
    run: str,
    name: str,
    data_dir: Path,
    settings: dict[str, Any],
) -> TrainingResult:
    """One run from question to answer, for comparison."""
    places = keep_pictures(items, data_dir)
    samples = [
        sample_of_lesson(item, PLAIN, run=run, image_path=places[item.place]) for item in items
    ]
    return _train_step(
        samples,
        folder,
        before=None,
        data_dir=data_dir,
        settings=SETTINGS | settings | {"name": name},
    )


def _train_step(
    samples: Sequence[Sample],
    folder: Path,
    *,
    before: TrainingResult | None,
    data_dir: Path,
    settings: dict[str, Any],
) -> TrainingResult:
    parent = None if before is None else before.adapter
    config = made_config(**settings, parent=None if before is None else before.name)
    return train_adapter(config, samples, folder, data_dir=data_dir, parent=parent)


def keep_pictures(items: Sequence[Made], data_dir: Path) -> dict[int, str]:
    """Where each item's picture lies in the data folder, by the item's place.

    Raises:
        GapError: one can't be read.
    """
    found = {}
    for item in items:
        file = Path(item.subject.image_path)
        if file.is_relative_to(data_dir):
            found[item.place] = file.relative_to(data_dir).as_posix()
            continue
        try:
            found[item.place] = save_picture(read_picture(file), data_dir=data_dir)
        except (PictureRefusedError, OSError) as err:
            raise GapError(
                f"The picture '{file}' of item {item.place} can't be read: {err}."
            ) from err
    return found
