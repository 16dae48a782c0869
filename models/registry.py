"""Models by name, for pictures and for text alone; the heavy imports happen only when one loads.

Called by entry points.
"""

from __future__ import annotations

import re
from pathlib import Path

from models.base import LanguageModel, VisionModel
from models.errors import ModelError

POCKET_FOLDER = Path(__file__).parent / "pocket"
POCKET_LLAMA_FOLDER = Path(__file__).parent / "pocket_llama"
SERVER_PREFIX = "server:"
NAMES = ("pocket",)
LANGUAGE_NAMES = ("pocket-llama", "llama-3.1-8b")
LANGUAGE_HUB_IDS = {"llama-3.1-8b": "meta-llama/Llama-3.1-8B-Instruct"}


def load_model(name: str, *, quantize: str | None = None) -> VisionModel:
    """A model that is ready to answer.

    Args:
        name: one of `NAMES`, a folder with a MiniCPM-V 4.6 checkpoint, or `server:URL#NAME`.
        quantize: "nf4" for 4 bit; None for the model's usual precision.

    Raises:
        ModelError: unknown name, missing weights, or a checkpoint that can't be loaded.
    """
    if name.startswith(SERVER_PREFIX):
        from models.openai_server import ServerVision

        return ServerVision.open(name)
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


def load_language_model(
    name: str, *, quantize: str | None = None, device: str = "auto"
) -> LanguageModel:
    """A model that is ready to write.

    Args:
        name: one of `LANGUAGE_NAMES`, a folder with a Llama checkpoint, a hub id of one, or
            `server:URL#NAME`.
        quantize: "nf4" for 4 bit, "full" for fp32 or bf16; None for 4 bit on a GPU, else full.
        device: "auto", "cpu" or "cuda".

    Raises:
        ModelError: unknown name, missing weights, or a checkpoint that can't be loaded.
    """
    if name.startswith(SERVER_PREFIX):
        from models.openai_server import ServerWriter

        return ServerWriter.open(name)
    folder = find_language_folder(name)
    from models.checkpoints import choose_device
    from models.llama import LlamaWriter

    if quantize is None and choose_device(device) == "cuda" and folder != POCKET_LLAMA_FOLDER:
        quantize = "nf4"
    return LlamaWriter.load(folder, name=name, quantize=quantize, device=device)


def find_language_folder(name: str) -> Path:
    """Where the checkpoint of that name lies; one from the hub is fetched if need be."""
    if name == "pocket-llama":
        if not (POCKET_LLAMA_FOLDER / "model.safetensors").is_file():
            raise ModelError(
                f"The weights of 'pocket-llama' are missing at '{POCKET_LLAMA_FOLDER}'. "
                "Restore them from git, or choose llama-3.1-8b or a folder with a Llama checkpoint."
            )
        return POCKET_LLAMA_FOLDER
    if Path(name).is_dir():
        return Path(name)
    hub_id = LANGUAGE_HUB_IDS.get(name, name)
    if is_hub_id(hub_id):
        from models.hub import fetch_checkpoint

        return fetch_checkpoint(hub_id)
    raise ModelError(
        f"No language model called '{name}'. Choose {', '.join(LANGUAGE_NAMES)}, "
        "or give a folder with a Llama checkpoint, or its id on the Hugging Face hub."
    )


def is_hub_id(name: str) -> bool:
    """Whether it has the form OWNER/NAME of the hub."""
    return re.fullmatch(r"[\w-][\w.-]*/[\w.-]+", name) is not None
