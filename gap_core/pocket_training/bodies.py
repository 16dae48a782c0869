"""How pictures go into each architecture that is trained. Called by train.py and build.py.

Everything else about a run is the same for all: the scenes, the lessons, the packed questions.
"""

from pathlib import Path
from typing import Any, NamedTuple, Protocol

import torch
from torch import nn
from transformers import PreTrainedTokenizerFast

from gap_core.pocket_training.dense import PATCH_COLUMNS, PATCH_ROWS
from models import pocket_architecture as minicpm
from models import pocket_qwen_architecture as qwen
from models.pocket_architecture import PATCH_PX, PocketShape

PATCHES = PATCH_ROWS * PATCH_COLUMNS
MERGED_ROWS, MERGED_COLUMNS = PATCH_ROWS // qwen.MERGE, PATCH_COLUMNS // qwen.MERGE


class Seen(NamedTuple):
    """What a model makes of B pictures, both row by row as one reads."""

    tower: torch.Tensor  # (B, 192, F), a patch each
    tokens: torch.Tensor  # (B, 48, D), as the language model gets them


class Body(Protocol):
    """One architecture: made, looked through, and written beside its weights."""

    named_tokens: dict[str, str]

    def build(self, tokenizer: PreTrainedTokenizerFast, *, seed: int, shape: PocketShape) -> Any:
        """A model with random weights."""

    def tower(self, model: Any) -> nn.Module:
        """The part that only sees, which learns at a rate of its own."""

    def see(self, model: Any, values: torch.Tensor) -> Seen:
        """The model's look at pictures (B, 3, H, W) with values from -1 to 1."""

    def place(self, positions: torch.Tensor, is_image: torch.Tensor) -> torch.Tensor:
        """Positions (B, T) as the language model takes them; `is_image` marks picture tokens."""

    def save_processor(self, tokenizer: PreTrainedTokenizerFast, folder: Path) -> None:
        """Write what turns pictures and words into the model's inputs."""


class MiniCPMBody:
    """MiniCPM-V 4.6: a SigLIP tower, patches in one long strip, one position a token."""

    named_tokens = minicpm.NAMED_TOKENS

    def build(self, tokenizer: PreTrainedTokenizerFast, *, seed: int, shape: PocketShape) -> Any:
        """A pocket with random weights."""
        return minicpm.build_model(tokenizer, seed=seed, shape=shape)

    def tower(self, model: Any) -> nn.Module:
        """SigLIP without the merger."""
        tower: nn.Module = model.model.vision_tower
        return tower

    def see(self, model: Any, values: torch.Tensor) -> Seen:
        """As `Body.see`."""
        output = model.model.get_image_features(*minicpm_patches(values))
        tower = output.last_hidden_state.reshape(len(values), PATCHES, -1)
        return Seen(tower, torch.stack(list(output.pooler_output)))

    def place(self, positions: torch.Tensor, is_image: torch.Tensor) -> torch.Tensor:
        """One after another."""
        return positions

    def save_processor(self, tokenizer: PreTrainedTokenizerFast, folder: Path) -> None:
        """As `Body.save_processor`."""
        minicpm.save_processor(minicpm.build_processor(tokenizer), folder)


class QwenBody:
    """Qwen2-VL: a tower with rotary places, patches in blocks of four, places in the plane."""

    named_tokens = qwen.NAMED_TOKENS

    def build(self, tokenizer: PreTrainedTokenizerFast, *, seed: int, shape: PocketShape) -> Any:
        """A pocket-qwen with random weights."""
        return qwen.build_model(tokenizer, seed=seed, shape=shape)

    def tower(self, model: Any) -> nn.Module:
        """The tower with its merger."""
        tower: nn.Module = model.model.visual
        return tower

    def see(self, model: Any, values: torch.Tensor) -> Seen:
        """As `Body.see`."""
        output = model.model.get_image_features(*qwen_patches(values))
        blocks = output.last_hidden_state.view(
            len(values), MERGED_ROWS, MERGED_COLUMNS, qwen.MERGE, qwen.MERGE, -1
        )
        tower = blocks.transpose(2, 3).reshape(len(values), PATCHES, -1)
        return Seen(tower, torch.stack(list(output.pooler_output)))

    def place(self, positions: torch.Tensor, is_image: torch.Tensor) -> torch.Tensor:
        """(3, B, T) in time, height and width; words go on past the longer side of the picture.

        Source: Qwen2-VL (arXiv 2409.12191), section 2.1, M-RoPE.
        """
        if not is_image.any():
            return positions.expand(3, *positions.shape)
        begin = positions[is_image].min()
        tokens = MERGED_ROWS * MERGED_COLUMNS
        saved = tokens - max(MERGED_ROWS, MERGED_COLUMNS)
        words = torch.where(positions >= begin + tokens, positions - saved, positions)
        number = positions - begin
        down = begin + number // MERGED_COLUMNS
        along = begin + number % MERGED_COLUMNS
        seen = torch.stack([torch.full_like(positions, begin), down, along])
        return torch.where(is_image, seen, words)

    def save_processor(self, tokenizer: PreTrainedTokenizerFast, folder: Path) -> None:
        """As `Body.save_processor`."""
        qwen.save_processor(tokenizer, folder)


BODIES: dict[str, Body] = {"minicpm": MiniCPMBody(), "qwen": QwenBody()}


def minicpm_patches(values: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Pictures (B, 3, H, W) as MiniCPM's processor packs them.

    Returns:
        Pixel values (1, 3, P, B * H * W / P) and target sizes (B, 2) in patches.
    """
    batch, channels, height, width = values.shape
    rows, columns = height // PATCH_PX, width // PATCH_PX
    values = values.reshape(batch, channels, rows, PATCH_PX, columns, PATCH_PX)
    values = values.permute(1, 3, 0, 2, 4, 5).reshape(1, channels, PATCH_PX, -1)
    sizes = torch.tensor([[rows, columns]] * batch, dtype=torch.int32)
    return values.contiguous(), sizes


def qwen_patches(values: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Pictures (B, 3, H, W) as Qwen2-VL's processor packs them.

    Returns:
        Pixel values (B * patches, 3 * P * P), block by block of four, and grids (B, 3).
    """
    batch, channels, height, width = values.shape
    rows, columns = height // PATCH_PX, width // PATCH_PX
    values = values.reshape(
        batch, channels, rows // qwen.MERGE, qwen.MERGE, PATCH_PX,
        columns // qwen.MERGE, qwen.MERGE, PATCH_PX,
    )  # fmt: skip
    values = values.permute(0, 2, 5, 3, 6, 1, 4, 7)
    grids = torch.tensor([[1, rows, columns]] * batch, device=values.device)
    return values.reshape(batch * rows * columns, -1), grids
