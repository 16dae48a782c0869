"""Models by name, for pictures and for text alone; the heavy imports happen only when one loads.

Called by entry points.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

from models.base import LanguageModel, VisionModel
from models.errors import ModelError

POCKET_FOLDER = Path(__file__).parent / "pocket"
OWN_FOLDERS = {
    "pocket": POCKET_FOLDER,
    "pocket-full": Path(__file__).parent / "pocket_full",
    "pocket-qwen": Path(__file__).parent / "pocket_qwen",
}
POCKET_LLAMA_FOLDER = Path(__file__).parent / "pocket_llama"
SERVER_PREFIX = "server:"
HUB_IDS = {
    "minicpm-v": "openbmb/MiniCPM-V-4.6",
    "minicpm-v-4.7": "openbmb/MiniCPM-V-4.7-1B",
    "qwen2-vl-2b": "Qwen/Qwen2-VL-2B-Instruct",
    "qwen2-vl-7b": "Qwen/Qwen2-VL-7B-Instruct",
    "qwen2.5-vl-7b": "Qwen/Qwen2.5-VL-7B-Instruct",
}
NAMES = (*OWN_FOLDERS, *HUB_IDS)
DEFAULT_MODEL = "pocket-full"  # which plays where nobody chose another
WORLD_FILE = "world.json"  # beside weights: the edition of the pocket world they were taught
MERGED_FILE = "merged.json"  # beside weights with an adapter in them: of which model they are
EMBEDDED = "pocket"  # how the names of our own small models begin, which know English only
LANGUAGE_NAMES = ("pocket-llama", "llama-3.1-8b")
LANGUAGE_HUB_IDS = {"llama-3.1-8b": "meta-llama/Llama-3.1-8B-Instruct"}


def knows_english_only(name: str) -> bool:
    """Whether a model, by its name, folder or address, understands no other language."""
    return re.split(r"[/#]", name.rstrip("/"))[-1].startswith(EMBEDDED)


def known_name(model: str) -> str:
    """One of `NAMES` where the model is one or lies in a folder as one; else as it was given."""
    folder = Path(model)
    if model in NAMES or not folder.is_dir():
        return model
    for name, own in OWN_FOLDERS.items():
        if folder.resolve() == own.resolve():
            return name
    try:
        merged = json.loads((folder / MERGED_FILE).read_text(encoding="utf-8"))
        return str(merged["model"])
    except (OSError, ValueError, KeyError, TypeError):
        return model


def taught_edition(model: str) -> str | None:
    """The edition of the pocket world that a model was taught, as its own folder says."""
    try:
        world = json.loads((OWN_FOLDERS.get(model, Path(model)) / WORLD_FILE).read_text("utf-8"))
        return str(world["edition"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def load_model(
    name: str,
    *,
    quantize: str | None = None,
    device: str = "auto",
    adapter: Path | None = None,
) -> VisionModel:
    """A model that is ready to answer.

    Args:
        name: one of `NAMES`, a folder with a checkpoint, a hub id, or `server:URL#NAME`.
        quantize: "nf4" for 4 bit, "full" for fp32 or bf16; None for 4 bit where a model from the
            hub meets a GPU, else full.
        device: "auto", "cpu" or "cuda". Named models of the hub want "cpu" said where there is
            no GPU: they take minutes an answer there.
        adapter: folder of a LoRA adapter that answers from the start.

    Raises:
        ModelError: unknown name, missing weights, a checkpoint that can't be loaded, or an adapter
            of another model.
    """
    if name.startswith(SERVER_PREFIX):
        return open_server(name, quantize=quantize, device=device, adapter=adapter)
    if name in HUB_IDS and device == "auto":
        device = "cuda"
    quantize = usual_precision(name, quantize=quantize, device=device)
    if adapter is not None:
        from models.adapters import check_trained_on

        check_trained_on(adapter, name)  # before anything is fetched
    folder = find_folder(name)
    from models.transformers_vlm import TransformersVLM

    model = TransformersVLM.load(folder, name=name, quantize=quantize, device=device)
    if adapter is not None:
        label = adapter_label(adapter)
        model.adapters.load(label, adapter)
        model.adapters.choose(label)
    return model


def usual_precision(name: str, *, quantize: str | None, device: str) -> str | None:
    """The precision asked for, else 4 bit where a model of the hub meets a GPU.

    Raises:
        ModelError: a device that isn't there.
    """
    if not needs_fetching(name):
        return quantize
    from models.checkpoints import choose_device

    usual = "nf4" if choose_device(device) == "cuda" else None
    return quantize or usual


def adapter_label(folder: Path) -> str:
    """What an adapter's answers are recorded under: its folder and the one around it."""
    return "_".join(re.sub(r"\W", "_", part) for part in folder.absolute().parts[-2:])


def open_server(
    name: str, *, quantize: str | None, device: str, adapter: Path | None
) -> VisionModel:
    """A model behind a server, which decides precision and place itself."""
    if quantize is not None or device != "auto" or adapter is not None:
        raise ModelError(
            "A server decides precision, device and adapter itself. Leave out --quantize, "
            "--device and --adapter; an adapter that it serves has a name of its own there."
        )
    from models.openai_server import ServerVision

    return ServerVision.open(name)


def needs_fetching(name: str) -> bool:
    """Whether the weights come from the hub."""
    return name in HUB_IDS or (is_hub_id(name) and not Path(name).is_dir())


def find_folder(name: str) -> Path:
    """Where the checkpoint of that name lies; one from the hub is fetched if need be."""
    if name in OWN_FOLDERS:
        folder = OWN_FOLDERS[name]
        if not (folder / "model.safetensors").is_file():
            raise ModelError(
                f"The weights of '{name}' are missing at '{folder}'. Restore them from git, or "
                f"train them, python -m scripts.build_pocket --part {name}, and copy them there."
            )
        return folder
    if Path(name).is_dir():
        return Path(name)
    if needs_fetching(name):
        from models.hub import fetch_checkpoint

        return fetch_checkpoint(HUB_IDS.get(name, name))
    raise ModelError(
        f"No model called '{name}'. Choose {', '.join(NAMES)}, a folder with a checkpoint of "
        "MiniCPM-V, Qwen2-VL or Qwen2.5-VL, its id on the Hugging Face hub, or server:URL#NAME."
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
