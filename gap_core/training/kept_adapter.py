"""The adapter that a run leaves behind. Called by train.py."""

import json
import shutil
from pathlib import Path
from typing import Any

import torch
from peft import PeftModel

from gap_core.dataset.folders import new_folder
from gap_core.training.config import TrainingConfig


def keep_adapter(
    model: PeftModel, folder: Path, *, config: TrainingConfig, record: dict[str, Any]
) -> None:
    """The adapter in PEFT's format with what it came from, whole or not at all."""
    if folder.exists():  # its process was killed before it could say so
        shutil.rmtree(folder)
    with new_folder(folder) as part:
        for lora in model.peft_config.values():
            lora.base_model_name_or_path = config.model  # not a path of this machine
        weights = _weakened(model, config.strength)
        model.save_pretrained(part, save_embedding_layers=False, state_dict=weights)
        (part / "training.json").write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")


def _weakened(model: PeftModel, strength: float) -> dict[str, torch.Tensor]:
    """All weights, the adapter's at the strength with which it is kept."""
    return {
        name: weight * strength if ".lora_B." in name else weight
        for name, weight in model.state_dict().items()
    }
