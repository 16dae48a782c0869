"""Checkpoint folders: which architecture lies there, how it is loaded, whether it fits.

Called by the models that load weights themselves, transformers_vlm.py and llama.py.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import torch
from safetensors import SafetensorError
from transformers import BitsAndBytesConfig

from models.errors import ModelError
from models.memory_check import check_memory, odd_layers

QUANTIZATIONS = ("nf4", "full")
DEVICES = ("auto", "cpu", "cuda")
MAX_THREADS = 4


class WeightPlan(NamedTuple):
    """Arguments for `from_pretrained`, and the label that answers are recorded with."""

    options: dict[str, Any]
    label: str


def plan_loading(
    folder: Path,
    *,
    model_types: tuple[str, ...],
    quantize: str | None = None,
    device: str = "auto",
) -> WeightPlan:
    """How the checkpoint is loaded, after every check that needs no weights.

    Args:
        folder: config.json and weights.
        model_types: architectures that the caller can serve.
        quantize: "nf4" for 4 bit; "full" or None for fp32, on a GPU bf16.
        device: "cuda", "cpu", or "auto" for a GPU where there is one.

    Raises:
        ModelError: no such checkpoint, precision or device, or too little memory for it.
    """
    check_model_type(folder, model_types)
    chosen = choose_device(device)
    plan = weight_options(quantize, device=chosen, in_full=odd_layers(folder, device=chosen))
    torch.set_num_threads(compute_threads())
    check_memory(folder, dtype=plan.options["dtype"], in_4_bit=plan.label == "nf4", device=chosen)
    return plan


def check_model_type(folder: Path, model_types: tuple[str, ...]) -> None:
    """Refuses a folder that holds no checkpoint of one of these architectures."""
    found = read_model_type(folder)
    if found not in model_types:
        raise ModelError(
            f"The checkpoint at '{folder}' is a '{found}'; "
            f"expected {' or '.join(model_types)}. Choose another folder or model."
        )


def read_model_type(folder: Path) -> str:
    """The architecture of a checkpoint, as transformers calls it."""
    try:
        config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
        return str(config["model_type"])
    except (OSError, ValueError, KeyError, TypeError) as err:
        raise ModelError(
            f"No checkpoint at '{folder}': its config.json can't be read. Check the path."
        ) from err


def choose_device(wanted: str) -> str:
    """The device "cuda" or "cpu"; a GPU that was asked for by name and isn't there is refused."""
    if wanted not in DEVICES:
        raise ModelError(f"No device '{wanted}'. Choose {', '.join(DEVICES)}.")
    has_gpu = torch.cuda.is_available()
    if wanted == "cuda" and not has_gpu:
        raise ModelError(
            f"No CUDA GPU is usable: torch {torch.__version__} sees none. Install torch's CUDA "
            "build and the driver, or choose --device cpu, or a server: --model server:URL#NAME."
        )
    return "cuda" if has_gpu and wanted != "cpu" else "cpu"


def weight_options(quantize: str | None, *, device: str, in_full: Sequence[str] = ()) -> WeightPlan:
    """Precision and place of the weights; layers named `in_full` are not stored in 4 bit."""
    if quantize is not None and quantize not in QUANTIZATIONS:
        raise ModelError(f"No quantization '{quantize}'. Choose {' or '.join(QUANTIZATIONS)}.")
    dtype = torch.bfloat16 if device == "cuda" else torch.float32
    options: dict[str, Any] = {"dtype": dtype, "device_map": {"": device}}
    if quantize != "nf4":
        return WeightPlan(options, "bf16" if device == "cuda" else "fp32")
    in_4_bit = BitsAndBytesConfig(
        load_in_4bit=True,
        bnb_4bit_quant_type="nf4",
        bnb_4bit_use_double_quant=True,
        bnb_4bit_compute_dtype=dtype,
        llm_int8_skip_modules=[*in_full, "lm_head"] if in_full else None,
    )
    return WeightPlan({**options, "quantization_config": in_4_bit}, "nf4")


@contextmanager
def telling_load_failures(folder: Path) -> Iterator[None]:
    """What goes wrong while weights are read, in one sentence.

    Raises:
        ModelError: a file is missing or broken, a library is missing, or memory ran out.
    """
    try:
        yield
    except torch.cuda.OutOfMemoryError as err:
        raise ModelError(
            f"The GPU's memory ran out while '{folder}' was loaded. Stop what else uses the GPU "
            "(nvidia-smi shows it), or choose --quantize nf4."
        ) from err
    except ImportError as err:
        raise ModelError(
            f"A library that '{folder}' needs is missing: {err}. "
            "Install it: pip install -r requirements.txt"
        ) from err
    except (OSError, ValueError, RuntimeError, SafetensorError) as err:
        raise ModelError(
            f"The checkpoint at '{folder}' can't be loaded: {err}. Restore or retrain it."
        ) from err


def compute_threads() -> int:
    """Threads for the model: one core is left to whoever serves the answers.

    As many threads as cores made an answer of a small model ten times slower on a busy machine,
    because they wait for each other at every one of its many short operations.
    """
    has_affinity = hasattr(os, "sched_getaffinity")
    cores = len(os.sched_getaffinity(0)) if has_affinity else os.cpu_count() or 1
    return max(1, min(MAX_THREADS, cores - 1))
