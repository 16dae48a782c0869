"""Recipes of runs: the ones that come with the project, and YAML of a run. Called by the studio."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from gap_core.training.config import TrainingConfig, read_settings

FOLDER = Path(__file__).parent / "configs"


def recipe_names() -> list[str]:
    """The recipes that come with the project; the pocket's first, which runs anywhere."""
    return sorted((file.stem for file in FOLDER.glob("*.yaml")), key=lambda name: name != "pocket")


def recipe_settings(name: str) -> dict[str, Any]:
    """The settings that a recipe names, as its file has them.

    Raises:
        GapError: there is no such recipe.
    """
    return read_settings(FOLDER / f"{name}.yaml")


def recipe_yaml(config: TrainingConfig) -> str:
    """The settings that were given, as a file for `train_lora`."""
    given = config.model_dump(mode="json", exclude_unset=True)
    return yaml.safe_dump(given, sort_keys=False, allow_unicode=True)
