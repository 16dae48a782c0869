"""Models by name. Entry points call `load_model`; the heavy imports happen only then."""

from __future__ import annotations

from pathlib import Path

from models.base import VisionModel
from models.errors import ModelError

POCKET_FOLDER = Path(__file__).parent / "pocket"
NAMES = ("pocket",)


def load_model(name: str, *, quantize: str | None = None) -> VisionModel:
    """A model that is ready to answer.

    Args:
        name: one of `NAMES`, or a folder with a MiniCPM-V 4.6 checkpoint.
        quantize: "nf4" for 4 bit; None for the model's usual precision.

    Raises:
        ModelError: unknown name, missing weights, or a checkpoint that can't be loaded.
    """
    folder = find_folder(name)
    from models.transformers_vlm import TransformersVLM

    return TransformersVLM.load(folder, name=name, quantize=quantize)


def find_folder(name: str) -> Path:
    """Where the checkpoint of that name lies."""
    if name == "pocket":
        if not (POCKET_FOLDER / "model.safetensors").is_file():
            raise ModelError(
                f"The weights of 'pocket' are missing at '{POCKET_FOLDER}'. "
                "Restore them from git, or train them: python -m scripts.train_pocket"
            )
        return POCKET_FOLDER
    if Path(name).is_dir():
        return Path(name)
    raise ModelError(
        f"No model called '{name}'. Choose {', '.join(NAMES)}, "
        "or give a folder with a MiniCPM-V 4.6 checkpoint."
    )
