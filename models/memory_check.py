"""What the headers of a checkpoint's files tell before it is loaded: whether it fits.

Called by checkpoints.py.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path

import torch
from safetensors import SafetensorError, safe_open

from models.errors import ModelError

GIB = 2**30
# NF4 with double quantization: 4 bit a weight, and 0.127 bit for the two layers of scales.
NF4_BYTES = 4.127 / 8
# Kept in full by bitsandbytes' own rule: embeddings and the head above them.
KEPT_IN_FULL = ("embed", "lm_head")
# What answers in the making take beside the weights, as a share of these.
WORKING_SHARE = 0.2


def check_memory(folder: Path, *, dtype: torch.dtype, in_4_bit: bool, device: str) -> None:
    """Refuses what can't fit, before minutes of loading end in a crash.

    Raises:
        ModelError: more is needed than is free; both are told.
    """
    weights = weight_bytes(folder, dtype=dtype, in_4_bit=in_4_bit)
    needed, found = weights * (1 + WORKING_SHARE), free_bytes(device)
    if found is None or needed <= found:
        return
    where = "on the GPU" if device == "cuda" else "in memory"
    smaller = "" if in_4_bit else "--quantize nf4, "
    raise ModelError(
        f"'{folder}' needs about {needed / GIB:.1f} GiB {where}, and {found / GIB:.1f} GiB are "
        f"free. Free some, or choose {smaller}a smaller model, or a server: "
        "--model server:URL#NAME."
    )


def weight_bytes(folder: Path, *, dtype: torch.dtype, in_4_bit: bool) -> float:
    """Bytes of all weights once loaded, from the headers of the safetensors files.

    A file that can't be read counts nothing: loading it will say what is wrong.
    """
    total = 0.0
    for name, shape in weight_shapes(folder):
        is_small = in_4_bit and is_quantized(name, shape)
        total += math.prod(shape) * (NF4_BYTES if is_small else dtype.itemsize)
    return total


def weight_shapes(folder: Path) -> Iterator[tuple[str, list[int]]]:
    """Name and shape of every weight in the folder's files."""
    for file in sorted(folder.glob("*.safetensors")):
        try:
            with safe_open(file, framework="pt") as opened:
                for name in opened.keys():  # noqa: SIM118 (no mapping)
                    yield name, opened.get_slice(name).get_shape()
        except (OSError, SafetensorError):
            continue


def odd_layers(folder: Path, *, device: str) -> list[str]:
    """Ends of the names of linear layers that bitsandbytes' 4 bit code for CPUs can't compute.

    It wants outputs in multiples of 32 and inputs in multiples of 64; a GPU takes any.
    """
    if device != "cpu":
        return []
    odd = {
        ".".join(name.split(".")[-3:-1])
        for name, shape in weight_shapes(folder)
        if is_quantized(name, shape) and (shape[0] % 32 or shape[1] % 64)
    }
    return sorted(odd)


def is_quantized(name: str, shape: list[int]) -> bool:
    """Whether a weight is stored in 4 bit: matrices of linear layers are."""
    return len(shape) == 2 and not any(part in name for part in KEPT_IN_FULL)


def free_bytes(device: str) -> int | None:
    """Memory that can still be had there; None where the system doesn't tell."""
    if device == "cuda":
        return int(torch.cuda.mem_get_info()[0])
    meminfo = Path("/proc/meminfo")
    if not meminfo.is_file():
        return None
    for line in meminfo.read_text(encoding="ascii").splitlines():
        if line.startswith("MemAvailable:"):
            return int(line.split()[1]) * 1024
    return None
