"""When the first token of an answer by transformers' `generate` was there.

Called by llama.py, and by transformers_vlm.py where it is compared with `generate`.
"""

from __future__ import annotations

import time

import torch
from transformers.generation.streamers import BaseStreamer


class FirstToken(BaseStreamer):
    """Notes when the first tokens were there, as `time.monotonic()`; prompts are told before."""

    def __init__(self) -> None:
        self.at = 0.0
        self._told = 0

    def put(self, value: torch.Tensor) -> None:
        """Count what is told."""
        self._told += 1
        if self._told == 2:
            self.at = time.monotonic()

    def end(self) -> None:
        """Nothing is left to note."""
