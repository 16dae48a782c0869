"""When memory runs out: told with the setting to lower. Called by train.py and the bench."""

from __future__ import annotations

import resource
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import torch

from gap_core.errors import GapError
from gap_core.training.config import TrainingConfig
from gap_core.training.lowering import what_to_lower

# Of the CPU's allocator, of CUDA outside of torch's own, and of its libraries.
_WORDS = (
    "can't allocate memory",
    "not enough memory",
    "Cannot allocate memory",
    "out of memory",
    "CUBLAS_STATUS_ALLOC_FAILED",
    "CUDNN_STATUS_ALLOC_FAILED",
)


@contextmanager
def telling_what_to_lower(config: TrainingConfig) -> Iterator[None]:
    """Turn the end of memory into words.

    Raises:
        GapError: memory ran out; the text says which setting to lower.
    """
    try:
        yield
    except (torch.OutOfMemoryError, MemoryError) as err:
        raise GapError(f"Memory ran out in run '{config.name}'. {what_to_lower(config)}") from err
    except RuntimeError as err:
        if not any(words in str(err) for words in _WORDS):
            raise
        raise GapError(f"Memory ran out in run '{config.name}'. {what_to_lower(config)}") from err


def peak_memory_mib() -> float:
    """The most memory that this process has held: the GPU's where one is used, else its own."""
    if torch.cuda.is_available() and torch.cuda.max_memory_allocated():
        return float(torch.cuda.max_memory_allocated()) / 2**20
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 2**20 if sys.platform == "darwin" else peak / 2**10
